/**
 * Headers of a scrubbed tar: POSIX ustar without owner, group and time, and with pax records where ustar cannot say a name. They
 * are byte for byte those of Go's `archive/tar`, whose tars are what checksums of contexts are taken of. docker-library/bashbrew,
 * `pkg/tarscrub/tarscrub.go`; POSIX.1-2017, "pax", "ustar Interchange Format".
 */
import type { GitEntryKind } from '../git/git-objects.ts';

export const BLOCK_BYTES = 512;

const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

const MODES: Readonly<Record<GitEntryKind, number>> = {
  file: 0o664,
  executable: 0o775,
  link: 0o777,
  directory: 0o775,
  submodule: 0o775,
};

const TYPES: Readonly<Record<GitEntryKind, string>> = {
  file: '0',
  executable: '0',
  link: '2',
  directory: '5',
  // as `git archive` has it: an empty directory
  submodule: '5',
};

export interface ScrubbedFile {
  /** Relative, without a slash at its end. */
  readonly path: string;
  readonly kind: GitEntryKind;
  /** Of its content; 0 for what has none. */
  readonly sizeBytes: number;
  /** What a link leads to. */
  readonly target: string;
}

/** @throws {RangeError} where no header can say it */
export function scrubbedHeader({ path, kind, sizeBytes, target }: ScrubbedFile): Buffer {
  if (target.includes('\0')) throw new RangeError('a link leads to a name with a zero byte');
  if (sizeBytes > 0o77777777777) throw new RangeError(`${sizeBytes} bytes are too many for a header`);
  const name = TYPES[kind] === '5' ? `${path}/` : path;
  const fields = { type: TYPES[kind], mode: MODES[kind], sizeBytes, target: Buffer.from(target) };
  const split = splitName(name);
  if (split !== null && isAscii(target) && target.length <= NAME_BYTES) {
    return block({ ...fields, ...split, hasDevice: true });
  }
  const records = [
    Buffer.byteLength(target) > NAME_BYTES || !isAscii(target) ? paxRecord('linkpath', target) : '',
    split === null ? paxRecord('path', name) : '',
  ].join('');
  return Buffer.concat([
    paxHeader(name, Buffer.from(records)),
    block({
      ...fields,
      name: fieldOf(name),
      prefix: Buffer.alloc(0),
      target: fieldOf(target),
      hasDevice: true,
    }),
  ]);
}

/** Null where ustar cannot say the name. */
function splitName(name: string): { readonly name: Buffer; readonly prefix: Buffer } | null {
  if (!isAscii(name)) return null;
  if (name.length <= NAME_BYTES) return { name: Buffer.from(name), prefix: Buffer.alloc(0) };
  const slash = name.lastIndexOf(
    '/',
    Math.min(name.endsWith('/') ? name.length - 2 : name.length, PREFIX_BYTES),
  );
  const rest = name.length - slash - 1;
  if (slash <= 0 || rest === 0 || rest > NAME_BYTES) return null;
  return { name: Buffer.from(name.slice(slash + 1)), prefix: Buffer.from(name.slice(0, slash)) };
}

/** The nearest to a name that old readers can be told: ASCII, cut, and without a slash where it was cut. */
function fieldOf(text: string): Buffer {
  const ascii = toAscii(text);
  if (ascii.length <= NAME_BYTES) return Buffer.from(ascii);
  const cut = ascii.slice(0, NAME_BYTES);
  return Buffer.from(cut.endsWith('/') ? cut.replace(/\/+$/, '') : cut);
}

/** `<length> <key>=<value>\n`, whose length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(value) + key.length + 3;
  let length = rest + String(rest).length;
  length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function paxHeader(name: string, records: Buffer): Buffer {
  const slash = name.lastIndexOf('/');
  const base = name.slice(slash + 1);
  const place = `${slash === -1 ? '' : name.slice(0, slash + 1)}PaxHeaders.0${base === '' ? '' : `/${base}`}`;
  const header = block({
    name: Buffer.from(toAscii(place).slice(0, NAME_BYTES).replace(/\/+$/, '')),
    prefix: Buffer.alloc(0),
    type: 'x',
    mode: 0,
    sizeBytes: records.length,
    target: Buffer.alloc(0),
    hasDevice: false,
  });
  return Buffer.concat([header, records, padding(records.length)]);
}

interface BlockFields {
  readonly name: Buffer;
  readonly prefix: Buffer;
  readonly type: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly target: Buffer;
  readonly hasDevice: boolean;
}

function block({ name, prefix, type, mode, sizeBytes, target, hasDevice }: BlockFields): Buffer {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number): void => {
    bytes.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  name.copy(bytes, 0);
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(sizeBytes, 124, 11);
  octal(0, 136, 11);
  bytes.write(' '.repeat(8), 148, 'latin1');
  bytes.write(type, 156, 'latin1');
  target.copy(bytes, 157);
  bytes.write('ustar\u000000', 257, 'latin1');
  if (hasDevice) {
    octal(0, 329, 7);
    octal(0, 337, 7);
  }
  prefix.copy(bytes, 345);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** What fills up the last block of a content. */
export function padding(sizeBytes: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES);
}

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
}

function toAscii(text: string): string {
  return text.replaceAll(/[^\p{ASCII}]/gu, '');
}
