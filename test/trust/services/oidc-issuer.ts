import { generateKeyPairSync, sign, verify } from 'node:crypto';

/** What an identity token says. OpenID Connect Core 1.0, section 2 */
export interface TokenClaims {
  readonly sub: string;
  readonly email?: string;
  readonly [claim: string]: string | number | boolean | undefined;
}

/** Somebody who says who has signed in: RS256 tokens, and the key to check them with. */
export interface OidcIssuer {
  readonly url: string;
  /** A token for `sigstore`, valid for ten minutes; claims replace what stands there. */
  token(claims: TokenClaims): string;
  /** RFC 7517 */
  keys(): object;
  /** OpenID Connect Discovery 1.0, section 4 */
  configuration(): object;
  /** The claims of a token that holds, else a sentence. */
  read(token: string): TokenClaims | string;
}

const KEY_ID = 'hallmark-test';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function createOidcIssuer(url: string, now: () => Date): OidcIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const seconds = (): number => Math.floor(now().getTime() / 1000);
  return {
    url,
    token: (claims) => {
      const times = { iat: seconds(), nbf: seconds(), exp: seconds() + 600 };
      const verified = claims.email === undefined ? {} : { email_verified: true };
      const body = { iss: url, aud: 'sigstore', ...times, ...verified, ...claims };
      const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(body)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    keys: () => ({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }],
    }),
    configuration: () => ({
      issuer: url,
      jwks_uri: `${url}/keys`,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    read: (token) => {
      const [header = '', body = '', signature = ''] = token.split('.');
      const signed = Buffer.from(`${header}.${body}`);
      if (!verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url')))
        return 'the signature does not hold';
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as TokenClaims;
      const { iss, aud, exp, email, email_verified: isVerified } = claims;
      if (iss !== url) return `expected the issuer ${url}, got ${String(iss)}`;
      if (aud !== 'sigstore') return `expected the audience sigstore, got ${String(aud)}`;
      if (typeof exp !== 'number' || exp < seconds()) return 'the token has expired';
      if (email !== undefined && isVerified !== true) return 'the mail address is not verified';
      return claims;
    },
  };
}

/** What GitHub says about a workflow that runs for a tag, as its tokens have it. */
export function workflowClaims(repository: string, workflow: string, ref: string): TokenClaims {
  const [owner = ''] = repository.split('/');
  const workflowRef = `${repository}/.github/workflows/${workflow}@${ref}`;
  const commit = '5d7a0c3d1f9a4ef6b1c89b6f1f35d1f53c7f9a1e';
  return {
    sub: `repo:${repository}:ref:${ref}`,
    job_workflow_ref: workflowRef,
    job_workflow_sha: commit,
    workflow_ref: workflowRef,
    workflow_sha: commit,
    workflow: 'release',
    repository,
    repository_id: '1001',
    repository_owner: owner,
    repository_owner_id: '2002',
    repository_visibility: 'public',
    ref,
    sha: commit,
    event_name: 'push',
    runner_environment: 'github-hosted',
    run_id: '3003',
    run_attempt: '1',
  };
}
