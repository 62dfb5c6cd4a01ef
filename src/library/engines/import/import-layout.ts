/**
 * A layout in a commit, as it is imported: validated to the last byte, its image under its own digest. What maintainers say where only
 * the programme has a say (annotations, content in descriptors, the platform) is replaced; addresses to fetch from are refused.
 * docker-library/bashbrew, `cmd/bashbrew/oci-builder.go`; docker-library/meta-scripts, `helpers/oci-import.sh`.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isObject } from '../../../formats/json.ts';
import { digestOf } from '../../../model/digest.ts';
import { type Descriptor, descriptor } from '../../../oci/descriptor.ts';
import { isIndexMediaType, MAX_MANIFEST_BYTES, MEDIA_TYPES } from '../../../oci/manifest.ts';
import { applyShape, ShapeMismatch } from '../../../oci/shape.ts';
import { type FileStore, missingFile, readDocument } from '../../../oci/sources/file-store.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { parseStrictJson } from '../../../oci/strict-json.ts';
import { canonicalIndex } from '../../indexes/canonical-index.ts';
import { indexBytes } from '../../indexes/index-document.ts';
import { contextFile } from '../context-file.ts';
import type { BuildOutcome, BuildRequest } from '../engine.ts';
import { type ExaminedImage, examineImage, orProblem } from '../layouts/examine-image.ts';
import { blobReader, contextStore } from '../layouts/layout-blobs.ts';
import { blobsOf, indexPlatform, writeLayoutFiles } from '../layouts/layout-delivery.ts';
import { indexProblems, type LayoutProblem, versionProblems } from '../layouts/layout-rules.ts';
import { invalidLayout } from '../layouts/layout-validation.ts';

const REMEDY =
  'Correct the layout in the commit; its maintainers can see what is wrong with "skopeo inspect".';

/**
 * @throws {LibraryError} LAYOUT_INVALID, CONTEXT_INVALID
 */
export async function importLayout(request: BuildRequest): Promise<BuildOutcome> {
  const { context, source, output, signal } = request;
  const problems: LayoutProblem[] = [];
  const files = contextStore(context);
  const found = await orProblem('index.form', problems, () => readImage(files, problems, request));
  signal.throwIfAborted();
  if (found === null || problems.length > 0) {
    const what = `the layout in ${source.directory} of ${source.repository}`;
    throw invalidLayout(what, problems, REMEDY);
  }
  const { entry, image } = found;
  for (const digest of [image.digest, ...blobsOf(image)]) {
    const place = join(output, blobPath(digest));
    await mkdir(dirname(place), { recursive: true });
    await copyFile(await contextFile(context, blobPath(digest)), place);
  }
  const index = importedIndex(entry, request);
  await writeLayoutFiles(
    output,
    [index],
    [{ mediaType: MEDIA_TYPES.ociIndex, digest: digestOf(index), size: index.length }],
  );
  return { digest: image.digest };
}

/** The index around the image: only there can its annotations stand, since the image keeps its digest. */
export function importedIndex(
  { mediaType, digest, sizeBytes }: Pick<Descriptor, 'mediaType' | 'digest' | 'sizeBytes'>,
  { platform, annotations }: Pick<BuildRequest, 'platform' | 'annotations'>,
): Buffer {
  const entry = { mediaType, digest, size: sizeBytes, platform: indexPlatform(platform), annotations };
  return indexBytes({ ...canonicalIndex([entry]), mediaType: MEDIA_TYPES.ociIndex });
}

interface FoundImage {
  readonly entry: Descriptor;
  readonly image: ExaminedImage;
}

async function readImage(
  files: FileStore,
  problems: LayoutProblem[],
  { file, platform, signal }: BuildRequest,
): Promise<FoundImage | null> {
  const version = await readJson(files, 'oci-layout', signal);
  const document = await readJson(files, file, signal);
  const isIndex = file === 'index.json';
  const index = isIndex
    ? document
    : { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [document] };
  problems.push(...versionProblems(version), ...indexProblems(index, file, true));
  const entries: readonly unknown[] =
    isObject(index) && Array.isArray(index['manifests']) ? index['manifests'] : [];
  const entry = applyShape(descriptor, entries[0]);
  const isImage = !(entry instanceof ShapeMismatch) && !isIndexMediaType(entry.mediaType);
  if (entries.length !== 1 || !isImage) {
    const because = `${file} names ${entries.length} manifests, and one image is expected`;
    problems.push({ rule: 'layout.one-image', because });
    return null;
  }
  if (problems.length > 0) return null;
  const examined = await examineImage(blobReader(files), entry, { platform, signal });
  problems.push(...examined.problems);
  return examined.image && { entry, image: examined.image };
}

/** @throws {OciError} BLOB_UNKNOWN, ARCHIVE_INVALID, MANIFEST_INVALID */
async function readJson(files: FileStore, path: string, signal: AbortSignal): Promise<unknown> {
  const bytes = await readDocument(files, path, MAX_MANIFEST_BYTES, signal);
  if (bytes === null) throw missingFile(files, path);
  return parseStrictJson(bytes, { subject: path, maxBytes: MAX_MANIFEST_BYTES });
}
