import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { diffTexts } from './git-diff.ts';

function place(t: TestContext) {
  const scratch = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  return { scratch, environment: process.env, signal: new AbortController().signal };
}

const LONG = Array.from({ length: 30 }, (_, index) => `RUN step ${index}\n`).join('');

test('what was added, removed, changed, renamed and copied', async (t) => {
  const where = place(t);
  const found = await diffTexts(
    new Map([
      ['same', 'a\n'],
      ['gone', 'b\n'],
      ['changed', 'c\nd\n'],
      ['old name', LONG],
    ]),
    new Map([
      ['same', 'a\n'],
      ['added', 'e\n'],
      ['changed', 'c\nf\n'],
      ['new name', `${LONG}RUN more\n`],
      ['other/copy', `${LONG}RUN other\n`],
    ]),
    where,
  );
  assert.deepEqual(
    found
      .map(
        ({ kind, path, from, addedLines, removedLines }) =>
          `${kind} ${path} ${from ?? '-'} +${addedLines} -${removedLines}`,
      )
      .sort(),
    [
      'added added - +1 -0',
      'changed changed - +1 -1',
      'copied new name old name +1 -0',
      'removed gone - +0 -1',
      'renamed other/copy old name +1 -0',
    ],
  );
  assert.equal(found.find(({ path }) => path === 'changed')?.patch, '@@ -1,2 +1,2 @@\n c\n-d\n+f');
  assert.deepEqual(readdirSync(where.scratch), []);
});

test('names that lead elsewhere, or that git heeds, are names like any other', async (t) => {
  const names = [
    '../up',
    '.gitattributes',
    '.git/config',
    'a b"\n',
    '-x',
    'ü',
    'diff --git',
    '%2e',
    '//',
    `${'l'.repeat(300)}/x`,
    `${'l'.repeat(299)}m/x`,
    'd/'.repeat(3000),
  ];
  const found = await diffTexts(new Map(), new Map(names.map((name) => [name, 'x\n'])), place(t));
  assert.deepEqual(found.map(({ path }) => path).sort(), names.toSorted());
});

test('lines that look like headers of a difference are lines', async (t) => {
  const text = 'diff --git a/x b/x\n@@ -1 +1 @@\n--- a\n+++ b\n';
  const [found, ...others] = await diffTexts(new Map([['f', 'z\n']]), new Map([['f', text]]), place(t));
  assert.equal(others.length, 0);
  assert.deepEqual([found?.addedLines, found?.removedLines], [4, 1]);
});

test('whatever is compared, a text equals itself and differs from others', async (t) => {
  const where = place(t);
  const texts = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), fc.string({ maxLength: 20 }), {
    maxKeys: 4,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (some) => {
      const map = new Map(Object.entries(some).filter(([name]) => !name.includes('/')));
      assert.deepEqual(await diffTexts(map, map, where), []);
    }),
    { numRuns: 15 },
  );
});
