import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { openAdvisoryDatabase } from '../advisories/database/database.ts';
import { locateDatabase } from '../advisories/database/locate.ts';
import { openStarterDatabase } from '../advisories/database/starter.ts';
import { cacheDirectory, dataDirectory, type Environment } from './directories.ts';

export interface DatabaseChoice {
  /** A file that the user named. */
  readonly explicit?: string | undefined;
  readonly environment: Environment;
  /** Where the starter database is unpacked; default: the user's cache folder. */
  readonly cacheDirectory?: string | undefined;
}

/**
 * Opens the advisory database that a command uses: the one named, else `$HALLMARK_DB`, else the imported one, else the
 * starter database.
 *
 * @throws {AdvisoryError} DATABASE_NOT_FOUND, DATABASE_UNREADABLE, DATABASE_SCHEMA_NEWER and what unpacking throws
 */
export function openDatabase(choice: DatabaseChoice): AdvisoryDatabase {
  const { environment } = choice;
  const located = locateDatabase({
    explicit: choice.explicit,
    environment,
    dataDirectory: dataDirectory(environment),
  });
  if (located.file !== null) return openAdvisoryDatabase(located.file);
  return openStarterDatabase(choice.cacheDirectory ?? cacheDirectory(environment));
}
