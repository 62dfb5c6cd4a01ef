import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** No process writes for so long without touching its file: the one that made it was killed. */
const ABANDONED_MS = 3_600_000;

/**
 * Writes a file beside its place and moves it there when it is complete and on the disk, so that nobody ever sees half
 * of it; who has the old one open goes on reading that. After any failure only what was there before is there. What a
 * killed process left is removed an hour later. A link is followed: the file that it leads to is replaced.
 *
 * @param write makes the new file under the name that it is given
 * @throws {Error} of node:fs, and whatever `write` throws
 */
export function replaceFile<T>(file: string, write: (partial: string) => T): T {
  const place = placeOf(file);
  mkdirSync(dirname(place), { recursive: true });
  attempt(() => removeAbandoned(place));
  return writeBeside(place, write);
}

function writeBeside<T>(place: string, write: (partial: string) => T): T {
  const partial = `${place}.${process.pid}.partial`;
  try {
    rmSync(partial, { force: true });
    const result = write(partial);
    flush(partial);
    renameSync(partial, place);
    return result;
  } catch (error) {
    // where not even this works the first failure says why
    attempt(() => rmSync(partial, { force: true }));
    throw error;
  }
}

/** Where the file lies, through links. What is there and no regular file, such as a device, would only be destroyed. */
function placeOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) return file;
  if (!found.isFile()) throw new Error('it is there already and no regular file');
  return realpathSync(file);
}

function removeAbandoned(place: string): void {
  const before = Date.now() - ABANDONED_MS;
  const start = `${basename(place)}.`;
  for (const name of readdirSync(dirname(place))) {
    if (!name.startsWith(start) || !/^\d+\.partial$/.test(name.slice(start.length))) continue;
    const left = join(dirname(place), name);
    if ((statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? before) < before)
      rmSync(left, { force: true });
  }
}

/** Tidying up: where it fails, nothing but a left-over file remains. */
function attempt(tidy: () => void): void {
  try {
    tidy();
  } catch {
    return;
  }
}

function flush(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
