import type { ServerResponse } from 'node:http';
import { sendError, type Intercept, type RecordedRequest } from './fake-registry.ts';

/** Decides about a token request: the token, or null to refuse. */
export type Grant = (request: TokenRequest) => string | null;

export interface TokenRequest {
  readonly method: string;
  /** Fields of the query, or of the body of a POST. */
  readonly fields: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/**
 * Makes a registry demand tokens, and serves them at `/token` as the distribution project's token server does.
 * Every token that was granted is good; others are refused.
 */
export function demandTokens(
  grant: Grant,
  answer: (token: string) => object = (token) => ({ token, expires_in: 300 }),
): Intercept {
  const granted = new Set<string>();
  return (request, response) => {
    if (new URL(request.url, 'http://registry').pathname === '/token') {
      const token = grant(toTokenRequest(request));
      if (token === null) sendError(response, 401, 'UNAUTHORIZED');
      else {
        granted.add(`Bearer ${token}`);
        sendJson(response, answer(token));
      }
      return true;
    }
    if (granted.has(request.authorization ?? '')) return false;
    sendChallenge(request, response);
    return true;
  };
}

/** 401 with the challenge of a registry whose token server is itself. */
export function sendChallenge(request: RecordedRequest, response: ServerResponse): void {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(request.url)?.[1] ?? '';
  const realm = `http://${request.host}/token`;
  const challenge = `Bearer realm="${realm}",service="fake registry",scope="repository:${repository}:pull"`;
  sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function toTokenRequest({ method, url, body, authorization }: RecordedRequest): TokenRequest {
  const { searchParams } = new URL(url, 'http://registry');
  const fields = Object.fromEntries(method === 'POST' ? new URLSearchParams(body) : searchParams);
  return { method, fields, authorization };
}

export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
