/**
 * Brings commits into a store: each by its identifier, which needs nothing of the history, else with everything that its ref
 * reaches. docker-library/bashbrew, `cmd/bashbrew/git.go`.
 */
import { createHash } from 'node:crypto';
import type { BuildInputs } from '../../definitions/definition.ts';
import { LibraryError } from '../errors.ts';
import type { GitSettings } from '../programme/programme.ts';
import { type GitAddress, resolveAddress } from './git-address.ts';
import { gitFailed } from './git-failure.ts';
import { isObjectId } from './git-objects.ts';

export type WantedCommit = Pick<BuildInputs, 'gitRepo' | 'gitFetch' | 'gitCommit'>;

export interface FetchFailure {
  readonly wanted: WantedCommit;
  /** COMMIT_NOT_FOUND or SOURCE_REPOSITORY_FAILED. */
  readonly error: LibraryError;
}

/** What fetching needs of a store. */
export interface FetchTarget {
  readonly settings: GitSettings;
  readonly has: (commit: string) => Promise<boolean>;
  /** Runs git to its end. @throws {LibraryError} SOURCE_REPOSITORY_FAILED, GIT_MISSING */
  run(args: readonly string[], subject: string, protocols?: GitAddress['protocols']): Promise<void>;
}

/** Commits in one call of git: far below what a command line can hold. */
const BATCH = 200;

/** More than any history has: git then fetches all of it, also beyond what an earlier fetch left out. */
const WHOLE_HISTORY = '--depth=2147483647';

/** What runs where the repository is, which may be here: else the configuration of the store could name another program. */
const SENDER = '--upload-pack=git-upload-pack';

/** Says a repository before it is asked for commits. */
export type FetchReport = (gitRepo: string, commits: number) => void;

/** What tells one wanted commit from another. */
export function commitKey({ gitRepo, gitFetch, gitCommit }: WantedCommit): string {
  return JSON.stringify([gitRepo, gitFetch, gitCommit]);
}

/** Those that are not here, each once. */
export async function missingCommits(
  wanted: readonly WantedCommit[],
  has: FetchTarget['has'],
): Promise<readonly WantedCommit[]> {
  const distinct = new Map(wanted.map((each) => [commitKey(each), each]));
  const missing: WantedCommit[] = [];
  for (const each of distinct.values()) if (!(await has(each.gitCommit))) missing.push(each);
  return missing;
}

/** @param missing each once @throws {LibraryError} GIT_MISSING */
export async function fetchCommits(
  missing: readonly WantedCommit[],
  target: FetchTarget,
  report: FetchReport,
): Promise<readonly FetchFailure[]> {
  const failures: FetchFailure[] = [];
  for (const [gitRepo, commits] of Map.groupBy(missing, (each) => each.gitRepo)) {
    report(gitRepo, commits.length);
    failures.push(...(await fetchFrom(gitRepo, commits, target)));
  }
  return failures;
}

async function fetchFrom(
  gitRepo: string,
  wanted: readonly WantedCommit[],
  target: FetchTarget,
): Promise<readonly FetchFailure[]> {
  const failures: FetchFailure[] = [];
  const unreachable = await attempt(async () => {
    await fetchByIdentifier(wanted, resolveAddress(gitRepo, target.settings), target);
  });
  for (const each of wanted) {
    if (await target.has(each.gitCommit)) continue;
    const error = unreachable ?? (await fetchByRef(each, target));
    if (error !== null) failures.push({ wanted: each, error });
  }
  return failures;
}

/**
 * All at once; where the repository has not all of them, one after the other.
 *
 * @throws {LibraryError} SOURCE_REPOSITORY_FAILED when the repository cannot be reached at all
 */
async function fetchByIdentifier(
  wanted: readonly WantedCommit[],
  address: GitAddress,
  target: FetchTarget,
): Promise<void> {
  const ids = [...new Set(wanted.map(({ gitCommit }) => gitCommit))].filter(isObjectId);
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    const fetchIds = (some: readonly string[]) =>
      attempt(() =>
        runFetch(
          ['--depth=1'],
          some.map((id) => `+${id}:${keptRef(id)}`),
          address,
          target,
        ),
      );
    if ((await fetchIds(batch)) === null) continue;
    await target.run(
      ['ls-remote', '--quiet', SENDER, '--', address.address, 'HEAD'],
      address.address,
      address.protocols,
    );
    if (batch.length > 1) for (const id of batch) await fetchIds([id]);
  }
}

async function fetchByRef(
  { gitFetch, gitCommit, gitRepo }: WantedCommit,
  target: FetchTarget,
): Promise<LibraryError | null> {
  if (!isObjectId(gitCommit)) {
    const message = `${JSON.stringify(gitCommit.slice(0, 100))} is not the whole identifier of a commit`;
    return new LibraryError('COMMIT_NOT_FOUND', message, { subject: gitCommit });
  }
  const failure = await attempt(async () => {
    await fetchHistory(gitRepo, gitFetch, target);
    if (await target.has(gitCommit)) {
      await target.run(['update-ref', '--', keptRef(gitCommit), gitCommit], gitRepo);
    }
  });
  if (failure !== null || (await target.has(gitCommit))) return failure;
  const message = `commit ${gitCommit} is neither in ${gitRepo} nor reached by its ${gitFetch}`;
  return new LibraryError('COMMIT_NOT_FOUND', message, { subject: gitCommit });
}

/** Everything that a ref reaches. Returns the name that it has in the store. @throws {LibraryError} SOURCE_REPOSITORY_FAILED */
export async function fetchHistory(gitRepo: string, gitFetch: string, target: FetchTarget): Promise<string> {
  const address = resolveAddress(gitRepo, target.settings);
  if (
    !/^refs\/(?:heads|tags)\/[^*?:^~\\[\s\p{Cc}-][^*?:^~\\[\s\p{Cc}]*$/u.test(gitFetch) ||
    gitFetch.includes('..')
  )
    throw gitFailed(gitRepo, `${JSON.stringify(gitFetch.slice(0, 200))} is not a ref that can be fetched`);
  const name = `refs/hallmark/fetched/${createHash('sha256').update(`${gitRepo}\n${gitFetch}`).digest('hex')}`;
  await runFetch([WHOLE_HISTORY], [`+${gitFetch}:${name}`], address, target);
  return name;
}

async function runFetch(
  options: readonly string[],
  refs: readonly string[],
  { address, protocols }: GitAddress,
  target: FetchTarget,
): Promise<void> {
  const fixed = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--no-auto-gc', SENDER];
  await target.run([...fixed, ...options, '--', address, ...refs], address, protocols);
}

/** Keeps a commit from being thrown away. */
function keptRef(commit: string): string {
  return `refs/hallmark/commits/${commit}`;
}

async function attempt(work: () => Promise<unknown>): Promise<LibraryError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    return libraryError(error);
  }
}

/** What fails for one commit is told of it; that there is no git at all fails for all of them. */
function libraryError(error: unknown): LibraryError {
  if (!(error instanceof LibraryError) || error.code === 'GIT_MISSING') throw error;
  return error;
}
