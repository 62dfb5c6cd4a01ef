import type { OciError } from '../errors.ts';
import type { ImageSource, OpenOptions } from '../image.ts';
import { parseReference } from '../reference.ts';
import { resolveImages } from '../resolve-images.ts';
import { readRootDocument, streamContent, streamRange, type ContentOptions } from './content.ts';
import { listReferrers } from './referrers.ts';
import { endpointsFor } from './endpoint.ts';
import { createRemoteRepository } from './repository.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { createTransport } from './transport.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/** A registry over HTTP. OCI distribution spec, "Pull". */
export const registrySource: ImageSource = createRegistrySource(DEFAULT_RETRY_POLICY);

/** As `registrySource`, with the caller's clock, sleep and chance. */
export function createRegistrySource(defaults: RetryPolicy): ImageSource {
  return {
    scheme: 'registry',
    means: 'An image in a registry, named as for docker pull; the prefix may be left out.',
    async open(location, reference, options) {
      const parsed = parseReference(location);
      const settings = options.registry ?? {};
      const endpoints = endpointsFor(parsed, settings);
      const policy = { ...defaults, attempts: settings.attempts ?? defaults.attempts };
      const { environment, onProgress, platform } = options;
      const transport = createTransport({
        timeoutMs: settings.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        offline: options.offline ?? false,
        environment,
      });
      const closing = new AbortController();
      const untilClosed = anyOf(closing.signal, options.signal);
      const report = (address: string, attempt: number, error: OciError): void =>
        onProgress?.({ kind: 'retrying', address, attempt, reason: error.message });
      const content: ContentOptions = {
        reference: parsed,
        policy,
        onRetry: (attempt, error) => report(parsed.registry, attempt, error),
        repository: createRemoteRepository({
          endpoints,
          name: parsed.repository,
          transport,
          policy,
          environment,
          signal: untilClosed,
          onRetry: report,
        }),
      };
      const close = async (): Promise<void> => {
        closing.abort();
        await transport.close();
      };
      try {
        onProgress?.({ kind: 'resolving', reference });
        const root = await readRootDocument(content, untilClosed);
        const images = await resolveImages(root, {
          reference,
          platform,
          onProgress,
          signal: options.signal,
          referrers: (subject) => listReferrers(subject, content, untilClosed),
          openContent: (descriptor, signal) => streamContent(descriptor, content, anyOf(untilClosed, signal)),
          openRange: (descriptor, range, signal) =>
            streamRange(descriptor, range, content, anyOf(untilClosed, signal)),
        });
        return { images, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

function anyOf(signal: AbortSignal, other: OpenOptions['signal']): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}
