import { HallmarkError, type ErrorDetails, type ErrorTable } from '../model/errors.ts';

export const ADVISORY_ERRORS = {
  DATABASE_NOT_FOUND: {
    exit: 1,
    means: 'There is no advisory database at this place.',
    remedy: 'Check the path, or leave it out to use the database that comes with Hallmark.',
  },
  DATABASE_UNREADABLE: {
    exit: 1,
    means: 'A file is not an advisory database of Hallmark, or it is damaged.',
    remedy: 'Build it again with "hallmark db build", or import a good copy.',
  },
  DATABASE_SCHEMA_NEWER: {
    exit: 1,
    means: 'An advisory database was written by a newer Hallmark than this one.',
    remedy: 'Update Hallmark, or build the database with this version.',
  },
  DATABASE_SCHEMA_OLDER: {
    exit: 1,
    means: 'An advisory database was written by an older Hallmark, in a form that is no longer read.',
    remedy:
      'Update or build it again; without --db, HALLMARK_DB and an imported one the starter database is used.',
  },
  DATABASE_DIGEST_MISMATCH: {
    exit: 1,
    means: 'The content of an advisory database is not what its digest says.',
    remedy: 'Fetch or export the file again: it was damaged or changed on its way.',
  },
  DATABASE_NOT_WRITTEN: {
    exit: 1,
    means: 'An advisory database could not be written.',
    remedy: 'Check that the folder exists, may be written to and has room.',
  },
  FEEDS_NOT_FOUND: {
    exit: 3,
    means: 'The folder to build an advisory database from cannot be read.',
    remedy: 'Name a folder that holds downloaded advisory data.',
  },
  FEEDS_UNKNOWN: {
    exit: 1,
    means: 'A folder holds no advisory data in a format that Hallmark reads.',
    remedy: 'See docs/advisories.md for the formats and where to download them.',
  },
  FEED_FILE_UNREADABLE: {
    exit: 1,
    means: 'A file of advisory data is damaged or breaks a limit.',
    remedy: 'Download it again; the rest of the folder was read.',
  },
  FACT_UNREADABLE: {
    exit: 1,
    means: 'A line of a delta or of exported facts is not a fact as Hallmark writes it.',
    remedy: 'Fetch it again. If it stays so, its publisher uses a newer Hallmark: update yours.',
  },
  DELTA_UNREADABLE: {
    exit: 1,
    means: 'A file is not a delta of an advisory database, or it is damaged.',
    remedy: 'Fetch it again, or fetch the whole database.',
  },
  DELTA_MISMATCH: {
    exit: 1,
    means: 'A delta was made for another database than the one at hand.',
    remedy: 'Fetch the whole database; nothing was changed.',
  },
  BUILD_INTERRUPTED: {
    exit: 1,
    means: 'Building the advisory database was interrupted.',
    remedy: 'Run the build again: nothing was written.',
  },
} as const satisfies ErrorTable;

export class AdvisoryError extends HallmarkError {
  override readonly name = 'AdvisoryError';
  constructor(code: keyof typeof ADVISORY_ERRORS, message: string, details?: ErrorDetails) {
    super(code, ADVISORY_ERRORS[code], message, details);
  }
}
