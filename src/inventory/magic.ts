/** Kinds of files that are known by their first bytes, whatever their names. */
export type Magic = 'elf' | 'pe' | 'macho' | 'zip' | 'gguf' | 'text';

/** True when a file that begins with `head` is of that kind. `head` is HEAD_BYTES long, or the whole of a shorter file. */
export function hasMagic(magic: Magic, head: Uint8Array): boolean {
  switch (magic) {
    case 'elf':
      return startsWith(head, 0x7f, 0x45, 0x4c, 0x46);
    case 'pe':
      return startsWith(head, 0x4d, 0x5a);
    case 'macho':
      return MACHO.some((bytes) => startsWith(head, ...bytes));
    case 'zip':
      return startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06);
    case 'gguf':
      return startsWith(head, 0x47, 0x47, 0x55, 0x46);
    case 'text':
      return head.length > 0 && head.every(isTextByte);
  }
}

/** 32 and 64 bits, both byte orders, and universal binaries. */
const MACHO = [
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
] as const;

function startsWith(head: Uint8Array, ...bytes: readonly number[]): boolean {
  return head.length >= bytes.length && bytes.every((byte, index) => head[index] === byte);
}

/** Printable ASCII, white space, and what UTF-8 and Latin-1 are made of. */
function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}
