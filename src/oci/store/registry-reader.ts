import { parseManifest } from '../manifest.ts';
import { eitherSignal, type RegistryConnection } from '../registry/connection.ts';
import { nameOf, readNamedDocument, streamContent } from '../registry/content.ts';
import { orAbsent } from '../registry/paging.ts';
import { listReferrers } from '../registry/referrers.ts';
import { listTags } from '../registry/tags.ts';
import { verifyStream } from '../verified-stream.ts';
import type { ImageReader } from './image-store.ts';

/** A repository of a registry. OCI distribution spec, "Pull". */
export function registryReader({ content, signal: untilClosed, close }: RegistryConnection): ImageReader {
  const name = nameOf(content.reference);
  return {
    name,
    repository: content.reference,
    async readManifest(wanted, signal) {
      const found = await orAbsent(readNamedDocument(wanted, content, eitherSignal(untilClosed, signal)));
      if (found === null) return null;
      const { bytes, digest } = found;
      const written = (): string =>
        parseManifest(bytes, undefined, `the manifest ${wanted} of ${name}`).mediaType;
      return { bytes, digest, mediaType: found.mediaType ?? written() };
    },
    openBlob({ mediaType, digest, sizeBytes }, signal) {
      const descriptor = {
        mediaType,
        digest,
        sizeBytes,
        platform: null,
        artifactType: null,
        annotations: {},
      };
      return verifyStream(streamContent(descriptor, content, eitherSignal(untilClosed, signal)), {
        digest,
        sizeBytes,
        subject: `the blob ${digest} of ${name}`,
      });
    },
    listReferrers: (subject, signal) => listReferrers(subject, content, eitherSignal(untilClosed, signal)),
    listTags: (signal) => listTags(content, eitherSignal(untilClosed, signal)),
    close,
  };
}
