import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockFile } from '../../files/lock-file.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';

/** The commits of all definitions, in the programme's state. */
export function gitFolder({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'git');
}

/** What was read of commits before. */
export function contentsFile({ state }: Pick<ProgrammeSettings, 'state'>): string {
  return join(state, 'contents.jsonl');
}

/** Locks of one process: they end with it, however it ends. */
export interface RoleLocks {
  /** Architectures that no other process builds. */
  readonly architectures: ReadonlySet<Architecture>;
  readonly isVerifier: boolean;
  readonly isPublisher: boolean;
  release(): void;
}

/**
 * Takes the locks of roles, as far as no other process has them: two builders of one architecture, two verifiers or two publishers
 * would do everything twice.
 */
export function lockRoles(
  { state, engines }: Pick<ProgrammeSettings, 'state' | 'engines'>,
  roles: ReadonlySet<'build' | 'verify' | 'publish'>,
): RoleLocks {
  const folder = join(state, 'locks');
  mkdirSync(folder, { recursive: true });
  const held: { release(): void }[] = [];
  const take = (name: string): boolean => {
    const lock = lockFile(join(folder, name));
    if (lock !== null) held.push(lock);
    return lock !== null;
  };
  const wanted = roles.has('build') ? (Object.keys(engines) as Architecture[]) : [];
  return {
    architectures: new Set(wanted.filter((architecture) => take(`build-${architecture}`))),
    isVerifier: roles.has('verify') && take('verify'),
    isPublisher: roles.has('publish') && take('publish'),
    release() {
      for (const lock of held) lock.release();
    },
  };
}
