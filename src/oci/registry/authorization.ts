import { OciError } from '../errors.ts';
import { applyShape, number, object, optional, ShapeMismatch, string } from '../shape.ts';
import { parseChallenges, type Challenge } from './challenge.ts';
import type { Credentials } from './credentials.ts';
import { isLoopback, printableAddress } from './endpoint.ts';
import { exchange, readBody, type Exchanged } from './exchange.ts';
import { responseFailure } from './failure.ts';
import type { Transport } from './transport.ts';

/**
 * Access to one repository at one endpoint. Nothing is sent until the endpoint asks (401 with a challenge); then
 * a token is fetched, or the password sent, as the challenge says, and kept for the next requests.
 * OCI distribution spec, "Authentication"; distribution project, "Token Authentication" and "OAuth2".
 */
export interface Authorizer {
  /** The value for `Authorization` that is good now, or null. */
  current(): string | null;
  /**
   * Answers a 401. Requests that were refused together get one token together.
   *
   * @param refused the value that the refused request carried
   * @returns the value to try again with; null when there is none
   */
  answer(response: Exchanged, refused: string | null): Promise<string | null>;
  /** The error for a request that stays refused. */
  refusal(response: Exchanged): OciError;
}

/** What is to be done in a repository, as scopes of tokens say it. distribution, "Token Scope Documentation". */
export type Actions = 'pull' | 'pull,push';

export interface AuthorizerOptions {
  readonly transport: Transport;
  /** Where credentials may come from; called once, when they are needed. */
  readonly findCredentials: () => Promise<Credentials | null>;
  /** `library/debian`. */
  readonly repository: string;
  readonly actions: Actions;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Grant {
  readonly header: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const TOKEN_BYTES = 1024 * 1024;
/** A token without a term, or with a shorter one, is good for a minute. distribution, "Token Response Fields". */
const SHORTEST_TERM_SECONDS = 60;
const LONGEST_TERM_SECONDS = 24 * 60 * 60;

const tokenShape = object({
  token: optional(string()),
  access_token: optional(string()),
  expires_in: optional(number),
});

export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { findCredentials, repository, actions, now } = options;
  let grant: Grant | null = null;
  let pending: Promise<Grant | null> | null = null;
  let lookUp: Promise<Credentials | null> | null = null;
  let known: Credentials | null = null;
  let unreadable: OciError | null = null;

  /** Unreadable credentials matter only if nobody may come in without: public images stay reachable. */
  async function credentials(): Promise<Credentials | null> {
    lookUp ??= findCredentials().catch((error: unknown) => {
      if (!(error instanceof OciError)) throw error;
      unreadable = error;
      return null;
    });
    known = await lookUp;
    return known;
  }

  async function obtain(response: Exchanged): Promise<Grant | null> {
    const challenges = parseChallenges(response.header('www-authenticate') ?? '');
    const bearer = challenges.find(
      ({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'),
    );
    const found = await credentials();
    if (found?.kind === 'registry-token') return { header: `Bearer ${found.token}`, expires: Infinity };
    if (bearer !== undefined) return fetchToken(bearer, response.url, found, options);
    if (found?.kind !== 'password' || !challenges.some(({ scheme }) => scheme === 'basic')) return null;
    return { header: basic(found.username, found.password), expires: Infinity };
  }

  function current(): string | null {
    return grant !== null && grant.expires > now() ? grant.header : null;
  }

  return {
    current,
    async answer(response, refused) {
      const other = current();
      if (other !== null && other !== refused) return other;
      pending ??= obtain(response).finally(() => {
        pending = null;
      });
      grant = await pending;
      return grant?.header ?? null;
    },
    refusal(response) {
      if (unreadable !== null) {
        const message = `${response.url.host} wants credentials for ${repository}, but ${unreadable.message}`;
        return new OciError('REGISTRY_CREDENTIALS', message, { subject: repository, cause: unreadable });
      }
      return refusal(response, repository, actions, known !== null);
    },
  };
}

function refusal(
  { url, status }: Exchanged,
  repository: string,
  actions: Actions,
  withCredentials: boolean,
): OciError {
  const verb = actions === 'pull' ? 'pull' : 'push to';
  const who = withCredentials ? 'the stored credentials' : 'anonymous access';
  const message =
    status === 403
      ? `${url.host} does not allow ${withCredentials ? 'this user' : 'anonymous users'} to ${verb} ${repository} (HTTP 403)`
      : `${url.host} refused ${who} to ${repository} (HTTP ${status}): it is private or does not exist; ` +
        'registries such as Docker Hub answer the same for both';
  const remedy =
    'Check the name, and log in with docker login (or podman login) as a user who may push to it.';
  return new OciError('REGISTRY_UNAUTHORIZED', message, {
    subject: repository,
    ...(actions === 'pull' ? {} : { remedy }),
  });
}

/** Exchanges credentials, or none, for a token with the right to pull; null when they are refused. */
async function fetchToken(
  challenge: Challenge,
  registry: URL,
  credentials: Credentials | null,
  options: AuthorizerOptions,
): Promise<Grant | null> {
  const { transport, repository, signal, now } = options;
  const realm = tokenAddress(challenge.parameters.get('realm') ?? '', registry);
  const service = challenge.parameters.get('service');
  const fields = {
    ...(service === undefined ? {} : { service }),
    client_id: 'hallmark',
  };
  const request = tokenRequest(realm, fields, scopesOf(challenge, options), credentials);
  const response = await exchange(transport, { signal, ...request });
  if (response.status === 401 || response.status === 403) {
    await response.discard();
    return null;
  }
  const subject = `a token for ${repository}`;
  if (response.status !== 200) {
    throw await responseFailure(response, { notFound: 'REGISTRY_PROTOCOL', subject, repository }, now());
  }
  const { token, seconds } = readToken(await readBody(response, TOKEN_BYTES), realm);
  return { header: `Bearer ${token}`, expires: now() + seconds * 1000 };
}

/**
 * What the token is to be good for. Who came to write asks for that from the first request on: a token for reading that
 * happens to be fetched first would only be refused later.
 */
function scopesOf(challenge: Challenge, { repository, actions }: AuthorizerOptions): string[] {
  const own = `repository:${repository}:`;
  // Taking a blob over from another repository asks for a right to read there too.
  const asked = (challenge.parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (actions === 'pull' && asked.length > 0) return asked;
  return [own + actions, ...asked.filter((scope) => !scope.startsWith(own))];
}

function tokenRequest(
  realm: URL,
  fields: Readonly<Record<string, string>>,
  scopes: readonly string[],
  credentials: Credentials | null,
) {
  if (credentials?.kind === 'identity-token') {
    const grant = { grant_type: 'refresh_token', refresh_token: credentials.token, scope: scopes.join(' ') };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams({ ...fields, ...grant }).toString();
    return { method: 'POST', url: realm, headers, body } as const;
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials?.kind !== 'password') return { method: 'GET', url, headers: {} } as const;
  url.searchParams.set('account', credentials.username);
  const headers = { authorization: basic(credentials.username, credentials.password) };
  return { method: 'GET', url, headers } as const;
}

/**
 * The registry names the token server, which gets the password: it must be as well protected as the registry, and a
 * registry elsewhere must not point at services of this machine.
 */
function tokenAddress(realm: string, registry: URL): URL {
  const url = URL.parse(realm);
  if (url !== null && isSafeRealm(url, registry)) return url;
  const message = `${registry.host} names a token server that is not a safe https address`;
  throw new OciError('REGISTRY_PROTOCOL', message, { subject: registry.host });
}

function isSafeRealm(realm: URL, registry: URL): boolean {
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:') return false;
  if (isLoopback(realm)) return isLoopback(registry);
  return realm.protocol === 'https:' || (registry.protocol === 'http:' && !isLoopback(registry));
}

function readToken(body: Buffer, realm: URL): { token: string; seconds: number } {
  const invalid = (): OciError =>
    new OciError('REGISTRY_PROTOCOL', `${printableAddress(realm)} did not answer with a token`, {
      subject: realm.host,
    });
  const answer = applyShape(tokenShape, parseJson(body.toString('utf8')));
  if (answer instanceof ShapeMismatch) throw invalid();
  const token = answer.token || answer.access_token;
  // What is put into a header must not begin another one.
  if (!token || !/^[\x21-\x7e]+$/.test(token)) throw invalid();
  const term = answer.expires_in ?? SHORTEST_TERM_SECONDS;
  return { token, seconds: Math.min(Math.max(term, SHORTEST_TERM_SECONDS), LONGEST_TERM_SECONDS) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
