import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import { apk } from './apk.ts';
import { compareVersions, schemeNamed } from './register.ts';
import { VersionError } from './scheme.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/versions');
const row = z.object({
  a: z.string(),
  op: z.enum(['<', '=', '>', '<=']),
  b: z.string(),
  prefix: z.boolean().optional(),
});

function rowsOf(file: string): z.infer<typeof row>[] {
  const lines = readFileSync(join(FIXTURES, `${file}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => row.parse(JSON.parse(line)));
}

const HOLDS = {
  '<': (order: number) => order < 0,
  '=': (order: number) => order === 0,
  '>': (order: number) => order > 0,
  '<=': (order: number) => order <= 0,
};

const FILES: [file: string, scheme: string, rows: number][] = [
  ['apk', 'apk', 3000],
  ['apk-tools-3', 'apk', 1500],
  ['deb', 'deb', 3000],
  ['rpm', 'rpm', 70],
  ['semver', 'semver', 36],
];

for (const [file, scheme, count] of FILES) {
  test(`${scheme}: every row of ${file} holds, in both directions`, () => {
    const rows = rowsOf(file);
    assert.equal(rows.length, count);
    for (const { a, op, b } of rows) {
      const order = compareVersions(scheme, a, b);
      assert.ok(HOLDS[op](order), `${a} ${op} ${b}, got ${order}`);
      assert.equal(Math.sign(compareVersions(scheme, b, a)), 0 - Math.sign(order), `${b} against ${a}`);
    }
  });
}

test('npm orders strict versions as semver does', () => {
  const strict = rowsOf('semver').filter(
    ({ a, b }) => schemeNamed('npm').isValid(a) && schemeNamed('npm').isValid(b),
  );
  assert.ok(strict.length > 30);
  for (const { a, op, b } of strict) assert.ok(HOLDS[op](compareVersions('npm', a, b)), `${a} ${op} ${b}`);
});

/** Versions whose neighbours differ little, built from the pieces that each scheme treats specially. */
const PIECES: Record<string, string[]> = {
  apk: [
    '1',
    '0',
    '10',
    '01',
    '.',
    '.',
    'a',
    'p',
    'A',
    '_',
    '_rc',
    '_p',
    '_git',
    '_pre',
    '~',
    '~ab',
    '-r',
    '-',
    'é',
  ],
  deb: ['1', '0', '10', '00', '.', '~', '~', '+', '-', '1:', 'a', 'Z', 'é', '_'],
  rpm: ['1', '0', '10', '00', '.', '~', '^', '-', '1:', 'a', 'Z', 'é', '_'],
  semver: ['1', '0', '10', '01', '.', '-', '+', 'a', 'B', 'v', '99999999999999999999'],
  npm: ['1', '0', '10', '01', '.', '-', '+', 'a', 'B', 'v', '1.2.3', '1.2.3-', '=', ' '],
};

for (const [scheme, pieces] of Object.entries(PIECES)) {
  const isValid = (text: string) => schemeNamed(scheme).isValid(text);
  const compare = (a: string, b: string) => compareVersions(scheme, a, b);
  const text = fc
    .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join(''));
  const version = text.map((joined) => (isValid(joined) ? joined : `1.0.${joined}`)).filter(isValid);

  test(`${scheme}: comparison is a total order`, () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(compare(a, a), 0);
        assert.equal(Math.sign(compare(a, b)), 0 - Math.sign(compare(b, a)));
        const [low, middle, high] = [a, b, c].sort(compare);
        if (low === undefined || middle === undefined || high === undefined) return;
        assert.ok(compare(low, middle) <= 0 && compare(middle, high) <= 0);
        assert.ok(compare(low, high) <= 0, `${low} <= ${middle} <= ${high}`);
        if (compare(low, middle) === 0)
          assert.equal(Math.sign(compare(low, high)), Math.sign(compare(middle, high)));
      }),
      { numRuns: 500 },
    );
  });

  test(`${scheme}: what is not valid is refused with one error, or compared all the same`, () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        try {
          assert.equal(compare(any, any), 0);
        } catch (error) {
          assert.equal(isValid(any), false);
          assert.ok(error instanceof VersionError);
          assert.deepEqual([error.code, error.subject], ['VERSION_UNREADABLE', any]);
        }
      }),
      { numRuns: 300 },
    );
  });
}

test('apk: also what apk calls invalid has its place in a total order', () => {
  const text = fc.array(fc.constantFrom(...(PIECES['apk'] ?? [])), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(text, text, text, (...given) => {
      const [low = '', middle = '', high = ''] = given
        .map((parts) => parts.join(''))
        .sort((a, b) => apk.compare(a, b));
      assert.ok(
        apk.compare(low, middle) <= 0 && apk.compare(middle, high) <= 0 && apk.compare(low, high) <= 0,
      );
      assert.equal(Math.sign(apk.compare(high, low)), 0 - Math.sign(apk.compare(low, high)));
    }),
    { numRuns: 1000 },
  );
});

test('validity is what the tools say', () => {
  const cases: [scheme: string, valid: string[], invalid: string[]][] = [
    [
      'deb',
      ['1', '1:1:1', '1_2', '_1', 'a', '0:0-0'],
      ['', ' 1', '1 2', ':1', '1:', 'a:1', '1-', '-1', '1-:1', '1-1:1', '2147483648:1'],
    ],
    ['rpm', ['1', '1-', ':1', '1.1.α', '+2-'], ['', '1 2', '1\n']],
    [
      'apk',
      ['1', '1.2b_rc1_git20240101~abc-r0', '5.7.1p1-r0', '4.8.0.-r1'],
      ['', 'v1', '.1', 'c', '1 2', 'all versions'],
    ],
    [
      'semver',
      ['1', '1.2.3', 'v1.2.3-a.b+c', '01.2.3.4', '1.2.3-01'],
      ['', 'v', '1.', '1.2.3-', '1.2.3-a..b', '1.2.3_4', ' 1.2.3'],
    ],
    [
      'npm',
      ['1.2.3', 'v1.2.3', '=1.2.3', '1.2.3beta', ' 1.2.3'],
      ['', '1', '1.2', 'latest', '99999999999999999999.0.0', `1.2.3-${'a'.repeat(300)}`],
    ],
  ];
  for (const [scheme, valid, invalid] of cases) {
    for (const version of valid)
      assert.equal(schemeNamed(scheme).isValid(version), true, `${scheme} ${version}`);
    for (const version of invalid)
      assert.equal(schemeNamed(scheme).isValid(version), false, `${scheme} ${version}`);
  }
});

test('an unknown scheme names those that there are', () => {
  assert.throws(() => compareVersions('calver', '1', '2'), {
    code: 'SCHEME_UNKNOWN',
    message: 'no version scheme is named "calver"; there are apk, deb, npm, rpm, semver',
  });
  assert.throws(() => schemeNamed('__proto__'), { code: 'SCHEME_UNKNOWN' });
});
