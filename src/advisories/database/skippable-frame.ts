/**
 * A zstd file whose first frame is a skippable one (RFC 8878, section 3.1.2) that says as JSON what follows. `zstd -d`
 * unpacks it like any other file.
 */
const MAGIC = 0x184d_2a50;
const FRAME_HEADER = 8;
const MAX_HEADER = 4096;

export interface Framed {
  /** As the file has it: anything. */
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** True for bytes that begin with such a frame, whole or not. */
export function isFramed(bytes: Uint8Array): boolean {
  return bytes.length >= FRAME_HEADER && view(bytes).readUInt32LE(0) === MAGIC;
}

export function withFrame(header: object, body: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.alloc(FRAME_HEADER);
  frame.writeUInt32LE(MAGIC, 0);
  frame.writeUInt32LE(text.length, 4);
  return Buffer.concat([frame, text, body]);
}

/** Null where the bytes do not begin with a whole frame that holds a JSON object. */
export function readFrame(bytes: Uint8Array): Framed | null {
  const length = isFramed(bytes) ? view(bytes).readUInt32LE(4) : MAX_HEADER + 1;
  const end = FRAME_HEADER + length;
  if (length > MAX_HEADER || end > bytes.length) return null;
  try {
    const header: unknown = JSON.parse(view(bytes).toString('utf8', FRAME_HEADER, end));
    const isObject = typeof header === 'object' && header !== null && !Array.isArray(header);
    return isObject ? { header: header as Framed['header'], body: bytes.subarray(end) } : null;
  } catch {
    return null;
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
