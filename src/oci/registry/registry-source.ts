import type { ImageSource } from '../image.ts';
import { parseReference } from '../reference.ts';
import { resolveImages } from '../resolve-images.ts';
import { connectRegistry, eitherSignal } from './connection.ts';
import { readRootDocument, streamContent, streamRange } from './content.ts';
import { listReferrers } from './referrers.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry.ts';

/** A registry over HTTP. OCI distribution spec, "Pull". */
export const registrySource: ImageSource = createRegistrySource(DEFAULT_RETRY_POLICY);

/** As `registrySource`, with the caller's clock, sleep and chance. */
export function createRegistrySource(policy: RetryPolicy): ImageSource {
  return {
    scheme: 'registry',
    means: 'An image in a registry, named as for docker pull; the prefix may be left out.',
    async open(location, reference, options) {
      const { onProgress, platform } = options;
      const {
        content,
        signal: untilClosed,
        close,
      } = connectRegistry(parseReference(location), {
        ...options,
        policy,
      });
      try {
        onProgress?.({ kind: 'resolving', reference });
        const root = await readRootDocument(content, untilClosed);
        const images = await resolveImages(root, {
          reference,
          platform,
          onProgress,
          signal: options.signal,
          referrers: (subject) => listReferrers(subject, content, untilClosed),
          openContent: (descriptor, signal) =>
            streamContent(descriptor, content, eitherSignal(untilClosed, signal)),
          openRange: (descriptor, range, signal) =>
            streamRange(descriptor, range, content, eitherSignal(untilClosed, signal)),
        });
        return { images, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}
