/** Logs that nobody needs any more. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../../files/names-in.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import type { BuildId } from '../builds/build.ts';
import { targetKey } from '../builds/build.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { Attempt, ProgrammeState, StateSnapshot } from '../state/programme-state.ts';

/**
 * File of the log of an attempt, relative to the state's folder.
 *
 * @param begun milliseconds since 1970: a build that fails at once may be tried again within the same second
 */
export function logFileFor(
  { architecture, buildId, generation }: Pick<Attempt, 'architecture' | 'buildId' | 'generation'>,
  begun: number,
): string {
  return join('logs', architecture, `${buildId}-${generation}-${begun}.log`);
}

const LOG_FILE = /^([0-9a-f]{64})-\d+-(\d{1,15})\.log$/;

/**
 * Removes logs of attempts that began longer ago than logs are kept; not those of images that stand, wait to be examined, or are built.
 *
 * @param architectures whose builds are nobody else's
 * @param now seconds since 1970
 * @returns how many
 */
export function pruneLogs(
  { state: folder, logs: { keep } }: Pick<ProgrammeSettings, 'state' | 'logs'>,
  state: Pick<ProgrammeState, 'attempts' | 'snapshot'>,
  architectures: Iterable<Architecture>,
  now: number,
): number {
  if (keep === null) return 0;
  const snapshot = state.snapshot();
  const unexamined = new Set(snapshot.unexamined.map(({ id }) => id));
  const isNeeded = (attempt: Attempt): boolean =>
    attempt.endedAt === null || unexamined.has(attempt.id) || isStanding(attempt, snapshot);
  let removed = 0;
  for (const architecture of architectures) {
    for (const name of namesIn(join(folder, 'logs', architecture))) {
      const [, buildId, begun] = LOG_FILE.exec(name) ?? [];
      if (buildId === undefined || Number(begun) / 1000 >= now - keep) continue;
      const file = join('logs', architecture, name);
      if (state.attempts(buildId as BuildId).some((one) => one.log === file && isNeeded(one))) continue;
      rmSync(join(folder, file), { force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Whether its image is the newest that was admitted for its target or for one of its tags. */
function isStanding(attempt: Attempt, { previous, previousOfTag }: StateSnapshot): boolean {
  const standing = [
    previous.get(targetKey(attempt)),
    ...attempt.tags.map((tag) => previousOfTag.get(`${tag}/${attempt.architecture}`)),
  ];
  return standing.some((image) => image?.attempt.id === attempt.id);
}
