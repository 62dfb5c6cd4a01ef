/**
 * Applications of .NET in a single file: the host program with everything else appended to it, and a header that lists
 * what is there. In its data the host has the header's place, right before the 32 bytes by which publishing finds it.
 * Text in the header has a length of 7 bits a byte before it. dotnet/runtime, `Microsoft.NET.HostModel`, `Bundle`:
 * version 1 of .NET Core 3, 2 of .NET 5, 6 of .NET 6 and later.
 */
import { utf8Text, viewOf, withinBounds } from '../../../formats/bytes.ts';

/** SHA-256 of `.net core bundle`. */
const SIGNATURE = Buffer.from('8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae', 'hex');

/** The host itself is at most some 15 MB: what it carries comes behind it, and is not searched. */
const MAX_HOST_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 100_000;

/**
 * The file `NAME.deps.json` that the application carries.
 *
 * @returns undefined for a program that carries nothing; null where that file is missing, or the header cannot be read
 */
export function findBundledDeps(content: Uint8Array): Uint8Array | null | undefined {
  const host = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, MAX_HOST_BYTES));
  const signature = host.indexOf(SIGNATURE);
  if (signature < 8) return undefined;
  const header = Number(viewOf(content).getBigUint64(signature - 8, true));
  // zero in a host that waits for its application, anything in a program that writes hosts
  if (header <= signature || header >= content.length) return undefined;
  return withinBounds(() => readBundle(content, header));
}

function readBundle(content: Uint8Array, header: number): Uint8Array | null {
  const view = viewOf(content);
  let at = header;
  const number = () => {
    at += 8;
    return Number(view.getBigUint64(at - 8, true));
  };
  const text = () => {
    const [length, start] = readLength(view, at);
    at = start + length;
    return utf8Text(content.subarray(start, at));
  };

  const version = view.getUint32(at, true);
  const count = Math.min(view.getUint32(at + 8, true), MAX_FILES);
  at += 12;
  text();
  // from version 2 on the places of two of the files stand here too, and flags
  if (version >= 2) at += 40;
  for (let index = 0; index < count; index += 1) {
    const [start, sizeBytes] = [number(), number()];
    const compressedBytes = version >= 6 ? number() : 0;
    at += 1;
    // publishing compresses assemblies only
    if (text().endsWith('.deps.json') && compressedBytes === 0) {
      return content.subarray(start, start + sizeBytes);
    }
  }
  return null;
}

/** A number of at most five bytes, the lowest seven bits first; and where it ends. */
function readLength(view: DataView, start: number): readonly [length: number, end: number] {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = view.getUint8(start + index);
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return [length, start + index + 1];
  }
  throw new RangeError('a length without end');
}
