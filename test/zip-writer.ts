/** Writes zip archives for tests, with whatever in their headers a test wants wrong. PKWARE APPNOTE 6.3.10. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  readonly name: string | Uint8Array;
  readonly content: string | Uint8Array;
  readonly stored?: boolean;
  /** What the directory says instead of the truth. */
  readonly lie?: Partial<
    Pick<Header, 'sizeBytes' | 'compressedBytes' | 'crc32' | 'offset' | 'flags' | 'method'>
  >;
}

interface Header {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

/** @param files content by name, or members in full */
export function writeZip(
  files: Readonly<Record<string, string | Uint8Array>> | readonly ZipMember[],
): Buffer<ArrayBuffer> {
  const members: readonly ZipMember[] = Array.isArray(files)
    ? files
    : Object.entries(files).map(([name, content]) => ({ name, content }));
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, stored = false, lie } of members) {
    const data = Buffer.from(content);
    const body = stored ? data : deflateRawSync(data);
    const header: Header = {
      name: Buffer.from(name),
      flags: 0x0800,
      method: stored ? 0 : 8,
      crc32: crc32(data),
      compressedBytes: body.length,
      sizeBytes: data.length,
      offset,
    };
    const local = Buffer.concat([numbers([4, 0x04034b50], [2, 20], ...common(header)), header.name, body]);
    parts.push(local);
    offset += local.length;
    const told = { ...header, ...lie };
    directory.push(
      numbers(
        [4, 0x02014b50],
        [2, 20],
        [2, 20],
        ...common(told),
        [2, 0],
        [2, 0],
        [2, 0],
        [4, 0],
        [4, told.offset],
      ),
      header.name,
    );
  }
  const sizeBytes = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Math.min(members.length, 0xffff);
  const end = numbers([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, sizeBytes], [4, offset], [2, 0]);
  return Buffer.concat([...parts, ...directory, end]);
}

type Field = readonly [bytes: 2 | 4, value: number];

/** What both headers have: from the flags to the length of the extra field. */
function common({ name, flags, method, crc32, compressedBytes, sizeBytes }: Header): Field[] {
  const dated: Field[] = [
    [2, 0],
    [2, 0x21],
  ];
  return [
    [2, flags],
    [2, method],
    ...dated,
    [4, crc32],
    [4, compressedBytes],
    [4, sizeBytes],
    [2, name.length],
    [2, 0],
  ];
}

function numbers(...fields: readonly Field[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}
