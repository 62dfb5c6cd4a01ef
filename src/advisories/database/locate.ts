import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Which advisory database a command uses; `starter` comes with Hallmark and has no file until it is unpacked. */
export type LocatedDatabase =
  | { readonly origin: 'option' | 'environment' | 'imported'; readonly file: string }
  | { readonly origin: 'starter'; readonly file: null };

/** Where `importDatabase` puts a database. */
export function importedDatabase(dataDirectory: string): string {
  return join(dataDirectory, 'advisories.db');
}

/** The one that the user named, else `$HALLMARK_DB`, else the imported one, else the starter database. */
export function locateDatabase(choice: {
  /** From `--db`. */
  readonly explicit: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hallmark's own, `$XDG_DATA_HOME/hallmark`. */
  readonly dataDirectory: string;
}): LocatedDatabase {
  if (choice.explicit !== undefined) return { origin: 'option', file: choice.explicit };
  const named = choice.environment['HALLMARK_DB'];
  if (named !== undefined && named !== '') return { origin: 'environment', file: named };
  const imported = importedDatabase(choice.dataDirectory);
  return existsSync(imported) ? { origin: 'imported', file: imported } : { origin: 'starter', file: null };
}
