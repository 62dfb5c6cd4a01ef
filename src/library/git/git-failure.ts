import { LibraryError } from '../errors.ts';

/** @param subject repository or folder */
export function gitFailed(subject: string, reason: string, isMissing: boolean = false): LibraryError {
  if (isMissing) return new LibraryError('GIT_MISSING', 'git could not be started: it is not on PATH');
  return new LibraryError('SOURCE_REPOSITORY_FAILED', `${subject}: ${reason}`.slice(0, 1000), { subject });
}
