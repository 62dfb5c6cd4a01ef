import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pypi } from './pypi.ts';
import { compareVersions } from './register.ts';

const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;

/** Pairs that share a beginning, so that what is compared is what follows; the same in every run. */
function pairs(pieces: readonly string[], count: number): [string, string][] {
  const tail = fc.array(fc.constantFrom(...pieces), { maxLength: 5 }).map((parts) => parts.join(''));
  const pair = fc
    .tuple(tail, tail, tail)
    .map(([head, a, b]): [string, string] => [`1${head}${a}`, `1${head}${b}`]);
  return fc.sample(pair, { numRuns: count, seed: 20_261_121 });
}

/** Each `<`, `=` or `>` of the output must be the order of the pair with the same number. */
function assertOrders(scheme: string, compared: readonly [string, string][], output: string): void {
  const answers = output.replaceAll('\n', '').split('');
  assert.equal(answers.length, compared.length, output.slice(0, 500));
  for (const [index, [a, b]] of compared.entries()) {
    const order = compareVersions(scheme, a, b);
    const ours = order < 0 ? '<' : order > 0 ? '>' : '=';
    assert.equal(`${a} ${ours} ${b}`, `${a} ${answers[index]} ${b}`);
  }
}

test('deb: dpkg agrees', { skip: has('dpkg') ? false : 'dpkg is not installed' }, () => {
  const compared = pairs(['1', '0', '10', '09', '.', '~', '~', '+', '-1', 'a', 'Z', 'rc', 'ubuntu1'], 150);
  const script = `while read -r a b; do
    if dpkg --compare-versions "$a" lt "$b"; then echo '<'
    elif dpkg --compare-versions "$a" eq "$b"; then echo '='
    else echo '>'; fi
  done`;
  const input = compared.map(([a, b]) => `${a} ${b}\n`).join('');
  assertOrders('deb', compared, spawnSync('sh', ['-c', script], { input, encoding: 'utf8' }).stdout);
});

test('rpm: rpm agrees', { skip: has('rpm') ? false : 'rpm is not installed' }, () => {
  const compared = pairs(
    ['1', '0', '10', '09', '.', '~', '^', '-', '-2', ':1', '_', '+', 'a', 'Z', 'rc', 'el9'],
    1000,
  );
  const table = compared.map(([a, b]) => `{"${a}","${b}"}`).join(',');
  const script = `for _, p in ipairs({${table}}) do
    local order = rpm.vercmp(p[1], p[2])
    print(order < 0 and "<" or order > 0 and ">" or "=")
  end`;
  const { stdout, stderr } = spawnSync('rpm', ['--eval', `%{lua:${script}}`], { encoding: 'utf8' });
  assertOrders('rpm', compared, stdout || stderr);
});

const PACKAGING = `
import sys
from packaging.version import InvalidVersion, Version
for line in sys.stdin:
    try:
        a, b = map(Version, line.split())
        print('<' if a < b else '>' if a > b else '=')
    except InvalidVersion:
        print('?')
`;
const hasPackaging = spawnSync('python3', ['-c', 'import packaging.version']).status === 0;

test('pypi: packaging agrees', { skip: hasPackaging ? false : 'packaging is not installed' }, () => {
  const compared = pairs(
    [
      '1',
      '0',
      '10',
      '09',
      '.',
      '.',
      '-1',
      'a',
      'b2',
      'rc',
      '.post1',
      '.dev',
      '.dev2',
      '+1',
      '+abc',
      '_',
      'r',
      '!',
    ],
    1000,
  );
  const input = compared.map(([a, b]) => `${a} ${b}\n`).join('');
  const { stdout, stderr } = spawnSync('python3', ['-c', PACKAGING], { input, encoding: 'utf8' });
  const answers = stdout.trim().split('\n');
  const isReadable = (_: unknown, index: number) => answers[index] !== '?';
  for (const [index, pair] of compared.entries()) {
    assert.equal(
      pair.every((version) => pypi.isValid(version)),
      answers[index] !== '?',
      `${pair.join(' ')} ${stderr}`,
    );
  }
  assertOrders('pypi', compared.filter(isReadable), answers.filter(isReadable).join(''));
});
