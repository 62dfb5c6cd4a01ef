/*
 * Where zstd frames end, without decompressing them. Node's zstd stream stops at the first frame that ends inside a
 * piece of input and drops the rest of the piece, so pieces have to end where frames do. zstd:chunked layers have a
 * frame for every file.
 *
 * RFC 8878, section 3.1: a frame is a magic number, a header whose length its first byte tells, blocks that each begin
 * with their length, and an optional checksum. A skippable frame is a magic number, a length and so many bytes.
 */

const ZSTD_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;

const MAGIC_BYTES = 4;
const SIZE_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const RUN_LENGTH_BLOCK = 1;

/** True for the first four bytes of a frame of either kind. */
export function isZstdMagic(magic: number): boolean {
  return magic === ZSTD_MAGIC || isSkippable(magic);
}

function isSkippable(magic: number): boolean {
  return (magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC;
}

/** Answers a function that cuts the chunks of one stream, given to it in order, behind the end of each frame. */
export function createFrameSplitter(): (chunk: Uint8Array) => Uint8Array[] {
  const held = Buffer.alloc(MAGIC_BYTES);
  let have = 0;
  let needed = MAGIC_BYTES;
  let step: () => void = onMagic;
  let skip = 0;
  let lastPart = false;
  let checksumBytes = 0;

  function next(passOver: number, bytes: number, then: () => void): void {
    skip = passOver;
    needed = bytes;
    step = then;
  }

  function onMagic(): void {
    const magic = held.readUInt32LE();
    if (isSkippable(magic)) next(0, SIZE_BYTES, onSkippableSize);
    else if (magic === ZSTD_MAGIC) next(0, 1, onDescriptor);
    // Not zstd: there is nothing to cut, and the decompressor says so.
    else skip = Infinity;
  }

  function onSkippableSize(): void {
    lastPart = true;
    next(held.readUInt32LE(), MAGIC_BYTES, onMagic);
  }

  function onDescriptor(): void {
    const descriptor = held.readUInt8();
    const singleSegment = (descriptor & 0x20) !== 0;
    checksumBytes = (descriptor & 0x04) === 0 ? 0 : CHECKSUM_BYTES;
    const contentSizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 0x03] ?? 0;
    next((singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes, BLOCK_HEADER_BYTES, onBlock);
  }

  function onBlock(): void {
    const block = held.readUIntLE(0, BLOCK_HEADER_BYTES);
    const type = (block >> 1) & 0x03;
    const bytes = type === RUN_LENGTH_BLOCK ? 1 : block >> 3;
    lastPart = (block & 1) === 1;
    if (lastPart) next(bytes + checksumBytes, MAGIC_BYTES, onMagic);
    else next(bytes, BLOCK_HEADER_BYTES, onBlock);
  }

  return (chunk) => {
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length;) {
      if (skip > 0) {
        const passed = Math.min(skip, chunk.length - at);
        skip -= passed;
        at += passed;
      } else {
        held[have++] = chunk[at++] ?? 0;
        if (have === needed) {
          have = 0;
          step();
        }
      }
      if (lastPart && skip === 0) {
        lastPart = false;
        pieces.push(chunk.subarray(from, at));
        from = at;
      }
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
    return pieces;
  };
}
