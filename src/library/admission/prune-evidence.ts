import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../../files/names-in.ts';
import { digestHex } from '../../model/digest.ts';
import { PACKAGES_TYPE } from '../../trust/statements/predicate-types.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { evidenceFolder } from './kept-evidence.ts';

/** An examination keeps its evidence before its admission stands in the state; none takes so long. */
const YOUNG_SECONDS = 86_400;

/**
 * Removes kept evidence that nobody asks for any more: what is no list of packages, and those of images which are not the newest of their
 * build. Definitions may go back to an earlier build, so the newest of each stays. Of admitted images all of it is in quarantine still.
 *
 * @param folder of the programme's state
 * @param now seconds since 1970
 * @returns how many documents
 * @throws {Error} of node:fs
 */
export function pruneEvidence(
  folder: string,
  state: Pick<ProgrammeState, 'newestEvidence'>,
  now: number,
): number {
  const place = evidenceFolder(folder);
  const names = namesIn(place);
  if (names.length === 0) return 0;
  const needed = new Set(state.newestEvidence(PACKAGES_TYPE).map(digestHex));
  let removed = 0;
  for (const name of names) {
    const file = join(place, name);
    if (needed.has(name) || statSync(file).mtimeMs / 1000 > now - YOUNG_SECONDS) continue;
    rmSync(file, { force: true });
    removed += 1;
  }
  return removed;
}
