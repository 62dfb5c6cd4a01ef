import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';

const absent = (shell: string): string | false =>
  spawnSync(shell, ['--version']).status === 0 ? false : `${shell} is not installed`;

/** The script for a shell, in a file. */
async function scriptFor(t: TestContext, shell: string): Promise<string> {
  const { stdout } = await commandLine(t)(['completion', shell]);
  const file = join(temporaryDirectory(t), `hallmark.${shell}`);
  writeFileSync(file, stdout);
  return file;
}

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`${shell} understands its script`, { skip: absent(shell) }, async (t) => {
    const { status, stderr } = spawnSync(shell, ['-n', await scriptFor(t, shell)], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

/** What bash offers for the last of `words`, in an empty folder. */
function complete(script: string, folder: string, words: readonly string[]): readonly string[] {
  const program = `
    source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _hallmark
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program, 'bash', script, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean).sort();
}

test('bash completes commands, options and commands of groups', { skip: absent('bash') }, async (t) => {
  const script = await scriptFor(t, 'bash');
  const folder = temporaryDirectory(t);
  const cases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
    [['hallmark', 'sc'], ['scan']],
    [
      ['hallmark', 'db', ''],
      ['--help', 'build', 'diff', 'export', 'import', 'path', 'publish', 'sources', 'status', 'update'],
    ],
    [['hallmark', 'db', 'build', '--f'], ['--from']],
    [['hallmark', 'cache', 'clear', '--c'], ['--cache-dir']],
    [['hallmark', 'trust', 'policy', 'sim'], ['simulate']],
    [['hallmark', 'trust', 'policy', 'lint', '--po'], ['--policy']],
    [['hallmark', 'cache', 'clear', 'more', '--c'], ['--cache-dir']],
    [['hallmark', 'scan', '--fa'], ['--fail-on']],
    [
      ['hallmark', 'scan', 'debian:12', '--severity', 'high', '--all-'],
      ['--all-layers', '--all-platforms'],
    ],
    [['hallmark', 'scan', 'db', '--requ'], ['--require-coverage']],
    [['hallmark', '--ver'], ['--version']],
    [['hallmark', 'nothing', '--'], []],
    [['hallmark', 'packages', '--ty'], ['--type']],
  ];
  for (const [words, offered] of cases)
    assert.deepEqual(complete(script, folder, words), offered, words.join(' '));
});

test('every command and option is in every script', async (t) => {
  const hallmark = commandLine(t);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await hallmark(['completion', shell]);
    for (const word of [
      'inspect',
      'scan',
      'packages',
      'history',
      'sbom',
      'explain',
      'completion',
      'import',
      'clear',
    ]) {
      assert.match(stdout, new RegExp(`\\b${word}\\b`), `${word} in ${shell}`);
    }
    for (const option of ['fail-on', 'require-coverage', 'all-layers', 'output', 'cache-dir', 'version']) {
      assert.ok(stdout.includes(shell === 'fish' ? `-l ${option} ` : `--${option}`), `${option} in ${shell}`);
    }
  }
});
