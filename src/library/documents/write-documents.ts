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
  files: readonly DocumentFile[],
  folder: string,
  { write }: { readonly write: boolean },
): WrittenDocuments {
  const changed = files.filter(
    ({ path, content }) => !Buffer.from(content).equals(present(join(folder, path))),
  );
  if (write) {
    mkdirSync(folder, { recursive: true });
    for (const { path, content } of changed) {
      replaceFile(join(folder, path), (partial) => writeFileSync(partial, content));
    }
  }
  return { changed: changed.map(({ path }) => path), unchanged: files.length - changed.length };
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
