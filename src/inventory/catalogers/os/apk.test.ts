import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { apkCataloger, type ApkRecord } from './apk.ts';

const DATABASE = 'lib/apk/db/installed';

function read(text: string) {
  const { record, coverage } = apkCataloger.read({ path: DATABASE, content: Buffer.from(text) });
  return { packages: (record ?? []) as ApkRecord, coverage };
}

function catalog(text: string) {
  const record = read(text).packages;
  return apkCataloger.catalog(new Map([[DATABASE, record]]), { distribution: null }).packages;
}

/** Packages and sources as the fixtures' origin counted them. */
const RELEASES: readonly (readonly [file: string, versionId: string, packages: number, sources: number])[] = [
  ['3.6', '3.6.5', 13, 9],
  ['3.7', '3.7.3', 13, 9],
  ['3.8', '3.8.5', 13, 9],
  ['3.9', '3.9.6', 14, 11],
  ['3.10', '3.10.9', 14, 11],
  ['3.11', '3.11.13', 14, 11],
  ['3.12', '3.12.12', 14, 11],
  ['3.13', '3.13.12', 14, 11],
  ['3.14', '3.14.10', 14, 11],
  ['3.15', '3.15.11', 14, 11],
  ['3.16', '3.16.9', 14, 10],
  ['3.17', '3.17.10', 15, 10],
  ['3.18', '3.18.9', 15, 10],
  ['3.19', '3.19.4', 15, 10],
  ['3.20', '3.20.3', 14, 9],
  ['edge', '3.21.0_alpha20240923', 14, 9],
];

for (const [release, versionId, count, sources] of RELEASES) {
  test(`Alpine ${release}: every package with name, version, architecture, source and files`, () => {
    const tree = fixtureTree(`alpine/${release}.tar.gz`);
    const { packages, coverage, distribution } = inventoryOf([tree]);

    // the same facts by another way: each line of a kind, taken alone
    const database = Buffer.from(tree[DATABASE] as Uint8Array).toString();
    const lines = (letter: string) =>
      [...database.matchAll(new RegExp(`^${letter}:(.*)$`, 'gm'))].map(([, value]) => value);
    const expected = lines('P').map((name, index) => [
      name,
      lines('V')[index],
      lines('A')[index],
      lines('o')[index],
    ]);

    assert.deepEqual(
      packages.map((pkg) => [pkg.name, pkg.version, pkg.architecture, pkg.source?.name]),
      expected.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    );
    assert.equal(packages.length, count);
    assert.equal(new Set(packages.map(({ source }) => source?.name)).size, sources);
    for (const { source, version } of packages) assert.equal(source?.version, version);
    assert.equal(packages.flatMap(({ files }) => files).length, lines('R').length);
    assert.deepEqual([distribution?.id, distribution?.versionId], ['alpine', versionId]);
    assert.deepEqual(coverage, []);
  });
}

test('a package as Alpine 3.18 describes it', () => {
  const { packages } = inventoryOf([fixtureTree('alpine/3.18.tar.gz')]);
  const { files, ...ssl } = packages.find(({ name }) => name === 'ssl_client') ?? assert.fail();
  assert.deepEqual(files, ['usr/bin/ssl_client']);
  assert.deepEqual(ssl, {
    id: 'pkg:apk/alpine/ssl_client@1.36.1-r7?arch=x86_64&distro=alpine-3.18.9',
    purl: 'pkg:apk/alpine/ssl_client@1.36.1-r7?arch=x86_64&distro=alpine-3.18.9',
    type: 'apk',
    name: 'ssl_client',
    version: '1.36.1-r7',
    architecture: 'x86_64',
    source: { name: 'busybox', version: '1.36.1-r7' },
    licences: ['GPL-2.0-only'],
    supplier: 'Sören Tempel <soeren+alpine@soeren-tempel.net>',
    description: 'EXternal ssl_client for busybox wget',
    homepage: 'https://busybox.net/',
    modularityLabel: null,
    presence: 'installed',
    cataloger: 'apk',
    licenceExpression: 'GPL-2.0-only',
    licenceTexts: [],
    cpes: [],
    checksums: [],
    dependsOn: [
      'pkg:apk/alpine/libcrypto3@3.1.7-r0?arch=x86_64&distro=alpine-3.18.9',
      'pkg:apk/alpine/libssl3@3.1.7-r0?arch=x86_64&distro=alpine-3.18.9',
      'pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.18.9',
    ],
    layer: ssl.layer,
    evidence: [{ path: DATABASE, layer: ssl.layer, step: 0 }],
    ownedBy: null,
    dependencies: ['libcrypto3', 'libssl3', 'musl'],
  });
});

const VIRTUAL = 'C:Q1=\nP:.build-deps\nV:20240906.113400\nA:noarch\nT:virtual meta package\nD:gcc\n\n';
const NAMED_VIRTUAL = VIRTUAL.replace('P:.', 'P:');
const PLAIN = 'P:a\nV:1-r0\nF:\nR:top\nF:usr/bin\nR:a\na:0:0:755\nZ:Q1\n\n';

test('virtual packages are not packages', () => {
  assert.deepEqual(
    catalog(VIRTUAL + NAMED_VIRTUAL + PLAIN).map(({ name }) => name),
    ['a'],
  );
});

test('files lie in the directory named before them', () => {
  assert.deepEqual(catalog(PLAIN)[0]?.files, ['top', 'usr/bin/a']);
});

const DEPENDENCIES: readonly (readonly [field: string, expected: readonly string[]])[] = [
  ['b', ['b']],
  ['b>=1.2 b<2', ['b']],
  ['b~1.2', ['b']],
  ['b=1.2-r0', ['b']],
  ['b@edge', ['b']],
  ['!b', []],
  ['so:libb.so.1', ['b']],
  ['/bin/b cmd:b', ['b']],
  ['so:libabsent.so.2', ['so:libabsent.so.2']],
  ['a', []],
];
for (const [field, expected] of DEPENDENCIES) {
  test(`dependencies ${field}`, () => {
    const provider = 'P:b\nV:1\np:so:libb.so.1=1.0 cmd:b=1.2-r0 /bin/b\n\n';
    const [first] = catalog(`P:a\nV:1\nD:${field}\n\n${provider}`);
    assert.deepEqual(first?.dependencies, expected);
  });
}

const DAMAGED: readonly (readonly [what: string, text: string, packages: number, coverage: number])[] = [
  ['an empty database', '', 0, 0],
  ['blank lines alone', '\n\n\n', 0, 0],
  ['no end of line at the end', 'P:a\nV:1', 1, 0],
  ['a package without version', 'P:a\n\n', 1, 0],
  ['a block without name', 'V:1\n\nP:a\nV:1\n\n', 1, 1],
  ['a name with a slash', 'P:../a\nV:1\n\n', 0, 1],
  ['rubbish', '\u0000\u0001 not a database', 0, 1],
  ['Windows line ends', 'P:a\r\nV:1\r\n\r\n', 1, 0],
];
for (const [what, text, packages, coverage] of DAMAGED) {
  test(`damage: ${what}`, () => {
    const reading = read(text);
    assert.equal(reading.packages.length, packages);
    assert.equal(reading.coverage.length, coverage);
  });
}

test('no text makes it throw, and what it reads can be cataloged', () => {
  const line = fc.oneof(
    fc
      .tuple(fc.constantFrom('P', 'V', 'A', 'L', 'o', 'U', 'T', 'm', 'D', 'p', 'F', 'R', 'Z'), fc.string())
      .map(([letter, value]) => `${letter}:${value}`),
    fc.string(),
    fc.constant(''),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      catalog(lines.join('\n'));
    }),
    { numRuns: 300 },
  );
});
