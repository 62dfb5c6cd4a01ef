import type { Dispatcher } from 'undici';
import { OciError } from '../errors.ts';
import { isLoopback, printableAddress } from './endpoint.ts';
import { TransientOciError } from './retry.ts';

/**
 * HTTP as the registry client needs it: one request at a time without following redirects, a response whose body is
 * a stream, and every failure already an OciError.
 */
export interface Transport {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Ends all connections at once, those in use included. */
  close(): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Several fields of one name are joined by a comma. */
  header(name: string): string | null;
  /** To be read to its end, or given to `discard`: else the connection stays occupied. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): Promise<void>;
}

export interface TransportOptions {
  /** Longest silence in milliseconds: while connecting, before the response and within its body. */
  readonly timeoutMs: number;
  readonly offline: boolean;
  /** HTTP_PROXY, HTTPS_PROXY, NO_PROXY and their lower-case forms. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A connection is kept for the next request if the rest of an unwanted body is no longer than this. */
const DISCARD_BYTES = 64 * 1024;
/** A body that arrives more slowly than this counts as silence: one byte now and then must not hold a scan up. */
const LEAST_BYTES_PER_SECOND = 1024;

export function createTransport(options: TransportOptions): Transport {
  let connections: Promise<Connections> | null = null;
  return {
    async request({ method, url, headers, body, signal }) {
      signal.throwIfAborted();
      if (options.offline && !isLoopback(url)) {
        throw new OciError('OFFLINE', `${url.host} was not contacted: offline`, { subject: url.host });
      }
      connections ??= openConnections(options);
      const { dispatcherFor } = await connections;
      try {
        const response = await dispatcherFor(url).request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: { 'user-agent': 'hallmark', 'accept-encoding': 'identity', ...headers },
          body: body ?? null,
          signal,
        });
        return toHttpResponse(response, url, signal, options.timeoutMs);
      } catch (error) {
        throw toOciError(error, url, signal, options.timeoutMs);
      }
    },
    async close() {
      await (await connections)?.close();
    },
  };
}

interface Connections {
  readonly dispatcherFor: (url: URL) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** undici takes a tenth of a second to load, so it is loaded when the first request is made. */
async function openConnections({ timeoutMs, environment }: TransportOptions): Promise<Connections> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const settings = {
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    allowH2: false,
  };
  const variable = (name: string) => environment[name.toLowerCase()] || environment[name] || '';
  const proxies = { httpProxy: variable('HTTP_PROXY'), httpsProxy: variable('HTTPS_PROXY') };
  const direct = new Agent(settings);
  const proxied = proxyAgent(
    () => new EnvHttpProxyAgent({ ...settings, ...proxies, noProxy: variable('NO_PROXY') }),
  );
  const isProxied = (url: URL) =>
    !isLoopback(url) && (url.protocol === 'https:' ? proxies.httpsProxy : proxies.httpProxy) !== '';
  return {
    dispatcherFor: (url) => (isProxied(url) ? proxied : direct),
    async close() {
      await Promise.all([direct.destroy(), proxied.destroy()]);
    },
  };
}

/** The message does not repeat the address, which may hold a password, nor keep undici's error, which does. */
function proxyAgent<T>(create: () => T): T {
  try {
    return create();
  } catch {
    throw new OciError('REGISTRY_OPTIONS_INVALID', 'HTTP_PROXY or HTTPS_PROXY is not an address of a proxy', {
      subject: 'HTTPS_PROXY',
    });
  }
}

function toHttpResponse(
  response: Dispatcher.ResponseData,
  url: URL,
  signal: AbortSignal,
  timeoutMs: number,
): HttpResponse {
  return {
    status: response.statusCode,
    header: (name) => {
      const value = response.headers[name];
      return value === undefined ? null : typeof value === 'string' ? value : value.join(', ');
    },
    body: steadyBody(response.body, url, signal, timeoutMs),
    async discard() {
      try {
        await response.body.dump({ limit: DISCARD_BYTES, signal });
      } catch {
        // Only the connection is lost, which nobody needs: what was asked for is known from the status.
        signal.throwIfAborted();
      }
    },
  };
}

/** The body's chunks; fails when they trickle. Only time spent waiting counts, not that of whoever reads slowly. */
async function* steadyBody(
  body: AsyncIterable<Uint8Array>,
  url: URL,
  signal: AbortSignal,
  timeoutMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waitedMs = 0;
  let receivedBytes = 0;
  let since = performance.now();
  try {
    for await (const chunk of body) {
      waitedMs += performance.now() - since;
      receivedBytes += chunk.length;
      if (waitedMs >= timeoutMs) {
        if (receivedBytes < (LEAST_BYTES_PER_SECOND * waitedMs) / 1000) throw timedOut(url, timeoutMs, true);
        waitedMs = 0;
        receivedBytes = 0;
      }
      yield chunk;
      since = performance.now();
    }
  } catch (error) {
    throw toOciError(error, url, signal, timeoutMs);
  }
}

/** Who is silent from the start is not asked again; a body that stops in the middle may be resumed. */
function timedOut(url: URL, timeoutMs: number, inBody: boolean, cause?: unknown): OciError {
  const Failure = inBody ? TransientOciError : OciError;
  const message = `${url.host} was silent for ${timeoutMs / 1000} seconds: ${printableAddress(url)}`;
  return new Failure('REGISTRY_TIMEOUT', message, { subject: url.host, cause });
}

/** Failures that a second try does not mend: the address, the certificate, nobody there. */
const LASTING_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** The other side does not speak TLS: what a plain HTTP server answers to a TLS greeting. */
const NOT_TLS_CODES: ReadonlySet<string> = new Set(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER']);

/** True when a connection failed because the server at an https address does not speak TLS. */
export function isNotTls(error: unknown): boolean {
  return error instanceof OciError && NOT_TLS_CODES.has(codeOf(error.cause));
}

function toOciError(error: unknown, url: URL, signal: AbortSignal, timeoutMs: number): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof OciError) return error;
  const code = codeOf(error);
  if (/^UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    return timedOut(url, timeoutMs, code === 'UND_ERR_BODY_TIMEOUT', error);
  }
  if (isNotHttp(error, code)) {
    // Without the cause, which holds the bytes received: they could repeat what was sent.
    return new OciError('REGISTRY_PROTOCOL', `${url.host} did not answer in HTTP`, { subject: url.host });
  }
  const Failure = LASTING_CODES.has(code) || NOT_TLS_CODES.has(code) ? OciError : TransientOciError;
  const message = `${url.host} could not be reached: ${reason(code)}`;
  return new Failure('REGISTRY_UNAVAILABLE', message, { subject: url.host, cause: error });
}

function isNotHttp(error: unknown, code: string): boolean {
  return (error instanceof Error && error.name === 'HTTPParserError') || code === 'UND_ERR_HEADERS_OVERFLOW';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function reason(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name could not be resolved (${code})`;
  if (code === 'ECONNREFUSED') return `the connection was refused (${code})`;
  if (NOT_TLS_CODES.has(code)) return `it does not speak TLS (${code})`;
  if (/CERT|SIGNATURE/.test(code)) return `its certificate is not trusted (${code})`;
  return `the connection was lost${code === '' ? '' : ` (${code})`}`;
}
