const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const SALT_BYTES = 8;
const MAGICS: readonly number[] = [0x377f0682, 0x377f0683];

/**
 * How many pages a SQLite write-ahead log has that a committed transaction wrote. They may or may not have been copied
 * into the database since: only the two files together could tell. SQLite, "Database File Format", section 4.
 */
export function countCommittedFrames(bytes: Uint8Array): number {
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (log.length < HEADER_BYTES || !MAGICS.includes(log.readUInt32BE(0))) return 0;
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  let committed = 0;
  let frames = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    // frames of the log's previous round keep their old salt
    if (log.compare(log, 16, 16 + SALT_BYTES, at + 8, at + 8 + SALT_BYTES) !== 0) break;
    frames += 1;
    if (log.readUInt32BE(at + 4) !== 0) committed = frames;
  }
  return committed;
}
