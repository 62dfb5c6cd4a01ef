import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { type NugetLock, nugetLockCataloger } from './nuget-lock.ts';

const LOCKS = fixtureTree('dotnet/locks.tar.gz');

const locked = (path: string) => inventoryOf([{ [path]: LOCKS[path] ?? null }]).packages;

const EXPECTED: readonly (readonly [path: string, packages: readonly string[]])[] = [
  // without the project Lib, and what only win-x64 needs
  ['srv/app/packages.lock.json', ['Newtonsoft.Json@13.0.3', 'Serilog@3.1.1', 'Serilog.Sinks.Console@5.0.1']],
  // without the analyzers, which have no files at run time
  ['srv/app/obj/project.assets.json', ['Serilog@3.1.1', 'Serilog.Sinks.Console@5.0.1']],
  // without what only building needs
  ['srv/site/packages.config', ['EntityFramework@6.4.4', 'jQuery@3.7.1']],
  ['srv/Directory.Packages.props', ['Dapper@', 'Newtonsoft.Json@13.0.3', 'Polly@8.3.0', 'Serilog@3.1.1']],
  ['srv/fs/paket.lock', ['Argu@6.1.1', 'FAKE.Core.Target@5.23.1', 'FSharp.Core@6.0.3']],
];
for (const [path, packages] of EXPECTED) {
  test(path, () => {
    assert.deepEqual(
      locked(path).map(({ name, version }) => `${name}@${version}`),
      packages,
    );
    assert.ok(locked(path).every(({ presence, type }) => presence === 'declared' && type === 'nuget'));
  });
}

test('edges and digests', () => {
  const console = locked('srv/app/packages.lock.json').find(({ name }) => name === 'Serilog.Sinks.Console');
  assert.deepEqual(console?.dependsOn, ['pkg:nuget/Serilog@3.1.1']);
  assert.deepEqual(
    console?.checksums.map(({ algorithm, hex }) => [algorithm, hex.length]),
    [['sha512', 128]],
  );
  const argu = locked('srv/fs/paket.lock').find(({ name }) => name === 'Argu');
  assert.deepEqual(argu?.dependsOn, ['pkg:nuget/FSharp.Core@6.0.3']);
});

test('what is installed counts more than what is locked', () => {
  const deps = {
    targets: {
      n: { 'Serilog/3.1.1': { native: { a: {} } }, 'Serilog.Sinks.Console/5.0.1': { native: { b: {} } } },
    },
    libraries: {},
  };
  const { packages } = inventoryOf([
    { ...LOCKS, 'srv/app/bin/app.deps.json': JSON.stringify(deps), 'srv/Directory.Packages.props': null },
  ]);
  assert.deepEqual(
    packages
      .filter(({ evidence }) => evidence[0]?.path.startsWith('srv/app/'))
      .map(({ purl, presence }) => [purl, presence]),
    [
      ['pkg:nuget/Serilog@3.1.1', 'installed'],
      ['pkg:nuget/Serilog.Sinks.Console@5.0.1', 'installed'],
    ],
  );
});

describe('files of the same names that are something else', () => {
  for (const path of Object.keys(LOCKS)) {
    for (const content of [
      '',
      '{',
      '{}',
      '<html/>',
      '<packages',
      'nothing\n',
      '[]',
      '{"dependencies": []}',
    ]) {
      test(`${path}: ${JSON.stringify(content)}`, () => {
        assert.deepEqual(
          [inventoryOf([{ [path]: content }])].map(({ packages, coverage }) => [packages, coverage]),
          [[[], []]],
        );
      });
    }
  }
});

test('versions that are none', () => {
  const versions = ['1.2.3', '[1.2.3]', '1.2.3-rc.1', '1.*', '[1.0,2.0)', '$(Missing)', '', '1.2.3+abc'];
  const text = `<Project><ItemGroup>${versions
    .map((version, index) => `<PackageVersion Include="P${index}" Version="${version}" />`)
    .join('')}</ItemGroup></Project>`;
  assert.deepEqual(
    inventoryOf([{ 'Directory.Packages.props': text }]).packages.map(({ version }) => version),
    ['1.2.3', '1.2.3', '1.2.3-rc.1', '', '', '', '', '1.2.3'],
  );
});

test('a list beyond all measure is cut, visibly', () => {
  const lines = Array.from({ length: 50_001 }, (_, index) => `    P${index} (1.0)`);
  const content = Buffer.from(['NUGET', ...lines].join('\n'));
  const record = nugetLockCataloger.read({ path: 'paket.lock', content }).record as NugetLock;
  assert.equal(record.packages.length, 50_000);
  const { coverage } = nugetLockCataloger.catalog(new Map([['paket.lock', { ...record, packages: [] }]]), {
    distribution: null,
  });
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['LIMIT_REACHED', 'paket.lock']],
  );
});

test('no text makes it throw, and what it reads can be cataloged', () => {
  const pieces = fc.constantFrom(
    'NUGET',
    '\n',
    '    a (1)',
    '      b',
    '<Project>',
    '<ItemGroup>',
    '<PackageVersion Include="a"/>',
    '</',
    '{"dependencies":',
    '{"net8.0":',
    '{"a":{"resolved":',
    '"1"',
    '}',
    'packages',
  );
  const path = fc.constantFrom(...Object.keys(LOCKS));
  fc.assert(
    fc.property(path, fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 }))), (name, parts) => {
      const { record } = nugetLockCataloger.read({ path: name, content: Buffer.from(parts.join('')) });
      if (record !== null) nugetLockCataloger.catalog(new Map([[name, record]]), { distribution: null });
    }),
    { numRuns: 300 },
  );
});
