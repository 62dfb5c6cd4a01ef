import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { podfileLockCataloger } from './podfile-lock.ts';

const LOCK = fixture('cocoapods/Podfile.lock');
const ROWS = [
  ['pkg:cocoapods/Alamofire@5.8.1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2FAlamofire%2FAlamofire.git%405.8.1'],
  [
    'pkg:cocoapods/FirebaseCore@10.19.0',
    'pkg:cocoapods/FirebaseCoreInternal@10.19.0',
    'pkg:cocoapods/GoogleUtilities@7.12.0',
  ],
  ['pkg:cocoapods/FirebaseCoreInternal@10.19.0', 'pkg:cocoapods/GoogleUtilities@7.12.0'],
  ['pkg:cocoapods/GoogleUtilities@7.12.0'],
  ['pkg:cocoapods/SDWebImage@5.18.8'],
];

test('subspecs are parts of their pods, and pods of directories are left out', () => {
  const { packages, coverage } = inventoryOf([{ 'srv/ios/Podfile.lock': LOCK }]);
  assert.deepEqual(
    packages.map(({ purl, dependsOn }) => [purl, ...dependsOn]),
    ROWS,
  );
  assert.ok(packages.every(({ presence }) => presence === 'declared'));
  assert.deepEqual(coverage, []);
});

test('the manifest of installed pods outranks the lock file', () => {
  const { packages } = inventoryOf([{ 'srv/Podfile.lock': LOCK, 'srv/Pods/Manifest.lock': LOCK }]);
  assert.deepEqual(
    packages.map(({ presence, evidence }) => [presence, evidence[0]?.path]),
    ROWS.map(() => ['installed', 'srv/Pods/Manifest.lock']),
  );
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number, purls?: readonly string[]])[] = [
  ['srv/Podfile.lock', 'PODS: []\n', 0],
  ['srv/Podfile.lock', 'PODS:\n  - A (1.0)\n', 0, ['pkg:cocoapods/A@1.0']],
  ['srv/Podfile.lock', 'PODS:\n  - A\n  - 1\n  - B (1.0): C\n', 1, ['pkg:cocoapods/B@1.0']],
  ['srv/Podfile.lock', 'PODS:\n  - A (from `https://user:secret@example.org/a.git`)\n', 1],
  ['srv/Podfile.lock', '{', 1],
  ['srv/Podfile.lock', '<<<<<<< HEAD\n', 1],
  ['srv/Manifest.lock', '{', 0],
  ['srv/node_modules/a/ios/Podfile.lock', '{', 0],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${JSON.stringify(text)}`, () => {
    const found = catalogOf(podfileLockCataloger, { [path]: text });
    assert.deepEqual([found.codes.length, found.purls], [codes, purls]);
  });
}

test('no file makes it throw', () => {
  const pieces = [
    'PODS:',
    '\n',
    '  - ',
    'A',
    '/',
    ' (1.0)',
    ':',
    '"',
    'EXTERNAL SOURCES:',
    '    ',
    ':git: ',
    '{',
    '}',
  ];
  assertRobust(podfileLockCataloger, 'Podfile.lock', LOCK, pieces);
});
