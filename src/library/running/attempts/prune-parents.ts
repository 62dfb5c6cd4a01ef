/**
 * Layouts of parents that no build has used for longer than a build may take: whoever wants one again fetches it again. Each build says
 * that it uses them before it begins, by their times, so that nobody's is removed under him, whichever process builds.
 */
import { renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../../files/lock-file.ts';
import { namesIn } from '../../../files/names-in.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';

/** Beside the time of the build itself: for fetching its context and other parents, and for what comes after it. */
const MARGIN_SECONDS = 3_600;

/** Where they are kept. */
export function parentsFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'parents');
}

/** False where there is none. @param now seconds since 1970 */
export function useParent(layout: string, now: number): boolean {
  try {
    utimesSync(layout, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const LAYOUT = /^[0-9a-f]{64,128}$/;
const REMOVED = '.removed';

/**
 * A layout loses its name before anything of it goes, so that there is never half of one; what a killed process left of it goes now.
 *
 * @param now seconds since 1970
 * @returns how many
 * @throws {Error} of node:fs
 */
export function pruneParents(
  settings: Pick<ProgrammeSettings, 'state' | 'rules' | 'repositoryRules'>,
  now: number,
): number {
  const lock = lockFile(join(settings.state, 'locks', 'parents'));
  // another builder does it
  if (lock === null) return 0;
  try {
    const folder = parentsFolder(settings);
    const unusedSince = now - longestBuild(settings) - MARGIN_SECONDS;
    const isUnused = (layout: string): boolean => statSync(layout).mtimeMs / 1000 < unusedSince;
    let removed = 0;
    for (const name of namesIn(folder)) {
      const layout = join(folder, name);
      if (name.endsWith(REMOVED)) rmSync(layout, { recursive: true, force: true });
      if (!LAYOUT.test(name) || !isUnused(layout)) continue;
      const gone = `${layout}${REMOVED}`;
      renameSync(layout, gone);
      // somebody may have begun to use it between two lines
      if (!isUnused(gone)) {
        renameSync(gone, layout);
        continue;
      }
      rmSync(gone, { recursive: true, force: true });
      removed += 1;
    }
    return removed;
  } finally {
    lock.release();
  }
}

function longestBuild({
  rules,
  repositoryRules,
}: Pick<ProgrammeSettings, 'rules' | 'repositoryRules'>): number {
  return Math.max(...[rules, ...Object.values(repositoryRules)].map(({ buildTimeout }) => buildTimeout));
}
