import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import type { DocumentFile } from './programme-documents.ts';

export interface WrittenDocuments {
  /** Paths of pages that are new or were changed; or would be. */
  readonly changed: readonly string[];
  readonly unchanged: number;
}

/**
 * Writes what differs from the files that are there, each whole or not at all; other files are left alone.
 *
 * @param write false: only says what differs
 * @throws {Error} of node:fs
 */
export function writeDocuments(
  files: Iterable<DocumentFile>,
  folder: string,
  { write }: { readonly write: boolean },
): WrittenDocuments {
  const changed: string[] = [];
  let unchanged = 0;
  if (write) mkdirSync(folder, { recursive: true });
  for (const { path, content } of files) {
    const file = join(folder, path);
    if (Buffer.from(content).equals(present(file))) {
      unchanged += 1;
      continue;
    }
    changed.push(path);
    if (write) replaceFile(file, (partial) => writeFileSync(partial, content));
  }
  return { changed, unchanged };
}

/** The bytes of a file; none, which is no page, where there is no such file. */
function present(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
