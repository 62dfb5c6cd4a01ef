/** Since when the programme knows of each fix: deadlines count from there, whichever database told of it and however often. */
import type { AdvisoryFix, KnownFix } from '../plan/work.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { recordIn } from '../state/rows.ts';

const NAME = 'known fixes';

/**
 * Remembers fixes that are new, and forgets those that nobody needs any more.
 *
 * @param now seconds since 1970
 * @throws {LibraryError} STATE_UNREADABLE: deadlines must not begin anew without a word
 */
export function rememberFixes<Key>(
  fixes: ReadonlyMap<Key, readonly AdvisoryFix[]>,
  state: Pick<ProgrammeState, 'recall' | 'remember'>,
  now: number,
): ReadonlyMap<Key, readonly KnownFix[]> {
  const text = state.recall(NAME);
  const known = new Map(text === null ? [] : Object.entries(recordIn(text)));
  const needed = new Map<string, number>();
  const dated = new Map<Key, readonly KnownFix[]>();
  for (const [key, list] of fixes) {
    dated.set(
      key,
      list.map((fix) => {
        const date = known.get(nameOf(fix));
        const since = typeof date === 'number' ? date : now;
        needed.set(nameOf(fix), since);
        return { ...fix, since };
      }),
    );
  }
  const remembered = JSON.stringify(Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1))));
  if (remembered !== (text ?? '{}')) state.remember(NAME, remembered);
  return dated;
}

/** The same fix in every image. */
function nameOf({ vulnerability, package: name, fixed }: AdvisoryFix): string {
  return `${vulnerability} ${name} ${fixed}`;
}
