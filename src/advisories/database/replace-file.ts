import { replaceFile } from '../../files/replace-file.ts';
import { AdvisoryError } from '../errors.ts';

/**
 * As {@link replaceFile}, for databases and what belongs to them.
 *
 * @throws {AdvisoryError} DATABASE_NOT_WRITTEN, or whatever `write` throws of its own room
 */
export function replaceDatabaseFile<T>(file: string, write: (partial: string) => T): T {
  try {
    return replaceFile(file, write);
  } catch (cause) {
    if (cause instanceof AdvisoryError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvisoryError('DATABASE_NOT_WRITTEN', `cannot write ${file}: ${reason}`, {
      subject: file,
      cause,
    });
  }
}
