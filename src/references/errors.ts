import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

/** What keeps the images that a file names from being found. */
export const REFERENCE_ERRORS = {
  REFERENCE_FILE_UNKNOWN: {
    exit: 3,
    means: 'A file is none of those in which images are looked for.',
    remedy:
      'Give a Dockerfile, a Compose file, a Kubernetes manifest, a GitHub workflow or action, or a GitLab CI file.',
  },
  REFERENCE_FILE_INVALID: {
    exit: 3,
    means: 'A file that names images is malformed or too large.',
    remedy: 'Repair it where the message says.',
  },
  REFERENCE_FILE_UNREADABLE: {
    exit: 3,
    means: 'A file that names images could not be read.',
    remedy: 'Check the path and the permissions.',
  },
  REFERENCE_FILE_NOT_WRITTEN: {
    exit: 1,
    means: 'A file with pinned references could not be written; it is as it was.',
    remedy: 'Check the permissions and the space on the disk.',
  },
} as const satisfies ErrorTable;

export class ReferenceFileError extends HallmarkError {
  override readonly name = 'ReferenceFileError';
  declare readonly code: keyof typeof REFERENCE_ERRORS;
  constructor(code: keyof typeof REFERENCE_ERRORS, message: string, details?: ErrorDetails) {
    super(code, REFERENCE_ERRORS[code], message, details);
  }
}
