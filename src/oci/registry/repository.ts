import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { createAuthorizer, type Authorizer } from './authorization.ts';
import { isNotTls } from './connection-failure.ts';
import { findCredentials, type Environment } from './credentials.ts';
import type { Addresses, Endpoint, Endpoints } from './endpoint.ts';
import { exchange, type Exchanged } from './exchange.ts';
import { responseFailure, type Wanted } from './failure.ts';
import { withRetries, type OnRetry, type RetryPolicy } from './retry.ts';
import type { Transport } from './transport.ts';

/** Something below `/v2/NAME/`. OCI distribution spec, "Pull". */
export interface ContentRequest extends Wanted {
  readonly path: `manifests/${string}` | `blobs/${Digest}` | `referrers/${Digest}`;
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the question mark; default: nothing. */
  readonly query?: string;
}

/** A repository that several endpoints serve: mirrors first, the registry last. */
export interface RemoteRepository {
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

export function createRemoteRepository(options: RemoteRepositoryOptions): RemoteRepository {
  const { transport, policy, name } = options;
  const registry = toAccess(options.endpoints.registry, options);
  let mirrors = options.endpoints.mirrors.map((mirror) => toAccess(mirror, options));

  async function send(access: Access, request: ContentRequest, signal: AbortSignal): Promise<Exchanged> {
    const authorized = access.authorizer.current();
    const response = await sendOnce(access, request, authorized, signal);
    if (response.status !== 401 || response.elsewhere) return response;
    const authorization = await access.authorizer.answer(response, authorized);
    if (authorization === null) return response;
    await response.discard();
    return sendOnce(access, request, authorization, signal);
  }

  async function sendOnce(
    access: Access,
    request: ContentRequest,
    authorization: string | null,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const [base, next, ...others] = access.bases;
    const url = new URL(`v2/${name}/${request.path}`, base);
    url.search = request.query ?? '';
    if (access.endpoint.namespace !== null) url.searchParams.set('ns', access.endpoint.namespace);
    const headers = { ...request.headers, ...(authorization === null ? {} : { authorization }) };
    try {
      const response = await exchange(transport, { method: 'GET', url, headers, signal });
      access.bases = [base];
      return response;
    } catch (error) {
      if (next === undefined || !isNotTls(error)) throw error;
      access.bases = [next, ...others];
      return sendOnce(access, request, authorization, signal);
    }
  }

  async function getFrom(access: Access, request: ContentRequest, signal: AbortSignal): Promise<Exchanged> {
    const response = await send(access, request, signal);
    if (response.status === 200 || response.status === 206) return response;
    if (!response.elsewhere && (response.status === 401 || response.status === 403)) {
      await response.discard();
      throw access.authorizer.refusal(response);
    }
    throw await responseFailure(response, request, policy.now());
  }

  return {
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
  const { transport, name: repository, environment, policy, signal } = options;
  const { credentialHost, bases } = endpoint;
  const authorizer = createAuthorizer({
    transport,
    repository,
    signal,
    now: policy.now,
    findCredentials: () => findCredentials(credentialHost, repository, environment),
  });
  return { endpoint, authorizer, bases };
}
