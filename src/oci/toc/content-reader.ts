/**
 * Reads the content of files of a listed layer: finds the parts of the blob that hold their chunks, asks for neighbouring
 * parts together, and checks each chunk against the digest that the table states.
 */
import { createHash } from 'node:crypto';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { inParallel } from './in-parallel.ts';
import { inflatePart } from './inflate-part.ts';
import { readRange } from './read-range.ts';
import type { ListedLayer } from './read-table.ts';
import type { Chunk } from './table-of-contents.ts';

/** Bytes of the beginning that are wanted, by the index of a file among the table's entries. */
export type Wants = ReadonlyMap<number, number>;

export interface ContentReader {
  /** What it would take to read these, in bytes, beside what was read already. */
  costOf(wants: Wants): Cost;
  /**
   * Reads whole chunks, at least so many bytes of each file as are wanted.
   *
   * @throws {OciError} LAYER_CORRUPT, LAYER_DIGEST_MISMATCH when content is not what the table states; what reading throws
   */
  read(wants: Wants, signal?: AbortSignal): Promise<void>;
  /** What was read of a file, from its beginning; undefined when nothing was. */
  content(index: number): Buffer | undefined;
  /** Of the blob, the table of contents included. */
  readBytes(): number;
}

export interface Cost {
  /** Of the blob. */
  readonly transferredBytes: number;
  /** Uncompressed. */
  readonly heldBytes: number;
}

/** Parts are asked for together when no more than this lies between them: a request costs about as much time. */
const GAP_BYTES = 64 * 1024;
/** Parts are not put together beyond this, which bounds the memory that requests take. */
const TOGETHER_BYTES = 4 * 1024 * 1024;
const REQUESTS_AT_A_TIME = 4;

interface WantedChunk {
  readonly index: number;
  /** Which of its file's chunks it is. */
  readonly position: number;
  readonly chunk: Chunk;
}

/** Chunks that one request brings. */
interface Span {
  readonly start: number;
  end: number;
  readonly chunks: WantedChunk[];
}

export function createContentReader({ layer, table }: ListedLayer): ContentReader {
  /** What was read of files, chunk by chunk from the first. */
  const held = new Map<number, Buffer[]>();
  let readBytes = table.readBytes;

  function missingChunks(wants: Wants): WantedChunk[] {
    const missing: WantedChunk[] = [];
    for (const [index, bytes] of wants) {
      const have = held.get(index)?.length ?? 0;
      let begins = 0;
      for (const [position, chunk] of (table.entries[index]?.chunks ?? []).entries()) {
        if (begins >= bytes) break;
        if (position >= have) missing.push({ index, position, chunk });
        begins += chunk.sizeBytes;
      }
    }
    return missing.sort((a, b) => a.chunk.range.start - b.chunk.range.start);
  }

  async function readSpan({ start, end, chunks }: Span, signal: AbortSignal | undefined): Promise<void> {
    const bytes = await readRange(layer, { start, end }, signal);
    readBytes += bytes.length;
    for (const { index, position, chunk } of chunks) {
      const part = bytes.subarray(chunk.range.start - start, chunk.range.end - start);
      const subject = `the file ${table.entries[index]?.entry.path} of layer ${layer.digest}`;
      const pieces = held.get(index) ?? [];
      pieces[position] = await readChunk(part, chunk, subject);
      held.set(index, pieces);
    }
  }

  return {
    costOf(wants) {
      const missing = missingChunks(wants);
      return {
        transferredBytes: sum(spansOf(missing), ({ start, end }) => end - start),
        heldBytes: sum(missing, ({ chunk }) => chunk.skippedBytes + chunk.sizeBytes),
      };
    },
    read: (wants, signal) =>
      inParallel(spansOf(missingChunks(wants)), REQUESTS_AT_A_TIME, (span) => readSpan(span, signal)),
    content(index) {
      const pieces = held.get(index);
      if (pieces === undefined || pieces.length === 1) return pieces?.[0];
      return Buffer.concat(pieces);
    },
    readBytes: () => readBytes,
  };
}

/** @param chunks by where they begin in the blob */
function spansOf(chunks: readonly WantedChunk[]): Span[] {
  const spans: Span[] = [];
  for (const wanted of chunks) {
    const { start, end } = wanted.chunk.range;
    const last = spans.at(-1);
    if (last !== undefined && start - last.end <= GAP_BYTES && end - last.start <= TOGETHER_BYTES) {
      last.end = Math.max(last.end, end);
      last.chunks.push(wanted);
    } else {
      spans.push({ start, end, chunks: [wanted] });
    }
  }
  return spans;
}

async function readChunk(part: Buffer, chunk: Chunk, subject: string): Promise<Buffer> {
  const { skippedBytes, sizeBytes, digest } = chunk;
  const inflated = (await inflatePart(part, skippedBytes + sizeBytes, subject)).subarray(skippedBytes);
  const hex = createHash(digestAlgorithm(digest)).update(inflated).digest('hex');
  if (hex === digestHex(digest)) return inflated;
  const message = `${subject}: its table of contents states another digest than the content has`;
  throw new OciError('LAYER_DIGEST_MISMATCH', message, { subject });
}

const sum = <T>(things: readonly T[], bytesOf: (thing: T) => number) =>
  things.reduce((total, thing) => total + bytesOf(thing), 0);
