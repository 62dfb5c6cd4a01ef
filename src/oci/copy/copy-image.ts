/**
 * Copies an image from one store to another with all that is attached to it. Nothing is rewritten: every digest stays, so
 * every signature stays good. What leads to the image (its tag, its place in a layout's list) is written last, when content
 * and evidence are there and were found again, so that nobody meets the image without them.
 */
import type { Digest } from '../../model/digest.ts';
import type { Platform } from '../../model/platform.ts';
import { OciError } from '../errors.ts';
import type { ImageReader, ImageWriter } from '../store/image-store.ts';
import { type BlobCount, type CopyOptions, createBlobCopier } from './copy-blobs.ts';
import { copyParts, verifyName } from './copy-content.ts';
import { copyEvidence, type CopiedEvidence, leftBehind, notCopied } from './copy-evidence.ts';
import {
  type EvidenceGap,
  type EvidencePiece,
  keyOf,
  readEvidenceParts,
  readReferrer,
} from './evidence-parts.ts';
import { choosePlatform, readImageParts, readWhole } from './image-parts.ts';

export interface CopyPlan {
  /** The manifest or index to copy: what was verified, never a tag that may have moved since. */
  readonly digest: Digest;
  /** `all`: an index with everything that it lists; else the manifest of one image of it, by itself; null: of what runs here. */
  readonly platform: Platform | 'all' | null;
  /** At the destination; null for the digest alone. */
  readonly tag: string | null;
  /** What may come of the choice of a platform: what was verified, what the destination was named as. Default: anything. */
  readonly expected?: readonly Digest[] | undefined;
}

export interface CopyReport extends Readonly<Omit<BlobCount, 'written'>> {
  /** Of what was copied: of one platform's manifest where one was chosen. */
  readonly digest: Digest;
  readonly mediaType: string;
  readonly manifests: number;
  /** Sent from one store to the other. */
  readonly blobs: number;
  /** Layers that may not be passed on. They stay named, with where they come from. */
  readonly foreign: readonly Digest[];
  readonly evidence: readonly CopiedEvidence[];
}

/**
 * @throws {OciError} MANIFEST_UNKNOWN, BLOB_UNKNOWN when the source lacks a part of the image, the mismatches, COPY_INCOMPLETE,
 *   and what the stores throw; evidence that the source lacks is told in the report
 */
export async function copyImage(
  from: ImageReader,
  to: ImageWriter,
  plan: CopyPlan,
  options: CopyOptions = {},
): Promise<CopyReport> {
  const { signal } = options;
  const chosen = await choose(from, plan, signal);
  const { expected = [chosen.digest] } = plan;
  if (!expected.includes(chosen.digest)) {
    const message = `${chosen.digest} was chosen to be copied, expected ${expected.join(' or ') || 'another one'}`;
    throw new OciError('COPY_UNEXPECTED', message, { subject: chosen.digest });
  }
  const parts = await readImageParts(from, chosen.digest, signal);
  const subjects = [
    ...[...parts.manifests].reverse().map(({ digest }) => digest),
    ...chosen.attestations.map(({ stored }) => stored.digest),
  ];
  const found = await readEvidenceParts(from, subjects, signal);
  const blobs = createBlobCopier(from, to, options);
  await copyParts(parts, to, blobs, signal);
  const pieces = new Map([...chosen.attestations, ...found.pieces].map((piece) => [keyOf(piece), piece]));
  const evidence = await copyEvidence([...pieces.values()], to, blobs, options);
  const { root } = parts;
  if (plan.tag === null || (await to.readManifest(plan.tag, signal))?.digest !== root.digest) {
    await to.writeManifest(root, { tag: plan.tag ?? undefined, isListed: true }, signal);
  }
  await verifyName(to, root.digest, plan.tag, signal);
  await to.complete?.();
  const { written, ...count } = blobs.count;
  return {
    digest: root.digest,
    mediaType: root.mediaType,
    manifests: parts.manifests.length,
    blobs: written,
    ...count,
    foreign: parts.foreign,
    evidence: [...evidence, ...found.gaps.map((gap) => notCopied(gap, 'missing')), ...chosen.leftBehind],
  };
}

interface Choice {
  readonly digest: Digest;
  /** About the chosen image, from the index that is not copied. */
  readonly attestations: readonly EvidencePiece[];
  readonly leftBehind: readonly CopiedEvidence[];
}

async function choose(
  from: ImageReader,
  { digest, platform }: CopyPlan,
  signal?: AbortSignal,
): Promise<Choice> {
  const all: Choice = { digest, attestations: [], leftBehind: [] };
  if (platform === 'all') return all;
  const index = await readWhole(from, digest, signal);
  const part = await choosePlatform(from, index, platform, signal);
  if (part.digest === digest) return all;
  const attestations: EvidencePiece[] = [];
  const gaps: EvidenceGap[] = [];
  for (const attestation of part.attestations) {
    try {
      attestations.push(await readReferrer(from, part.digest, attestation, signal));
    } catch (error) {
      if (!(error instanceof OciError)) throw error;
      gaps.push({ about: part.digest, digest: attestation, reason: error.message });
    }
  }
  const ofIndex = await readEvidenceParts(from, [digest], signal);
  const reason = 'it is about the index, of which only one platform is copied';
  return {
    digest: part.digest,
    attestations,
    leftBehind: [
      ...gaps.map((gap) => notCopied(gap, 'left-behind')),
      ...ofIndex.pieces.map((piece) => leftBehind(piece, reason)),
    ],
  };
}
