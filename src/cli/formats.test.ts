import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { parseTargets, writeTargets } from './formats.ts';

const FORMATS = ['terminal', 'json'] as const;

test('formats and their files', () => {
  assert.deepEqual(parseTargets([], FORMATS), [{ format: 'terminal', file: null }]);
  assert.deepEqual(parseTargets(['json'], FORMATS), [{ format: 'json', file: null }]);
  assert.deepEqual(parseTargets(['json=a=b.json', 'terminal', 'json=c'], FORMATS), [
    { format: 'json', file: 'a=b.json' },
    { format: 'terminal', file: null },
    { format: 'json', file: 'c' },
  ]);
});

test('what cannot be told apart or found is wrong usage', () => {
  for (const values of [
    ['xml'],
    [''],
    ['=file'],
    ['json='],
    ['json', 'terminal'],
    ['json', 'json'],
    ['JSON'],
  ]) {
    assert.throws(() => parseTargets(values, FORMATS), { code: 'USAGE', exit: 3 }, values.join(' '));
  }
});

function failing(): string {
  throw new Error('cannot be made');
}

test('a report that cannot be made leaves the file as it was', (t) => {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'report.json');
  writeFileSync(file, 'old');
  const written: string[] = [];
  const stdout = { write: (text: string) => void written.push(text) };
  assert.throws(() => writeTargets([{ format: 'json', file }], failing, stdout), /cannot be made/);
  assert.equal(readFileSync(file, 'utf8'), 'old');

  writeTargets(
    [
      { format: 'terminal', file: null },
      { format: 'json', file },
    ],
    (format) => `new ${format}`,
    stdout,
  );
  assert.equal(readFileSync(file, 'utf8'), 'new json');
  assert.deepEqual(written, ['new terminal']);
  assert.deepEqual(readdirSync(folder), ['report.json']);
});
