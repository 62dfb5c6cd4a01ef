/** Rules on the commits that images are built from. naughty-commits.sh of docker-library/official-images. */
import type { Architecture } from '../../../definitions/architectures.ts';
import type { BuildInputs } from '../../../definitions/definition.ts';
import { LibraryError } from '../../errors.ts';
import { linesOf, textOf } from '../../git/git-output.ts';
import type { GitStore } from '../../git/git-store.ts';
import type { ReviewCheckId, ReviewFinding } from './checks.ts';

/** The first entry that names a commit stands for all of them. */
export interface CommitUse {
  readonly repository: string;
  readonly entry: string;
  readonly architectures: readonly Architecture[];
  readonly inputs: BuildInputs;
}

/** Archives of which every clone carries each version: from 3 MiB on. */
const LARGE_ARCHIVE_BYTES = 3 * 1024 * 1024;
/** Each is asked for by a process of its own. */
const MAX_ARCHIVES = 1_000;
/** What git says of one object. */
const MAX_ANSWER_BYTES = 1024;

/** Where commits are, and the refs that they should be reached from. */
export interface CommitHistories {
  readonly store: GitStore;
  /** Fetches a ref with its history, and gives the commit that it names. */
  readonly tipOf: (gitRepo: string, gitFetch: string) => Promise<string>;
}

/** Each ref is fetched once, also when that fails. */
export function createCommitHistories(store: GitStore): CommitHistories {
  const tips = new Map<string, Promise<string>>();
  return {
    store,
    tipOf(gitRepo, gitFetch) {
      const key = `${gitRepo}\n${gitFetch}`;
      const tip = tips.get(key) ?? store.fetchHistory(gitRepo, gitFetch);
      tips.set(key, tip);
      return tip;
    },
  };
}

/**
 * Asks whether a commit belongs to its ref, and whether its history changes large archives. That a commit is nowhere is told by whoever
 * reads it.
 *
 * @returns findings, or in one sentence why that could not be told
 */
export async function checkCommit(
  { store, tipOf }: CommitHistories,
  use: CommitUse,
): Promise<readonly ReviewFinding[] | string> {
  const { inputs } = use;
  const { gitRepo, gitFetch, gitCommit } = inputs;
  const finding = (check: ReviewCheckId, subject: string, message: string): ReviewFinding => ({
    check,
    repository: use.repository,
    entry: use.entry,
    architectures: use.architectures,
    subject,
    message,
    place: null,
  });
  try {
    const tip = await tipOf(gitRepo, gitFetch);
    if ((await store.commit(gitCommit)) === null) return [];
    const findings: ReviewFinding[] = [];
    if (!(await store.isAncestor(gitCommit, tip))) {
      const message = `commit ${gitCommit} is not in ${gitFetch} of ${gitRepo}`;
      findings.push(finding('commit.not-in-branch', gitCommit, message));
    }
    const archives = await changedArchives(store, gitCommit);
    if (archives === null) return `the history of ${gitCommit} changes more than ${MAX_ARCHIVES} archives`;
    for (const { commit, path, sizeBytes } of archives) {
      const message = `commit ${commit.slice(0, 12)}, in the history of ${gitCommit.slice(0, 12)}, changes ${path}, which has ${Math.floor(sizeBytes / 1024 ** 2)} MiB`;
      findings.push(finding('commit.large-archive', path, message));
    }
    return findings;
  } catch (error) {
    if (!(error instanceof LibraryError) || error.code === 'GIT_MISSING') throw error;
    return error.message;
  }
}

interface ChangedArchive {
  readonly commit: string;
  readonly path: string;
  readonly sizeBytes: number;
}

/** Archives that a commit of the history changed or deleted, and that were large: by their size after, else before. Null for too many. */
async function changedArchives(store: GitStore, commit: string): Promise<readonly ChangedArchive[] | null> {
  const args = ['log', '--raw', '--no-abbrev', '--no-renames', '--diff-filter=DMT', '--format=%H'];
  const changed: { readonly commit: string; readonly path: string; readonly blob: string }[] = [];
  let current = '';
  const paths = [':(glob)**/*.tar*', ':(glob)*.tar*'];
  for await (const line of linesOf(store.output([...args, '--end-of-options', commit, '--', ...paths]))) {
    if (/^[0-9a-f]{40,64}$/.test(line)) current = line;
    const [, before = '', after = '', path] =
      /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) [DMT]\t(.+)$/.exec(line) ?? [];
    if (path === undefined) continue;
    if (changed.length === MAX_ARCHIVES) return null;
    changed.push({ commit: current, path, blob: /^0+$/.test(after) ? before : after });
  }
  const large: ChangedArchive[] = [];
  for (const { commit: id, path, blob } of changed) {
    const sizeBytes = Number(await textOf(store.output(['cat-file', '-s', blob]), MAX_ANSWER_BYTES));
    if (sizeBytes >= LARGE_ARCHIVE_BYTES) large.push({ commit: id, path, sizeBytes });
  }
  return large;
}
