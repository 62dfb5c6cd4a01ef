/**
 * The commits that a programme is built from: one bare repository for all of them, as bashbrew keeps it. There is never a work
 * tree: trees and blobs are read as objects.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type GitSurroundings, startGit } from '../../updates/upstream/git-process.ts';
import { LibraryError } from '../errors.ts';
import type { GitSettings } from '../programme/programme.ts';
import {
  fetchCommits,
  type FetchFailure,
  fetchHistory,
  type FetchReport,
  type FetchTarget,
  missingCommits,
  type WantedCommit,
} from './fetch-commits.ts';
import { gitFailed } from './git-failure.ts';
import { type GitCommit, type GitTreeEntry, parseCommit, parseTree } from './git-objects.ts';
import { textOf } from './git-output.ts';
import { lockStore } from './store-lock.ts';
import { createObjectReader, type GitObjectType, type ObjectSink } from './object-reader.ts';

const MAX_COMMIT_BYTES = 1024 * 1024;
const MAX_TREE_BYTES = 16 * 1024 * 1024;
/**
 * Packs that are large already are left alone, so that the time that packing takes does not grow with the repository: git-repack(1), of git
 * 2.32 and newer. Not `gc`, for which the configuration of the store may name programs.
 */
const PACKING: readonly (readonly string[])[] = [
  ['repack', '-d', '--quiet', '--geometric=2'],
  ['pack-refs', '--all'],
];
/** Far above an identifier. */
const MAX_NAME_BYTES = 1024;

export interface GitStoreOptions {
  /** Made when something is fetched into it. */
  readonly folder: string;
  readonly settings: GitSettings;
  readonly environment: GitSurroundings['environment'];
  readonly signal: AbortSignal;
}

/** All of it may fail with SOURCE_REPOSITORY_FAILED and GIT_MISSING. */
export interface GitStore {
  readonly folder: string;
  /** Null when it is not here, or no commit. */
  commit(id: string): Promise<GitCommit | null>;
  tree(id: string): Promise<readonly GitTreeEntry[]>;
  /** Null when it is larger. */
  blob(id: string, mostBytes: number): Promise<Uint8Array | null>;
  streamBlob(id: string, sink: ObjectSink): Promise<void>;
  /** Brings commits here that are not here yet. */
  fetch(wanted: readonly WantedCommit[], report?: FetchReport): Promise<readonly FetchFailure[]>;
  /** Brings everything here that a ref reaches, and gives the commit or annotated tag that it names. */
  fetchHistory(gitRepo: string, gitFetch: string): Promise<string>;
  /** Whether a commit is reached from another; needs `fetchHistory` of what reaches it. */
  isAncestor(commit: string, of: string): Promise<boolean>;
  /** What git writes, for commands that only read: `log`, `diff-tree`. Arguments from outside belong behind `--end-of-options`. */
  output(args: readonly string[]): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

export function openGitStore({ folder, settings, environment, signal }: GitStoreOptions): GitStore {
  const reader = createObjectReader(folder, { environment, signal });
  /** Of the lock, while this process has it: {@link StoreLock}. */
  let heldOpen: number | null = null;

  async function read(id: string, type: GitObjectType, most: number): Promise<Uint8Array | null | 'large'> {
    if (!existsSync(join(folder, 'HEAD'))) return null;
    const parts: Uint8Array[] = [];
    let isLarge = false;
    const isThere = await reader.stream(id, type, {
      begin: (sizeBytes) => void (isLarge = sizeBytes > most),
      chunk: (bytes) => void (isLarge || parts.push(Uint8Array.from(bytes))),
    });
    if (!isThere) return null;
    return isLarge ? 'large' : Buffer.concat(parts);
  }

  async function object<T>(
    id: string,
    type: GitObjectType,
    most: number,
    parse: (bytes: Uint8Array) => T,
  ): Promise<T | null> {
    const bytes = await read(id, type, most);
    if (bytes === null) return null;
    if (bytes === 'large') throw gitFailed(folder, `${type} ${id} has more than ${most} bytes`);
    try {
      return parse(bytes);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw gitFailed(folder, `${type} ${id} cannot be used: ${error.message}`);
    }
  }

  async function* output(
    args: readonly string[],
    subject: string = folder,
    more: Pick<GitSurroundings, 'protocols' | 'heldOpen'> = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const limit = AbortSignal.timeout(settings.timeoutSeconds * 1000);
    const process = startGit(['--git-dir', folder, ...args], {
      ...more,
      environment,
      signal: AbortSignal.any([signal, limit]),
    });
    process.input.end();
    try {
      yield* process.output;
      const { complaint, isMissing } = await process.ended;
      signal.throwIfAborted();
      if (limit.aborted) throw gitFailed(subject, `git took longer than ${settings.timeoutSeconds} seconds`);
      if (complaint !== '') throw gitFailed(subject, complaint, isMissing);
    } finally {
      process.kill();
    }
  }

  const commit: GitStore['commit'] = (id) => object(id, 'commit', MAX_COMMIT_BYTES, parseCommit);

  const target: FetchTarget = {
    settings,
    has: async (id) => (await commit(id)) !== null,
    async run(args, subject, protocols = []) {
      for await (const _chunk of output(args, subject, { protocols, heldOpen }));
    },
  };

  /** Each fetch leaves files behind, of which git is slow to read thousands. One that cannot be packed now is packed after another fetch. */
  async function pack(): Promise<void> {
    try {
      for (const command of PACKING) await target.run(command, folder);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof LibraryError)) throw error;
    }
  }

  /**
   * Makes the repository where there is none, and keeps others from fetching at the same time: each process of a programme wants the
   * same commits when its definitions change, and one fetches while the others wait for it.
   */
  async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
    const { timeoutSeconds } = settings;
    const lock = await lockStore(folder, { timeoutSeconds, environment, signal });
    heldOpen = lock.heldOpen;
    try {
      if (!existsSync(join(folder, 'HEAD')))
        await target.run(['init', '--quiet', '--bare', '--template='], folder);
      const result = await work();
      await pack();
      return result;
    } finally {
      heldOpen = null;
      lock.release();
    }
  }

  return {
    folder,
    commit,
    async tree(id) {
      const entries = await object(id, 'tree', MAX_TREE_BYTES, (bytes) => parseTree(bytes, id.length / 2));
      if (entries === null) throw notHere('tree', id);
      return entries;
    },
    async blob(id, most) {
      const bytes = await read(id, 'blob', most);
      if (bytes === null) throw notHere('blob', id);
      return bytes === 'large' ? null : bytes;
    },
    async streamBlob(id, sink) {
      if (!(await reader.stream(id, 'blob', sink))) throw notHere('blob', id);
    },
    async fetch(wanted, report = () => {}) {
      if ((await missingCommits(wanted, target.has)).length === 0) return [];
      return await whileLocked(async () =>
        fetchCommits(await missingCommits(wanted, target.has), target, report),
      );
    },
    fetchHistory: (gitRepo, gitFetch) =>
      whileLocked(async () => {
        const name = await fetchHistory(gitRepo, gitFetch, target);
        return (await textOf(output(['rev-parse', '--verify', '--quiet', name]), MAX_NAME_BYTES)).trim();
      }),
    async isAncestor(ancestor, of) {
      // one commit that is reached from the first and not from the other
      const beyond = output(['rev-list', '--max-count=1', '--end-of-options', ancestor, `^${of}`]);
      return (await textOf(beyond, MAX_NAME_BYTES)) === '';
    },
    output: (args) => output(args),
    close: () => reader.close(),
  };

  function notHere(type: GitObjectType, id: string): LibraryError {
    return gitFailed(folder, `${type} ${id} is missing`);
  }
}
