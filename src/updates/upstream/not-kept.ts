import { UpdateError } from '../errors.ts';

/** The error for a file that cannot be written, such as on a full disk. */
export function notKept(file: string, cause: unknown): UpdateError {
  if (cause instanceof UpdateError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UpdateError('FEEDS_NOT_WRITTEN', `cannot write ${file}: ${reason}`, { subject: file, cause });
}
