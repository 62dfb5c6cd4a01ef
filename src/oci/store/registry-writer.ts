import type { Digest } from '../../model/digest.ts';
import { parseReference } from '../reference.ts';
import {
  type ConnectionOptions,
  connectRegistry,
  eitherSignal,
  type RegistryConnection,
} from '../registry/connection.ts';
import { hasBlob, mountBlob, sizeOfBlob, uploadBlob } from '../registry/uploads.ts';
import type { ImageWriter, NewManifest, StoredManifest } from './image-store.ts';
import { type AttachedEntry, attachedEntry, type ListedEntry } from './open-index.ts';
import { digestOfManifest, putManifest } from './put-manifest.ts';
import { referrersTags } from './referrers-tag.ts';
import { registryReader } from './registry-reader.ts';
import { inParallel } from '../toc/in-parallel.ts';

/** Waits for a registry that says to have understood a subject, and does not list it yet. */
const LISTING_WAIT_MS = 500;
const LISTING_TRIES = 4;
/** Manifests and lists that are written at the same time. */
const AT_A_TIME = 6;

/** A manifest with what it is attached to. */
interface Attached extends AttachedEntry {
  readonly stored: StoredManifest;
}

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

  /** Puts a manifest. @returns whether the registry says to have understood what it is attached to */
  async function putAttached(
    { stored, subject }: Attached,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const response = await putManifest(stored, {}, content, either(signal));
    await response.discard();
    return response.header('oci-subject') === subject;
  }

  /** Which of them who asks the API does not find; only its own list says so, whatever the answer to the PUT promised. */
  async function unlisted(
    subject: Digest,
    entries: readonly ListedEntry[],
    signal?: AbortSignal,
  ): Promise<readonly ListedEntry[]> {
    const { manifests } = await reader.listReferrers(subject, signal);
    const listed = manifests.filter(({ listedBy }) => listedBy.includes('api'));
    return entries.filter(({ digest }) => !listed.some((one) => one.digest === digest));
  }

  /** Sees to it that what was put is found by those who ask for it. @param isPromised whether the registry said that its API lists it */
  async function list(
    subject: Digest,
    entries: readonly ListedEntry[],
    isPromised: boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const left = await unlisted(subject, entries, signal);
      if (left.length === 0) return;
      if (!isPromised || tries === LISTING_TRIES) return tags.add(subject, left);
      await content.policy.sleep(LISTING_WAIT_MS * tries, either(signal));
    }
  }

  async function attachAll(manifests: readonly NewManifest[], signal?: AbortSignal): Promise<void> {
    const wanted = manifests.map((manifest): Attached => {
      const stored = { ...manifest, digest: digestOfManifest(manifest) };
      return { stored, ...attachedEntry(stored) };
    });
    const promised = new Set<Digest>();
    await inParallel(wanted, AT_A_TIME, async (one) => {
      if (await putAttached(one, signal)) promised.add(one.subject);
    });
    const lists = Map.groupBy(wanted, ({ subject }) => subject);
    await inParallel(lists, AT_A_TIME, ([subject, together]) =>
      list(
        subject,
        together.map(({ entry }) => entry),
        promised.has(subject),
        signal,
      ),
    );
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
      await attachAll([manifest], signal);
      return digestOfManifest(manifest);
    },
    attachAll,
  };
}
