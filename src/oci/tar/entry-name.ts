import { isUtf8 } from 'node:buffer';

/** Bytes; Linux PATH_MAX and NAME_MAX. */
const PATH_BYTES_MAX = 4096;
const COMPONENT_BYTES_MAX = 255;

/** Below this many UTF-16 units no name can exceed the 255 bytes of one component: a unit is at most 3 bytes. */
const SURELY_SHORT = Math.floor(COMPONENT_BYTES_MAX / 3);

/** An empty, `.` or `..` component anywhere. */
const UNCLEAN = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** Code points that stand for bytes which are not UTF-8: byte b becomes U+EF00 + b. */
const ESCAPE_BASE = 0xef00;
const ESCAPES = /[\uEF80-\uEFFF]/;

/**
 * The bytes of a file name as well-formed text. Names on Linux are bytes, mostly UTF-8; each byte that is not becomes
 * a code point of the private range U+EF80 to U+EFFF (MirBSD's OPTU-16), and so do the bytes of names that hold such
 * code points themselves. Different names therefore stay different, and what is written out is always valid UTF-8.
 */
export function decodeName(bytes: Buffer, start = 0, end = bytes.length): string {
  let allBits = 0;
  for (let at = start; at < end; at++) allBits |= bytes[at] ?? 0;
  if (allBits < 0x80) return bytes.toString('latin1', start, end);
  const name = bytes.subarray(start, end);
  if (isUtf8(name)) {
    const text = name.toString('utf8');
    if (!ESCAPES.test(text)) return text;
  }
  return escapeName(name);
}

function escapeName(name: Buffer): string {
  let text = '';
  for (let at = 0; at < name.length;) {
    const lead = name[at] ?? 0;
    const length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const sequence = name.subarray(at, at + length);
    const character = isUtf8(sequence) ? sequence.toString('utf8') : '';
    if (character === '' || ESCAPES.test(character)) {
      text += String.fromCharCode(ESCAPE_BASE + lead);
      at += 1;
    } else {
      text += character;
      at += length;
    }
  }
  return text;
}

/**
 * A name of an archive as a path below its root: no leading or trailing slash, no empty, `.` or `..` component, as
 * Go's `filepath.Clean` makes it for the runtimes. The empty path is the root itself. Null for a name that must not be
 * used: it climbs out of the root, holds a NUL, or is longer than Linux allows.
 */
export function cleanPath(name: string): string | null {
  let start = 0;
  let end = name.length;
  while (start < end && name.charCodeAt(start) === 0x2f) start++;
  while (end > start && name.charCodeAt(end - 1) === 0x2f) end--;
  let path = name.slice(start, end);
  if (UNCLEAN.test(path)) {
    const resolved = resolveDots(path);
    if (resolved === null) return null;
    path = resolved;
  }
  if (path.length > SURELY_SHORT && isTooLong(path)) return null;
  return path.includes('\0') ? null : path;
}

function resolveDots(path: string): string | null {
  const components: string[] = [];
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue;
    if (component !== '..') components.push(component);
    else if (components.pop() === undefined) return null;
  }
  return components.join('/');
}

function isTooLong(path: string): boolean {
  return (
    Buffer.byteLength(path) > PATH_BYTES_MAX ||
    path.split('/').some((component) => Buffer.byteLength(component) > COMPONENT_BYTES_MAX)
  );
}
