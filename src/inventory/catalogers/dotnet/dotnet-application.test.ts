import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import {
  fixture,
  fixtureTree,
  inventoryOf,
  type LayerFiles,
} from '../../../../test/inventory/layer-stack.ts';
import { type Assembly, parseAssembly } from './assembly.ts';
import { parseDepsJson } from './deps-json.ts';
import { dotnetApplicationCataloger } from './dotnet-application.ts';
import { findBundledDeps } from './single-file.ts';

const AUTOREST = fixtureTree('dotnet/autorest.tar.gz');
const RUNTIMES = fixtureTree('dotnet/runtimes.tar.gz');
const SINGLE_FILE = gunzipSync(fixture('dotnet/dosai-linux-amd64.gz'));
const APP = 'opt/autorest';
const DEPS = `${APP}/AutoRest.CSharp.deps.json`;

const part = (tree: LayerFiles, accepts: (path: string) => boolean): LayerFiles =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => accepts(path)));

const text = (tree: LayerFiles, path: string) => Buffer.from(tree[path] as Uint8Array).toString();

const found = (files: LayerFiles) =>
  inventoryOf([files]).packages.filter(({ cataloger }) => cataloger === 'dotnet-application');

interface DepsFile {
  readonly targets: Readonly<Record<string, Readonly<Record<string, { readonly runtime?: object }>>>>;
}

describe('an application that runs on a shared framework', () => {
  const packages = found(AUTOREST);

  test('every library with files at run time is a package, and no assembly is another', () => {
    const { targets } = JSON.parse(text(AUTOREST, DEPS)) as DepsFile;
    const expected = Object.entries(targets['.NETCoreApp,Version=v9.0'] ?? {})
      .filter(([, { runtime }]) => runtime !== undefined)
      .map(([key]) => key);
    assert.equal(expected.length, 39);
    assert.deepEqual(packages.map(({ name, version }) => `${name}/${version}`).sort(), expected.sort());
    assert.ok(packages.every(({ type, presence }) => type === 'nuget' && presence === 'installed'));
  });

  test('a package is shown by the list and by its assemblies, those for other systems too', () => {
    const drawing = packages.find(({ name }) => name === 'System.Drawing.Common');
    assert.deepEqual(
      drawing?.evidence.map(({ path }) => path),
      [
        DEPS,
        `${APP}/System.Drawing.Common.dll`,
        `${APP}/runtimes/unix/lib/netcoreapp3.0/System.Drawing.Common.dll`,
        `${APP}/runtimes/win/lib/netcoreapp3.0/System.Drawing.Common.dll`,
      ],
    );
  });

  test('a package as list and assembly describe it', () => {
    const { purl, supplier, description, checksums, dependencies, dependsOn } =
      packages.find(({ name }) => name === 'Azure.Identity') ?? assert.fail();
    assert.deepEqual(
      {
        purl,
        supplier,
        description,
        checksums: checksums.map(({ algorithm }) => algorithm),
        dependencies,
        dependsOn,
      },
      {
        purl: 'pkg:nuget/Azure.Identity@1.14.2',
        supplier: 'Microsoft Corporation',
        description: 'Provides APIs for authenticating to Microsoft Entra ID',
        checksums: ['sha512'],
        dependencies: [
          'Azure.Core',
          'Microsoft.Identity.Client',
          'Microsoft.Identity.Client.Extensions.Msal',
          'System.Memory',
        ],
        dependsOn: [
          'pkg:nuget/Azure.Core@1.47.1',
          'pkg:nuget/Microsoft.Identity.Client.Extensions.Msal@4.73.1',
          'pkg:nuget/Microsoft.Identity.Client@4.73.1',
        ],
      },
    );
  });

  test('the project itself needs packages', () => {
    const project = packages.find(({ name }) => name === 'AutoRest.CSharp');
    assert.equal(project?.version, '3.0.0-beta.20251203.1');
    assert.ok(project.dependsOn.includes('pkg:nuget/YamlDotNet@11.2.1'));
  });

  test('what the framework has newer is not there: System.Text.Json 8.0.5 without files', () => {
    assert.ok(text(AUTOREST, DEPS).includes('"System.Text.Json/8.0.5"'));
    assert.deepEqual(
      packages.filter(({ name }) => name === 'System.Text.Json'),
      [],
    );
  });
});

describe('assemblies alone', () => {
  const expected = fixture('dotnet/assemblies.expected.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { path: string; name: string | null; productVersion: string });

  for (const { path, name, productVersion } of expected) {
    test(path, () => {
      const assembly = parseAssembly(AUTOREST[path] as Uint8Array);
      assert.equal(assembly?.name ?? null, name);
      if (assembly !== null)
        assert.ok(productVersion.startsWith(assembly.version) && assembly.version !== '');
    });
  }

  const bare = found(part(AUTOREST, (path) => path.endsWith('.dll')));
  const versionOf = (name: string) => bare.find((pkg) => pkg.name === name)?.version;

  /** Version by the assembly, and of the package by `deps.json`. */
  const VERSIONS: readonly (readonly [name: string, version: string])[] = [
    ['YamlDotNet', '11.2.1'],
    ['Azure.Core', '1.47.1'],
    ['Microsoft.Build', '16.11.0'],
    ['Microsoft.IdentityModel.Abstractions', '6.35.0'],
    ['CommandLine', '2.9.1'],
  ];
  for (const [name, version] of VERSIONS) {
    test(`${name} has the version of its package`, () => assert.equal(versionOf(name), version));
  }

  test("assemblies of .NET itself do not know their package's version", () => {
    // 4.7.0, 1.0.31 and 8.0.2 as packages; 3.1.0, 4.6.24705 and 8.0.10 in their resources
    for (const name of [
      'System.Security.Permissions',
      'System.Composition.Hosting',
      'Microsoft.Extensions.DependencyInjection.Abstractions',
    ]) {
      assert.equal(versionOf(name), '');
    }
  });

  test('one of several builds is one package', () => {
    assert.equal(bare.filter(({ name }) => name === 'System.Drawing.Common').length, 1);
  });

  const NO_EVIDENCE = [
    'usr/share/dotnet/packs/Microsoft.NETCore.App.Ref/8.0.3/ref/net8.0/YamlDotNet.dll',
    'srv/obj/ref/YamlDotNet.dll',
    'root/.nuget/packages/yamldotnet/11.2.1/lib/netstandard2.1/YamlDotNet.dll',
    'srv/de/YamlDotNet.resources.dll',
  ];
  for (const path of NO_EVIDENCE) {
    test(`no evidence: ${path}`, () => {
      assert.deepEqual(inventoryOf([{ [path]: AUTOREST[`${APP}/YamlDotNet.dll`] ?? null }]).packages, []);
    });
  }

  test('the class library of Mono is no package, what is built for it is', () => {
    assert.deepEqual(
      found(part(RUNTIMES, (path) => path.startsWith('usr/lib/mono'))).map(({ purl }) => purl),
      ['pkg:nuget/Mono.Cecil@0.9.5.0'],
    );
  });

  test('native programs for Windows are no packages', () => {
    assert.deepEqual(found(part(AUTOREST, (path) => path.endsWith('.exe'))), []);
  });
});

const under = (version: string, accepts: (path: string) => boolean = () => true) =>
  found(part(RUNTIMES, (path) => path.includes(`Microsoft.NETCore.App/${version}/`) && accepts(path)));

describe('frameworks', () => {
  test('.NET Core 3.1: the runtime pack in the version of its directory, and not each assembly', () => {
    assert.deepEqual(
      under('3.1.23').map(({ purl }) => purl),
      [
        'pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@3.1.23',
        'pkg:nuget/runtime.linux-x64.Microsoft.NETCore.DotNetHostPolicy@3.1.23',
      ],
    );
  });

  test('.NET Core 2.0: the framework', () => {
    assert.deepEqual(
      under('2.0.0').map(({ purl }) => purl),
      [
        'pkg:nuget/Microsoft.NETCore.App@2.0.0',
        'pkg:nuget/runtime.linux-x64.Microsoft.NETCore.DotNetHostPolicy@2.0.0',
      ],
    );
  });

  test('without a list its core library shows it', () => {
    assert.deepEqual(
      under('3.1.23', (path) => path.endsWith('.dll')).map(({ purl }) => purl),
      ['pkg:nuget/Microsoft.NETCore.App@3.1.23'],
    );
  });
});

test("a library's own list names what whoever uses it brings", () => {
  const packages = found(part(RUNTIMES, (path) => path.includes('pythonnet')));
  assert.deepEqual(
    packages.filter(({ presence }) => presence === 'installed').map(({ purl }) => purl),
    ['pkg:nuget/Python.Runtime@3.2.1'],
  );
  assert.ok(
    packages.some(
      ({ purl, presence }) => purl === 'pkg:nuget/System.IO.Hashing@10.0.12' && presence === 'declared',
    ),
  );
  // through Microsoft.SourceLink.GitHub, which has no files
  const runtime = packages.find(({ name }) => name === 'Python.Runtime');
  assert.ok(runtime?.dependsOn.includes('pkg:nuget/System.IO.Hashing@10.0.12'));
});

describe('an application in a single file', () => {
  test('its packages, and the runtime that it carries as one of them', () => {
    const packages = found({ 'usr/local/bin/dosai': SINGLE_FILE });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      [
        'pkg:nuget/Dosai-linux-amd64@2.1.0',
        'pkg:nuget/Microsoft.CodeAnalysis.Common@5.0.0-2.final',
        'pkg:nuget/Microsoft.CodeAnalysis.CSharp@5.0.0-2.final',
        'pkg:nuget/Microsoft.CodeAnalysis.VisualBasic@5.0.0-2.final',
        'pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.0.0',
        'pkg:nuget/System.CommandLine@2.0.0-beta4.22272.1',
        'pkg:nuget/System.Reflection.MetadataLoadContext@10.0.0',
      ].sort((a, b) => (a < b ? -1 : 1)),
    );
    assert.ok(packages.every(({ presence }) => presence === 'installed'));
  });

  test('a host that waits for its application carries none', () => {
    const host = Buffer.from(SINGLE_FILE);
    host.writeBigUInt64LE(0n, 4096 + 64 - 8);
    assert.equal(findBundledDeps(host), undefined);
  });

  const DAMAGED: readonly (readonly [what: string, from: number, to: number])[] = [
    ['a list that is none', 5000, 6000],
    ['a header without a list', SINGLE_FILE.length - 13_544 + 8, SINGLE_FILE.length - 13_544 + 12],
  ];
  for (const [what, from, to] of DAMAGED) {
    test(`${what} is seen`, () => {
      const damaged = Buffer.from(SINGLE_FILE).fill(0, from, to);
      const { packages, coverage } = inventoryOf([{ 'usr/local/bin/dosai': damaged }]);
      assert.deepEqual(packages, []);
      assert.deepEqual(
        coverage.map(({ code, subject }) => [code, subject]),
        [['EVIDENCE_UNREADABLE', 'usr/local/bin/dosai']],
      );
    });
  }

  test('truncated anywhere, or with changed bytes', () => {
    for (let length = 0; length < SINGLE_FILE.length; length += 501)
      findBundledDeps(SINGLE_FILE.subarray(0, length));
    const header = SINGLE_FILE.length - 13_544;
    const change = fc.tuple(fc.integer({ min: header, max: SINGLE_FILE.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = Buffer.from(SINGLE_FILE);
        for (const [at, value] of changes) bytes[at] = value;
        findBundledDeps(bytes);
      }),
      { numRuns: 200 },
    );
  });
});

const library = (name: string, files: object, type = 'package') => ({
  runtimeTarget: { name: 'n/linux-x64' },
  targets: { 'n/linux-x64': { [`${name}/1.0.0`]: files } },
  libraries: { [`${name}/1.0.0`]: { type } },
});

const LISTS: readonly (readonly [
  what: string,
  file: unknown,
  packages: readonly string[],
  coverage: number,
])[] = [
  [
    'native files only',
    library('A', { native: { 'runtimes/linux-x64/native/a.so': {} } }),
    ['A@1.0.0 installed'],
    0,
  ],
  ['assemblies that are missing', library('A', { runtime: { 'lib/A.dll': {} } }), ['A@1.0.0 declared'], 0],
  ['nothing on purpose', library('A', { runtime: { 'lib/netstandard2.0/_._': {} } }), [], 0],
  ['no files', library('A', { dependencies: { B: '1.0.0' } }), [], 0],
  ['an assembly as a file', library('A', { runtime: { 'A.dll': {} } }, 'reference'), [], 0],
  [
    'a runtime pack',
    library('runtimepack.A', { native: { 'a.so': {} } }, 'runtimepack'),
    ['A@1.0.0 installed'],
    0,
  ],
  ['a name that climbs', library('..\\A', { native: { 'a.so': {} } }), [], 0],
  ['names of prototypes', library('__proto__', { native: { 'a.so': {} } }), ['__proto__@1.0.0 installed'], 0],
  ['no JSON', '{', [], 1],
  ['another format', { name: 'a' }, [], 1],
];
for (const [what, file, expected, losses] of LISTS) {
  test(`a list with ${what}`, () => {
    const content = typeof file === 'string' ? file : JSON.stringify(file);
    const { packages, coverage } = inventoryOf([{ 'app/a.deps.json': content }]);
    assert.deepEqual(
      packages.map(({ name, version, presence }) => `${name}@${version} ${presence}`),
      expected,
    );
    assert.equal(coverage.length, losses);
  });
}

test('a chain of libraries without files has an end', () => {
  const names = Array.from({ length: 4000 }, (_, index) => `L${index}/1`);
  const target = Object.fromEntries(
    names.map((name, index) => [
      name,
      { dependencies: { [`L${index + 1}`]: '1' }, ...(index % 2 ? {} : { native: { a: {} } }) },
    ]),
  );
  const file = { targets: { t: target }, libraries: {} };
  assert.equal(inventoryOf([{ 'app/a.deps.json': JSON.stringify(file) }]).packages.length, 2000);
});

test('no list makes it throw, and what it reads can be cataloged', () => {
  const files = fc.dictionary(
    fc.constantFrom('runtime', 'native', 'dependencies', 'resources'),
    fc.jsonValue(),
  );
  const target = fc.dictionary(
    fc.constantFrom('A/1', 'B/2', 'C', '/', 'A/'),
    fc.oneof(files, fc.jsonValue()),
  );
  const file = fc.record(
    { targets: fc.dictionary(fc.string(), target), libraries: target },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(file, fc.jsonValue()), (value) => {
      const dependencies = parseDepsJson(JSON.stringify(value));
      if (dependencies === null) return;
      const record = { ...dependencies, kind: 'dependencies', bundled: false };
      const assembly: Assembly = {
        kind: 'assembly',
        name: 'A',
        version: '1',
        product: null,
        company: null,
        description: null,
      };
      dotnetApplicationCataloger.catalog(
        new Map<string, never>([
          ['a', record as never],
          ['A.dll', assembly as never],
        ]),
        {
          distribution: null,
        },
      );
    }),
    { numRuns: 300 },
  );
});
