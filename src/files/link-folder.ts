import { constants, copyFileSync, linkSync, mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Of another disk, of another user, with too many names already; or a disk that has no such thing. */
const NO_LINK: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS']);

/**
 * Makes a second folder with the same files, which neither loses when the other one goes. Nothing is copied where the disk can do without;
 * so who writes into a file, in place of replacing it, changes it in both.
 *
 * @param to made where there is none
 * @throws {Error} of node:fs
 */
export function linkFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath, entry.name);
    const path = join(to, relative(from, source));
    if (entry.isDirectory()) mkdirSync(path, { recursive: true });
    else linkOrCopy(source, path);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}
