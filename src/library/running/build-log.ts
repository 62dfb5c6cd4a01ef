/** The log of one attempt: everything that its build said, for whoever wants to know why it failed or what it did. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** In bytes. What a build says beyond it is left out; an engine keeps the last part of what it says itself. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface BuildLog {
  readonly write: (text: string) => void;
  close(): void;
}

/** Written as it is said, so that it can be followed. @throws {Error} of node:fs */
export function openBuildLog(file: string): BuildLog {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  let left = MAX_BYTES;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      if (left <= 0) return;
      writeSync(descriptor, bytes.subarray(0, left));
      left -= bytes.length;
      if (left <= 0) writeSync(descriptor, `\n[the log ends here: it has ${MAX_BYTES} bytes]\n`);
    },
    close() {
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}
