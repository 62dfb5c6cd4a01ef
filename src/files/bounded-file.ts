import { closeSync, openSync, readSync } from 'node:fs';

const PART_BYTES = 256 * 1024;

/**
 * Reads a file that somebody else may have written. Its size is not asked: pipes and devices have none.
 *
 * @returns null when it has more than `most` bytes; no more than these are read
 * @throws what Node throws where it cannot be read
 */
export function readBoundedFile(path: string, most: number): Buffer | null {
  const descriptor = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    let left = most;
    for (;;) {
      const part = Buffer.allocUnsafe(Math.min(PART_BYTES, left + 1));
      const length = readSync(descriptor, part);
      if (length === 0) return Buffer.concat(parts);
      if (length > left) return null;
      left -= length;
      parts.push(part.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}
