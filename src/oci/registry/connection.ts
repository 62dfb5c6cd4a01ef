import type { OciError } from '../errors.ts';
import type { OpenOptions } from '../image.ts';
import type { ImageRef } from '../reference.ts';
import type { Actions } from './authorization.ts';
import type { ContentOptions } from './content.ts';
import { endpointsFor } from './endpoint.ts';
import { createRemoteRepository } from './repository.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { createTransport } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** One repository of a registry, with its connections. */
export interface RegistryConnection {
  readonly content: ContentOptions;
  /** Ends with the connection, and when the caller ends everything. */
  readonly signal: AbortSignal;
  readonly close: () => Promise<void>;
}

export interface ConnectionOptions extends Pick<
  OpenOptions,
  'environment' | 'offline' | 'registry' | 'onProgress' | 'signal'
> {
  /** Clock, sleep and chance. */
  readonly policy?: RetryPolicy;
  /** What to ask tokens for. Default: `pull`. */
  readonly actions?: Actions;
}

/**
 * Nothing is sent before something is asked for.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function connectRegistry(reference: ImageRef, options: ConnectionOptions): RegistryConnection {
  const { environment, onProgress, registry = {} } = options;
  const defaults = options.policy ?? DEFAULT_RETRY_POLICY;
  const policy = { ...defaults, attempts: registry.attempts ?? defaults.attempts };
  const endpoints = endpointsFor(reference, registry);
  const transport = createTransport({
    timeoutMs: registry.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    offline: options.offline ?? false,
    environment,
  });
  const closing = new AbortController();
  const signal = eitherSignal(closing.signal, options.signal);
  const report = (address: string, attempt: number, error: OciError): void =>
    onProgress?.({ kind: 'retrying', address, attempt, reason: error.message });
  const repository = createRemoteRepository({
    endpoints,
    name: reference.repository,
    actions: options.actions ?? 'pull',
    transport,
    policy,
    environment,
    signal,
    onRetry: report,
  });
  return {
    content: {
      reference,
      repository,
      policy,
      onRetry: (attempt, error) => report(reference.registry, attempt, error),
    },
    signal,
    async close() {
      closing.abort();
      await transport.close();
    },
  };
}

/** Ends with the first of the two. */
export function eitherSignal(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}
