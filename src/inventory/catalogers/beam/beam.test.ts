import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRobust, catalogOf, expectedRows } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { hexLockCataloger } from './hex-lock.ts';
import { otpInstalledCataloger } from './otp-installed.ts';

const JIFFY =
  'pkg:hex/jiffy?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fdavisp%2Fjiffy.git%409ea1b35b6e60ba21dfd4adbd18e7916a831fd7d4';
const OUTER = '2c729f934b4e1aa149aff882f57c6372c15399a20d54f65c8d67bef583021bde';

test('installed applications are those that Erlang itself reads', () => {
  const files = fixtureTree('beam/applications.tar.gz');
  const { packages, coverage } = inventoryOf([files], { catalogers: [otpInstalledCataloger] });
  const rows = packages
    .filter(({ evidence }) => evidence[0]?.path.startsWith('usr/'))
    .map(({ name, version, dependencies }) => [name, version, ...dependencies].join('\t'));
  const expected = expectedRows('beam/applications.expected.tsv').map((row) => {
    const [name, version, needs = ''] = row.split('\t');
    return [name, version, ...needs.split(',').filter(Boolean).sort()].join('\t');
  });
  assert.deepEqual(rows.sort(), expected.sort());
  assert.deepEqual(coverage, []);
});

test('what carries the fields for publishing is a package of Hex, with edges to applications of Erlang', () => {
  const { packages } = inventoryOf([fixtureTree('beam/applications.tar.gz')]);
  const found = packages.find(({ name }) => name === 'observer_cli');
  assert.deepEqual(
    [found?.purl, found?.presence, found?.licences, found?.homepage, found?.description, found?.dependsOn],
    [
      'pkg:hex/observer_cli@1.7.3',
      'installed',
      ['MIT'],
      'https://github.com/zhongwencool/observer_cli',
      'Visualize Erlang Nodes On The Command Line',
      ['pkg:hex/recon@2.5.2', 'pkg:otp/kernel@8.5.3', 'pkg:otp/stdlib@4.2'],
    ],
  );
  assert.equal(packages.find(({ name }) => name === 'cowboy')?.purl, 'pkg:otp/cowboy@2.8.0');
});

test('metadata of Hex and the resource file are one package, under the name it has on Hex', () => {
  const { packages } = inventoryOf([fixtureTree('beam/applications.tar.gz')]);
  const found = packages.find(({ name }) => name === 'stdout_fmt');
  assert.equal(found?.purl, 'pkg:hex/stdout_fmt@0.2.4');
  assert.deepEqual(found?.licences, ['Apache-2.0']);
  assert.deepEqual(found?.dependencies, ['recon']);
  assert.deepEqual(
    found?.evidence.map(({ path }) => path),
    [
      'srv/app/_build/default/lib/stdout_formatter/hex_metadata.config',
      'srv/app/_build/default/lib/stdout_formatter/ebin/stdout_formatter.app',
    ],
  );
});

test('Mix keeps the source in deps and what it compiled in _build', () => {
  const metadata = '{<<"name">>,<<"a_b">>}.\n{<<"app">>,<<"a">>}.\n{<<"version">>,<<"1.0.0">>}.';
  const { purls } = catalogOf(otpInstalledCataloger, {
    'srv/deps/a/hex_metadata.config': metadata,
    'srv/_build/prod/lib/a/ebin/a.app': '{application, a, [{vsn, "1.0.0"}]}.',
    'srv/_build/prod/lib/own/ebin/own.app': '{application, own, [{vsn, "0.1.0"}, {applications, [a]}]}.',
  });
  assert.deepEqual(purls, ['pkg:hex/a_b@1.0.0', 'pkg:otp/own@0.1.0']);
});

test('a lock file of Mix: checksums, an organisation, a repository without its password', () => {
  const { packages, codes } = catalogOf(hexLockCataloger, { 'srv/mix.lock': fixture('beam/mix.lock') });
  assert.deepEqual(
    packages.map(({ purl, presence, dependsOn }) => [purl, presence, ...dependsOn]),
    [
      ['pkg:hex/acme/stdout_fmt@0.2.4', 'declared'],
      ['pkg:hex/cowboy@2.9.0', 'declared', 'pkg:hex/cowlib@2.11.0', 'pkg:hex/ranch@1.8.0'],
      ['pkg:hex/cowlib@2.11.0', 'declared'],
      [JIFFY, 'declared'],
      ['pkg:hex/ranch@1.8.0', 'declared'],
    ],
  );
  assert.deepEqual(packages[1]?.checksums, [{ algorithm: 'sha256', hex: OUTER }]);
  assert.deepEqual(codes, []);
});

test('a lock file of Rebar', () => {
  const { packages, purls, codes } = catalogOf(hexLockCataloger, {
    'srv/rebar.lock': fixture('beam/rebar.lock'),
  });
  assert.deepEqual(purls, [
    'pkg:hex/cowboy@2.9.0',
    'pkg:hex/cowlib@2.11.0',
    JIFFY,
    'pkg:hex/stdout_fmt@0.2.4',
  ]);
  assert.deepEqual(packages[0]?.checksums, [{ algorithm: 'sha256', hex: OUTER }]);
  assert.deepEqual(codes, []);
});

test('a manifest of Gleam leaves out what is the application’s own', () => {
  const { packages } = catalogOf(hexLockCataloger, { 'srv/manifest.toml': fixture('beam/manifest.toml') });
  assert.deepEqual(
    packages.map(({ name, version, dependsOn }) => [name, version, ...dependsOn]),
    [
      ['gleam_http', '3.6.0', 'pkg:hex/gleam_stdlib@0.34.0'],
      ['gleam_stdlib', '0.34.0'],
      ['wisp', '0.12.0'],
    ],
  );
});

const OTHERS: readonly (readonly [
  path: string,
  text: string,
  codes: readonly string[],
  purls?: readonly string[],
])[] = [
  ['srv/mix.lock', '%{"plug": {:hex, :plug, "1.0.0"}}', [], ['pkg:hex/plug@1.0.0']],
  ['srv/mix.lock', '%{}', []],
  ['srv/mix.lock', '%{"plug": {:hex, :plug}, "b": 1}', ['EVIDENCE_UNREADABLE srv/mix.lock']],
  ['srv/mix.lock', '<<<<<<< HEAD', ['EVIDENCE_UNREADABLE srv/mix.lock']],
  ['srv/deps/plug/mix.lock', '%{"plug": {:hex, :plug, "1.0.0"}}', []],
  ['srv/rebar.lock', '[{<<"a">>,{pkg,<<"a">>,<<"1.0">>},0}].', [], ['pkg:hex/a@1.0']],
  ['srv/rebar.lock', '[].', []],
  ['srv/rebar.lock', '{', ['EVIDENCE_UNREADABLE srv/rebar.lock']],
  ['srv/manifest.toml', 'packages = ["a"]', []],
  ['srv/manifest.toml', 'no TOML', []],
  ['srv/manifest.toml', 'packages = [{ build_tools = [] }]', ['EVIDENCE_UNREADABLE srv/manifest.toml']],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${text}`, () => {
    const found = catalogOf(hexLockCataloger, { [path]: text });
    assert.deepEqual([found.codes, found.purls], [codes, purls]);
  });
}

const APPLICATIONS: readonly (readonly [path: string, text: string, coverage: number])[] = [
  ['a/ebin/a.app', 'something else', 0],
  ['a/ebin/a.app', '{application, a, [{vsn, "1"', 1],
  ['a/ebin/a.app', '{application, "../a", []}.', 1],
  ['a/hex_metadata.config', '{<<"version">>,<<"1">>}.', 1],
];
for (const [path, text, coverage] of APPLICATIONS) {
  test(`damage: ${path} ${text}`, () => {
    const found = catalogOf(otpInstalledCataloger, { [path]: text });
    assert.deepEqual([found.purls, found.codes.length], [[], coverage]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '%{',
    '<<',
    '>>',
    '"',
    "'",
    '=>',
    ':',
    'a',
    ',',
    '.',
    '\\',
    'application',
  ];
  for (const name of ['mix.lock', 'rebar.lock', 'manifest.toml']) {
    assertRobust(hexLockCataloger, name, fixture(`beam/${name}`), pieces);
  }
  const files = fixtureTree('beam/applications.tar.gz');
  for (const [path, content] of Object.entries(files)) {
    if (!/observer_cli|stdout_formatter/.test(path)) continue;
    if (content instanceof Uint8Array) assertRobust(otpInstalledCataloger, path, content, pieces);
  }
});
