import { resolve } from 'node:path';
import { type AdvisoryChoice, chooseAdvisories } from '../../library/running/stock/advisory-choice.ts';
import type { Terminal } from '../terminal.ts';

/** What commands take that hold images against advisories. */
export interface AdvisoryFlags {
  /** False: no flaws are looked for. */
  readonly db?: string | boolean;
}

/** A file is relative to the working directory. */
export function advisoriesOf(
  { db }: AdvisoryFlags,
  { environment, workingDirectory }: Pick<Terminal, 'environment' | 'workingDirectory'>,
): AdvisoryChoice {
  if (db === false) return chooseAdvisories(null, environment);
  return chooseAdvisories(typeof db === 'string' ? resolve(workingDirectory, db) : undefined, environment);
}
