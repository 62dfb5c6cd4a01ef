/**
 * What was read of a source, so that a database can be built again without reading YAML or XML again. A file of zstd over
 * lines of JSON: a header with the number of units, a line for each unit in the order of their names with its version and
 * the number of its records, then the records in that order. It is named by its digest, so that a file is never changed:
 * which one counts is said by the source's state.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { UpdateError } from '../errors.ts';
import { notKept } from './not-kept.ts';

/** To be raised when feeds read more or otherwise, or when their items change: sources are then fetched whole again. */
export const KEPT_FORMAT = 'hallmark.feed/1';
const LEVEL = 3;
const BATCH_LENGTH = 256 * 1024;
/** A record is one line; the longest of 2026 has some megabytes. */
const MAX_LINE_BYTES = 256 << 20;

export interface KeptUnit {
  readonly unit: string;
  readonly version: string;
  readonly records: number;
}

const Header = z.object({ format: z.literal(KEPT_FORMAT), units: z.int().nonnegative() });
const UnitLine = z.tuple([z.string(), z.string(), z.int().nonnegative()]);

export interface KeptFacts {
  readonly units: readonly KeptUnit[];
  /** Each record's line, unit by unit; to be taken once, and to the end: only then the digest is verified. */
  readonly records: AsyncIterable<string>;
}

/** Where the facts with a digest lie in the folder of their source. */
export function keptFile(folder: string, digest: string): string {
  return join(folder, `facts-${digest}.zst`);
}

/**
 * Opens kept facts. Who needs the units alone calls `close`.
 *
 * @throws {UpdateError} FEEDS_DAMAGED, also from the records
 */
export async function openKept(
  folder: string,
  digest: string,
): Promise<KeptFacts & { close(): Promise<void> }> {
  const file = keptFile(folder, digest);
  const hash = createHash('sha256');
  const lines = linesOf(file, (chunk) => void hash.update(chunk));
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw damaged(file, 'it ends too early');
    return JSON.parse(value);
  };
  const units: KeptUnit[] = [];
  try {
    const header = Header.parse(await next());
    for (let count = 0; count < header.units; count += 1) {
      const [unit, version, records] = UnitLine.parse(await next());
      units.push({ unit, version, records });
    }
  } catch (cause) {
    await lines.return();
    throw damaged(file, cause);
  }
  async function* records(): AsyncIterable<string> {
    try {
      yield* lines;
    } catch (cause) {
      throw damaged(file, cause);
    }
    if (hash.digest('hex') !== digest) throw damaged(file, 'its digest is another');
  }
  return {
    units,
    records: records(),
    async close() {
      await lines.return();
    },
  };
}

/**
 * Writes facts to a file and the disk.
 *
 * @returns their digest
 * @throws {UpdateError} FEEDS_NOT_WRITTEN
 */
export async function writeKept(folder: string, { units, records }: KeptFacts): Promise<string> {
  const partial = join(folder, 'facts.partial');
  const hash = createHash('sha256');
  async function* text(): AsyncIterable<string> {
    yield `${JSON.stringify({ format: KEPT_FORMAT, units: units.length })}\n`;
    for (const unit of units) yield `${JSON.stringify([unit.unit, unit.version, unit.records])}\n`;
    for await (const line of records) yield `${line}\n`;
  }
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  try {
    mkdirSync(folder, { recursive: true });
    await pipeline(
      Readable.from(inBatches(text())),
      compress,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(partial),
    );
    const digest = hash.digest('hex');
    const descriptor = openSync(partial, 'r+');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, keptFile(folder, digest));
    return digest;
  } catch (cause) {
    throw notKept(partial, cause);
  }
}

/** Few large pieces in place of many small ones. */
async function* inBatches(lines: AsyncIterable<string>): AsyncIterable<Buffer> {
  let batch: string[] = [];
  let length = 0;
  for await (const line of lines) {
    batch.push(line);
    length += line.length;
    if (length < BATCH_LENGTH) continue;
    yield Buffer.from(batch.join(''));
    [batch, length] = [[], 0];
  }
  yield Buffer.from(batch.join(''));
}

/** Lines end in a line feed and nothing else: a separator of Unicode's may stand in a record. */
async function* linesOf(
  file: string,
  onPacked: (chunk: Buffer) => void,
): AsyncGenerator<string, void, undefined> {
  const source = createReadStream(file);
  source.on('data', (chunk) => onPacked(Buffer.from(chunk)));
  const unpacked = createZstdDecompress();
  source.on('error', (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  let rest: Buffer[] = [];
  let restBytes = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, start)) {
        const last = piece.subarray(start, end);
        yield (restBytes === 0 ? last : Buffer.concat([...rest, last])).toString('utf8');
        [rest, restBytes, start] = [[], 0, end + 1];
      }
      rest.push(piece.subarray(start));
      restBytes += piece.length - start;
      if (restBytes > MAX_LINE_BYTES) throw new Error(`a line is longer than ${MAX_LINE_BYTES} bytes`);
    }
    if (restBytes > 0) throw new Error('its last line is cut off');
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

function damaged(file: string, cause: unknown): UpdateError {
  if (cause instanceof UpdateError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UpdateError('FEEDS_DAMAGED', `${file} is damaged: ${reason}`, { subject: file, cause });
}
