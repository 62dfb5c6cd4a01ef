/** Disks that take nothing more: what node:fs and node:sqlite say of them, as one error. */
import { LibraryError } from '../errors.ts';

/** Full, over quota, beyond what a file may have, read-only, or failing. */
const SYSTEM_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO']);
/** Primary result codes: SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL. https://sqlite.org/rescode.html */
const SQLITE_CODES: ReadonlySet<number> = new Set([8, 10, 13]);

/** STATE_UNWRITABLE for an error that says so, with everything that it follows from; null for any other. @param folder of the state */
export function diskFailure(error: unknown, folder: string): LibraryError | null {
  if (!(error instanceof Error) || !isOfDisk(error)) return null;
  return new LibraryError(
    'STATE_UNWRITABLE',
    `nothing more can be written below ${folder}: ${error.message}`,
    {
      subject: folder,
      cause: error,
    },
  );
}

function isOfDisk(error: Error & { readonly code?: unknown; readonly errcode?: unknown }): boolean {
  const { code, errcode } = error;
  if (code === 'ERR_SQLITE_ERROR') return typeof errcode === 'number' && SQLITE_CODES.has(errcode & 0xff);
  return typeof code === 'string' && SYSTEM_CODES.has(code);
}
