import { join } from 'node:path';
import { lockFile } from '../../files/lock-file.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { LibraryError } from '../errors.ts';
import { type GitStore, type GitStoreOptions, openGitStore } from '../git/git-store.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { stateUnreadable } from '../state/open-state.ts';

/** The commits of all definitions, in the programme's state. */
export function gitFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'git');
}

/** Opens them. */
export function openCommits(
  settings: Pick<ProgrammeSettings, 'state' | 'git'>,
  { environment, signal }: Pick<GitStoreOptions, 'environment' | 'signal'>,
): GitStore {
  return openGitStore({ folder: gitFolder(settings), settings: settings.git, environment, signal });
}

/** What was read of commits before. */
export function contentsFile({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'contents.jsonl');
}

const lockOf = (state: string, name: string): string => join(state, 'locks', name);
const builds = (architecture: Architecture): string => `build-${architecture}`;

/** Locks of one process: they end with it, however it ends. */
export interface RoleLocks {
  /** Architectures that no other process builds. */
  readonly architectures: ReadonlySet<Architecture>;
  readonly isVerifier: boolean;
  readonly isPublisher: boolean;
  /** What other processes do, such as `publishes`. */
  readonly others: readonly string[];
  /** Whether one of them does so no more. */
  isAnyFree(): boolean;
  release(): void;
}

/**
 * Takes the locks of roles, as far as no other process has them: two builders of one architecture, two verifiers or two publishers
 * would do everything twice.
 *
 * @throws {LibraryError} PROGRAMME_BUSY where others do all of it, STATE_UNREADABLE
 */
export function lockRoles(
  { name: programme, state, engines }: Pick<ProgrammeSettings, 'name' | 'state' | 'engines'>,
  roles: ReadonlySet<'build' | 'verify' | 'publish'>,
): RoleLocks {
  const held: { release(): void }[] = [];
  const others: string[] = [];
  const missing: string[] = [];
  const release = (): void => {
    for (const lock of held) lock.release();
  };
  const take = (name: string, work: string): boolean => {
    const lock = lockFile(lockOf(state, name));
    if (lock !== null) {
      held.push(lock);
      return true;
    }
    others.push(work);
    missing.push(name);
    return false;
  };
  const wanted = roles.has('build') ? (Object.keys(engines) as Architecture[]) : [];
  try {
    const locks: RoleLocks = {
      architectures: new Set(
        wanted.filter((architecture) => take(builds(architecture), `builds for ${architecture}`)),
      ),
      isVerifier: roles.has('verify') && take('verify', 'examines images'),
      isPublisher: roles.has('publish') && take('publish', 'publishes'),
      others,
      isAnyFree: () => missing.some((name) => isFree(lockOf(state, name))),
      release,
    };
    if (held.length > 0 || others.length === 0) return locks;
  } catch (error) {
    release();
    throw stateUnreadable(state, error);
  }
  throw new LibraryError(
    'PROGRAMME_BUSY',
    `another process ${others.join(' and ')} in the programme ${programme}`,
    {
      subject: programme,
    },
  );
}

function isFree(file: string): boolean {
  const lock = lockFile(file);
  lock?.release();
  return lock !== null;
}

/** Does something for an architecture that no process builds; nothing where one does. */
export function whileNobodyBuilds(
  { state }: Pick<ProgrammeSettings, 'state'>,
  architecture: Architecture,
  work: () => void,
): void {
  const lock = lockFile(lockOf(state, builds(architecture)));
  if (lock === null) return;
  try {
    work();
  } finally {
    lock.release();
  }
}
