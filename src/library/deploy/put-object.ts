/** Brings one object to one place, with everything that it names: parts before the whole. docker-library/meta-scripts, `registry/push.go`. */
import { digestOf, type Digest } from '../../model/digest.ts';
import { createBlobCopier } from '../../oci/copy/copy-blobs.ts';
import { blobsOf, parseStored } from '../../oci/copy/image-parts.ts';
import { OciError } from '../../oci/errors.ts';
import type { ImageWriter, StoredManifest } from '../../oci/store/image-store.ts';
import { LibraryError } from '../errors.ts';
import { type DeployInput, FALLBACK } from './deploy-input.ts';
import { type DeployReference, formatDeployReference } from './deploy-reference.ts';
import type { DeployStores } from './deploy-stores.ts';

/** Smaller blobs are sent without asking whether they are there: a second request is not worth it. In bytes. */
const WORTH_ASKING = 65_535;

/** Indexes in indexes. */
const MAX_DEPTH = 4;

type Lookup = DeployInput['lookup'];

/**
 * @returns whether anything had to be written
 * @throws {OciError} MANIFEST_UNKNOWN, BLOB_UNKNOWN where a part is in none of its places, and what the registries throw
 */
export async function putObject(
  input: DeployInput,
  to: DeployReference,
  stores: DeployStores,
  signal?: AbortSignal,
): Promise<boolean> {
  if (input.type === 'blob') return putBlob(input, to, stores, signal);
  const stored = await manifestOf(input, stores, signal);
  return putManifest(stored, to, { lookup: input.lookup, stores, signal, depth: 0 });
}

/** Whether {@link putObject} would have to write anything. */
export async function isMissing(
  input: DeployInput,
  to: DeployReference,
  stores: DeployStores,
  signal?: AbortSignal,
): Promise<boolean> {
  if (input.type === 'blob') return to.digest === null || !(await stores.at(to).hasBlob(to.digest, signal));
  const digest = to.digest ?? (await manifestOf(input, stores, signal)).digest;
  return (await stores.at(to).readManifest(to.tag ?? digest, signal))?.digest !== digest;
}

async function manifestOf(
  { content }: DeployInput,
  stores: DeployStores,
  signal: AbortSignal | undefined,
): Promise<StoredManifest> {
  if (content.kind === 'data') {
    const { bytes, mediaType } = content;
    return { bytes, digest: digestOf(bytes), mediaType: mediaType ?? '' };
  }
  const { from } = content;
  return readFrom(from, from.digest ?? from.tag ?? '', stores, signal);
}

async function readFrom(
  place: DeployReference,
  name: string,
  stores: DeployStores,
  signal: AbortSignal | undefined,
): Promise<StoredManifest> {
  const found = await stores.at(place).readManifest(name, signal);
  if (found !== null) return found;
  const subject = `${formatDeployReference({ ...place, tag: null, digest: null })} ${name}`;
  throw new OciError('MANIFEST_UNKNOWN', `there is no manifest ${subject}, from where it was to be copied`, {
    subject,
  });
}

interface Surroundings {
  readonly lookup: Lookup;
  readonly stores: DeployStores;
  readonly signal: AbortSignal | undefined;
  readonly depth: number;
}

async function putManifest(
  stored: StoredManifest,
  to: DeployReference,
  around: Surroundings,
): Promise<boolean> {
  const { lookup, stores, signal, depth } = around;
  const writer = stores.at(to);
  const there = await writer.readManifest(to.tag ?? stored.digest, signal);
  if (there?.digest === stored.digest) return false;
  if (depth > MAX_DEPTH)
    throw new LibraryError('DOCUMENT_INVALID', `${stored.digest} is an index in too many indexes`);
  const document = parseStored(stored);
  const placeOf = (digest: Digest): DeployReference => lookup.get(digest) ?? lookup.get(FALLBACK) ?? to;
  if (document.kind === 'index') {
    for (const { digest } of document.manifests) {
      const place = placeOf(digest);
      const child = await readFrom(place, digest, stores, signal);
      const below = new Map([...lookup, [FALLBACK, place] as const]);
      await putManifest(child, { ...to, tag: null, digest }, { ...around, lookup: below, depth: depth + 1 });
    }
  } else {
    const byPlace = Map.groupBy(blobsOf(document), ({ digest }) => stores.at(placeOf(digest)));
    for (const [from, blobs] of byPlace) await createBlobCopier(from, writer, { signal }).copy(blobs);
  }
  await writer.writeManifest(stored, { tag: to.tag ?? undefined }, signal);
  return true;
}

async function putBlob(
  { content }: DeployInput,
  to: DeployReference,
  stores: DeployStores,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { digest } = to;
  if (digest === null) throw new TypeError('a blob without a digest');
  const writer = stores.at(to);
  if (content.kind === 'copy') return copyBlob(digest, stores.at(content.from), writer, signal);
  const { bytes } = content;
  if (bytes.length > WORTH_ASKING && (await writer.hasBlob(digest, signal))) return false;
  const blob = { mediaType: 'application/octet-stream', digest, sizeBytes: bytes.length };
  await writer.writeBlob(
    blob,
    async function* () {
      yield bytes;
    },
    signal,
  );
  return true;
}

/** Within a registry it is taken over; from one to another it is sent, and verified on its way. */
async function copyBlob(
  digest: Digest,
  from: ImageWriter,
  to: ImageWriter,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (await to.hasBlob(digest, signal)) return false;
  if ((await to.mountBlob?.(digest, from, signal)) === true) return true;
  const sizeBytes = (await from.sizeOfBlob?.(digest, signal)) ?? null;
  if (sizeBytes === null) {
    const message = `${from.name} does not have ${digest}, or does not say how large it is`;
    throw new OciError('BLOB_UNKNOWN', message, { subject: digest });
  }
  const blob = { mediaType: 'application/octet-stream', digest, sizeBytes };
  await to.writeBlob(blob, () => from.openBlob(blob, signal), signal);
  return true;
}
