import assert from 'node:assert/strict';
import { test } from 'node:test';
import { affectedVersions } from './affected-versions.ts';
import { AffectedList } from './cve5-record.ts';

/** `[introduced, fixed)` or `[introduced, lastAffected]`, and single versions. */
function read(versions: readonly unknown[], defaultStatus?: string): string | null {
  const [entry] = AffectedList.parse([{ defaultStatus, versions }]) ?? [];
  assert.ok(entry !== undefined);
  const said = affectedVersions(entry);
  if (said === null) return null;
  const ranges = said.intervals.map(({ introduced, fixed, lastAffected }) =>
    lastAffected === null
      ? `[${introduced ?? ''}, ${fixed ?? ''})`
      : `[${introduced ?? ''}, ${lastAffected}]`,
  );
  return [...ranges, ...said.versions].join(' ');
}

const affected = { status: 'affected', versionType: 'semver' };

const CASES: readonly (readonly [string, readonly unknown[], string | null])[] = [
  [
    'from a version to before another',
    [{ ...affected, version: '7.9.0', lessThan: '7.14.0' }],
    '[7.9.0, 7.14.0)',
  ],
  ['to a version with it', [{ ...affected, version: '2.4', lessThanOrEqual: '2.4.54' }], '[2.4, 2.4.54]'],
  ['from the beginning', [{ ...affected, version: '0', lessThan: '2.0.16' }], '[, 2.0.16)'],
  ['unspecified is the beginning', [{ ...affected, version: 'unspecified', lessThan: '72.0' }], '[, 72.0)'],
  ['without end', [{ ...affected, version: '1.2', lessThan: '*' }], '[1.2, )'],
  ['every version', [{ ...affected, version: '*', lessThanOrEqual: '*' }], '[, )'],
  // CVE-2022-31628
  ['the beginning of a branch', [{ ...affected, version: '7.4.X', lessThan: '7.4.31' }], '[7.4, 7.4.31)'],
  [
    'single versions',
    [
      { status: 'affected', version: '8.10.0' },
      { status: 'affected', version: 'v8.11' },
    ],
    '8.10.0 8.11',
  ],
  // CVE-2024-24577
  ['comparators', [{ status: 'affected', version: '>= 2.43.0, < 2.43.4' }], '[2.43.0, 2.43.4)'],
  ['one comparator', [{ status: 'affected', version: '< 2.39.4' }], '[, 2.39.4)'],
  ['a comparator of equality', [{ status: 'affected', version: '= 2.45.0' }], '2.45.0'],
  ['an exclusive lower bound cannot be said', [{ status: 'affected', version: '> 1.0, < 2.0' }], null],
  ['before a wildcard', [{ ...affected, version: '1.0', lessThan: '2.4.x' }], null],
  // CVE-2004-0975
  ['a date of development', [{ ...affected, version: '0.9.6-cvs', lessThan: '0.9.6f' }], null],
  ['prose', [{ status: 'affected', version: '5.7.16 and earlier' }], null],
  ['commits', [{ status: 'affected', version: '1da177e4', lessThan: 'abc', versionType: 'git' }], null],
  // CVE-2019-5789, CVE-2023-38545, CVE-2023-32002
  ['from the fix to the fix', [{ ...affected, version: '8.4.0', lessThan: '8.4.0' }], null],
  [
    'one version, written as an interval',
    [{ ...affected, version: '8.4.0', lessThanOrEqual: '8.4.0' }],
    '[8.4.0, 8.4.0]',
  ],
  ['no version at all', [], null],
  ['unknown says nothing', [{ ...affected, status: 'unknown', version: '0', lessThan: '2' }], null],
  [
    'an interval whose status turns over',
    [
      {
        ...affected,
        version: '6.5',
        lessThanOrEqual: '6.5.9',
        changes: [{ at: '6.5.5', status: 'unaffected' }],
      },
    ],
    '[6.5, 6.5.5)',
  ],
  [
    'turned over twice',
    [
      {
        ...affected,
        version: '1',
        lessThan: '4',
        changes: [
          { at: '2', status: 'unaffected' },
          { at: '3', status: 'affected' },
        ],
      },
    ],
    '[1, 2) [3, 4)',
  ],
];

for (const [name, versions, expected] of CASES) {
  test(`versions of a CVE record: ${name}`, () => assert.equal(read(versions), expected));
}

test('versions of a CVE record: affected by default, with one fix', () => {
  const fix = { status: 'unaffected', version: '5.3.7', lessThan: '*', versionType: 'semver' };
  assert.equal(read([fix], 'affected'), '[, 5.3.7)');
  assert.equal(read([fix, { ...fix, version: '4.0', lessThan: '5' }], 'affected'), null);
  assert.equal(read([], 'affected'), null);
});
