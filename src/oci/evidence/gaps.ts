import type { Digest } from '../../model/digest.ts';
import { OciError, type OciErrorCode } from '../errors.ts';
import type { EvidenceGap } from './evidence-manifest.ts';

/** What it means for evidence that something could not be read; everything else means that it could not be had. */
const CODES: Readonly<Partial<Record<OciErrorCode, EvidenceGap['code']>>> = {
  MANIFEST_DIGEST_MISMATCH: 'EVIDENCE_MISMATCH',
  BLOB_DIGEST_MISMATCH: 'EVIDENCE_MISMATCH',
  BLOB_SIZE_MISMATCH: 'EVIDENCE_MISMATCH',
  MANIFEST_INVALID: 'EVIDENCE_MALFORMED',
  MANIFEST_SCHEMA1: 'EVIDENCE_MALFORMED',
  EVIDENCE_TOO_LARGE: 'EVIDENCE_TOO_LARGE',
};

/**
 * The gap that an error leaves in what is known about a subject.
 *
 * @param evidence the manifest or blob; null for a whole list
 */
export function gapOf(error: OciError, about: Digest, evidence: Digest | null): EvidenceGap {
  // a list that nobody can read is not evidence that misleads: whatever it named is missing
  const code = evidence === null ? undefined : CODES[error.code];
  return { code: code ?? 'EVIDENCE_MISSING', about, evidence, message: error.message };
}

/**
 * What a reading yields, or the gap that it leaves.
 *
 * @throws what is no {@link OciError}: a bug, or that everything was cancelled
 */
export async function orGap<T extends object | null>(
  reading: Promise<T>,
  about: Digest,
  evidence: Digest | null,
): Promise<{ readonly found: T } | { readonly gap: EvidenceGap }> {
  try {
    return { found: await reading };
  } catch (error) {
    if (error instanceof OciError) return { gap: gapOf(error, about, evidence) };
    throw error;
  }
}
