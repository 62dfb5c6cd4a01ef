/**
 * The facts of a database as one file for carrying: zstd over their lines, behind a skippable frame (RFC 8878, section
 * 3.1.2) that says what follows. It is little more than half of the packed database, for compression finds more in text
 * than in pages, and `zstd -d` gives text that anybody can read. Whoever takes it in writes the tables anew.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { digestOf, isDigest, type Digest } from '../../model/digest.ts';
import { AdvisoryError } from '../errors.ts';
import type { Fact } from './fact.ts';
import { formatFact } from './fact-text.ts';
import { parseFact } from './read-fact.ts';
import { readFrame, withFrame, type Framed } from '../database/skippable-frame.ts';

const FORMAT = 'hallmark.facts/1';
/** What one buffer can hold; ten times the facts of every source in 2026. */
const MAX_UNPACKED = 2 ** 32 - 1;
const LINE_FEED = 10;

export interface FactsHeader {
  /** Digest of the text, which is the database's. */
  readonly digest: Digest;
  /** RFC 3339 */
  readonly built: string;
  readonly sizeBytes: number;
}

export interface PackedFacts extends FactsHeader {
  /** Read as they are taken; throws FACT_UNREADABLE. */
  readonly facts: Iterable<Fact>;
}

/** @param level zstd's; 19 takes half a minute for a hundred megabytes of text, 9 a second and a fifth more room */
export function packFacts(facts: Iterable<Fact>, built: string, level: number): Uint8Array {
  const text = Buffer.concat([...linesOf(facts)]);
  const header: FactsHeader = { digest: digestOf(text), built, sizeBytes: text.length };
  const params = { [constants.ZSTD_c_compressionLevel]: level };
  return withFrame({ format: FORMAT, ...header }, zstdCompressSync(text, { params }));
}

/**
 * @param name what to call them in an error
 * @throws {AdvisoryError} DATABASE_UNREADABLE, DATABASE_DIGEST_MISMATCH
 */
export function unpackFacts(packed: Uint8Array, name: string): PackedFacts {
  const frame = readFrame(packed);
  const header = frame === null ? null : toHeader(frame);
  if (frame === null || header === null) throw unreadable(name, 'it does not begin like packed facts');
  const text = inflate(frame.body, header.sizeBytes, name);
  const actual = digestOf(text);
  if (actual !== header.digest) {
    const message = `the facts in ${name} are damaged: expected ${header.digest}, got ${actual}`;
    throw new AdvisoryError('DATABASE_DIGEST_MISMATCH', message, { subject: name });
  }
  return { ...header, facts: readLines(text) };
}

function* linesOf(facts: Iterable<Fact>): Iterable<Buffer> {
  let batch = '';
  for (const fact of facts) {
    batch += `${formatFact(fact)}\n`;
    if (batch.length < 1 << 20) continue;
    yield Buffer.from(batch);
    batch = '';
  }
  yield Buffer.from(batch);
}

function* readLines(text: Buffer): Iterable<Fact> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf(LINE_FEED, start);
    const line = text.toString('utf8', start, end < 0 ? text.length : end);
    yield parseFact(line);
    start = end < 0 ? text.length : end + 1;
  }
}

function toHeader({ header }: Framed): FactsHeader | null {
  const { format, digest, built, sizeBytes } = header;
  if (format !== FORMAT || typeof digest !== 'string' || !isDigest(digest)) return null;
  if (typeof built !== 'string' || Number.isNaN(Date.parse(built))) return null;
  if (typeof sizeBytes !== 'number' || !Number.isInteger(sizeBytes) || sizeBytes < 0) return null;
  return sizeBytes > MAX_UNPACKED ? null : { digest, built, sizeBytes };
}

function inflate(body: Uint8Array, sizeBytes: number, name: string): Buffer {
  try {
    return zstdDecompressSync(body, { maxOutputLength: Math.max(1, sizeBytes) });
  } catch (cause) {
    throw unreadable(name, 'it is cut off or damaged', cause);
  }
}

function unreadable(name: string, reason: string, cause?: unknown): AdvisoryError {
  const message = `${name} cannot be unpacked: ${reason}`;
  return new AdvisoryError('DATABASE_UNREADABLE', message, { subject: name, cause });
}
