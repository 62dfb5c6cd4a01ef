/**
 * An OCI layout, in a directory or an archive, as a store to read from. A layout has neither tags nor a list of referrers:
 * names are annotations of its index, and what an entry refers to stands in the manifest itself. OCI image spec,
 * image-layout.md.
 */
import { resolve } from 'node:path';
import { type Digest, digestHex, isDigest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { type ImageIndex, isManifestMediaType, MAX_MANIFEST_BYTES, parseManifest } from '../manifest.ts';
import type { ConnectionOptions } from '../registry/connection.ts';
import { referrersTag } from '../registry/referrers.ts';
import { openArchive } from '../sources/archive.ts';
import type { FileStore } from '../sources/file-store.ts';
import { parseLocation } from '../sources/location.ts';
import { directoryStore } from '../sources/oci-directory.ts';
import {
  ambiguousImage,
  blobPath,
  chosenEntries,
  COSIGN_KIND,
  COSIGN_KINDS,
  isAttached,
  isNamed,
  type LayoutChoice,
  layoutOptions,
  namesOf,
  readLayoutIndex,
} from '../sources/oci-layout.ts';
import { readVerified, verifyStream } from '../verified-stream.ts';
import type { ImageReader, Referrer, ReferrerList, StoredManifest } from './image-store.ts';
import type { OpenedReader } from './open-reader.ts';

/** Entries of an index that are opened to see what they refer to. */
const MAX_ENTRIES = 4096;

/** @throws {OciError} what keeps the layout from being read, IMAGE_NOT_FOUND, IMAGE_AMBIGUOUS */
export async function openDirectoryReader(
  location: string,
  options: ConnectionOptions,
): Promise<OpenedReader> {
  const { path, ...choice } = await parseLocation(location);
  return openLayoutReader(directoryStore(resolve(path)), choice, async () => {}, options);
}

/** @throws {OciError} as {@link openDirectoryReader} */
export async function openArchiveReader(location: string, options: ConnectionOptions): Promise<OpenedReader> {
  const { path, ...choice } = await parseLocation(location);
  const archive = await openArchive(path, options);
  try {
    return await openLayoutReader(archive, choice, () => archive.close(), options);
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function openLayoutReader(
  files: FileStore,
  choice: LayoutChoice,
  close: () => Promise<void>,
  options: ConnectionOptions,
): Promise<OpenedReader> {
  const index = await readLayoutIndex(files, options.signal);
  if (index === null) {
    throw new OciError('SOURCE_UNKNOWN', `${files.name} is not an OCI layout: it has no index.json`, {
      subject: files.name,
      remedy: 'Name the image in its registry, or save it as an OCI layout (oci-dir:, oci-archive:).',
    });
  }
  const reader = layoutReader(files, index, close);
  if (choice.digest !== null) return { reader, name: choice.digest };
  const entries = await chosenEntries(index, choice, layoutOptions(files, files.name, options));
  const [only] = entries;
  if (only === undefined || entries.length > 1) throw ambiguousImage(files, entries);
  return { reader, name: only.digest };
}

/** What a manifest refers to; null for indexes and for manifests that refer to nothing. */
function subjectOf({ bytes, mediaType, digest }: StoredManifest, store: string): Digest | null {
  const document = parseManifest(bytes, mediaType, `the manifest ${digest} of ${store}`);
  return document.kind === 'manifest' ? (document.subject?.digest ?? null) : null;
}

/** A layout whose index has been read. */
export function layoutReader(files: FileStore, index: ImageIndex, close: () => Promise<void>): ImageReader {
  const { name } = files;
  let attached: Promise<Attached> | null = null;

  async function readManifest(wanted: string, signal?: AbortSignal): Promise<StoredManifest | null> {
    const entry = findEntry(index, wanted);
    const digest = isDigest(wanted) ? wanted : entry?.digest;
    const sizeBytes = digest === undefined ? null : await files.sizeOf(blobPath(digest));
    if (digest === undefined || sizeBytes === null) return null;
    const subject = `the manifest ${digest} of ${name}`;
    if (sizeBytes > MAX_MANIFEST_BYTES) {
      const message = `${subject} has ${sizeBytes} bytes; at most ${MAX_MANIFEST_BYTES} are read`;
      throw new OciError('MANIFEST_INVALID', message, { subject });
    }
    const mismatch = 'MANIFEST_DIGEST_MISMATCH';
    const content = files.open(blobPath(digest), signal);
    const bytes = await readVerified(content, { digest, sizeBytes, subject, mismatch });
    return {
      bytes,
      digest,
      mediaType: entry?.mediaType ?? parseManifest(bytes, undefined, subject).mediaType,
    };
  }

  async function taggedReferrers(subject: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]> {
    const found = await readManifest(referrersTag(subject), signal);
    if (found === null) return [];
    const document = parseManifest(found.bytes, found.mediaType, `the referrers of ${subject} in ${name}`);
    return document.kind === 'index' ? document.manifests : [];
  }

  return {
    name,
    readManifest,
    openBlob({ digest, sizeBytes }, signal) {
      const subject = `the blob ${digest} of ${name}`;
      return verifyStream(files.open(blobPath(digest), signal), { digest, sizeBytes, subject });
    },
    async listReferrers(subject, signal) {
      attached ??= readAttached(index, name, (digest) => readManifest(digest, signal));
      const { bySubject, failures, isTruncated } = await attached;
      const tagged = await orFailure(taggedReferrers(subject, signal));
      const own = bySubject.get(subject) ?? [];
      const others = (tagged instanceof OciError ? [] : tagged).filter(
        ({ digest }) => !own.some((one) => one.digest === digest),
      );
      return {
        manifests: [...own.map(listedBy('layout')), ...others.map(listedBy('tag'))],
        failures: tagged instanceof OciError ? [...failures, tagged] : failures,
        isTruncated,
        requests: 1,
        roundTrips: 1,
      };
    },
    async listTags() {
      return [...new Set(index.manifests.flatMap((entry) => namesOf(entry).slice(0, 1)))];
    },
    close,
  };
}

const listedBy =
  (source: 'layout' | 'tag') =>
  (entry: Descriptor): Referrer => ({ ...entry, listedBy: [source] });

/** The entry behind a digest or name, or that which cosign would have put behind a tag of a registry. */
function findEntry(index: ImageIndex, wanted: string): Descriptor | undefined {
  const { manifests } = index;
  if (isDigest(wanted)) return manifests.find(({ digest }) => digest === wanted);
  const named = manifests.find((entry) => isNamed(entry, wanted));
  if (named !== undefined) return named;
  const [, hex = '', suffix = ''] = /^sha256-([0-9a-f]{64})\.(sig|att)$/.exec(wanted) ?? [];
  // cosign saves one image to a layout; with several nobody could tell whose signatures they are
  const [image, ...others] = manifests.filter((entry) => !isAttached(entry));
  if (image === undefined || others.length > 0 || digestHex(image.digest) !== hex) return undefined;
  return manifests.find(({ annotations }) => annotations[COSIGN_KIND] === COSIGN_KINDS[suffix]);
}

type Attached = Pick<ReferrerList, 'failures' | 'isTruncated'> & {
  readonly bySubject: ReadonlyMap<Digest, readonly Descriptor[]>;
};

/** Opens every manifest that the index lists, once for all subjects. */
async function readAttached(
  index: ImageIndex,
  store: string,
  read: (digest: Digest) => Promise<StoredManifest | null>,
): Promise<Attached> {
  const bySubject = new Map<Digest, Descriptor[]>();
  const failures: OciError[] = [];
  const entries = index.manifests.filter(({ mediaType }) => isManifestMediaType(mediaType));
  for (const entry of entries.slice(0, MAX_ENTRIES)) {
    const found = await orFailure(read(entry.digest).then((stored) => stored && subjectOf(stored, store)));
    if (found instanceof OciError) failures.push(found);
    else if (found !== null) bySubject.set(found, [...(bySubject.get(found) ?? []), entry]);
  }
  return { bySubject, failures, isTruncated: entries.length > MAX_ENTRIES };
}

/** The error that keeps one thing from being read where others can be. */
async function orFailure<T>(reading: Promise<T>): Promise<T | OciError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof OciError) return error;
    throw error;
  }
}
