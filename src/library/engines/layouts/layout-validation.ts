/**
 * Nothing that an engine leaves behind is used before this has looked at all of it: a hostile builder controls every byte and every
 * name in its layout. OCI image spec, image-layout.md; docker-library/meta-scripts, `helpers/oci-validate.sh`.
 */
import type { Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../../../model/digest.ts';
import type { Descriptor } from '../../../oci/descriptor.ts';
import {
  type ImageIndex,
  isIndexMediaType,
  MAX_MANIFEST_BYTES,
  MEDIA_TYPES,
  parseManifest,
} from '../../../oci/manifest.ts';
import { type FileStore, readDocument } from '../../../oci/sources/file-store.ts';
import { directoryStore } from '../../../oci/sources/oci-directory.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import type { ImageReader } from '../../../oci/store/image-store.ts';
import { layoutReader } from '../../../oci/store/layout-reader.ts';
import { parseStrictJson } from '../../../oci/strict-json.ts';
import { systemErrorCode } from '../../../oci/sources/host-file.ts';
import { LibraryError } from '../../errors.ts';
import {
  type Examination,
  type ExaminationOptions,
  type ExaminedImage,
  examineImage,
  orProblem,
  readListed,
} from './examine-image.ts';
import {
  indexProblems,
  isAttestationEntry,
  type LayoutProblem,
  manifestProblems,
  versionProblems,
} from './layout-rules.ts';

/** More files than the largest image has blobs. */
const MAX_FILES = 4_096;
const MAX_LAYOUT_FILE_BYTES = 4_096;
const SHOWN_PROBLEMS = 5;

export interface ValidLayout {
  readonly image: ExaminedImage;
  /** Everything that the layout is made of. */
  readonly blobs: readonly Digest[];
}

/**
 * Reads a whole layout with exactly one image.
 *
 * @throws {LibraryError} LAYOUT_INVALID, which names the rules that are broken
 * @throws {OciError} SOURCE_UNREADABLE
 */
export async function validateLayout(folder: string, options: ExaminationOptions): Promise<ValidLayout> {
  const problems: LayoutProblem[] = [];
  const found = await listFiles(folder, problems);
  if (problems.length > 0) throw invalidLayout(folder, problems);
  const layout = await orProblem('index.form', problems, () =>
    readLayout(directoryStore(folder), problems, options),
  );
  if (layout === null || problems.length > 0) throw invalidLayout(folder, problems);
  const known = new Set(layout.blobs.map(blobPath));
  const extra = found.filter((path) => path.startsWith('blobs/') && !known.has(path));
  if (extra.length === 0) return layout;
  const because = `${extra.length} files are no part of the image, such as ${JSON.stringify(extra[0])}`;
  throw invalidLayout(folder, [{ rule: 'layout.files', because }]);
}

/** @param what the layout, for messages */
export function invalidLayout(
  what: string,
  problems: readonly LayoutProblem[],
  remedy?: string,
): LibraryError {
  const told = problems.slice(0, SHOWN_PROBLEMS).map(({ rule, because }) => `${because} (${rule})`);
  const more = problems.length > SHOWN_PROBLEMS ? ` and ${problems.length - SHOWN_PROBLEMS} more` : '';
  return new LibraryError('LAYOUT_INVALID', `${what} cannot be used: ${told.join('; ')}${more}`, {
    subject: what,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** BuildKit leaves the last one behind, empty. */
const FOLDERS: readonly string[] = ['blobs', 'blobs/sha256', 'blobs/sha512', 'ingest'];
const FILE = /^(?:index\.json|oci-layout|blobs\/(?:sha256\/[0-9a-f]{64}|sha512\/[0-9a-f]{128}))$/;

/** The regular files of a layout, by their path in it; whatever else is there is a problem. Links are never followed. */
async function listFiles(folder: string, problems: LayoutProblem[]): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [''];
  for (let within = folders.pop(); within !== undefined; within = folders.pop()) {
    for await (const entry of entriesOf(folder, within, problems)) {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      if (entry.isDirectory() && FOLDERS.includes(path)) folders.push(path);
      else if (entry.isFile() && FILE.test(path)) files.push(path);
      else {
        const kind = entry.isSymbolicLink()
          ? 'a symbolic link'
          : entry.isFile()
            ? 'a file'
            : 'no regular file';
        problems.push({
          rule: 'layout.files',
          because: `${JSON.stringify(path.slice(0, 200))} is ${kind} that no layout has`,
        });
      }
      if (files.length <= MAX_FILES && problems.length <= SHOWN_PROBLEMS) continue;
      if (files.length > MAX_FILES)
        problems.push({ rule: 'layout.files', because: `it has more than ${MAX_FILES} files` });
      return files;
    }
  }
  return files;
}

async function* entriesOf(folder: string, within: string, problems: LayoutProblem[]): AsyncGenerator<Dirent> {
  const place = join(folder, within);
  const found = await lstat(place).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found?.isDirectory() === true) yield* await opendir(place);
  else
    problems.push({ rule: 'layout.files', because: 'the folder of the layout is not there, or no folder' });
}

async function readLayout(
  files: FileStore,
  problems: LayoutProblem[],
  options: ExaminationOptions,
): Promise<ValidLayout | null> {
  const version = await readDocument(files, 'oci-layout', MAX_LAYOUT_FILE_BYTES, options.signal);
  if (version === null) problems.push({ rule: 'layout.version', because: 'it has no file oci-layout' });
  else problems.push(...versionProblems(jsonOf(version, 'oci-layout')));
  const bytes = await readDocument(files, 'index.json', MAX_MANIFEST_BYTES, options.signal);
  if (bytes === null) problems.push({ rule: 'index.form', because: 'it has no file index.json' });
  else problems.push(...indexProblems(jsonOf(bytes, 'index.json'), 'index.json', true));
  if (bytes === null || problems.length > 0) return null;
  const index = parseManifest(bytes, MEDIA_TYPES.ociIndex, 'index.json');
  if (index.kind !== 'index') return null;
  const reader = layoutReader(files, index, async () => {});
  return readOneImage(reader, index, { problems, options, isTop: true });
}

interface Reading extends Examination {
  readonly isTop: boolean;
}

/** The image of an index, which stands in it or, once, in an index of its own beside BuildKit's attestations of it. */
async function readOneImage(
  reader: ImageReader,
  { manifests }: ImageIndex,
  { problems, options, isTop }: Reading,
): Promise<ValidLayout | null> {
  const attestations = manifests.filter(isAttestationEntry);
  const images = manifests.filter((entry) => !isAttestationEntry(entry));
  const [only] = images;
  if (only === undefined || images.length > 1) {
    problems.push({
      rule: 'layout.one-image',
      because: `it has ${images.length} images, and one is expected`,
    });
    return null;
  }
  if (isIndexMediaType(only.mediaType)) {
    if (isTop && attestations.length === 0)
      return readNested(reader, only, { problems, options, isTop: false });
    problems.push({ rule: 'layout.one-image', because: 'an index in it lists another index' });
    return null;
  }
  const examined = await examineImage(reader, only, options);
  problems.push(...examined.problems);
  const blobs: Digest[] = [];
  for (const entry of attestations)
    blobs.push(...(await examineAttestation(reader, entry, { problems, options })));
  if (examined.image === null) return null;
  const { image } = examined;
  const own = [
    image.digest,
    image.manifest.config.digest,
    ...image.manifest.layers.map(({ digest }) => digest),
  ];
  return { image, blobs: [...new Set([...own, ...blobs])] };
}

async function readNested(
  reader: ImageReader,
  entry: Descriptor,
  reading: Reading,
): Promise<ValidLayout | null> {
  const { problems } = reading;
  const where = `the index ${entry.digest}`;
  const stored = await readListed(reader, entry, where, reading);
  if (stored === null) return null;
  problems.push(...indexProblems(jsonOf(stored.bytes, where), where, false));
  if (problems.length > 0) return null;
  const index = parseManifest(stored.bytes, entry.mediaType, where);
  if (index.kind !== 'index') return null;
  const found = await readOneImage(reader, index, reading);
  return found && { ...found, blobs: [entry.digest, ...found.blobs] };
}

/** Checked to the last byte, and not kept: statements about images are the verifier's. @returns its blobs */
async function examineAttestation(
  reader: ImageReader,
  entry: Descriptor,
  examination: Examination,
): Promise<readonly Digest[]> {
  const { problems, options } = examination;
  const where = `the attestation ${entry.digest}`;
  const stored = await readListed(reader, entry, where, examination);
  if (stored === null) return [];
  const manifest = parseManifest(stored.bytes, entry.mediaType, where);
  problems.push(...manifestProblems(jsonOf(stored.bytes, where), where, { ...entry, isAttestation: true }));
  if (manifest.kind === 'index') return [entry.digest];
  const blobs = [manifest.config, ...manifest.layers];
  for (const blob of blobs) {
    await orProblem('blob', problems, async () => {
      for await (const chunk of reader.openBlob(blob, options.signal)) void chunk;
    });
  }
  return [entry.digest, ...blobs.map(({ digest }) => digest)];
}

function jsonOf(bytes: Uint8Array, subject: string): unknown {
  return parseStrictJson(bytes, { subject, maxBytes: MAX_MANIFEST_BYTES });
}
