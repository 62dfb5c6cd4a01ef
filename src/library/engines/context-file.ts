/** Files of a context by names that its maintainers chose: links may lead about in it, as commits have them, and never out of it. */
import { realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { systemErrorCode } from '../../oci/sources/host-file.ts';
import { LibraryError } from '../errors.ts';

/**
 * The place of a regular file, without links.
 *
 * @throws {LibraryError} CONTEXT_INVALID when there is none, or it is not in the context
 */
export async function contextFile(context: string, file: string): Promise<string> {
  const place = await findContextFile(context, file);
  if (place === null) throw invalidFile(file, 'is not in the context');
  return place;
}

/**
 * The same; null where there is nothing of that name.
 *
 * @throws {LibraryError} CONTEXT_INVALID
 */
export async function findContextFile(context: string, file: string): Promise<string | null> {
  const [root, place] = await Promise.all([realpath(context), realPlace(resolve(context, file))]);
  if (place === null) return null;
  if (relative(root, place).split(sep)[0] === '..') throw invalidFile(file, 'leads out of the context');
  if (!(await stat(place)).isFile()) throw invalidFile(file, 'is no regular file');
  return place;
}

function invalidFile(file: string, what: string): LibraryError {
  return new LibraryError('CONTEXT_INVALID', `${JSON.stringify(file.slice(0, 500))} ${what}`, {
    subject: file,
  });
}

async function realPlace(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemErrorCode(error))) return null;
    throw error;
  }
}
