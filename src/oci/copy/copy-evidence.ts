import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import type { ImageReader, ImageWriter } from '../store/image-store.ts';
import { inParallel } from '../toc/in-parallel.ts';
import type { BlobCopier, CopyOptions } from './copy-blobs.ts';
import type { EvidenceGap, EvidencePiece } from './evidence-parts.ts';
import { blobsOf } from './image-parts.ts';
import { mergeLayers } from './merge-layers.ts';

const AT_A_TIME = 6;

/** What became of one piece of evidence. */
export interface CopiedEvidence {
  /** The manifest that it was found for. */
  readonly about: Digest;
  /** Null where only a list is known that could not be read. */
  readonly digest: Digest | null;
  readonly artifactType: string | null;
  /** Cosign's, where it lies behind one. */
  readonly tag: string | null;
  /**
   * `copied`, or `present` at the destination before; `missing` where the source tells of it but does not have it whole;
   * `left-behind` where it is about something that was not copied.
   */
  readonly outcome: 'copied' | 'present' | 'missing' | 'left-behind';
  /** Why it was not copied. */
  readonly reason: string | null;
}

/** @throws {OciError} what the destination throws, COPY_INCOMPLETE; what the source lacks is told in the outcome */
export async function copyEvidence(
  pieces: readonly EvidencePiece[],
  to: ImageWriter,
  blobs: BlobCopier,
  { signal }: CopyOptions,
): Promise<CopiedEvidence[]> {
  const copied = new Map<EvidencePiece, CopiedEvidence>();
  const before = await listedFor(pieces, to, signal);
  await inParallel(pieces, AT_A_TIME, async (piece) => {
    const isListed = before.get(piece.about)?.has(piece.stored.digest) ?? false;
    copied.set(piece, await copyPiece(piece, isListed, to, blobs, signal));
  });
  await verifyListed(pieces, copied, to, signal);
  return pieces.flatMap((piece) => copied.get(piece) ?? []);
}

async function copyPiece(
  piece: EvidencePiece,
  isListed: boolean,
  to: ImageWriter,
  blobs: BlobCopier,
  signal?: AbortSignal,
): Promise<CopiedEvidence> {
  const { stored, manifest, tag } = piece;
  const told = toldOf(piece);
  if (isListed) return { ...told, outcome: 'present', reason: null };
  try {
    await blobs.copy(blobsOf(manifest));
  } catch (error) {
    if (!(error instanceof OciError) || !MISSING.has(error.code)) throw error;
    return { ...told, outcome: 'missing', reason: error.message };
  }
  if (tag === null) {
    await to.attach(stored, signal);
    return { ...told, outcome: 'copied', reason: null };
  }
  const there = await to.readManifest(tag, signal);
  const wanted = there === null ? stored : mergeLayers(there, stored);
  if (wanted === null) return { ...told, outcome: 'present', reason: null };
  await to.writeManifest(wanted, { tag }, signal);
  return { ...told, outcome: 'copied', reason: null };
}

/** What a source that has lost a blob, or whose blob is another one, answers. */
const MISSING: ReadonlySet<string> = new Set(['BLOB_UNKNOWN', 'BLOB_DIGEST_MISMATCH', 'BLOB_SIZE_MISMATCH']);

function toldOf({ about, stored, manifest, tag }: EvidencePiece) {
  const artifactType = manifest.artifactType ?? manifest.config.mediaType;
  return { about, digest: stored.digest, artifactType, tag };
}

/** @param reason replaces what kept it from being read */
export function notCopied(
  { about, digest, reason }: EvidenceGap,
  outcome: 'missing' | 'left-behind',
): CopiedEvidence {
  return { about, digest, artifactType: null, tag: null, outcome, reason };
}

export function leftBehind(piece: EvidencePiece, reason: string): CopiedEvidence {
  return { ...toldOf(piece), outcome: 'left-behind', reason };
}

async function listedFor(
  pieces: readonly EvidencePiece[],
  to: ImageReader,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Digest, ReadonlySet<Digest>>> {
  const subjects = new Set(pieces.filter(({ tag }) => tag === null).map(({ about }) => about));
  const listed = new Map<Digest, ReadonlySet<Digest>>();
  await inParallel(subjects, AT_A_TIME, async (subject) => {
    const { manifests } = await to.listReferrers(subject, signal);
    listed.set(subject, new Set(manifests.map(({ digest }) => digest)));
  });
  return listed;
}

/** Whether those who look for evidence at the destination find it: a registry may take something and not list it. */
async function verifyListed(
  pieces: readonly EvidencePiece[],
  copied: ReadonlyMap<EvidencePiece, CopiedEvidence>,
  to: ImageWriter,
  signal?: AbortSignal,
): Promise<void> {
  const written = pieces.filter((piece) => copied.get(piece)?.outcome === 'copied');
  const listed = await listedFor(written, to, signal);
  await inParallel(written, AT_A_TIME, async ({ about, stored, tag }) => {
    const there = tag === null ? null : await to.readManifest(tag, signal);
    const isThere =
      tag === null
        ? listed.get(about)?.has(stored.digest) === true
        : there !== null && mergeLayers(there, stored) === null;
    if (isThere) return;
    const message = `${to.name} does not list ${stored.digest} for ${about}, which was written to it`;
    throw new OciError('COPY_INCOMPLETE', message, { subject: stored.digest });
  });
}
