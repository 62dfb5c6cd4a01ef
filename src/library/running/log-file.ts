/** The log of one attempt, for whoever wants to know why it failed or what it did. Engines bound what they say. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFile {
  readonly write: (text: string) => void;
  close(): void;
}

/** Written as it is said, so that it can be followed. @throws {Error} of node:fs */
export function openLogFile(file: string): LogFile {
  mkdirSync(dirname(file), { recursive: true });
  const descriptor = openSync(file, 'w');
  return {
    write: (text) => void writeSync(descriptor, text),
    close() {
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}
