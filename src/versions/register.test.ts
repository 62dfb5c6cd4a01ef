import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { z } from 'zod';
import { apk } from './apk.ts';
import { compareVersions, schemeNamed } from './register.ts';
import { VersionError } from './scheme.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/versions');
const row = z.object({
  a: z.string(),
  op: z.enum(['<', '=', '>', '<=', '!=']),
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
  '!=': (order: number) => order !== 0,
};

const FILES: [file: string, scheme: string, rows: number][] = [
  ['alpm', 'alpm', 20],
  ['apk', 'apk', 3000],
  ['apk-tools-3', 'apk', 1500],
  ['composer', 'composer', 3000],
  ['conan', 'conan', 20],
  ['cran', 'cran', 51],
  ['deb', 'deb', 3000],
  ['gem', 'gem', 2040],
  ['golang', 'golang', 1000],
  ['hackage', 'hackage', 8],
  ['maven', 'maven', 3000],
  ['maven-3.9', 'maven', 1000],
  ['nuget', 'nuget', 32],
  ['openssl', 'openssl', 18],
  ['portage', 'portage', 19],
  ['pub', 'pub', 44],
  ['pypi', 'pypi', 3000],
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

const words = (text: string) => text.split(' ');
const SEMANTIC = words('1 0 10 01 . - + a B v 99999999999999999999');

/**
 * Versions whose neighbours differ little, built from the pieces that each scheme treats specially. Left out are pieces
 * on which the tools themselves have no total order: Maven's words between dots, pacman's doubled separators and missing
 * releases, Conan's mixtures of numbers and words.
 */
const PIECES: Readonly<Record<string, readonly string[]>> = {
  alpm: words('1 0 10 00 .1 _2 a Z rc'),
  apk: words('1 0 10 01 . . a p A _ _rc _p _git _pre ~ ~ab -r - é'),
  bitnami: SEMANTIC,
  cargo: ['1.2.3', '1.2.3-', ...SEMANTIC],
  composer: words('1 0 10 01 . . - _ + a b alpha beta rc RC p pl patch dev x stable v 99999999999999999999'),
  conan: words('.1 .0 .10 -pre -rc.1 +b +b.2'),
  cran: words('1 0 10 01 . - a'),
  datetime: words(
    '2024-01-01T00:00:00Z 2024-01-01T01:00:00+01:00 2024-01-01T00:00:00.5Z 2024-01-01T00:00:00.25Z',
  ),
  deb: words('1 0 10 00 . ~ ~ + - 1: a Z é _'),
  gem: words('1 0 10 01 . . - a b B rc pre 99999999999999999999'),
  generic: words('1 0 10 01 . . - _ + a b k p u rc alpha beta update sp foo v'),
  golang: ['go1.21', 'rc1', 'beta2', '+incompatible', '-0.20240501100000-0123456789ab', ...SEMANTIC],
  hackage: words('1 0 10 01 . -'),
  hex: ['1.2.3', '1.2.3-', ...SEMANTIC],
  intdot: words('1 0 10 01 . a'),
  julia: ['rc1', ...SEMANTIC],
  jvm: words('1 0 8 11 . _ u402 -ea -b06 +7 -LTS'),
  lexicographic: words('1 a é 😀'),
  maven: words('1 0 10 .0 .1 -1 .01 -2'),
  npm: ['1', '0', '10', '01', '.', '-', '+', 'a', 'B', 'v', '1.2.3', '1.2.3-', '=', ' '],
  nuget: SEMANTIC,
  openssl: words('1 0 3 . . a z za -dev -alpha1 -beta2 -pre1 -fips'),
  portage: words('1 0 10 01 010 . . a z _alpha _beta2 _pre _rc1 _p _p2 -r1 -r0'),
  pub: SEMANTIC,
  pypi: words('1 0 10 01 . a1 b rc2 c .post1 -2 .dev0 dev + +1 +abc 1! v _ é'),
  rpm: words('1 0 10 00 . ~ ^ - 1: a Z é _'),
  semver: SEMANTIC,
  swift: SEMANTIC,
};
/** What may end a version of these schemes. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  alpm: ['-1', '-2', '-10'],
  maven: words('-alpha a1 .beta -rc rc2 -snapshot .SNAPSHOT .Final -sp .RELEASE -foo .x _y -b .ga'),
};

for (const [scheme, pieces] of Object.entries(PIECES)) {
  const isValid = (text: string) => schemeNamed(scheme).isValid(text);
  const compare = (a: string, b: string) => compareVersions(scheme, a, b);
  const text = fc
    .tuple(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 }),
      fc.constantFrom(...(ENDINGS[scheme] ?? [''])),
    )
    .map(([parts, ending]) => parts.join('') + ending);
  const version = text
    .map((joined) => (isValid(joined) ? joined : isValid(`1${joined}`) ? `1${joined}` : `1.0.${joined}`))
    .filter(isValid);

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

test('hostile versions cost no time', () => {
  const long = 100_000;
  const hostile = [
    '1'.repeat(long),
    '1.'.repeat(long),
    '1-'.repeat(long),
    '1a'.repeat(long),
    `1${'_'.repeat(long)}`,
  ];
  for (const scheme of Object.keys(PIECES)) {
    const spent = startCpuTime();
    for (const version of hostile)
      if (schemeNamed(scheme).isValid(version)) compareVersions(scheme, version, `${version}1`);
    assert.ok(spent() < LITTLE, scheme);
  }
});

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
      ['1.2.3', 'v1.2.3', '=1.2.3', '1.2.3beta', ' 1.2.3', '0', '1.5', '1.5.1.2', '99999999999999999999.0.0'],
      ['', '1.', 'latest', '1.2beta', '=1.2', `1.2.3-${'a'.repeat(1000)}`],
    ],
    ['alpm', ['1', '1:1.2-1', '1.2-1.1', 'r12.ab'], ['', '1-', '1-a', '1 2', 'a:1']],
    ['bitnami', ['1.2.3', '1.2.3-0', '1.2.3-r5'], ['', 'latest']],
    [
      'cargo',
      ['1.2.3', '1.2.3-rc.1+x', '10.0.0', '0.1'],
      ['', '1.2.3.4', 'v1.2.3', '01.2.3', '1.2.03', '1.2.3rc1'],
    ],
    [
      'composer',
      ['1', 'v1.2.3', '1.0.x-dev', '1.2.3RC1', '2.0.0.post1'],
      ['', 'dev-main', 'dev-master', 'main'],
    ],
    ['conan', ['1', 'cci.20200203', '1.2-pre+b'], ['', '-', '1 2', '[>1]']],
    ['cran', ['1', '1.2-3'], ['', '1.', 'a', '1.2a']],
    ['gem', ['1', '1.0.a', '1beta', '1.2-java'], ['', 'a', '1.', '1_2', '1.2-']],
    ['generic', ['1', 'v1.2', '9.3p1', '1.0.2k', '2024a', '1.8.0_402'], ['', 'unknown', '-', '*', '1.2foo']],
    [
      'golang',
      ['v1.2.3', '1.2.3', 'v2.0.0+incompatible', 'go1.21.3', 'go1.22rc1', 'go1.21.3 (Red Hat 1.21.3-1.el9)'],
      ['', '(devel)', 'devel go1.23-0123456789', 'go', 'unknown', 'gopher'],
    ],
    ['hackage', ['1', '0.11.3.0'], ['', '1.', '1-2', 'a']],
    ['hex', ['1.2.3', '1.2.3-rc.1', '1.2'], ['', '1.2.3.4', 'v1.2.3']],
    ['julia', ['1', '1.2.3rc1', '2.9.14+1'], ['', 'a', '1.2.3.']],
    [
      'jvm',
      ['8u402-b06', '1.8.0_402-b06', '17.0.10+7', '11.0.2+9-LTS', '22-ea+5', '17'],
      ['', 'jdk', '1.8.0_'],
    ],
    [
      'maven',
      ['1', 'v1.2.Final', 'Camden.SR6'],
      ['', 'unknown', 'unspecified', '${revision}', '[1,2)', '1 2'],
    ],
    ['nuget', ['1', '1.2.3.4-RC.1+x', '01.2'], ['', '1.2.3.4.5', 'v1.2', '1.*']],
    ['openssl', ['1.0.2zg', '3.0.0-alpha17', '1.0.1e-fips', '1.1.1-pre9'], ['', '1.0.2-foo', 'OpenSSL']],
    ['portage', ['1', '1.2b_rc1_p2-r3'], ['', '1.2.', 'a', '1_foo', '9999-', '1-1']],
    ['pub', ['1.2.3', '1.2.3+4'], ['', 'any']],
    [
      'pypi',
      ['1', 'v1.0', '1!2.0rc1.post2.dev3+local.4', '1.0-1', ' 1.0 '],
      ['', '2004d', '1.0-', 'unknown', '1.0+'],
    ],
    ['swift', ['1', 'v1.2.3'], ['', 'main']],
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
    message: /^no version scheme is named "calver"; there are alpm, apk, .*, semver, swift$/,
  });
  assert.throws(() => schemeNamed('__proto__'), { code: 'SCHEME_UNKNOWN' });
});
