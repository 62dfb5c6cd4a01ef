import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { swiftLockCataloger } from './swift-lock.ts';

const NIO = 'pkg:swift/github.com/apple/swift-nio@2.39.0';

const FORMATS: readonly (readonly [name: string, purls: readonly string[]])[] = [
  [
    'v1',
    [
      NIO,
      'pkg:swift/github.com/vapor/vapor?vcs_url=git%2Bgit%40github.com:vapor%2Fvapor.git%400ea3c4be16eea5bfd1a8c9ed3f7d3d3c9a5f2b10',
    ],
  ],
  ['v2', [NIO, 'pkg:swift/gitlab.example.org/mirrors/apple/swift-crypto@2.1.0']],
  [
    'v3',
    [
      'pkg:swift/github.com/apple/swift-nio?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fapple%2Fswift-nio.git%40d6e3762e0a5f7ede652559f53623baf11006e17c',
      'pkg:swift/mona/LinkedList@1.1.0',
    ],
  ],
];
for (const [name, purls] of FORMATS) {
  test(`resolved packages, format ${name}`, () => {
    const { packages, coverage } = inventoryOf([
      { 'srv/Package.resolved': fixture(`swift/${name}.Package.resolved`) },
    ]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      purls,
    );
    assert.ok(packages.every(({ presence }) => presence === 'declared'));
    assert.deepEqual(coverage, []);
  });
}

test('a package is named by its address without scheme', () => {
  const { packages } = catalogOf(swiftLockCataloger, {
    'srv/App.xcworkspace/xcshareddata/swiftpm/Package.resolved': fixture('swift/v2.Package.resolved'),
  });
  assert.deepEqual(
    packages.map(({ name, version }) => [name, version]),
    [
      ['github.com/apple/swift-nio', '2.39.0'],
      ['gitlab.example.org/mirrors/apple/swift-crypto', '2.1.0'],
    ],
  );
});

const pin = (location: string) =>
  JSON.stringify({
    pins: [{ identity: 'a', kind: 'remoteSourceControl', location, state: { version: '1.0.0' } }],
  });

const ADDRESSES: readonly (readonly [location: string, purl: string | null])[] = [
  ['ssh://git@GitHub.com:22/a/b.git', 'pkg:swift/github.com/a/b@1.0.0'],
  ['https://github.com/a/b/', 'pkg:swift/github.com/a/b@1.0.0'],
  ['https://host.example/b', 'pkg:swift/host.example/b@1.0.0'],
  ['https://', null],
  ['https://github.com/a/b c', null],
];
for (const [location, purl] of ADDRESSES) {
  test(`address ${location}`, () => {
    const { purls, codes } = catalogOf(swiftLockCataloger, { 'srv/Package.resolved': pin(location) });
    assert.deepEqual([purls, codes.length], purl === null ? [[], 1] : [[purl], 0]);
  });
}

const OTHERS: readonly (readonly [path: string, text: string, codes: number])[] = [
  ['srv/Package.resolved', '{', 1],
  ['srv/Package.resolved', '{"pins": {}}', 1],
  ['srv/Package.resolved', '{"pins": [], "version": 2}', 0],
  ['srv/Package.resolved', '{"pins": [{"kind": "registry", "identity": "a", "state": {}}, 1]}', 1],
  ['srv/.build/checkouts/a/Package.resolved', '{', 0],
  ['srv/Tests/a/fixtures/Package.resolved', '{', 0],
];
for (const [path, text, codes] of OTHERS) {
  test(`${path}: ${text}`, () => {
    const found = catalogOf(swiftLockCataloger, { [path]: text });
    assert.deepEqual([found.purls, found.codes.length], [[], codes]);
  });
}

test('no file makes it throw', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '"pins":',
    '"state":',
    '"location":',
    '"https://a/b"',
    ',',
    '"version":',
    '"1"',
  ];
  for (const [name] of FORMATS) {
    assertRobust(swiftLockCataloger, 'Package.resolved', fixture(`swift/${name}.Package.resolved`), pieces);
  }
});
