import { exchange, readBody } from '../../oci/registry/exchange.ts';
import type { OciError } from '../../oci/errors.ts';
import { DEFAULT_RETRY_POLICY, withRetries, type RetryPolicy } from '../../oci/registry/retry.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import { UpdateError } from '../errors.ts';
import { downloadFile } from './download-file.ts';
import { createHostGate } from './host-gate.ts';
import {
  conditions,
  NO_VALIDATORS,
  validatorsOf,
  withoutContent,
  type Answer,
  type Send,
  type WebRequest,
} from './web-request.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

export interface WebOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly offline?: boolean;
  /** Longest silence, in milliseconds. */
  readonly timeoutMs?: number;
  readonly policy?: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry?: (host: string, attempt: number, reason: string) => void;
}

/** Fetches from web servers: conditionally, with retries, within bounds, and no more at a time than is polite. */
export interface WebClient {
  /** The content in memory. */
  read(request: WebRequest): Promise<Answer<Buffer>>;
  /** The content as a file; goes on where an earlier attempt broke off, in this process or another. */
  download(request: WebRequest & { readonly file: string }): Promise<Answer<string>>;
  close(): Promise<void>;
}

/** All its functions throw OciError and UpdateError. */
export function openWebClient(options: WebOptions): WebClient {
  const { environment, offline = false, signal, policy = DEFAULT_RETRY_POLICY } = options;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const transport = createTransport({ timeoutMs, offline, environment });
  const gate = createHostGate(policy);

  function sender({ address, headers: always = {}, intervalMs = 0 }: WebRequest): Send {
    const url = addressOf(address);
    return async (headers, use) => {
      const leave = await gate.enter(url.host, intervalMs, signal);
      try {
        const request = { method: 'GET', url, headers: { ...always, ...headers }, signal } as const;
        return await use(await exchange(transport, request));
      } finally {
        leave();
      }
    };
  }

  const onRetryOf = (address: string) => (attempt: number, error: OciError) =>
    options.onRetry?.(addressOf(address).host, attempt, error.message);

  return {
    read(request) {
      const { address, known = NO_VALIDATORS, limitBytes } = request;
      const send = sender(request);
      return withRetries(
        () =>
          send(conditions(known), async (response): Promise<Answer<Buffer>> => {
            const early = await withoutContent(response, address, policy);
            if (early !== null) return early;
            const content = await readBody(response, limitBytes);
            return { kind: 'fetched', content, validators: validatorsOf(response) };
          }),
        policy,
        signal,
        onRetryOf(address),
      );
    },
    download(request) {
      const { address } = request;
      return downloadFile(request, { send: sender(request), policy, signal, onRetry: onRetryOf(address) });
    },
    close: () => transport.close(),
  };
}

/** @throws {UpdateError} SOURCES_FILE_INVALID */
function addressOf(address: string): URL {
  const url = URL.parse(address);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  const message = `${address} is not an address of the web`;
  throw new UpdateError('SOURCES_FILE_INVALID', message, { subject: address });
}
