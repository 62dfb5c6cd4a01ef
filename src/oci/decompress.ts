import { createGunzip, createZstdDecompress } from 'node:zlib';
import { OciError } from './errors.ts';
import { createFrameSplitter, isZstdMagic } from './zstd-frames.ts';

export type Compression = 'gzip' | 'zstd' | 'none';

export interface DecompressionLimits {
  /** Most bytes that may come out. */
  readonly uncompressedBytes: number;
  /** Most bytes out for one byte in, once more than `ratioFreeBytes` have come out. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
}

const GIBIBYTE = 1024 ** 3;

/** Generous, because they only have to stop what would not end: text shrinks to a twentieth, a file of zeros to a thousandth. */
export const DECOMPRESSION_LIMITS: DecompressionLimits = {
  uncompressedBytes: 64 * GIBIBYTE,
  ratio: 200,
  ratioFreeBytes: GIBIBYTE,
};

export interface DecompressOptions {
  /** What is read, for error messages: a layer's digest, a file. */
  readonly subject: string;
  /** Passes the bytes on as they are, whatever they begin with. */
  readonly plain?: boolean | undefined;
  readonly limits?: DecompressionLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Measured on gzip: from 64 KiB to 256 KiB a quarter is gained, beyond nothing. */
const PIECE_BYTES = 256 * 1024;
/** So much is inflated ahead, on the thread pool, while this thread hashes and reads what came before. */
const AHEAD_BYTES = 4 * PIECE_BYTES;

const MAGIC_BYTES = 4;
const GZIP_MAGIC = 0x8b1f;

/** What the first four bytes of a stream say. Media types may be wrong, and runtimes go by the bytes as well. */
export function detectCompression(start: Uint8Array): Compression {
  const [a = 0, b = 0, c = 0, d = 0] = start;
  if ((a | (b << 8)) === GZIP_MAGIC) return 'gzip';
  return isZstdMagic((a | (b << 8) | (c << 16) | (d << 24)) >>> 0) ? 'zstd' : 'none';
}

/**
 * The uncompressed bytes of a stream that is gzip (any number of members, zeros behind them), zstd (any number of
 * frames) or neither. The input is read to its end also where the compressed stream ends earlier, so that a check at
 * its end happens.
 *
 * @throws {OciError} LAYER_CORRUPT, LAYER_TRUNCATED, LAYER_TOO_LARGE; what the input throws; the signal's reason
 */
export async function* decompress(
  chunks: AsyncIterable<Uint8Array>,
  options: DecompressOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { subject, signal } = options;
  let bytesIn = 0;
  let bytesOut = 0;
  const counted = async function* (): Chunks {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      bytesIn += chunk.length;
      yield chunk;
    }
  };
  const source = counted();
  try {
    const start = await readStart(source);
    const whole = startWith(start, source);
    const compression = options.plain === true ? 'none' : detectCompression(start);
    const pieces = compression === 'none' ? whole : inflate(whole, compression, subject, signal);
    for await (const piece of pieces) {
      bytesOut += piece.length;
      checkSize(bytesIn, bytesOut, options);
      yield piece;
    }
  } finally {
    await source.return();
  }
}

function checkSize(bytesIn: number, bytesOut: number, options: DecompressOptions): void {
  const { subject, limits = DECOMPRESSION_LIMITS } = options;
  const { uncompressedBytes, ratio, ratioFreeBytes } = limits;
  const tooLong = bytesOut > uncompressedBytes;
  const tooDense = bytesOut > ratioFreeBytes && bytesOut > bytesIn * ratio;
  if (!tooLong && !tooDense) return;
  const what = tooLong
    ? `it unpacks to more than ${uncompressedBytes} bytes`
    : `${bytesIn} bytes unpack to ${bytesOut}, more than ${ratio} times as many`;
  throw new OciError('LAYER_TOO_LARGE', `${subject}: ${what}`, { subject });
}

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** At least so many bytes as a magic number has, unless the stream is shorter. */
async function readStart(source: Chunks): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < MAGIC_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  return start;
}

async function* startWith(start: Uint8Array, source: Chunks): Chunks {
  if (start.length > 0) yield start;
  yield* source;
}

type Engine = ReturnType<typeof createGunzip>;

async function* inflate(
  source: Chunks,
  compression: 'gzip' | 'zstd',
  subject: string,
  signal: AbortSignal | undefined,
): Chunks {
  const options = { chunkSize: PIECE_BYTES, highWaterMark: AHEAD_BYTES, ...(signal && { signal }) };
  const engine = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  const feeding = feed(engine, source, compression === 'zstd' ? createFrameSplitter() : (chunk) => [chunk]);
  try {
    for await (const piece of engine) yield piece as Buffer;
    // Zeros behind the last member are left when the engine has ended, and writing them would wait for ever.
    engine.destroy();
    const failure = await feeding;
    if (failure !== null) throw failure.error;
    for await (const rest of source) void rest;
  } catch (error) {
    signal?.throwIfAborted();
    throw toOciError(error, subject, compression);
  } finally {
    engine.destroy();
  }
}

/** Writes the whole input to the engine, or as much as it takes. Answers what the input threw. */
async function feed(
  engine: Engine,
  source: Chunks,
  split: (chunk: Uint8Array) => Uint8Array[],
): Promise<{ readonly error: unknown } | null> {
  try {
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      for (const piece of split(next.value)) {
        if (engine.destroyed) return null;
        if (!engine.write(piece)) await drained(engine);
      }
    }
    engine.end();
    return null;
  } catch (error) {
    // Ends the reader's loop as well, unless it has ended already.
    engine.destroy(error as Error);
    return { error };
  }
}

function drained(engine: Engine): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      engine.off('drain', done).off('close', done);
      resolve();
    };
    engine.on('drain', done).on('close', done);
  });
}

function toOciError(error: unknown, subject: string, compression: Compression): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return new OciError('LAYER_TRUNCATED', `${subject}: the ${compression} stream ends too early`, {
      subject,
      cause: error,
    });
  }
  if (/^(?:Z_|ZSTD_)/.test(code)) {
    const detail = error instanceof Error ? error.message : code;
    return new OciError('LAYER_CORRUPT', `${subject}: the ${compression} stream is damaged (${detail})`, {
      subject,
      cause: error,
    });
  }
  return error;
}
