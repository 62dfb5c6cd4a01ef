import { BLOCK_BYTES } from './header.ts';

/** A file of an archive that is being written; a directory when there is no content. */
export interface TarFile {
  /** Relative; at most 100 bytes. */
  readonly path: string;
  readonly content: { readonly sizeBytes: number; open(): AsyncIterable<Uint8Array> } | null;
}

/** Eleven octal digits. Larger sizes are written in GNU's base-256 form, which every reader of today knows. */
const MOST_OCTAL = 0o77777777777;

/**
 * An archive of files in their order, POSIX ustar, without owner and time: the same files give the same bytes.
 *
 * @throws {RangeError} when a content is not as long as it says: the archive would be read wrongly
 */
export async function* writeTar(files: Iterable<TarFile>): AsyncGenerator<Uint8Array, void, undefined> {
  for (const { path, content } of files) {
    yield headerOf(path, content?.sizeBytes ?? null);
    if (content === null) continue;
    let written = 0;
    for await (const chunk of content.open()) {
      written += chunk.byteLength;
      yield chunk;
    }
    if (written !== content.sizeBytes)
      throw new RangeError(`${path} has ${written} bytes, expected ${content.sizeBytes}`);
    const rest = written % BLOCK_BYTES;
    if (rest > 0) yield Buffer.alloc(BLOCK_BYTES - rest);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

/** POSIX.1-2017, pax, "ustar Interchange Format". @param sizeBytes null for a directory */
function headerOf(path: string, sizeBytes: number | null): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long for a header`);
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number): void => {
    block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  };
  block.write(path, 0, 'utf8');
  octal(sizeBytes === null ? 0o755 : 0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  writeSize(block, sizeBytes ?? 0, octal);
  octal(0, 136, 11);
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(sizeBytes === null ? '5' : '0', 156, 'latin1');
  block.write('ustar\u000000', 257, 'latin1');
  octal(0, 329, 7);
  octal(0, 337, 7);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function writeSize(
  block: Buffer,
  sizeBytes: number,
  octal: (value: number, at: number, digits: number) => void,
): void {
  if (sizeBytes <= MOST_OCTAL) octal(sizeBytes, 124, 11);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
}
