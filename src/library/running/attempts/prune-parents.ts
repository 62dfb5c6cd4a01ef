/** Layouts of parents that no build has begun with for a while: whoever wants one again fetches it again. */
import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../../files/lock-file.ts';
import { namesIn } from '../../../files/names-in.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';

/** Long enough for what a wave of builds has in common. Builds that run have the files of their parents to themselves. */
const UNUSED_SECONDS = 4 * 3_600;

/** Where they are kept. Their times say when a build last began with them. */
export function parentsFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'parents');
}

const LAYOUT = /^[0-9a-f]{64,128}$/;
const REMOVED = '.removed';

/**
 * A layout loses its name before anything of it goes, so that nobody takes half of one; what a killed process left of it goes first.
 *
 * @param now seconds since 1970
 * @returns how many
 * @throws {Error} of node:fs
 */
export function pruneParents(settings: Pick<ProgrammeSettings, 'state'>, now: number): number {
  const lock = lockFile(join(settings.state, 'locks', 'parents'));
  // another builder does it
  if (lock === null) return 0;
  try {
    const folder = parentsFolder(settings);
    const names = namesIn(folder);
    const remove = (name: string): void => rmSync(join(folder, name), { recursive: true, force: true });
    for (const name of names) if (name.endsWith(REMOVED)) remove(name);
    const unused = names.filter(
      (name) => LAYOUT.test(name) && statSync(join(folder, name)).mtimeMs / 1000 < now - UNUSED_SECONDS,
    );
    for (const name of unused) {
      const removed = `${name}${REMOVED}`;
      renameSync(join(folder, name), join(folder, removed));
      remove(removed);
    }
    return unused.length;
  } finally {
    lock.release();
  }
}
