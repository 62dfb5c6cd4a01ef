import { readDatabaseInfo } from '../advisories/database/database.ts';
import { AdvisoryError } from '../advisories/errors.ts';
import type { Digest } from '../model/digest.ts';

/** The digest of a database's facts; null for one that is not there, or that cannot be built upon. */
export function contentOf(file: string): Digest | null {
  try {
    return readDatabaseInfo(file).digest;
  } catch (error) {
    if (error instanceof AdvisoryError) return null;
    throw error;
  }
}
