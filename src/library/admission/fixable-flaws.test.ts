import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flaw } from '../../../test/library/verifying.ts';
import { memoryDatabase } from '../../../test/memory-database.ts';
import { distribution } from '../../../test/packages.ts';
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import type { Purl } from '../../model/purl.ts';
import { findFixableFlaws } from './fixable-flaws.ts';
import { rememberFixes } from './known-fixes.ts';
import type { PackageRecord, RecordedPackage } from './package-record.ts';

const DEBIAN = distribution('debian', '12');
const NOW = Date.parse('2026-11-21T12:00:00Z');

function recorded(name: string, version: string, more: Partial<RecordedPackage> = {}): RecordedPackage {
  return {
    purl: `pkg:deb/debian/${name}@${version}` as Purl,
    type: 'deb',
    name,
    version,
    architecture: 'amd64',
    source: null,
    modularityLabel: null,
    supplier: null,
    isInstalled: true,
    isOwn: true,
    ...more,
  };
}

const image = (...packages: readonly RecordedPackage[]): PackageRecord => ({
  distribution: DEBIAN,
  packages,
});

const DATABASE = memoryDatabase({
  advisories: [
    flaw('CVE-2026-0001', 'redis', '7.0.15-2'),
    flaw('CVE-2026-0002', 'libc6', '2.36-10'),
    flaw('CVE-2026-0003', 'nginx', null),
  ],
});

const FIX = {
  vulnerability: 'CVE-2026-0001',
  package: 'redis',
  installed: '7.0.15-1',
  fixed: '7.0.15-2',
  severity: 'high',
} as const;

for (const [what, record, expected] of [
  ['an own package with a fix', image(recorded('redis', '7.0.15-1')), [FIX]],
  ['the fix is there', image(recorded('redis', '7.0.15-2')), undefined],
  ['a package of the image below', image(recorded('libc6', '2.36-9', { isOwn: false })), undefined],
  ['a flaw without a fix', image(recorded('nginx', '1.22-1')), undefined],
  [
    'a package that only a lock file names',
    image(recorded('redis', '7.0.15-1', { isInstalled: false })),
    undefined,
  ],
  ['a package of a language', image(recorded('redis', '7.0.15-1', { type: 'npm' })), undefined],
  [
    'another distribution',
    { ...image(recorded('redis', '7.0.15-1')), distribution: distribution('debian', '11') },
    undefined,
  ],
  [
    'the source that an advisory names',
    image(recorded('redis-server', '7.0.15-1', { source: { name: 'redis', version: null } })),
    [{ ...FIX, package: 'redis-server' }],
  ],
] as const) {
  test(`what a rebuild mends: ${what}`, () => {
    const found = findFixableFlaws(new Map([['image', record]]), DATABASE, NOW);
    assert.deepEqual(found.get('image'), expected);
  });
}

test('thousands of images that share packages ask for each package once', () => {
  let asked = 0;
  const counting: AdvisoryDatabase = {
    ...DATABASE,
    candidates(ecosystem, name) {
      asked += 1;
      return DATABASE.candidates(ecosystem, name);
    },
  };
  const images = new Map(
    Array.from({ length: 3000 }, (_, number) => [
      number,
      image(recorded('redis', '7.0.15-1'), recorded('curl', String(number % 7))),
    ]),
  );
  const found = findFixableFlaws(images, counting, NOW);
  assert.equal(found.size, 3000);
  assert.ok(asked < 100, `${asked} questions`);
});

test('since when a fix is known does not change, and what nobody needs is forgotten', () => {
  const remembered = new Map<string, string>();
  const state = {
    recall: (name: string) => remembered.get(name) ?? null,
    remember: (name: string, value: string) => void remembered.set(name, value),
  };
  const fixes = new Map([['a', [FIX]]]);
  assert.deepEqual(rememberFixes(fixes, state, 100).get('a'), [{ ...FIX, since: 100 }]);
  assert.deepEqual(rememberFixes(new Map([['b', [FIX]]]), state, 200).get('b'), [{ ...FIX, since: 100 }]);
  assert.equal(rememberFixes(new Map(), state, 300).size, 0);
  assert.deepEqual(rememberFixes(fixes, state, 400).get('a'), [{ ...FIX, since: 400 }]);
  for (const name of remembered.keys()) remembered.set(name, 'damaged');
  assert.throws(() => rememberFixes(fixes, state, 500), { code: 'STATE_UNREADABLE' });
});
