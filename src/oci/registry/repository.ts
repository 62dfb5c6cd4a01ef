import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { createAuthorizer, type Actions, type Authorizer } from './authorization.ts';
import { isNotTls } from './connection-failure.ts';
import { findCredentials, type Environment } from './credentials.ts';
import type { Addresses, Endpoint, Endpoints } from './endpoint.ts';
import { exchange, type Exchanged } from './exchange.ts';
import { responseFailure, writeFailure, type Wanted } from './failure.ts';
import { withRetries, type OnRetry, type RetryPolicy } from './retry.ts';
import type { HttpRequest, Transport } from './transport.ts';

/** Something below `/v2/NAME/`. OCI distribution spec, "Pull". */
export interface ContentRequest extends Wanted {
  readonly path: `manifests/${string}` | `blobs/${Digest}` | `referrers/${Digest}` | 'tags/list';
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the question mark; default: nothing. */
  readonly query?: string;
}

/** A change of what the registry has, or a question about it. OCI distribution spec, "Push". */
export interface WriteRequest extends Wanted {
  readonly method: 'HEAD' | 'POST' | 'PUT';
  /** Below `/v2/NAME/`, or where an earlier answer said that an upload goes on. */
  readonly to: string | URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A long one is opened anew for each try. */
  readonly body?: Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** The statuses that mean it was done. */
  readonly done: readonly number[];
}

/** A repository that several endpoints serve: mirrors first, the registry last. */
export interface RemoteRepository {
  /**
   * Asks the registry itself to keep something; mirrors only read.
   *
   * @throws {OciError}
   */
  write(request: WriteRequest, signal: AbortSignal): Promise<Exchanged>;
  /** As `write`, but tried once: for a step of something that can only be tried again as a whole. */
  writeOnce(request: WriteRequest, signal: AbortSignal): Promise<Exchanged>;
  /**
   * Reads content from the first endpoint that has it. A mirror that failed is not asked again.
   *
   * @param accept makes something of a response with the content; when it fails, the endpoint has failed
   * @throws {OciError} that of the registry itself
   */
  get<T>(
    request: ContentRequest,
    signal: AbortSignal,
    accept: (response: Exchanged) => Promise<T> | T,
  ): Promise<T>;
}

export interface RemoteRepositoryOptions {
  readonly endpoints: Endpoints;
  /** `library/debian`. */
  readonly name: string;
  /** What to ask a token for. Default: `pull`. */
  readonly actions?: Actions;
  readonly transport: Transport;
  readonly policy: RetryPolicy;
  readonly environment: Environment;
  /** Ends token requests, which serve several requests at once. */
  readonly signal: AbortSignal;
  readonly onRetry: (host: string, ...retry: Parameters<OnRetry>) => void;
}

/** What is known about an endpoint after the first request. */
interface Access {
  readonly endpoint: Endpoint;
  readonly authorizer: Authorizer;
  /** Those of the endpoint's addresses that may still be the right one. */
  bases: Addresses;
}

/** What is sent to an endpoint, at whichever of its addresses. */
interface Message {
  readonly method: HttpRequest['method'];
  readonly address: (base: URL) => URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: WriteRequest['body'];
}

export function createRemoteRepository(options: RemoteRepositoryOptions): RemoteRepository {
  const { transport, policy, name } = options;
  const registry = toAccess(options.endpoints.registry, options);
  let mirrors = options.endpoints.mirrors.map((mirror) => toAccess(mirror, options));

  async function send(access: Access, message: Message, signal: AbortSignal): Promise<Exchanged> {
    const authorized = access.authorizer.current();
    const response = await sendOnce(access, message, authorized, signal);
    if (response.status !== 401 || response.elsewhere) return response;
    const authorization = await access.authorizer.answer(response, authorized);
    if (authorization === null) return response;
    await response.discard();
    return sendOnce(access, message, authorization, signal);
  }

  async function sendOnce(
    access: Access,
    message: Message,
    authorization: string | null,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const [base, next, ...others] = access.bases;
    const url = message.address(base);
    // an upload may go on at a host of storage, which is not to get the registry's credentials
    const authorized = authorization !== null && url.origin === base.origin;
    const headers = { ...message.headers, ...(authorized ? { authorization } : {}) };
    const { method, body } = message;
    try {
      const sent = typeof body === 'function' ? body() : body;
      const request = { method, url, headers, signal, ...(sent === undefined ? {} : { body: sent }) };
      const response = await exchange(transport, request);
      access.bases = [base];
      return response;
    } catch (error) {
      if (next === undefined || !isNotTls(error)) throw error;
      access.bases = [next, ...others];
      return sendOnce(access, message, authorization, signal);
    }
  }

  async function getFrom(access: Access, request: ContentRequest, signal: AbortSignal): Promise<Exchanged> {
    const address = (base: URL): URL => {
      const url = new URL(`v2/${name}/${request.path}`, base);
      url.search = request.query ?? '';
      if (access.endpoint.namespace !== null) url.searchParams.set('ns', access.endpoint.namespace);
      return url;
    };
    const message: Message = { method: 'GET', address, headers: request.headers };
    return settle(access, request, [200, 206], await send(access, message, signal), responseFailure);
  }

  async function writeOnce({ to, done, ...request }: WriteRequest, signal: AbortSignal): Promise<Exchanged> {
    const address = (base: URL): URL => (typeof to === 'string' ? new URL(`v2/${name}/${to}`, base) : to);
    return settle(
      registry,
      request,
      done,
      await send(registry, { ...request, address }, signal),
      writeFailure,
    );
  }

  async function settle(
    access: Access,
    wanted: Wanted,
    done: readonly number[],
    response: Exchanged,
    failure: typeof responseFailure,
  ): Promise<Exchanged> {
    if (done.includes(response.status)) return response;
    if (!response.elsewhere && (response.status === 401 || response.status === 403)) {
      await response.discard();
      throw access.authorizer.refusal(response);
    }
    throw await failure(response, wanted, policy.now());
  }

  return {
    writeOnce,
    write(request, signal) {
      return withRetries(
        () => writeOnce(request, signal),
        policy,
        signal,
        (attempt, error) => options.onRetry(registry.endpoint.credentialHost, attempt, error),
      );
    },
    async get(request, signal, accept) {
      const getPatiently = (access: Access, onRetry: OnRetry) =>
        withRetries(async () => accept(await getFrom(access, request, signal)), policy, signal, onRetry);
      for (const mirror of mirrors) {
        const host = mirror.endpoint.credentialHost;
        let tries = 1;
        const onRetry: OnRetry = (attempt, error) => {
          tries = attempt + 1;
          options.onRetry(host, attempt, error);
        };
        try {
          return await getPatiently(mirror, onRetry);
        } catch (error) {
          if (signal.aborted || !(error instanceof OciError)) throw error;
          mirrors = mirrors.filter((other) => other !== mirror);
          options.onRetry(host, tries, error);
        }
      }
      return getPatiently(registry, (attempt, error) =>
        options.onRetry(registry.endpoint.credentialHost, attempt, error),
      );
    },
  };
}

function toAccess(endpoint: Endpoint, options: RemoteRepositoryOptions): Access {
  const { transport, name: repository, actions = 'pull', environment, policy, signal } = options;
  const { credentialHost, bases } = endpoint;
  const authorizer = createAuthorizer({
    transport,
    repository,
    actions,
    signal,
    now: policy.now,
    findCredentials: () => findCredentials(credentialHost, repository, environment),
  });
  return { endpoint, authorizer, bases };
}
