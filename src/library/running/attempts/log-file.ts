/** The log of one attempt, for whoever wants to know why it failed or what it did. Engines bound what they say. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFile {
  /** Whoever speaks cannot be told that it was not written: nothing more is, and closing fails. */
  readonly write: (text: string) => void;
  /** @throws {Error} of node:fs, what kept anything from being written */
  close(): void;
}

/** Written as it is said, so that it can be followed. @throws {Error} of node:fs */
export function openLogFile(file: string): LogFile {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  let failure: unknown = null;
  return {
    write(text) {
      if (failure !== null) return;
      try {
        writeSync(descriptor, text);
      } catch (error) {
        failure = error;
      }
    },
    close() {
      try {
        if (failure !== null) throw failure;
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}
