/**
 * An image looked through from its manifest to the last byte of its layers, in whatever store it lies: the output of an engine, or
 * quarantine. Each blob is read once; digests, sizes, diff IDs and archives are checked as it goes by.
 */
import type { Digest } from '../../../model/digest.ts';
import type { Platform } from '../../../model/platform.ts';
import type { Descriptor } from '../../../oci/descriptor.ts';
import { OciError, type OciErrorCode } from '../../../oci/errors.ts';
import type { ImageConfiguration } from '../../../oci/image.ts';
import { MAX_CONFIGURATION_BYTES, parseImageConfiguration } from '../../../oci/image-configuration.ts';
import { type LayerLimits, LAYER_LIMITS, readLayer } from '../../../oci/layer-reader.ts';
import { type Manifest, MAX_MANIFEST_BYTES, parseManifest } from '../../../oci/manifest.ts';
import type { ImageReader, StoredManifest } from '../../../oci/store/image-store.ts';
import { parseStrictJson } from '../../../oci/strict-json.ts';
import {
  configurationProblems,
  type LayoutProblem,
  type LayoutRule,
  manifestProblems,
} from './layout-rules.ts';

export interface ExaminationOptions {
  /** What the image must be for. */
  readonly platform: Platform;
  readonly limits?: ImageLimits;
  readonly signal?: AbortSignal | undefined;
}

export interface ImageLimits {
  /** Of all blobs together, as they are stored. */
  readonly imageBytes: number;
  readonly layer: LayerLimits;
}

const GIBIBYTE = 1024 ** 3;

export const IMAGE_LIMITS: ImageLimits = { imageBytes: 64 * GIBIBYTE, layer: LAYER_LIMITS };

export interface ExaminedImage {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  readonly configuration: ImageConfiguration;
}

/** Where nothing is wrong the image is whole and sound; else it says everything that could be found out. */
export type ImageExamination =
  | { readonly image: ExaminedImage; readonly problems: readonly [] }
  | { readonly image: null; readonly problems: readonly [LayoutProblem, ...LayoutProblem[]] };

/** What is wrong with the image itself; everything else (network, permissions) is no answer about it, and thrown. */
const PROBLEMS: ReadonlySet<OciErrorCode> = new Set<OciErrorCode>([
  'ARCHIVE_INVALID',
  'BLOB_DIGEST_MISMATCH',
  'BLOB_SIZE_MISMATCH',
  'BLOB_UNKNOWN',
  'LAYER_CORRUPT',
  'LAYER_DIFF_ID_MISMATCH',
  'LAYER_DIGEST_MISMATCH',
  'LAYER_TOO_LARGE',
  'LAYER_TRUNCATED',
  'MANIFEST_DIGEST_MISMATCH',
  'MANIFEST_INVALID',
  'MANIFEST_SCHEMA1',
]);

/**
 * @param entry the manifest, by its digest alone or by the descriptor that leads to it
 * @throws {OciError} what keeps the store from being read
 */
export async function examineImage(
  reader: ImageReader,
  entry: Pick<Descriptor, 'digest'> | Descriptor,
  options: ExaminationOptions,
): Promise<ImageExamination> {
  const problems: LayoutProblem[] = [];
  const image = await orProblem('image.form', problems, () =>
    examineManifest(reader, entry, { problems, options }),
  );
  const [first, ...others] = problems;
  if (first !== undefined) return { image: null, problems: [first, ...others] };
  if (image === null) throw new Error(`${entry.digest} was refused without a reason`);
  return { image, problems: [] };
}

/** What is gathered, and by what it is judged. */
export interface Examination {
  readonly problems: LayoutProblem[];
  readonly options: ExaminationOptions;
}

async function examineManifest(
  reader: ImageReader,
  entry: Pick<Descriptor, 'digest'> | Descriptor,
  { problems, options }: Examination,
): Promise<ExaminedImage | null> {
  const { digest } = entry;
  const { signal, platform, limits = IMAGE_LIMITS } = options;
  const where = `the manifest ${digest}`;
  const stored = await readListed(reader, entry, where, { problems, options });
  if (stored === null) return null;
  const manifest = readManifest(stored, entry, problems);
  if (manifest === null) return null;
  const blobs = [manifest.config, ...manifest.layers];
  const storedBytes = blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (storedBytes > limits.imageBytes)
    return refuse(
      problems,
      'blob',
      `${where} has ${storedBytes} bytes; at most ${limits.imageBytes} are taken`,
    );

  const bytes = await orProblem('blob', problems, () => readConfiguration(reader, manifest.config, signal));
  if (bytes === null) return null;
  const configuration = await orProblem('image.configuration', problems, async () =>
    parseImageConfiguration(bytes, `the configuration ${manifest.config.digest}`),
  );
  if (configuration === null) return null;
  problems.push(...configurationProblems(configuration, manifest.layers.length, platform));
  for (const [at, layer] of manifest.layers.entries()) {
    const diffId = configuration.diffIds[at];
    if (diffId === undefined) continue;
    await orProblem('layer', problems, () => examineLayer(reader, layer, diffId, { problems, options }));
  }
  return { digest, bytes: stored.bytes, manifest, configuration };
}

/**
 * A manifest or index as long as its descriptor says; null, with a problem more, where it is missing or not.
 *
 * @param where what it is, for messages
 */
export async function readListed(
  reader: ImageReader,
  entry: Pick<Descriptor, 'digest'> | Descriptor,
  where: string,
  { problems, options }: Examination,
): Promise<StoredManifest | null> {
  const stored = await reader.readManifest(entry.digest, options.signal);
  if (stored === null) return refuse(problems, 'blob', `${where} is missing`);
  const { length } = stored.bytes;
  if (!('sizeBytes' in entry) || entry.sizeBytes === length) return stored;
  return refuse(problems, 'blob', `${where} has ${length} bytes, and ${entry.sizeBytes} are announced`);
}

function readManifest(
  { bytes, mediaType, digest }: StoredManifest,
  entry: Pick<Descriptor, 'digest'> | Descriptor,
  problems: LayoutProblem[],
): Manifest | null {
  const where = `the manifest ${digest}`;
  const value = parseStrictJson(bytes, { subject: where, maxBytes: MAX_MANIFEST_BYTES });
  const announced = 'mediaType' in entry ? entry : { mediaType, artifactType: null };
  const found = manifestProblems(value, where, { ...announced, isAttestation: false });
  problems.push(...found);
  if (found.length > 0) return null;
  const manifest = parseManifest(bytes, mediaType, where);
  return manifest.kind === 'manifest' ? manifest : refuse(problems, 'image.form', `${where} is an index`);
}

async function readConfiguration(
  reader: ImageReader,
  config: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (config.sizeBytes > MAX_CONFIGURATION_BYTES) {
    const message = `the configuration has ${config.sizeBytes} bytes; at most ${MAX_CONFIGURATION_BYTES} are read`;
    throw new OciError('MANIFEST_INVALID', message, { subject: config.digest });
  }
  const parts: Uint8Array[] = [];
  for await (const part of reader.openBlob(config, signal)) parts.push(part);
  return Buffer.concat(parts);
}

async function examineLayer(
  reader: ImageReader,
  layer: Descriptor,
  diffId: Digest,
  { problems, options }: Examination,
): Promise<void> {
  const { limits = IMAGE_LIMITS, signal } = options;
  const { coverage } = await readLayer((leaving) => reader.openBlob(layer, leaving), {
    diffId,
    digest: layer.digest,
    visitor: { want: () => null, file: () => false },
    limits: limits.layer,
    ...(signal === undefined ? {} : { signal }),
  });
  const refused = coverage.find(({ code }) => code === 'ENTRY_REFUSED');
  if (refused !== undefined) refuse(problems, 'layer', `layer ${layer.digest}: ${refused.message}`);
}

function refuse(problems: LayoutProblem[], rule: LayoutRule, because: string): null {
  problems.push({ rule, because });
  return null;
}

/** What a part is; null, with a problem more, where it is not sound. Missing and altered blobs are so whatever the rule. */
export async function orProblem<T>(
  rule: LayoutRule,
  problems: LayoutProblem[],
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof OciError) || !PROBLEMS.has(error.code)) throw error;
    const isOfBlob = /^(?:BLOB|MANIFEST_DIGEST|LAYER_DIGEST)_/.test(error.code);
    return refuse(problems, isOfBlob ? 'blob' : rule, error.message);
  }
}
