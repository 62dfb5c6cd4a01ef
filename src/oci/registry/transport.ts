import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { OciError } from '../errors.ts';
import { connectionFailure, timedOut } from './connection-failure.ts';
import { isLoopback } from './endpoint.ts';

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
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What comes in pieces needs a `content-length`: not every registry takes a body of unknown length. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
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

/** @throws {OciError} REGISTRY_OPTIONS_INVALID when a proxy is not an address */
export function createTransport(options: TransportOptions): Transport {
  const { timeoutMs, offline } = options;
  const proxies = proxiesOf(options.environment);
  let connections: Promise<Connections> | null = null;
  return {
    async request({ method, url, headers, body, signal }) {
      signal.throwIfAborted();
      if (offline && !isLoopback(url)) {
        throw new OciError('OFFLINE', `${url.host} was not contacted: offline`, { subject: url.host });
      }
      connections ??= openConnections(timeoutMs, proxies);
      const { dispatcherFor } = await connections;
      try {
        const response = await dispatcherFor(url).request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: { 'user-agent': 'hallmark', 'accept-encoding': 'identity', ...headers },
          body: isStream(body) ? Readable.from(body) : (body ?? null),
          signal,
        });
        return toHttpResponse(response, url, signal, timeoutMs);
      } catch (error) {
        signal.throwIfAborted();
        throw connectionFailure(error, url, timeoutMs);
      }
    },
    async close() {
      await (await connections)?.close();
    },
  };
}

function isStream(body: HttpRequest['body']): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && Symbol.asyncIterator in body;
}

/** Empty where there is none, so that undici does not look at this process' own environment. */
interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

function proxiesOf(environment: TransportOptions['environment']): Proxies {
  const variable = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  const address = (name: string): string => {
    const value = variable(name);
    if (value === '') return '';
    const written = value.includes('://') ? value : `http://${value}`;
    if (/^https?:$/.test(URL.parse(written)?.protocol ?? '')) return written;
    // The value is not repeated: it may hold a password.
    throw new OciError('REGISTRY_OPTIONS_INVALID', `${name} is not the address of a proxy`, {
      subject: name,
    });
  };
  return {
    httpProxy: address('HTTP_PROXY'),
    httpsProxy: address('HTTPS_PROXY'),
    noProxy: variable('NO_PROXY'),
  };
}

interface Connections {
  readonly dispatcherFor: (url: URL) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** undici takes a tenth of a second to load, so it is loaded when the first request is made. */
async function openConnections(timeoutMs: number, proxies: Proxies): Promise<Connections> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const settings = {
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    allowH2: false,
  };
  const direct = new Agent(settings);
  const proxied = new EnvHttpProxyAgent({ ...settings, ...proxies });
  const proxyFor = (url: URL): string => (url.protocol === 'https:' ? proxies.httpsProxy : proxies.httpProxy);
  return {
    // undici would also send HTTPS through HTTP_PROXY, and loopback through either; curl and Go do not.
    dispatcherFor: (url) => (proxyFor(url) === '' || isLoopback(url) ? direct : proxied),
    async close() {
      await Promise.all([direct.destroy(), proxied.destroy()]);
    },
  };
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
    signal.throwIfAborted();
    throw connectionFailure(error, url, timeoutMs);
  }
}
