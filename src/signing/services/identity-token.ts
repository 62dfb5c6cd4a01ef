/** Tokens that say who signs, and where they come from. No window is opened: they come from a file or from the CI. */
import { readFileSync } from 'node:fs';
import { decodeBase64Url } from '../../formats/base64.ts';
import { isObject, type JsonObject, textIn } from '../../formats/json.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import type { Environment } from '../../oci/registry/credentials.ts';
import { object, string } from '../../oci/shape.ts';
import { SigningError } from '../errors.ts';
import { askService, readAnswer, type ServiceOptions, type ServiceRequest } from './service-client.ts';

/** The audience that the authorities of Sigstore expect. */
const AUDIENCE = 'sigstore';
const MAX_TOKEN_BYTES = 64 * 1024;
/** Set by hand, and by GitLab where a job asks for an `id_tokens` entry of this name. */
const TOKEN_VARIABLE = 'SIGSTORE_ID_TOKEN';

export interface IdentityToken {
  /** The token itself: a secret until it expires. */
  readonly text: string;
  /** Where it came from, for people. */
  readonly source: string;
  /** Which issuers a certificate may name: a service that signs in through others names those. */
  readonly issuers: readonly string[];
  /** What the authority wants signed as proof of the key: the address, else the subject. */
  readonly subject: string;
  readonly claims: JsonObject;
}

export interface TokenPlaces {
  /** A file that holds the token. */
  readonly file: string | null;
  readonly environment: Environment;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The token from a file, the environment, or GitHub's own service for workflows.
 *
 * @throws {SigningError} IDENTITY_TOKEN_MISSING, IDENTITY_TOKEN_INVALID, SIGNING_SERVICE_UNAVAILABLE
 */
export async function findIdentityToken(
  places: TokenPlaces,
  options: ServiceOptions,
): Promise<IdentityToken> {
  const { file, environment, now } = places;
  if (file !== null) return parseIdentityToken(readToken(file), file, now);
  const given = environment[TOKEN_VARIABLE];
  if (given) return parseIdentityToken(given, TOKEN_VARIABLE, now);
  const [url, secret] = [
    environment['ACTIONS_ID_TOKEN_REQUEST_URL'],
    environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ];
  if (url && secret) return parseIdentityToken(await askGitHub(url, secret, options), 'GitHub Actions', now);
  throw new SigningError(
    'IDENTITY_TOKEN_MISSING',
    'there is neither a key nor an identity token to sign with',
  );
}

/**
 * Reads a token without believing it: that it is genuine, the authority finds out.
 *
 * @throws {SigningError} IDENTITY_TOKEN_INVALID; the token is never repeated
 */
export function parseIdentityToken(text: string, source: string, now: number): IdentityToken {
  const invalid = (reason: string) =>
    new SigningError('IDENTITY_TOKEN_INVALID', `the identity token of ${source} ${reason}`, {
      subject: source,
    });
  const token = text.trim();
  const [header, payload, signature, ...rest] = token.split('.');
  if (!header || !payload || !signature || rest.length > 0) throw invalid('is not a JSON Web Token');
  const bytes = decodeBase64Url(payload);
  const json = bytes === null ? null : readStrictJson(bytes, { maxBytes: MAX_TOKEN_BYTES, numbers: 'any' });
  const claims = json !== null && 'value' in json ? json.value : null;
  if (!isObject(claims)) throw invalid('is not a JSON Web Token');
  const { exp, aud } = claims;
  if (typeof exp === 'number' && exp * 1000 <= now)
    throw invalid(`has expired, at ${new Date(exp * 1000).toISOString()}`);
  if (aud !== undefined && ![aud].flat().includes(AUDIENCE))
    throw invalid(`is for ${JSON.stringify(aud).slice(0, 200)} and not for ${AUDIENCE}`);
  const federated = claims['federated_claims'];
  const issuers = [textIn(claims, 'iss'), isObject(federated) ? textIn(federated, 'connector_id') : ''];
  const subject = textIn(claims, 'email') || textIn(claims, 'sub');
  if (issuers[0] === '' || subject === '') throw invalid('does not say who issued it, or for whom');
  if (textIn(claims, 'email') !== '' && claims['email_verified'] === false)
    throw invalid('has an address that nobody verified');
  return { text: token, source, issuers: issuers.filter((issuer) => issuer !== ''), subject, claims };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').slice(0, MAX_TOKEN_BYTES);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SigningError('IDENTITY_TOKEN_MISSING', `cannot read the identity token ${file}: ${reason}`, {
      subject: file,
      cause,
    });
  }
}

/** GitHub Docs, "OpenID Connect reference", "Methods for requesting the OIDC token". */
async function askGitHub(address: string, secret: string, options: ServiceOptions): Promise<string> {
  const url = URL.parse(address);
  if (url === null) {
    throw new SigningError('IDENTITY_TOKEN_MISSING', 'ACTIONS_ID_TOKEN_REQUEST_URL is not an address');
  }
  url.searchParams.set('audience', AUDIENCE);
  const request: ServiceRequest = {
    service: 'the token service of GitHub Actions',
    method: 'GET',
    url,
    headers: { accept: 'application/json', authorization: `bearer ${secret}` },
    secret,
    done: [200],
  };
  const answer = await askService(request, options);
  return readAnswer(object({ value: string(MAX_TOKEN_BYTES) }), answer, request).value;
}
