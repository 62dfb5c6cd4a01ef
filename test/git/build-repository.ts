/** Builds git repositories for tests, by `git fast-import`: every mode that a tree can have, without a work tree. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text is a plain file. */
export type RepositoryFile =
  | string
  | { readonly mode: '100644' | '100755' | '120000'; readonly content: string | Uint8Array }
  | { readonly submodule: string };

export interface RepositoryCommit {
  readonly files: Readonly<Record<string, RepositoryFile>>;
  readonly branch?: string;
  /** Seconds since 1970. */
  readonly authorTime?: number;
  readonly committerTime?: number;
}

/** Writes commits, each with nothing but its own files and on top of the last one of its branch. Returns their identifiers. */
export function buildRepository(folder: string, commits: readonly RepositoryCommit[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  git(folder, ['init', '--quiet', '--bare', '--template=']);
  const parts: (string | Uint8Array)[] = [];
  commits.forEach(
    ({ files, branch = 'main', authorTime = 1_700_000_000, committerTime = 1_700_000_000 }, index) => {
      parts.push(`commit refs/heads/${branch}\nmark :${index + 1}\n`);
      parts.push(`author Ann <ann@example.org> ${authorTime} +0000\n`);
      parts.push(`committer Ann <ann@example.org> ${committerTime} +0000\ndata 0\ndeleteall\n`);
      for (const [path, file] of Object.entries(files)) {
        const name = JSON.stringify(path);
        if (typeof file === 'object' && 'submodule' in file) {
          parts.push(`M 160000 ${file.submodule} ${name}\n`);
          continue;
        }
        const { mode, content } = typeof file === 'string' ? { mode: '100644', content: file } : file;
        const bytes = Buffer.from(content);
        parts.push(`M ${mode} inline ${name}\ndata ${bytes.length}\n`, bytes, '\n');
      }
    },
  );
  const marks = join(folder, 'marks');
  git(
    folder,
    ['fast-import', '--quiet', `--export-marks=${marks}`],
    Buffer.concat(parts.map((part) => Buffer.from(part))),
  );
  const ids = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  return commits.map((_, index) => ids.get(`:${index + 1}`) ?? '');
}

/** Runs git without any settings of the user. */
export function git(folder: string, args: readonly string[], input: Uint8Array | string = ''): string {
  const { status, stdout, stderr, error } = spawnSync('git', ['--git-dir', folder, ...args], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
  });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
