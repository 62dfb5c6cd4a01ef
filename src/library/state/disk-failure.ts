/** Disks that take nothing more, and files that are damaged: what node:fs and node:sqlite say of them, as errors of ours. */
import { LibraryError } from '../errors.ts';

/** Full, over quota, beyond what a file may have, read-only, or failing. */
const SYSTEM_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO']);
/** Primary result codes: SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL. https://sqlite.org/rescode.html */
const SQLITE_UNWRITABLE: ReadonlySet<number> = new Set([8, 10, 13]);
/** SQLITE_CORRUPT, SQLITE_NOTADB. */
const SQLITE_DAMAGED: ReadonlySet<number> = new Set([11, 26]);
/** What functions of JSON say of a record that is none, with the code SQLITE_ERROR. https://sqlite.org/json1.html */
const MALFORMED_JSON = 'malformed JSON';

/** What to do about a damaged state. */
export const DAMAGED_REMEDY =
  'Put a backup of the folder in its place. Without one move it away: then everything is built anew.';

/** STATE_UNWRITABLE or STATE_UNREADABLE for an error that says so, with everything that it follows from; null for any other. @param folder of the state */
export function diskFailure(error: unknown, folder: string): LibraryError | null {
  if (!(error instanceof Error)) return null;
  if (isOfSqlite(error, SQLITE_DAMAGED) || error.message === MALFORMED_JSON) {
    return new LibraryError('STATE_UNREADABLE', `the state in ${folder} is damaged: ${error.message}`, {
      subject: folder,
      cause: error,
      remedy: DAMAGED_REMEDY,
    });
  }
  if (!isUnwritable(error)) return null;
  return new LibraryError(
    'STATE_UNWRITABLE',
    `nothing more can be written below ${folder}: ${error.message}`,
    {
      subject: folder,
      cause: error,
    },
  );
}

function isUnwritable(error: Failure): boolean {
  const { code } = error;
  return isOfSqlite(error, SQLITE_UNWRITABLE) || (typeof code === 'string' && SYSTEM_CODES.has(code));
}

function isOfSqlite({ code, errcode }: Failure, codes: ReadonlySet<number>): boolean {
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && codes.has(errcode & 0xff);
}

type Failure = Error & { readonly code?: unknown; readonly errcode?: unknown };
