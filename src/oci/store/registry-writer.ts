import type { Digest } from '../../model/digest.ts';
import { parseReference } from '../reference.ts';
import {
  type ConnectionOptions,
  connectRegistry,
  eitherSignal,
  type RegistryConnection,
} from '../registry/connection.ts';
import { hasBlob, mountBlob, sizeOfBlob, uploadBlob } from '../registry/uploads.ts';
import type { ImageWriter, StoredManifest } from './image-store.ts';
import { attachedEntry } from './open-index.ts';
import { digestOfManifest, putManifest } from './put-manifest.ts';
import { referrersTags } from './referrers-tag.ts';
import { registryReader } from './registry-reader.ts';

/** Waits for a registry that says to have understood a subject, and does not list it yet. */
const LISTING_WAIT_MS = 500;
const LISTING_TRIES = 4;

/**
 * The repository that a reference names, to write to. What is read back comes from the registry itself, never from a mirror.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function openRegistryWriter(reference: string, options: ConnectionOptions): ImageWriter {
  const registry = { ...options.registry, mirrors: {} };
  return registryWriter(
    connectRegistry(parseReference(reference), { ...options, registry, actions: 'pull,push' }),
  );
}

/** OCI distribution spec, "Push". */
function registryWriter(connection: RegistryConnection): ImageWriter {
  const { content, signal: untilClosed } = connection;
  const reader = registryReader(connection);
  const tags = referrersTags(content, untilClosed);
  const either = (signal: AbortSignal | undefined): AbortSignal => eitherSignal(untilClosed, signal);

  /** Whether those who ask the API find it; only its own list says so, whatever the answer to the PUT promised. */
  async function isListedByApi(subject: Digest, digest: Digest, signal?: AbortSignal): Promise<boolean> {
    const { manifests } = await reader.listReferrers(subject, signal);
    return manifests.some((entry) => entry.digest === digest && entry.listedBy.includes('api'));
  }

  return {
    ...reader,
    hasBlob: (digest, signal) => hasBlob(digest, content, either(signal)),
    sizeOfBlob: (digest, signal) => sizeOfBlob(digest, content, either(signal)),
    writeBlob: (blob, open, signal) => uploadBlob(blob, open, content, either(signal)),
    async mountBlob(digest, { repository: from }, signal) {
      const { registry, repository } = content.reference;
      if (from?.registry !== registry || from.repository === repository) return false;
      return mountBlob(digest, from.repository, content, either(signal));
    },
    async writeManifest(manifest, { tag } = {}, signal) {
      const response = await putManifest(manifest, { tag }, content, either(signal));
      await response.discard();
      return digestOfManifest(manifest);
    },
    async attach(manifest, signal) {
      const digest = digestOfManifest(manifest);
      const stored: StoredManifest = { ...manifest, digest };
      const { subject, entry } = attachedEntry(stored);
      const response = await putManifest(stored, {}, content, either(signal));
      await response.discard();
      const isPromised = response.header('oci-subject') === subject;
      for (let tries = 1; ; tries += 1) {
        if (await isListedByApi(subject, digest, signal)) return digest;
        if (!isPromised || tries === LISTING_TRIES) break;
        await content.policy.sleep(LISTING_WAIT_MS * tries, either(signal));
      }
      await tags.add(subject, entry);
      return digest;
    },
  };
}
