import type { Digest } from '../../model/digest.ts';
import { formatPlatform, type Platform } from '../../model/platform.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { LayeredImage, OpenOptions } from '../image.ts';
import {
  isIndexMediaType,
  isManifestMediaType,
  MAX_MANIFEST_BYTES,
  parseManifest,
  type ImageIndex,
} from '../manifest.ts';
import { hostPlatform, isAttestation, platformCandidates, platformNotFound } from '../platform-choice.ts';
import { manifestsBelow, readManifest, resolveEntry, type ResolveOptions } from '../resolve-images.ts';
import { readDocument, type FileStore } from './file-store.ts';
import { fullName, type Location } from './location.ts';

/** The name of an entry in a layout. OCI image spec, annotations.md. */
export const REF_NAME = 'org.opencontainers.image.ref.name';
/** Written by containerd, BuildKit and Docker: the full name, where the other has only the tag. */
const FULL_NAME = 'io.containerd.image.name';

/** The annotation that `cosign save` writes, by the suffix of the tag that the entry has in a registry. */
export const COSIGN_KIND = 'kind';
export const COSIGN_KINDS: Readonly<Record<string, string>> = {
  sig: 'dev.cosignproject.cosign/sigs',
  att: 'dev.cosignproject.cosign/atts',
};

/** Entries of an index that are opened to see whether they are attached to another one. */
const MAX_READ = 256;

/** Which entries of a layout's index are meant. */
export type LayoutChoice = Pick<Location, 'name' | 'digest'>;

/**
 * True for what a layout lists because it is about an image: an artifact with a subject, as oras lists it; the tag that
 * stands in for a list of referrers; cosign's tags, by name or as `cosign save` marks them.
 */
export function isAttached(entry: Pick<Descriptor, 'artifactType' | 'annotations'>): boolean {
  const { artifactType, annotations } = entry;
  return (
    artifactType !== null ||
    Object.values(COSIGN_KINDS).includes(annotations[COSIGN_KIND] ?? '') ||
    /^sha(?:256|512)-[0-9a-f]{64,128}(?:\.(?:sig|att|sbom))?$/.test(annotations[REF_NAME] ?? '')
  );
}

/** Where a layout keeps content. Algorithm and digits were checked when the digest was made. */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The names by which an entry may be called, the shortest first. */
export function namesOf(entry: Descriptor): string[] {
  const { [REF_NAME]: name, [FULL_NAME]: full } = entry.annotations;
  return [name, full].filter((one) => one !== undefined);
}

/** True when the user means this entry: by its name, in short or in full, or by the tag of a full name. */
export function isNamed(entry: Descriptor, name: string): boolean {
  return namesOf(entry).some(
    (one) => fullName(one) === fullName(name) || (one.includes('/') && one.endsWith(`:${name}`)),
  );
}

/** Reads the list of images of a layout. OCI image spec, image-layout.md, "index.json file". */
export async function readLayoutIndex(files: FileStore, signal?: AbortSignal): Promise<ImageIndex | null> {
  const bytes = await readDocument(files, 'index.json', MAX_MANIFEST_BYTES, signal);
  if (bytes === null) return null;
  const index = parseManifest(bytes, undefined, `index.json of ${files.name}`);
  if (index.kind === 'index') return index;
  throw new OciError('ARCHIVE_INVALID', `index.json of ${files.name} is not an index`, {
    subject: files.name,
  });
}

/** For messages: names, and digests of what has none. */
function listOf(entries: readonly Descriptor[]): string {
  return entries
    .slice(0, 50)
    .map((entry) => namesOf(entry)[0] ?? `@${entry.digest}`)
    .join(', ');
}

/** The entries that a choice leaves, each once. A digest may also be that of a manifest in an entry's index. */
export async function chosenEntries(
  index: ImageIndex,
  choice: LayoutChoice,
  options: LayoutOptions,
): Promise<Descriptor[]> {
  const { files, content } = options;
  const entries = index.manifests.filter(
    (entry) => isManifestMediaType(entry.mediaType) && !isAttestation(entry) && !isAttached(entry),
  );
  if (entries.length === 0) {
    throw new OciError('IMAGE_NOT_FOUND', `${files.name} holds no image`, { subject: files.name });
  }
  const { name, digest } = choice;
  const named = name === null ? entries : entries.filter((entry) => isNamed(entry, name));
  const found = digest === null ? named : named.filter((entry) => entry.digest === digest);
  if (found.length === 0 && named.length > 0) {
    const below = await manifestsBelow(named, content);
    found.push(...below.filter((entry) => entry.digest === digest));
  }
  if (found.length === 0) {
    throw new OciError(
      'IMAGE_NOT_FOUND',
      `${files.name} has no image ${name ?? digest ?? ''}; it has ${listOf(entries)}`,
      { subject: files.name },
    );
  }
  const entriesOnce = [...new Map(found.map((entry) => [entry.digest, entry])).values()];
  const isUnnamed = name === null && digest === null && entriesOnce.length > 1;
  return isUnnamed ? withoutReferrers(entriesOnce, content) : entriesOnce;
}

/** Without what is attached to another entry: some writers leave the type out by which an entry shows that. */
async function withoutReferrers(
  entries: readonly Descriptor[],
  content: ResolveOptions,
): Promise<Descriptor[]> {
  const images: Descriptor[] = [];
  for (const [place, entry] of entries.entries()) {
    const isOpened = place < MAX_READ && !isIndexMediaType(entry.mediaType);
    const manifest = isOpened ? await readManifest(entry, content) : null;
    if (manifest?.kind !== 'manifest' || manifest.subject === null) images.push(entry);
  }
  return images;
}

/** True when entries are one image for several platforms: they differ in nothing else. */
function areOneImage(entries: readonly Descriptor[]): boolean {
  const names = new Set(entries.map((entry) => namesOf(entry)[0]));
  const platforms = new Set(entries.map(({ platform }) => platform && formatPlatform(platform)));
  return names.size === 1 && !platforms.has(null) && platforms.size === entries.length;
}

/** The one entry that is meant, by its platform where entries differ in that alone. */
function oneEntry(
  entries: readonly Descriptor[],
  wanted: Platform,
  { files, content }: LayoutOptions,
): Descriptor {
  const [first] = entries;
  if (first !== undefined && entries.length === 1) return first;
  if (!areOneImage(entries)) throw ambiguousImage(files, entries);
  const [best] = platformCandidates(entries, wanted);
  if (best !== undefined) return best;
  const available = entries.flatMap(({ platform }) => (platform ? [platform] : []));
  throw platformNotFound(content.reference, wanted, available);
}

/** The error for several images of which none was named. */
export function ambiguousImage({ name }: FileStore, entries: readonly Descriptor[]): OciError {
  const message = `${name} holds ${entries.length} images: ${listOf(entries)}`;
  return new OciError('IMAGE_AMBIGUOUS', message, { subject: name });
}

export interface LayoutOptions {
  readonly files: FileStore;
  readonly content: ResolveOptions;
}

/** How images of a layout are read, for {@link openLayout}. */
export function layoutOptions(files: FileStore, reference: string, options: OpenOptions): LayoutOptions {
  const { platform, onProgress, signal } = options;
  return {
    files,
    content: {
      reference,
      platform,
      onProgress,
      signal,
      openContent: ({ digest }, signal) => files.open(blobPath(digest), signal),
    },
  };
}

/**
 * Opens images of a layout: the one that is chosen, or with platform `all` every one that the choice leaves.
 *
 * @throws {OciError} IMAGE_NOT_FOUND, IMAGE_AMBIGUOUS, and what {@link resolveEntry} throws
 */
export async function openLayout(
  index: ImageIndex,
  choice: LayoutChoice,
  options: LayoutOptions,
): Promise<LayeredImage[]> {
  const content: ResolveOptions = {
    ...options.content,
    async referrers(subject) {
      const { layoutReader } = await import('../store/layout-reader.ts');
      return layoutReader(options.files, index, async () => {}).listReferrers(
        subject,
        options.content.signal,
      );
    },
  };
  const entries = await chosenEntries(index, choice, options);
  const { platform = hostPlatform() } = content;
  if (platform !== 'all') return resolveEntry(oneEntry(entries, platform, options), content);
  const whole = entries.length === 1 || choice.name !== null || choice.digest !== null;
  const images: LayeredImage[] = [];
  for (const entry of entries) {
    const [name] = namesOf(entry);
    const suffix = whole ? '' : name === undefined ? `@${entry.digest}` : `:${name}`;
    images.push(...(await resolveEntry(entry, { ...content, reference: `${content.reference}${suffix}` })));
  }
  return images;
}
