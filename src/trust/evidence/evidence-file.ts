import { digestOf, type Digest } from '../../model/digest.ts';
import { actualFormat, MAX_SNIFFED_BYTES } from './evidence-format.ts';
import type { Evidence, EvidenceFormat } from './evidence.ts';
import { TrustError } from '../errors.ts';

/** Of all pieces together. */
export const MAX_EVIDENCE_FILE_BYTES = 64 * 1024 * 1024;
/** Attestations of one artifact; GitHub gives at most a few dozen. */
const MAX_PIECES = 1024;

const MEDIA_TYPES: Readonly<Partial<Record<EvidenceFormat, string>>> = {
  'sigstore-bundle': 'application/vnd.dev.sigstore.bundle+json',
  dsse: 'application/vnd.dsse.envelope.v1+json',
  statement: 'application/vnd.in-toto+json',
};

/**
 * Reads evidence from a file: a Sigstore bundle, an envelope or a statement, or one of them a line, as
 * `gh attestation download` writes them.
 *
 * @param name of the file, for messages
 * @param about the manifest that it is given for
 * @throws {TrustError} EVIDENCE_FILE_INVALID
 */
export function readEvidenceFile(bytes: Uint8Array, name: string, about: Digest): readonly Evidence[] {
  if (bytes.length > MAX_EVIDENCE_FILE_BYTES) {
    throw invalid(name, `${name} has ${bytes.length} bytes; at most ${MAX_EVIDENCE_FILE_BYTES} are read`);
  }
  const whole = toEvidence(bytes, about);
  if (whole !== null) return [whole];
  const lines = linesOf(bytes);
  if (lines.length > MAX_PIECES) {
    throw invalid(name, `${name} has ${lines.length} lines; at most ${MAX_PIECES} are read`);
  }
  const pieces = lines.map((line, index) => {
    const evidence = toEvidence(line, about);
    if (evidence !== null) return evidence;
    const where = lines.length === 1 ? name : `piece ${index + 1} of ${name}`;
    if (line.length > MAX_SNIFFED_BYTES) {
      throw invalid(name, `${where} has ${line.length} bytes; at most ${MAX_SNIFFED_BYTES} are read`);
    }
    throw invalid(name, `${where} is neither a Sigstore bundle nor a DSSE envelope nor an in-toto statement`);
  });
  if (pieces.length === 0) throw invalid(name, `${name} is empty`);
  return pieces;
}

const invalid = (name: string, message: string): TrustError =>
  new TrustError('EVIDENCE_FILE_INVALID', message, { subject: name });

/** The lines that hold something, without the line break. */
function linesOf(bytes: Uint8Array): Buffer[] {
  const text = Buffer.from(bytes);
  const lines: Buffer[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.subarray(start, end === -1 ? text.length : end);
    if (line.some((byte) => byte > 0x20)) lines.push(line);
    start = end === -1 ? text.length : end + 1;
  }
  return lines;
}

function toEvidence(content: Uint8Array, about: Digest): Evidence | null {
  const format = actualFormat('unknown', {}, content);
  const mediaType = MEDIA_TYPES[format];
  if (mediaType === undefined) return null;
  return {
    format,
    mediaType,
    digest: digestOf(content),
    manifest: null,
    about,
    places: ['file'],
    annotations: {},
    content,
  };
}
