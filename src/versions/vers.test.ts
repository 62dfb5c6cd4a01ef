import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalVers, formatVers, parseVers, readVers, versContains } from './vers.ts';

/** Cases of package-url/vers-spec, tests/vers_canonical_parse_test.json, and of the rules in clause 5. */
const CANONICAL: readonly (readonly [string, type: string, constraints: readonly string[] | null])[] = [
  ['vers:npm/>=1.0.0|<2.0.0', 'npm', ['>= 1.0.0', '< 2.0.0']],
  ['vers:npm/1.2.3|>=2.0.0|<5.0.0', 'npm', ['= 1.2.3', '>= 2.0.0', '< 5.0.0']],
  ['vers:gem/>=2.2.0|!=2.2.1|<2.3.0', 'gem', ['>= 2.2.0', '!= 2.2.1', '< 2.3.0']],
  ['vers:lexicographic/1%202', 'lexicographic', ['= 1 2']],
  ['vers:lexicographic/1%092', 'lexicographic', ['= 1\t2']],
  ['vers:lexicographic/1.0%252F0', 'lexicographic', ['= 1.0%2F0']],
  ['vers:datetime/>=2024-01-01T00:00:00Z', 'datetime', ['>= 2024-01-01T00:00:00Z']],
  ['vers:deb/*', 'deb', null],
  ['vers:all/*', 'all', null],
  ['vers:none/*', 'none', null],
  ['vers:test/b|>a', 'test', ['= b', '> a']],
  ['vers:example/!=1|!=2', 'example', ['!= 1', '!= 2']],
];

test('canonical ranges are read, and written as they were', () => {
  for (const [text, type, constraints] of CANONICAL) {
    const read = readVers(text);
    assert.equal(read.type, type, text);
    const shown = read.constraints?.map(({ comparator, version }) => `${comparator} ${version}`) ?? null;
    assert.deepEqual(shown, constraints, text);
    assert.equal(formatVers(read), text);
    assert.equal(canonicalVers(text), text);
  }
});

test('what is not canonical is refused', () => {
  const refused = [
    'vers:npm/>=1.0.0| <2.0.0',
    'vers:npm/|>=1.0.0|<2.0.0',
    'vers:npm/>=1.0.0|<2.0.0|',
    'vers:npm/>=1.0.0||<2.0.0',
    'vers:npm/>=2.0.0|<1.0.0',
    'vers:npm/=1.0.0',
    'vers:npm/1.0%2G0',
    'vers:npm/*|1.0.0',
    'vers:npm/*1.0.0',
    'vers:NPM/1.0.0',
    'vers:1npm/1.0.0',
    'vers:npm/1.0.0|>1.0.0',
    'vers:npm/1.0.0|<2.0.0',
    'vers:npm/<1.0.0|<2.0.0',
    'vers:npm/>=1.0.0|2.0.0|>=3.0.0',
    'vers:npm/1.0.0|v1.0.0',
    'vers:pypi/1.0|1.0.0',
    'vers:all/1.0',
    'vers:none/>1',
    'vers:invalid/1.0',
    'vers:lexicographic/1 2',
    'vers:lexicographic/1%ff',
    'vers:lexicographic/é',
    'vers:datetime/2024-01-01t00:00:00z',
    'vers:datetime/2024-01-01T00%3A00%3A00Z',
    'VERS:npm/1.0.0',
  ];
  for (const text of refused) assert.throws(() => readVers(text), { code: 'RANGE_UNREADABLE' }, text);
});

test('order, white space, capitals and equals signs can be made canonical', () => {
  const cases = [
    ['vers:NPM/<2.0.0 | >= 1.0.0', 'vers:npm/>=1.0.0|<2.0.0'],
    ['vers:pypi/=1.2|1.2|!=1.3', 'vers:pypi/1.2|!=1.3'],
    ['vers:lexicographic/1%2c2|', 'vers:lexicographic/1,2'],
    ['vers:test/ b | a ', 'vers:test/b|a'],
  ] as const;
  for (const [text, canonical] of cases) assert.equal(canonicalVers(text), canonical);
  assert.throws(() => canonicalVers('vers:npm/<1.0.0|<2.0.0'), { code: 'RANGE_UNREADABLE' });
});

test('a range holds what its constraints say', () => {
  const cases: readonly (readonly [string, inside: readonly string[], outside: readonly string[]])[] = [
    ['vers:npm/1.2.3|>=2.0.0|<5.0.0', ['1.2.3', '2.0.0', '4.9.9'], ['1.2.4', '5.0.0']],
    ['vers:gem/>=2.2.0|!=2.2.1|<2.3.0', ['2.2.0', '2.2.2', '2.3.0.rc1'], ['2.2.1', '2.3.0', '2.1']],
    ['vers:pypi/<=1.0|>2.0', ['1.0', '0.1', '2.1'], ['1.5', '2.0']],
    ['vers:deb/!=1.0-1', ['1.0', '1.0-2'], ['1.0-1']],
    ['vers:gentoo/<1.2_p1', ['1.2'], ['1.2_p1-r1']],
    ['vers:intdot/>=10.2|<10.11', ['10.3.1', '10.10'], ['10.11']],
    ['vers:datetime/<2024-01-01T00:00:00Z', ['2024-01-01T00:30:00+01:00'], ['2024-01-01T00:00:00Z']],
    ['vers:golang/>=1.0.0|<1.2.0', ['v1.1.0'], ['v1.2.0']],
    ['vers:all/*', ['1', 'anything'], []],
    ['vers:none/*', [], ['1', 'anything']],
  ];
  for (const [text, inside, outside] of cases) {
    for (const version of inside) assert.equal(versContains(text, version), true, `${text} ${version}`);
    for (const version of outside) assert.equal(versContains(text, version), false, `${text} ${version}`);
  }
  assert.deepEqual(parseVers('vers:none/*'), []);
  assert.throws(() => versContains('vers:npm/<1.0.0', 'latest'), { code: 'VERSION_UNREADABLE' });
  assert.throws(() => parseVers('vers:test/1'), { code: 'RANGE_UNREADABLE' });
});
