import { exchange, readBody, type Exchanged } from '../../oci/registry/exchange.ts';
import { streamBlob, toBlobPart } from '../../oci/registry/blob-stream.ts';
import { responseFailure } from '../../oci/registry/failure.ts';
import { DEFAULT_RETRY_POLICY, withRetries, type RetryPolicy } from '../../oci/registry/retry.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import { UpdateError } from '../errors.ts';
import { ENVELOPE_PATH, filePath, type ChannelStore } from './channel-store.ts';
import { MAX_ENVELOPE_BYTES } from './signature.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

export interface WebStoreOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly offline?: boolean;
  readonly timeoutMs?: number | undefined;
  readonly policy?: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry?: (host: string, attempt: number, reason: string) => void;
}

/**
 * A channel that a web server has as plain files, in the arrangement of `openFolderStore`. Downloads that break go on
 * where they broke.
 *
 * @param address of the folder
 */
export function openWebStore(address: string, options: WebStoreOptions): ChannelStore {
  const base = new URL(address.endsWith('/') ? address : `${address}/`);
  const { signal, environment, offline = false, policy = DEFAULT_RETRY_POLICY } = options;
  const transport = createTransport({
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    offline,
    environment,
  });
  const onRetry = (attempt: number, error: Error) => options.onRetry?.(base.host, attempt, error.message);

  async function getOnce(path: string, from: number): Promise<Exchanged | null> {
    const headers = from === 0 ? {} : { range: `bytes=${from}-` };
    const url = new URL(path, base);
    const response = await exchange(transport, { method: 'GET', url, headers, signal });
    if (response.status === 200 || response.status === 206) return response;
    if (response.status === 404 || response.status === 410) {
      await response.discard();
      return null;
    }
    const wanted = {
      notFound: 'REGISTRY_PROTOCOL',
      subject: `${path} of ${address}`,
      repository: address,
    } as const;
    throw await responseFailure(response, wanted, policy.now());
  }

  return {
    name: address,
    readEnvelope: () =>
      withRetries(
        async () => {
          const response = await getOnce(ENVELOPE_PATH, 0);
          return response === null ? null : readBody(response, MAX_ENVELOPE_BYTES);
        },
        policy,
        signal,
        onRetry,
      ),
    readFile({ digest }) {
      const path = filePath(digest);
      const open = (from: number) =>
        withRetries(
          async () => {
            const response = await getOnce(path, from);
            if (response === null) {
              const message = `${address} does not have ${path}`;
              throw new UpdateError('CHANNEL_UNREADABLE', message, { subject: address });
            }
            return toBlobPart(response, from, path);
          },
          policy,
          signal,
          onRetry,
        );
      return streamBlob({ open, policy, signal, onRetry });
    },
    close: () => transport.close(),
  };
}
