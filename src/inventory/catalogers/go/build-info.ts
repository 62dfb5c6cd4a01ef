/**
 * The information about its own build that Go's linker leaves in a program since Go 1.13. A magic text, aligned to 16
 * bytes, begins the data of the program; then come the size of a pointer and flags, and:
 *
 *     until 1.17   two addresses, each of a Go string header (address and length): the version of Go, the modules
 *     since 1.18   at 32, two texts, each after its length as a varint
 *
 * Stripping does not touch it. Go, `src/debug/buildinfo/buildinfo.go` and `src/cmd/link/internal/ld/data.go`.
 */
import { viewOf, withinBounds } from '../../../formats/bytes.ts';
import type { Executable, LoadedBytes } from '../../../formats/executable.ts';

export interface GoBuildInfo {
  /** As `runtime.Version` says it: `go1.22.3`, `devel go1.23-0b0c7b4 Tue …`. */
  readonly goVersion: string;
  /** Lines of modules and settings, see module-info.ts; empty for a program built without modules. */
  readonly modules: string;
}

const MAGIC = '\xff Go buildinf:';
const ALIGNMENT = 16;
const HEADER_BYTES = 32;

const BIG_ENDIAN = 1;
const INLINE = 2;

/** The largest programs have some 100 kB. */
const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** Sixteen bytes before and after the list of modules, by which it can be found without knowing where it is. */
const SENTINEL_BYTES = 16;

/**
 * @returns null for a program of another language; `unreadable` where Go's linker left something that is damaged, or
 *   left its mark but no information: before Go 1.13, or removed by an obfuscator
 */
export function readGoBuildInfo(file: Executable): GoBuildInfo | 'unreadable' | null {
  const section = file.section('.go.buildinfo') ?? file.section('__go_buildinfo');
  const header = findHeader(section ?? file.data());
  const info = header && withinBounds(() => readHeader(file, header));
  if (info !== null) return info;
  return section === null && file.section('.note.go.buildid') === null ? null : 'unreadable';
}

function findHeader(data: LoadedBytes | null): Uint8Array | null {
  if (data === null) return null;
  const { address, content } = data;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  let found = bytes.indexOf(MAGIC, 0, 'latin1');
  while (found >= 0) {
    // a debugger has the text among its own constants, where it need not be aligned
    if ((address + found) % ALIGNMENT === 0) return content.subarray(found);
    found = bytes.indexOf(MAGIC, found + MAGIC.length, 'latin1');
  }
  return null;
}

function readHeader(file: Executable, header: Uint8Array): GoBuildInfo | null {
  const view = viewOf(header);
  const pointerBytes = view.getUint8(14);
  const flags = view.getUint8(15);
  const texts =
    (flags & INLINE) !== 0
      ? readInline(header.subarray(HEADER_BYTES))
      : [16, 16 + pointerBytes].map((at) =>
          readPointed(file, header.subarray(at), pointerBytes, (flags & BIG_ENDIAN) === 0),
        );
  const [goVersion, framed] = texts;
  if (goVersion === undefined || goVersion.length === 0 || framed === undefined) return null;
  return { goVersion: decode(goVersion), modules: decode(unframe(framed)) };
}

/** Lengths are varints of seven bits a byte, the lowest first. */
function readInline(bytes: Uint8Array): readonly Uint8Array[] {
  const texts: Uint8Array[] = [];
  let at = 0;
  for (let count = 0; count < 2; count += 1) {
    let length = 0;
    let scale = 1;
    for (let more = true; more; scale *= 128) {
      const byte = bytes[at] ?? 0;
      length += (byte & 0x7f) * scale;
      more = byte >= 0x80;
      at += 1;
    }
    texts.push(checked(bytes.subarray(at), length));
    at += length;
  }
  return texts;
}

/** The text that a string header is about, to which a pointer leads. */
function readPointed(
  file: Executable,
  pointer: Uint8Array,
  pointerBytes: number,
  isLittleEndian: boolean,
): Uint8Array {
  const word = (bytes: Uint8Array, index: number) => {
    const view = viewOf(bytes);
    return pointerBytes === 8
      ? Number(view.getBigUint64(8 * index, isLittleEndian))
      : view.getUint32(4 * index, isLittleEndian);
  };
  const header = file.at(word(pointer, 0));
  return checked(file.at(word(header, 0)), word(header, 1));
}

/** A length that lies is no text at all. */
function checked(bytes: Uint8Array, length: number): Uint8Array {
  return length <= bytes.length && length <= MAX_TEXT_BYTES ? bytes.subarray(0, length) : new Uint8Array();
}

function unframe(framed: Uint8Array): Uint8Array {
  const isFramed = framed.length > 2 * SENTINEL_BYTES && framed[framed.length - SENTINEL_BYTES - 1] === 0x0a;
  return isFramed ? framed.subarray(SENTINEL_BYTES, -SENTINEL_BYTES) : new Uint8Array();
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
