/**
 * A delta as a file: zstd (RFC 8878) over lines of JSON. The first says from which digest to which it leads; then a fact a
 * line that is new or changed, as `formatFact` writes it, or `{"drop":KIND,"key":KEY}`. docs/database-schema.md
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { FactChange } from './delta.ts';
import { AdvisoryError } from '../errors.ts';
import { FACT_KINDS } from './fact.ts';
import { formatFact } from './fact-text.ts';
import { asObject } from '../feed.ts';
import { parseFact } from './read-fact.ts';

const FORMAT = 'hallmark.delta/1';
const LEVEL = 19;
/** Far above any day's changes; whoever needs more fetches a base. */
const MAX_UNPACKED = 512 << 20;

export interface DeltaHeader {
  /** Digests of the facts before and after. */
  readonly from: Digest;
  readonly to: Digest;
  /** RFC 3339: when the database that it leads to was built. */
  readonly built: string;
}

export interface Delta extends DeltaHeader {
  readonly changes: Iterable<FactChange>;
}

export function packDelta({ from, to, built, changes }: Delta): Uint8Array {
  const lines = [JSON.stringify({ format: FORMAT, from, to, built })];
  for (const change of changes) {
    const { kind } = change;
    lines.push(
      kind === 'put' ? formatFact(change.fact) : JSON.stringify({ drop: change.of, key: change.key }),
    );
  }
  return zstdCompressSync(Buffer.from(`${lines.join('\n')}\n`), {
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL },
  });
}

/**
 * The changes are read as they are taken.
 *
 * @param name what to call it in an error
 * @throws {AdvisoryError} DELTA_UNREADABLE, and from the changes FACT_UNREADABLE
 */
export function unpackDelta(packed: Uint8Array, name: string): Delta {
  const lines = inflate(packed, name).toString('utf8').split('\n');
  const header = parseHeader(lines[0] ?? '', name);
  // who writes the last line writes the line feed behind it, so a delta that was cut off has none
  if (lines.pop() !== '') throw unreadable(name, 'its last line is cut off');
  return { ...header, changes: readChanges(lines.slice(1), name) };
}

function* readChanges(lines: readonly string[], name: string): Iterable<FactChange> {
  for (const line of lines)
    yield line.startsWith('{"drop":') ? parseDrop(line, name) : { kind: 'put', fact: parseFact(line) };
}

function inflate(packed: Uint8Array, name: string): Buffer {
  try {
    return zstdDecompressSync(packed, { maxOutputLength: MAX_UNPACKED });
  } catch (cause) {
    throw unreadable(name, cause instanceof Error ? cause.message : String(cause));
  }
}

function parseHeader(line: string, name: string): DeltaHeader {
  const header = parseObject(line);
  const { format, from, to, built } = header ?? {};
  if (format !== FORMAT) throw unreadable(name, 'it does not say that it is one');
  if (typeof from !== 'string' || !isDigest(from) || typeof to !== 'string' || !isDigest(to))
    throw unreadable(name, 'it does not say between which databases');
  if (typeof built !== 'string' || Number.isNaN(Date.parse(built)))
    throw unreadable(name, 'it does not say when it was built');
  return { from, to, built };
}

function parseDrop(line: string, name: string): FactChange {
  const { drop, key } = parseObject(line) ?? {};
  const of = FACT_KINDS.find((kind) => kind === drop);
  if (of === undefined || typeof key !== 'string') throw unreadable(name, `a line is broken: ${line}`);
  return { kind: 'drop', of, key };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return asObject(JSON.parse(line));
  } catch {
    return null;
  }
}

function unreadable(name: string, reason: string): AdvisoryError {
  const message = `${name} is not a delta of advisories: ${reason.slice(0, 300)}`;
  return new AdvisoryError('DELTA_UNREADABLE', message, { subject: name });
}
