/**
 * What is attached to the manifests of an image, as it has to be taken along: referrers, what refers to those in turn, and
 * the manifests behind cosign's tags.
 */
import { digestHex, type Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import type { Manifest } from '../manifest.ts';
import type { ImageReader, StoredManifest } from '../store/image-store.ts';
import { inParallel } from '../toc/in-parallel.ts';
import { parseStored } from './image-parts.ts';

const MAX_PIECES = 2000;
/** Manifests are kept until they are written. */
const MAX_BYTES_TOGETHER = 64 * 1024 * 1024;
/** Signatures of attestations of an image; nothing is known that goes deeper. */
const MAX_DEPTH = 4;
const AT_A_TIME = 6;

/** cosign, `pkg/oci/remote`: the suffixes of its tags. */
const COSIGN_TAGS = ['sig', 'att', 'sbom'] as const;

export interface EvidencePiece {
  readonly about: Digest;
  readonly stored: StoredManifest;
  readonly manifest: Manifest;
  /** The tag behind which cosign keeps it; null for what refers to its subject itself. */
  readonly tag: string | null;
}

/** Something that the source tells of and that cannot be taken along. */
export interface EvidenceGap {
  readonly about: Digest;
  readonly digest: Digest | null;
  readonly reason: string;
}

export interface EvidenceParts {
  readonly pieces: readonly EvidencePiece[];
  readonly gaps: readonly EvidenceGap[];
}

/** One piece may be found in several ways. */
export function keyOf({ about, stored, tag }: EvidencePiece): string {
  return `${tag ?? about} ${stored.digest}`;
}

/** Nothing that is found keeps what else there is from being found: it becomes a gap. */
export async function readEvidenceParts(
  from: ImageReader,
  subjects: readonly Digest[],
  signal?: AbortSignal,
): Promise<EvidenceParts> {
  const pieces = new Map<string, EvidencePiece>();
  const gaps: EvidenceGap[] = [];
  const known = new Set<Digest>(subjects);
  let bytesTogether = 0;

  async function take(about: Digest, digest: Digest | null, read: () => Promise<EvidencePiece | null>) {
    try {
      const piece = await read();
      if (piece === null) return;
      pieces.set(keyOf(piece), piece);
      bytesTogether += piece.stored.bytes.byteLength;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof OciError)) throw error;
      gaps.push({ about, digest, reason: error.message });
    }
  }

  async function look(about: Digest): Promise<void> {
    const { manifests, failures, isTruncated } = await from.listReferrers(about, signal);
    for (const { message } of failures) gaps.push({ about, digest: null, reason: message });
    if (isTruncated) gaps.push({ about, digest: null, reason: 'more refers to it than is read' });
    for (const { digest } of manifests) {
      if (pieces.size >= MAX_PIECES || bytesTogether > MAX_BYTES_TOGETHER) {
        gaps.push({ about, digest, reason: 'there is more evidence than is copied' });
        return;
      }
      await take(about, digest, () => readReferrer(from, about, digest, signal));
    }
    if (!about.startsWith('sha256:')) return;
    for (const suffix of COSIGN_TAGS) {
      await take(about, null, () => readTagged(from, about, `sha256-${digestHex(about)}.${suffix}`, signal));
    }
  }

  let level: readonly Digest[] = subjects;
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    await inParallel(level, AT_A_TIME, look);
    const found = new Set([...pieces.values()].map(({ stored }) => stored.digest));
    level = [...found].filter((digest) => !known.has(digest));
    for (const digest of level) known.add(digest);
  }
  return { pieces: [...pieces.values()], gaps };
}

/**
 * @throws {OciError} MANIFEST_UNKNOWN when the list names what is not there, MANIFEST_INVALID when it refers to something
 *   else: it would be attached to that
 */
export async function readReferrer(
  from: ImageReader,
  about: Digest,
  digest: Digest,
  signal?: AbortSignal,
): Promise<EvidencePiece> {
  const stored = await from.readManifest(digest, signal);
  if (stored === null) {
    throw new OciError('MANIFEST_UNKNOWN', `${from.name} lists the manifest ${digest} and does not have it`);
  }
  const manifest = parseStored(stored);
  if (manifest.kind === 'index') {
    throw new OciError('MANIFEST_INVALID', `${digest} is an index, which evidence never is`);
  }
  if (manifest.subject?.digest === about) return { about, stored, manifest, tag: null };
  const found = manifest.subject === null ? 'nothing' : manifest.subject.digest;
  throw new OciError('MANIFEST_INVALID', `${digest} refers to ${found} and not to ${about}`);
}

async function readTagged(
  from: ImageReader,
  about: Digest,
  tag: string,
  signal?: AbortSignal,
): Promise<EvidencePiece | null> {
  const stored = await from.readManifest(tag, signal);
  if (stored === null) return null;
  const manifest = parseStored(stored);
  if (manifest.kind === 'manifest') return { about, stored, manifest, tag };
  throw new OciError('MANIFEST_INVALID', `${tag} is an index, which cosign never writes`);
}
