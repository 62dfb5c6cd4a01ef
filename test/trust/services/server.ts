import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, startLoopbackServer, type LoopbackServer } from '../../loopback.ts';
import { createSigstore, type PeriodJson, type Sigstore } from './deployment.ts';
import { fulcioHandler } from './fulcio-server.ts';
import { createOidcIssuer, type OidcIssuer, type TokenClaims } from './oidc-issuer.ts';
import { rekorV1Handler, rekorV2Handler } from './rekor-server.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';

/** A deployment of Sigstore whose services listen on loopback. */
export interface SigstoreServer extends Sigstore, AsyncDisposable {
  readonly fulcioUrl: string;
  readonly rekorV1Url: string;
  readonly rekorV2Url: string;
  /** The whole address, as signing configurations have it. */
  readonly tsaUrl: string;
  /** The same authority as any other answers: 200, where Sigstore's answers 201. */
  readonly plainTsaUrl: string;
  readonly issuerUrl: string;
  /** A token of the deployment's own issuer. */
  token(claims: TokenClaims): string;
  /** `signing_config.v0.2.json`, with the log of that version. */
  signingConfig(rekor: 1 | 2, options?: SigningConfigOptions): SigningConfigJson;
}

export interface SigningConfigOptions {
  /** Default: true. */
  readonly hasTimestamps?: boolean;
}

export interface SigningConfigJson {
  mediaType: string;
  caUrls: ServiceJson[];
  oidcUrls: ServiceJson[];
  rekorTlogUrls: ServiceJson[];
  rekorTlogConfig: { selector: string };
  tsaUrls: ServiceJson[];
  tsaConfig: { selector: string };
}

export interface ServiceJson {
  url: string;
  majorApiVersion: number;
  validFor: PeriodJson;
  operator: string;
}

export async function startSigstore({ now }: { readonly now: () => Date }): Promise<SigstoreServer> {
  const sigstore = createSigstore({ now });
  await using stack = new AsyncDisposableStack();
  const start = async (
    handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ): Promise<string> => {
    const server: LoopbackServer = stack.use(await startLoopbackServer(handle));
    return `http://${server.host}`;
  };
  // The issuer's address is in its tokens: the server starts first.
  const issuerUrl = await start(async (request, response) => oidcAnswer(issuer, request, response));
  const issuer = createOidcIssuer(issuerUrl, now);
  const fulcioUrl = await start(fulcioHandler(sigstore.authority, issuer));
  const rekorV1Url = await start(rekorV1Handler(sigstore.logs[1]));
  const rekorV2Url = await start(rekorV2Handler(sigstore.logs[2]));
  const plainTsaUrl = await start(timestampHandler(sigstore.timestamps));
  const tsaUrl = `${plainTsaUrl}${SIGSTORE_PATH}`;
  const running = stack.move();

  const validFor = { start: new Date(now().getTime() - 24 * 60 * 60_000).toISOString() };
  const service = (url: string, majorApiVersion: number): ServiceJson => ({
    url,
    majorApiVersion,
    validFor,
    operator: 'hallmark.test',
  });
  return {
    ...sigstore,
    fulcioUrl,
    rekorV1Url,
    rekorV2Url,
    tsaUrl,
    plainTsaUrl,
    issuerUrl,
    token: (claims) => issuer.token(claims),
    signingConfig: (rekor, { hasTimestamps = true } = {}) => ({
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [service(fulcioUrl, 1)],
      oidcUrls: [],
      rekorTlogUrls: [service(rekor === 1 ? rekorV1Url : rekorV2Url, rekor)],
      rekorTlogConfig: { selector: 'ANY' },
      tsaUrls: hasTimestamps ? [service(tsaUrl, 1)] : [],
      tsaConfig: { selector: 'ANY' },
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function oidcAnswer(issuer: OidcIssuer, request: IncomingMessage, response: ServerResponse): void {
  const answer = {
    '/.well-known/openid-configuration': () => issuer.configuration(),
    '/keys': () => issuer.keys(),
  }[request.url ?? ''];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer?.() ?? {}));
}

const SIGSTORE_PATH = '/api/v1/timestamp';

/** RFC 3161, 3.4 */
function timestampHandler(timestamps: TimestampAuthority) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const query = await readBody(request);
    if (request.headers['content-type'] !== 'application/timestamp-query') {
      response.writeHead(400, { 'content-type': 'text/plain' }).end('not a timestamp query');
      return;
    }
    const status = request.url === SIGSTORE_PATH ? 201 : 200;
    response.writeHead(status, { 'content-type': 'application/timestamp-reply' });
    response.end(timestamps.answer(query));
  };
}
