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

/** Programs that print what a shell offers for the last of the words that follow the script. */
const OFFERS: Readonly<Record<string, readonly string[]>> = {
  bash: [
    'bash',
    '--norc',
    '-c',
    `source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _hallmark
    printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
  ],
  // in the emulation in which zsh's bashcompinit calls the function
  zsh: [
    'zsh',
    '-f',
    '-c',
    `autoload -U compinit && compinit -D -u; source "$1"; shift
    offer() {
      emulate -L sh; setopt kshglob noshglob braceexpand
      local -a COMP_WORDS COMPREPLY
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      _hallmark
      printf '%s\\n' "\${COMPREPLY[@]}"
    }
    offer "$@"`,
    'zsh',
  ],
  fish: [
    'fish',
    '--no-config',
    '-c',
    `source $argv[1]; complete -C (string join ' ' -- $argv[2..-1]) | string replace -r '\\t.*' ''`,
  ],
};

/** What a shell offers for the last of `words`, in an empty folder. */
function complete(shell: string, script: string, folder: string, words: readonly string[]) {
  const [program = '', ...args] = OFFERS[shell] ?? [];
  const { stdout, stderr } = spawnSync(program, [...args, script, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
  });
  assert.equal(stderr, '');
  const begun = words.at(-1) ?? '';
  // zsh itself leaves out what does not begin so
  return stdout
    .split('\n')
    .filter((word) => word !== '' && word.startsWith(begun))
    .sort();
}

const COMPLETED: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['sc', ['scan']],
  ['db im', ['import']],
  ['db build --f', ['--from']],
  ['cache clear --c', ['--cache-dir']],
  ['trust po', ['policy']],
  ['trust policy sim', ['simulate']],
  ['trust policy simulate si', []],
  ['trust policy lint --po', ['--policy']],
  // the nested command, and not the one of the same name
  ['trust policy explain --pl', []],
  ['explain --pl', ['--plain-http', '--platform']],
  ['trust root update --up', []],
  ['cache clear more --c', ['--cache-dir']],
  ['scan --fa', ['--fail-on']],
  ['scan debian:12 --severity high --all-', ['--all-layers', '--all-platforms']],
  ['scan db --requ', ['--require-coverage']],
  ['--ver', ['--version']],
  ['nothing --', []],
  ['packages --ty', ['--type']],
];

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`${shell} completes commands, options and commands of groups`, { skip: absent(shell) }, async (t) => {
    const script = await scriptFor(t, shell);
    const folder = temporaryDirectory(t);
    for (const [line, offered] of COMPLETED) {
      const words = ['hallmark', ...line.split(' ')];
      assert.deepEqual(complete(shell, script, folder, words), offered, line);
    }
    const commands = complete(shell, script, folder, ['hallmark', 'trust', '']);
    const expected = ['accept', 'forget', 'history', 'policy', 'root'];
    assert.deepEqual(
      commands.filter((word) => word !== '--help'),
      expected,
    );
  });
}

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
