/**
 * The log of a build beside its image: an artifact that refers to the image and has the log, compressed, as its only layer. Nothing
 * signs the artifact; the provenance that is signed names the digest of the log itself. docs/build-logs.md has the format.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { type Digest, digestOf } from '../../model/digest.ts';
import { parseStored, readWhole } from '../../oci/copy/image-parts.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { OciError } from '../../oci/errors.ts';
import { evidenceLayer } from '../../oci/evidence/evidence-layers.ts';
import { byteBudget, DEFAULT_EVIDENCE_LIMITS } from '../../oci/evidence/limits.ts';
import type { ImageReader, ImageWriter } from '../../oci/store/image-store.ts';
import { type AttachedContent, attachContents, toAttached } from '../../signing/attached-manifest.ts';
import { BUILD_LOG_LAYER } from '../../trust/evidence/evidence-format.ts';

export const BUILD_LOG_ARTIFACT = 'application/vnd.hallmark.build-log.v1';

/** Of a log as text: more than engines pass on, were every character three bytes long. */
export const MAX_BUILD_LOG_BYTES = 100 * 1024 * 1024;
/** Artifacts of one image that are looked into: there is one for each build that came to the same image. */
const MAX_ARTIFACTS = 32;

/** So that tools which pull artifacts give the file a name. OCI image spec, annotations.md. */
const FILE_NAME = { 'org.opencontainers.image.title': 'build.log.gz' };

/**
 * Attaches a log to an image that is there. Doing it twice changes nothing.
 *
 * @throws {OciError} MANIFEST_UNKNOWN without the image, and what keeps the store from taking it
 */
export async function attachBuildLog(
  writer: ImageWriter,
  image: Digest,
  log: Uint8Array,
  signal?: AbortSignal,
): Promise<Digest> {
  const content = await buildLogArtifact(writer, image, log, signal);
  await attachContents([content], writer, signal);
  return content.digest;
}

/** The artifact for an image that is there; the same log gives the same one. @throws {OciError} MANIFEST_UNKNOWN without the image */
export async function buildLogArtifact(
  reader: ImageReader,
  image: Digest,
  log: Uint8Array,
  signal?: AbortSignal,
): Promise<AttachedContent> {
  const { digest, mediaType, bytes } = await readWhole(reader, image, signal);
  return toAttached({
    subject: { digest, mediaType, sizeBytes: bytes.length },
    artifactType: BUILD_LOG_ARTIFACT,
    layers: [{ mediaType: BUILD_LOG_LAYER, content: await promisify(gzip)(log), annotations: FILE_NAME }],
    annotations: {},
  });
}

export type FoundBuildLog =
  | { readonly kind: 'found'; readonly log: Buffer; readonly digest: Digest }
  /** @param because a clause: why none of those that are attached is the wanted one, or that there is none */
  | { readonly kind: 'missing'; readonly because: string };

/**
 * Looks for a log among those that are attached to an image.
 *
 * @param wanted digests, of which the log must have one; null: the first that can be read
 * @throws {OciError} what keeps the store from being asked at all
 */
export async function findBuildLog(
  reader: ImageReader,
  image: Digest,
  wanted: ReadonlySet<Digest> | null,
  signal?: AbortSignal,
): Promise<FoundBuildLog> {
  const { manifests, failures } = await reader.listReferrers(image, signal);
  const artifacts = manifests.filter(({ artifactType }) => artifactType === BUILD_LOG_ARTIFACT);
  const [failure] = failures;
  if (artifacts.length === 0 && failure !== undefined) throw failure;
  const budget = byteBudget(DEFAULT_EVIDENCE_LIMITS.totalBytes);
  let because = `${reader.name} has no log of ${image}`;
  for (const artifact of artifacts.slice(0, MAX_ARTIFACTS)) {
    const read = await orReason(() => readArtifact(reader, artifact, image, budget, signal));
    if (typeof read === 'string') {
      because = `a log of ${image} cannot be read: ${read}`;
      continue;
    }
    const digest = digestOf(read);
    if (wanted === null || wanted.has(digest)) return { kind: 'found', log: read, digest };
    because = `the log of ${image} in ${reader.name} is ${digest}, expected ${[...wanted].join(' or ')}`;
  }
  return { kind: 'missing', because };
}

/** A text says why it is no log of the image. */
async function readArtifact(
  reader: ImageReader,
  { digest }: Descriptor,
  image: Digest,
  budget: ReturnType<typeof byteBudget>,
  signal: AbortSignal | undefined,
): Promise<Buffer | string> {
  const manifest = parseStored(await readWhole(reader, digest, signal));
  if (manifest.kind === 'index' || manifest.artifactType !== BUILD_LOG_ARTIFACT) return `${digest} is no log`;
  if (manifest.subject?.digest !== image) return `${digest} is attached to another image`;
  const [layer, ...others] = manifest.layers;
  if (layer?.mediaType !== BUILD_LOG_LAYER || others.length > 0) return `${digest} does not have one log`;
  const packed = await evidenceLayer(layer, reader, DEFAULT_EVIDENCE_LIMITS, budget, signal).read();
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: MAX_BUILD_LOG_BYTES });
  } catch (error) {
    // whatever is not gzip, and what would be longer
    return `${digest} cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function orReason(read: () => Promise<Buffer | string>): Promise<Buffer | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OciError) return error.message;
    throw error;
  }
}
