import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { type DiffPlace, type Differences, withComparison } from './git-diff.ts';

function place(t: TestContext) {
  const scratch = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  return { scratch, environment: process.env, signal: new AbortController().signal };
}

type Texts = ReadonlyMap<string, string>;

async function compare(base: Texts, head: Texts, where: DiffPlace, mostBytes = 1e6): Promise<Differences> {
  return await withComparison(where, async (comparison) => {
    for (const [name, text] of base) comparison.add('base', name, text);
    for (const [name, text] of head) comparison.add('head', name, text);
    return await comparison.compare(mostBytes);
  });
}

async function diffTexts(base: Texts, head: Texts, where: DiffPlace) {
  const { files, cutBecause } = await compare(base, head, where);
  assert.equal(cutBecause, null);
  return files;
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
  for (const end of ['\n', '\r\n', '\r', '\u2028']) {
    const text = ['', 'diff --git a/x b/x', '@@ -1 +1 @@', '--- a', '+++ b', ''].join(end);
    const [found, ...others] = await diffTexts(new Map([['f', 'z\n']]), new Map([['f', text]]), place(t));
    assert.equal(others.length, 0);
    const shown = found?.patch.split('\n').filter((line) => line.startsWith('+'));
    assert.equal(shown?.map((line) => line.slice(1)).join('\n'), text.replace(/\n$/, ''));
  }
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

const MANY = new Map(Array.from({ length: 20 }, (_, index) => [`f${index}`, `${index}\n`.repeat(50)]));

test('more bytes than may be are cut off between two files, and that is told', async (t) => {
  const whole = await compare(new Map(), MANY, place(t));
  assert.equal(whole.cutBecause, null);
  const most = Math.floor(whole.sizeBytes / 2);
  const { files, cutBecause } = await compare(new Map(), MANY, place(t), most);
  assert.deepEqual(files, whole.files.slice(0, files.length));
  assert.ok(files.length > 0 && files.length < 20);
  assert.equal(cutBecause, `they have more than ${most} bytes`);
});

test('a git that takes too long is ended, and that is told', async (t) => {
  const where = { ...place(t), bounds: { files: 100, textBytes: 1e6, seconds: 0.001 } };
  const { cutBecause } = await compare(new Map(), MANY, where);
  assert.equal(cutBecause, 'git took longer than 0.001 seconds');
  assert.deepEqual(readdirSync(where.scratch), []);
});

for (const [title, bounds, because] of [
  ['files', { files: 1, textBytes: 100, seconds: 60 }, 'there are more than 1 files'],
  ['bytes', { files: 10, textBytes: 3, seconds: 60 }, 'there are more than 3 bytes'],
] as const) {
  test(`more ${title} than may be are not written, and that is told`, async (t) => {
    const paths = await withComparison({ ...place(t), bounds }, async (comparison) => {
      comparison.add('head', 'a/x', '1\n');
      assert.equal(comparison.full(), null);
      comparison.add('head', 'b/x', '2\n');
      assert.equal(comparison.full(), because);
      return (await comparison.compare(1000)).files.map(({ path }) => path);
    });
    assert.deepEqual(paths, ['a/x']);
  });
}

test('what is taken away again is not compared', async (t) => {
  const found = await withComparison(place(t), async (comparison) => {
    for (const folder of ['a', '..', 'a b']) comparison.add('head', `${folder}/x`, '1\n');
    comparison.add('head', `../${'d/'.repeat(3000)}x`, '1\n');
    for (const folder of ['..', 'a b']) comparison.forget(folder);
    return (await comparison.compare(1000)).files;
  });
  assert.deepEqual(
    found.map(({ path }) => path),
    ['a/x'],
  );
});

test('of a file that is gone no line is shown', async (t) => {
  const [found] = await diffTexts(new Map([['f', 'a\nb\n']]), new Map(), place(t));
  assert.deepEqual([found?.kind, found?.removedLines, found?.patch], ['removed', 2, '']);
});

test('what stands for another folder is told as the copy of it', async (t) => {
  const found = await withComparison(place(t), async (comparison) => {
    comparison.standsFor('2', '1');
    for (const [path, text] of [
      ['2/same', 'same\n'],
      ['2/gone', 'gone\n'],
      ['2/changed', `${LONG}old\n`],
    ] as const)
      comparison.add('base', path, text);
    for (const [path, text] of [
      ['2/same', 'same\n'],
      ['2/changed', `${LONG}new\n`],
      ['2/added', 'nothing like it\n'],
      ['3/moved', `${LONG}other\n`],
    ] as const)
      comparison.add('head', path, text);
    return (await comparison.compare(1e6)).files;
  });
  assert.deepEqual(
    found.map(({ kind, path, from, addedLines }) => `${kind} ${path} ${from ?? '-'} +${addedLines}`),
    ['added 2/added - +1', 'copied 2/changed 1/changed +1', 'copied 3/moved 1/changed +1'],
  );
});
