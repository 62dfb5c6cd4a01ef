import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixture } from '../../../../test/inventory/layer-stack.ts';
import {
  assertRobust,
  catalogOf,
  edgesOf,
  expectedRows,
  rowOf,
} from '../../../../test/inventory/lock-files.ts';
import { parsePnpmKey } from './pnpm-key.ts';
import { pnpmLockCataloger } from './pnpm-lock.ts';

const LOCK = 'srv/app/pnpm-lock.yaml';
const lock = (text: string) => catalogOf(pnpmLockCataloger, { [LOCK]: text });

for (const format of ['5.2', '5.3', '5.4', '6.0', '9.0']) {
  test(`format ${format}: what pnpm lists for production`, () => {
    const { packages, codes } = catalogOf(pnpmLockCataloger, {
      [LOCK]: fixture(`javascript/pnpm/lock-${format}.yaml`),
    });
    // pnpm lists what is for other systems too
    const expected = expectedRows(`javascript/pnpm/lock-${format}.expected.tsv`).filter(
      (row) => row !== 'fsevents\t2.3.3',
    );
    assert.deepEqual(packages.map(rowOf).sort(), expected);
    assert.deepEqual(codes, []);
    for (const pkg of packages) {
      assert.equal(pkg.checksums[0]?.algorithm, 'sha512', pkg.name);
      assert.equal(pkg.dependsOn.length, pkg.dependencies.length, pkg.name);
    }
    const edges = edgesOf(packages);
    assert.deepEqual(edges['use-sync-external-store'], ['react@18.2.0'], 'a peer');
    assert.deepEqual(edges['greeting'], ['left-pad@1.3.0'], 'of an archive');
    assert.deepEqual(edges['to-regex-range'], ['is-number@7.0.0']);
  });
}

test('an archive of the project keeps its place', () => {
  const { purls } = catalogOf(pnpmLockCataloger, { [LOCK]: fixture('javascript/pnpm/lock-9.0.yaml') });
  assert.ok(purls.includes('pkg:npm/greeting@1.0.0?download_url=file:vendored%2Fgreeting-1.0.0.tgz'));
  assert.ok(!purls.some((purl) => purl.includes('is-even')), 'what only configures pnpm');
});

const KEYS: readonly (readonly [
  format: number,
  key: string,
  name: string,
  version: string,
  origin: string | null,
])[] = [
  [5.4, '/a/1.0.0', 'a', '1.0.0', null],
  [5.4, '/@s/a/1.0.0-rc.1', '@s/a', '1.0.0-rc.1', null],
  [5.4, '/@s/a/1.0.0_@b+c@2.0.0+react@18.2.0', '@s/a', '1.0.0', null],
  [5.3, '/a/1.0.0/react@17.0.0', 'a', '1.0.0', null],
  [5.4, 'github.com/o/r/0a1b2c', '', '', 'github.com/o/r/0a1b2c'],
  [6, '/a@1.0.0', 'a', '1.0.0', null],
  [6, '/@s/a@1.0.0(@b/c@2.0.0)(react@18.2.0)', '@s/a', '1.0.0', null],
  [6, 'file:a-1.0.0.tgz', '', '', 'file:a-1.0.0.tgz'],
  [9, 'a@1.0.0(b@2.0.0(c@3.0.0))', 'a', '1.0.0', null],
  [9, '@s/a@file:x(react@18.2.0)', '@s/a', '', 'file:x'],
  [9, 'a@https://codeload.example/o/r/tar.gz/0a1b', 'a', '', 'https://codeload.example/o/r/tar.gz/0a1b'],
  [9, 'a', '', '', 'a'],
];
for (const [format, key, name, version, origin] of KEYS) {
  test(`key of format ${format}: ${key}`, () => {
    const { withoutPeers: _peers, ...parsed } = parsePnpmKey(key, format);
    assert.deepEqual(parsed, { name, version, origin });
  });
}

const nine = (dependencies: string, packages: string, snapshots: string) =>
  `lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n${dependencies}\npackages:\n${packages}\nsnapshots:\n${snapshots}\n`;

const ENTRIES: readonly (readonly [what: string, text: string, purls: readonly string[]])[] = [
  [
    'a repository',
    nine(
      '      a:\n        specifier: o/a\n        version: https://codeload.example/o/a/tar.gz/0a1b',
      "  a@https://codeload.example/o/a/tar.gz/0a1b:\n    resolution: {tarball: 'https://codeload.example/o/a/tar.gz/0a1b'}\n    version: 2.0.0",
      '  a@https://codeload.example/o/a/tar.gz/0a1b: {}',
    ),
    ['pkg:npm/a@2.0.0?download_url=https:%2F%2Fcodeload.example%2Fo%2Fa%2Ftar.gz%2F0a1b'],
  ],
  [
    'a clone',
    nine(
      '      a:\n        specifier: git\n        version: git+ssh://git@example.org/a.git#0a1b',
      '  a@git+ssh://git@example.org/a.git#0a1b:\n    resolution: {commit: 0a1b, repo: ssh://git@example.org/a.git, type: git}\n    version: 2.0.0',
      '  a@git+ssh://git@example.org/a.git#0a1b: {}',
    ),
    ['pkg:npm/a@2.0.0?vcs_url=git%2Bssh:%2F%2Fgit%40example.org%2Fa.git%230a1b'],
  ],
  [
    'an injected workspace',
    nine(
      '      site:\n        specifier: workspace:*\n        version: file:packages/site',
      '  site@file:packages/site:\n    resolution: {directory: packages/site, type: directory}\n  b@1.0.0:\n    resolution: {integrity: sha512-x}',
      '  site@file:packages/site:\n    dependencies:\n      b: 1.0.0\n  b@1.0.0: {}',
    ),
    ['pkg:npm/b@1.0.0'],
  ],
  ['nothing', "lockfileVersion: '9.0'\n", []],
  [
    'nothing but configuration',
    "---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    configDependencies: {}\n",
    [],
  ],
];
for (const [what, text, expected] of ENTRIES) {
  test(`entry: ${what}`, () => {
    const { purls, codes } = lock(text);
    assert.deepEqual(purls, expected);
    assert.deepEqual(codes, []);
  });
}

test('damage is said', () => {
  for (const text of ['', '{', 'a: 1', '- a', "lockfileVersion: '9.0'\nsnapshots:\n  a@1.0.0: 7\n"]) {
    assert.deepEqual(lock(text).codes, [`EVIDENCE_UNREADABLE ${LOCK}`], JSON.stringify(text));
  }
});

test('a lock file inside a module is none of the application', () => {
  const { purls } = catalogOf(pnpmLockCataloger, {
    'srv/node_modules/a/pnpm-lock.yaml': fixture('javascript/pnpm/lock-9.0.yaml'),
  });
  assert.deepEqual(purls, []);
});

test('ten thousand packages are read in no time', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `a${index}`);
  const text = nine(
    names.map((name) => `      ${name}:\n        specifier: ^1\n        version: 1.0.0`).join('\n'),
    names
      .map((name) => `  ${name}@1.0.0:\n    resolution: {integrity: sha512-x}\n    engines: {node: '>=8'}\n`)
      .join('\n'),
    names
      .map((name, index) => `  ${name}@1.0.0:\n    dependencies:\n      a${(index * 7) % 10_000}: 1.0.0\n`)
      .join('\n'),
  );
  const spent = startCpuTime();
  const { record } = pnpmLockCataloger.read({ path: LOCK, content: Buffer.from(text) });
  assert.ok(spent() < LITTLE);
  const { packages } = pnpmLockCataloger.catalog(new Map([[LOCK, record]]), { distribution: null });
  assert.equal(packages.length, 10_000);
});

test('no file makes it throw', () => {
  assertRobust(pnpmLockCataloger, LOCK, fixture('javascript/pnpm/lock-9.0.yaml'), [
    "lockfileVersion: '9.0'\n",
    'lockfileVersion: 5.4\n',
    'importers:\n  .:\n    dependencies:\n      a: 1.0.0\n',
    'packages:\n',
    'snapshots:\n',
    '  a@1.0.0:\n    resolution: {integrity: sha512-x}\n',
    '  /a/1.0.0:\n    dependencies:\n      a: 1.0.0\n',
    '    os: [darwin]\n',
    '---\n',
    '  __proto__: {}\n',
  ]);
});
