/** Git repositories whose commits follow from nothing but their content: the same files give the same commit everywhere. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './programs.ts';

export interface NewCommit {
  /** Folder whose files are the commit. */
  readonly folder: string;
  /** `refs/heads/main` */
  readonly ref: string;
  readonly message: string;
  /** RFC 3339. */
  readonly date: string;
  /** The commit before; null for the first. */
  readonly parent: string | null;
}

/** Commits a folder to a bare repository, which is made where there is none. @returns the commit's id */
export function commitFolder(repository: string, commit: NewCommit): string {
  mkdirSync(repository, { recursive: true });
  run('git', ['init', '--quiet', '--bare', repository]);
  const scratch = mkdtempSync(join(tmpdir(), 'example-index-'));
  const env = {
    GIT_DIR: repository,
    GIT_WORK_TREE: commit.folder,
    GIT_INDEX_FILE: join(scratch, 'index'),
    GIT_AUTHOR_NAME: 'Example Programme',
    GIT_AUTHOR_EMAIL: 'programme@example.org',
    GIT_AUTHOR_DATE: commit.date,
    GIT_COMMITTER_NAME: 'Example Programme',
    GIT_COMMITTER_EMAIL: 'programme@example.org',
    GIT_COMMITTER_DATE: commit.date,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  try {
    const git = (...args: readonly string[]) => run('git', args, { env, cwd: commit.folder }).trim();
    git('add', '--all', '--force', '.');
    const tree = git('write-tree');
    const parents = commit.parent === null ? [] : ['-p', commit.parent];
    const id = git('commit-tree', tree, ...parents, '-m', commit.message);
    git('update-ref', commit.ref, id);
    return id;
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
