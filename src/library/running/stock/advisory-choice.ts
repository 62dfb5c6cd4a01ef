import { statSync } from 'node:fs';
import type { AdvisoryDatabase } from '../../../advisories/advisory.ts';
import { locateDatabase } from '../../../advisories/database/locate.ts';
import { dataDirectory, type Environment } from '../../../assess/directories.ts';
import { openDatabase } from '../../../assess/open-database.ts';

/** The advisories that images are held against. */
export interface AdvisoryChoice {
  /** Null: none, and flaws are not looked for. Whoever opens it closes it. */
  readonly openDatabase: () => AdvisoryDatabase | null;
  /** Changes when `openDatabase` would open something else. */
  readonly databaseFingerprint: () => string;
}

/** @param choice file of a database; null for none; left out: `$HALLMARK_DB`, the imported or the starter database */
export function chooseAdvisories(
  choice: string | null | undefined,
  environment: Environment,
): AdvisoryChoice {
  if (choice === null) return { openDatabase: () => null, databaseFingerprint: () => 'none' };
  const explicit = choice;
  return {
    openDatabase: () => openDatabase({ explicit, environment }),
    databaseFingerprint() {
      const { file } = locateDatabase({ explicit, environment, dataDirectory: dataDirectory(environment) });
      if (file === null) return 'starter';
      const found = statSync(file, { throwIfNoEntry: false, bigint: true });
      return found === undefined ? file : `${file} ${found.mtimeNs} ${found.size} ${found.ino}`;
    },
  };
}
