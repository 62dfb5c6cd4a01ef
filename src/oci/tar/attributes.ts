import { readNumber } from './header.ts';
import { type PaxRecords, XATTR_PREFIX } from './pax.ts';
import type { SparseFile } from './sparse.ts';

/** What an entry says of its file besides what a file system is read for. */
export interface TarAttributes {
  /** When the content was changed last: seconds since 1970 as a decimal number, exact; NaN as a text where it cannot be read. */
  readonly modified: string;
  /** The type flag of the header: `3` and `4` are devices, `6` is a pipe. */
  readonly typeFlag: string;
  /** Major and minor number of a device, as `1:3`; null for what is none. */
  readonly device: string | null;
  /** Values of extended attributes by their names; bytes that are not UTF-8 as `decodeName` writes them. */
  readonly xattrs: ReadonlyMap<string, string>;
  /** Bytes of content in the archive, which begins at the entry's `contentOffset`. */
  readonly storedBytes: number;
  /** Where what is stored belongs in the file; null for all of it in its order. */
  readonly sparse: SparseFile | null;
}

/** What only the header block tells. */
export type BlockAttributes = Pick<TarAttributes, 'modified' | 'typeFlag' | 'device'>;

const DEVICES = '34';

/** POSIX.1-2017, pax, "ustar Interchange Format": the fields `mtime`, `typeflag`, `devmajor` and `devminor`. */
export function readBlockAttributes(bytes: Buffer, at: number): BlockAttributes {
  const typeFlag = String.fromCharCode(bytes[at + 156] ?? 0);
  const numbers = [readNumber(bytes, at + 329, 8), readNumber(bytes, at + 337, 8)];
  return {
    modified: String(readNumber(bytes, at + 136, 12)),
    typeFlag,
    device: DEVICES.includes(typeFlag) ? numbers.join(':') : null,
  };
}

/** What an extended header says goes before the header block. */
export function attributesOf(
  block: BlockAttributes,
  pax: PaxRecords | null,
  stored: Pick<TarAttributes, 'storedBytes' | 'sparse'>,
): TarAttributes {
  const xattrs = [...(pax?.values ?? [])].filter(([keyword]) => keyword.startsWith(XATTR_PREFIX));
  return {
    ...block,
    modified: exactTime(pax?.values.get('mtime')) ?? block.modified,
    xattrs: new Map(xattrs.map(([keyword, value]) => [keyword.slice(XATTR_PREFIX.length), value])),
    ...stored,
  };
}

/** Without zeros at the end of the fraction, so that equal times are equal texts. */
function exactTime(text: string | undefined): string | null {
  const found = /^(-?\d{1,16})(?:\.(\d{0,30}))?$/.exec(text ?? '');
  if (found === null) return null;
  const fraction = (found[2] ?? '').replace(/0+$/, '');
  return fraction === '' ? String(Number(found[1])) : `${Number(found[1])}.${fraction}`;
}
