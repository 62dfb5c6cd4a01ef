/** Kinds of files that are known by their first bytes, whatever their names. */
export type Magic = 'elf' | 'pe' | 'macho' | 'zip' | 'gguf' | 'text';

/** A set of kinds as bits: it is made for every file of an image, and compared with every rule. */
export type MagicSet = number;

const BITS: Readonly<Record<Magic, MagicSet>> = { elf: 1, pe: 2, macho: 4, zip: 8, gguf: 16, text: 32 };

/** As four bytes in big-endian order; Mach-O with 32 and 64 bits, both byte orders, and universal binaries. */
const BY_FOUR_BYTES: ReadonlyMap<number, Magic> = new Map<number, Magic>([
  [0x7f454c46, 'elf'],
  [0x504b0304, 'zip'],
  [0x504b0506, 'zip'],
  [0x47475546, 'gguf'],
  [0xfeedface, 'macho'],
  [0xfeedfacf, 'macho'],
  [0xcefaedfe, 'macho'],
  [0xcffaedfe, 'macho'],
  [0xcafebabe, 'macho'],
]);

/** The kinds of a file by its beginning. `head` is HEAD_BYTES long, or the whole of a shorter file. */
export function magicOf(head: Uint8Array): MagicSet {
  const a = head[0] ?? 0;
  const b = head[1] ?? 0;
  const last = ((head[2] ?? 0) << 8) | (head[3] ?? 0);
  const known = head.length < 4 ? undefined : BY_FOUR_BYTES.get(((a << 24) | (b << 16) | last) >>> 0);
  let kinds = known === undefined ? 0 : BITS[known];
  if (a === 0x4d && b === 0x5a) kinds |= BITS.pe;
  if (isText(head)) kinds |= BITS.text;
  return kinds;
}

export function magicSet(kinds: readonly Magic[]): MagicSet {
  return kinds.reduce((set, kind) => set | BITS[kind], 0);
}

/** True when a file that begins with `head` is of that kind. */
export function hasMagic(magic: Magic, head: Uint8Array): boolean {
  return (magicOf(head) & BITS[magic]) !== 0;
}

/** Printable ASCII, white space, and what UTF-8 and Latin-1 are made of. */
function isText(head: Uint8Array): boolean {
  for (let at = 0; at < head.length; at += 1) {
    const byte = head[at] ?? 0;
    const isTextByte = (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
    if (!isTextByte) return false;
  }
  return head.length > 0;
}
