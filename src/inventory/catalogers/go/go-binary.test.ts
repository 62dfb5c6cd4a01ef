import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { goBinaryCataloger } from './go-binary.ts';

const load = (name: string) => gunzipSync(fixture(`go/${name}.gz`));

/** Others look at programs too. */
const CATALOGERS = { catalogers: [goBinaryCataloger] };

function packagesIn(content: Uint8Array) {
  const { packages, coverage } = inventoryOf([{ 'usr/bin/program': content }], CATALOGERS);
  assert.deepEqual(coverage, []);
  return packages;
}

/** As `go version -m` prints them, but for the version of the program's own module. */
const ESBUILD = 'pkg:golang/github.com/evanw/esbuild';
const REPLACED = [
  'pkg:golang/example.com/coin/stamp',
  'pkg:golang/github.com/gofrs/uuid@v3.2.0%2Bincompatible',
  'pkg:golang/golang.org/x/text@v0.14.0',
  'pkg:golang/rsc.io/quote@v1.5.2',
  'pkg:golang/rsc.io/sampler@v1.3.0',
  'pkg:golang/stdlib@1.26.8',
];
const PROGRAMS: readonly (readonly [what: string, file: string, purls: readonly string[]])[] = [
  [
    'Go 1.16: pointers',
    'esbuild-0.8.57-linux-x64',
    [ESBUILD, 'pkg:golang/golang.org/x/sys@v0.0.0-20200501145240-bc7a7d42d5c3', 'pkg:golang/stdlib@1.16.0'],
  ],
  [
    'Go 1.17 for macOS: pointers',
    'esbuild-0.14.10-darwin-x64',
    [ESBUILD, 'pkg:golang/golang.org/x/sys@v0.0.0-20210908233432-aa78b53d3365', 'pkg:golang/stdlib@1.17.5'],
  ],
  [
    'Go 1.23',
    'esbuild-0.25.0-linux-x64',
    [ESBUILD, 'pkg:golang/golang.org/x/sys@v0.0.0-20220715151400-c0bba94af5f8', 'pkg:golang/stdlib@1.23.5'],
  ],
  [
    'Go 1.23 for 32 bits',
    'esbuild-0.25.0-linux-ia32',
    [ESBUILD, 'pkg:golang/golang.org/x/sys@v0.0.0-20220715151400-c0bba94af5f8', 'pkg:golang/stdlib@1.23.5'],
  ],
  [
    'Go 1.23 for macOS',
    'esbuild-0.25.0-darwin-arm64',
    [ESBUILD, 'pkg:golang/golang.org/x/sys@v0.0.0-20220715151400-c0bba94af5f8', 'pkg:golang/stdlib@1.23.5'],
  ],
  ['Go 1.23 for Windows', 'esbuild-0.25.0-win32-x64.exe', [ESBUILD, 'pkg:golang/stdlib@1.23.5']],
  ['built without modules, by Debian', 'gocryptfs-2.3', ['pkg:golang/stdlib@1.19.8']],
  ['a part of Go', 'go-asm-1.26.8', ['pkg:golang/stdlib@1.26.8', 'pkg:golang/toolchain@1.26.8']],
  [
    'installed by its version',
    'hey-0.1.4-x64',
    [
      'pkg:golang/github.com/rakyll/hey@v0.1.4',
      'pkg:golang/golang.org/x/net@v0.0.0-20181017193950-04a2e542c03f',
      'pkg:golang/golang.org/x/text@v0.3.0',
      'pkg:golang/stdlib@1.26.8',
    ],
  ],
  [
    'for a big-endian processor, replacements, version by the linker',
    'assay-linked-s390x',
    ['pkg:golang/example.com/coin/assay@v1.4.2', ...REPLACED],
  ],
  [
    'for a big-endian processor of 32 bits, version by a tag',
    'assay-tagged-mips',
    ['pkg:golang/example.com/coin/assay@v1.5.0', ...REPLACED],
  ],
  ['from a checkout without a tag', 'assay-untagged-x64', ['pkg:golang/example.com/coin/assay', ...REPLACED]],
];

for (const [what, file, purls] of PROGRAMS) {
  test(`${what}: ${file}`, () => {
    assert.deepEqual(
      packagesIn(load(file)).map(({ purl }) => purl),
      purls,
    );
  });
}

test('the program needs everything else, and says how it was built', () => {
  const packages = packagesIn(load('assay-linked-s390x'));
  const [main] = packages;
  assert.deepEqual(
    main?.dependsOn,
    packages
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  );
  assert.equal(main?.architecture, 's390x');
  assert.equal(
    main?.description,
    'Go program example.com/coin/assay, built by go1.26.8. Its version is what the linker was told for main.version.',
  );
  const [untagged] = packagesIn(load('assay-untagged-x64'));
  assert.match(untagged?.description ?? '', /Revision ef06e09a292de24720334bcb22984ec5f4e3aa96 of 2026-/);
});

test('two programs with one module: two packages, each needed by its own', () => {
  const { packages } = inventoryOf(
    [{ 'usr/bin/a': load('esbuild-0.25.0-linux-x64'), 'usr/bin/b': load('esbuild-0.25.0-linux-ia32') }],
    CATALOGERS,
  );
  const mains = packages.filter(({ name }) => name === 'github.com/evanw/esbuild');
  assert.deepEqual(
    mains.map(({ dependsOn }) => dependsOn.every((id) => id.endsWith('#usr/bin/a'))),
    [true, false],
  );
  assert.equal(mains[1]?.dependsOn.length, 2);
});

describe('programs without build information', () => {
  test('of Go before 1.13: said', () => {
    const { packages, coverage } = inventoryOf(
      [{ 'usr/bin/esbuild': load('esbuild-0.0.2-linux-x64') }],
      CATALOGERS,
    );
    assert.deepEqual(packages, []);
    assert.deepEqual(
      coverage.map(({ code, subject }) => [code, subject]),
      [['EVIDENCE_UNREADABLE', 'usr/bin/esbuild']],
    );
  });

  test('of another language: nothing to say', () => {
    const files = { 'usr/lib/libsystemd.so': gunzipSync(fixture('elf/libsystemd.so.0.35.0.gz')) };
    assert.deepEqual(inventoryOf([files], CATALOGERS).coverage, []);
  });

  test('a class file of Java begins as a universal program does', () => {
    const content = Buffer.from('cafebabe00000034000a', 'hex');
    for (const path of ['a/B.class', 'a/renamed']) {
      const { packages, coverage } = inventoryOf([{ [path]: content }], CATALOGERS);
      assert.deepEqual([packages, coverage], [[], []]);
    }
  });

  test('without section headers the data itself is looked through', () => {
    const content = load('assay-untagged-x64');
    const view = new DataView(content.buffer, content.byteOffset);
    view.setBigUint64(40, 0n, true);
    view.setUint16(60, 0, true);
    assert.equal(packagesIn(content).length, 1 + REPLACED.length);
  });
});

test('a universal program of macOS is read as the first of its parts', () => {
  const part = load('esbuild-0.25.0-darwin-arm64');
  const head = Buffer.alloc(4096);
  for (const [index, word] of [0xcafebabe, 1, 0x0100000c, 0, 4096, part.length, 12].entries()) {
    head.writeUInt32BE(word, index * 4);
  }
  assert.equal(packagesIn(Buffer.concat([head, part])).length, 3);
});

describe('damaged programs', () => {
  const originals = ['assay-untagged-x64', 'hey-0.1.4-x64'].map((name) => {
    const content = load(name);
    return { content, information: content.indexOf('\xff Go buildinf:', 0, 'latin1') };
  });

  test('cut anywhere', () => {
    for (const { content, information } of originals) {
      for (let length = 0; length < 1500; length += 7) {
        const { record } = goBinaryCataloger.read({
          path: 'a',
          content: content.subarray(0, information + length),
        });
        if (record !== null) goBinaryCataloger.catalog(new Map([['a', record]]), { distribution: null });
      }
    }
  });

  test('any byte of the information or the headers is another', () => {
    const damage = fc.tuple(fc.constantFrom(...originals), fc.nat(1500), fc.nat(64), fc.nat(255));
    fc.assert(
      fc.property(damage, ([{ content, information }, offset, header, byte]) => {
        const places = [Math.min(information + offset, content.length - 1), header + 4];
        const before = places.map((place) => content[place] ?? 0);
        for (const place of places) content[place] = byte;
        const { record, coverage } = goBinaryCataloger.read({ path: 'a', content });
        if (record !== null) goBinaryCataloger.catalog(new Map([['a', record]]), { distribution: null });
        for (const { subject } of coverage) assert.equal(subject, 'a');
        for (const [index, place] of places.entries()) content[place] = before[index] ?? 0;
      }),
      { numRuns: 400 },
    );
  });
});
