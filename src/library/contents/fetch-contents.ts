import { commitKey, type FetchReport } from '../git/fetch-commits.ts';
import type { GitStore } from '../git/git-store.ts';
import type { ContentUse } from './contents.ts';
import { type ContentProblem, type ContentReading, readContents } from './read-contents.ts';
import { contentKey, type RecordedContents } from './recorded-contents.ts';

export interface FetchChoice {
  /** `unknown`: only commits whose facts are not on record. `all`: every commit, so that all can be built. */
  readonly which: 'unknown' | 'all';
  readonly report?: FetchReport;
}

/**
 * As `readContents`, of commits that are fetched first. One that cannot be had is a problem of the places that need it, with
 * what git said.
 *
 * @throws {LibraryError} GIT_MISSING, or SOURCE_REPOSITORY_FAILED where the store itself cannot be used
 */
export async function fetchContents(
  uses: readonly ContentUse[],
  store: GitStore,
  recorded: RecordedContents,
  { which, report }: FetchChoice,
): Promise<ContentReading> {
  const wanted = uses.filter(({ inputs }) => which === 'all' || !recorded.has(contentKey(inputs)));
  const failures = await store.fetch(
    wanted.map(({ inputs }) => inputs),
    report,
  );
  const reading = await readContents(uses, store, recorded);
  if (failures.length === 0) return reading;
  const errors = new Map(failures.map((failure) => [commitKey(failure.wanted), failure.error]));
  const problems = wanted.flatMap((use): readonly ContentProblem[] => {
    const error = errors.get(commitKey(use.inputs));
    return error === undefined ? [] : [{ use, error }];
  });
  const told = new Set(problems.map(({ use }) => use));
  return { ...reading, problems: [...problems, ...reading.problems.filter(({ use }) => !told.has(use))] };
}
