import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { goBinaryCataloger } from './go-binary.ts';
import { goModCataloger } from './go-mod.ts';
import { parseGoMod } from './go-mod-file.ts';
import { parseVendoredModules } from './vendored-modules.ts';

const GO_MOD = fixture('go/assay.go.mod');
const VENDORED = fixture('go/assay.modules.txt');

const CATALOGERS = { catalogers: [goBinaryCataloger, goModCataloger] };

function purls(files: LayerFiles): string[] {
  const { packages, coverage } = inventoryOf([files], CATALOGERS);
  assert.deepEqual(coverage, []);
  return packages.map(({ purl }) => purl);
}

/** What `go list -m all` lists with a version, but for the modules that only tests of others need. */
const NEEDED = [
  'pkg:golang/github.com/gofrs/uuid@v3.2.0%2Bincompatible',
  'pkg:golang/golang.org/x/text@v0.14.0',
  'pkg:golang/rsc.io/quote@v1.5.2',
  'pkg:golang/rsc.io/sampler@v1.3.0',
];

describe('which files count', () => {
  const PLACES: readonly (readonly [what: string, files: LayerFiles, expected: readonly string[]])[] = [
    ['go.mod', { 'srv/go.mod': GO_MOD }, NEEDED],
    ['in the root directory', { 'go.mod': GO_MOD }, NEEDED],
    ['a list of vendored modules', { 'srv/vendor/modules.txt': VENDORED }, NEEDED],
    [
      'both: what was vendored',
      { 'srv/go.mod': 'module a\nrequire b v1.0.0\n', 'srv/vendor/modules.txt': VENDORED },
      NEEDED,
    ],
    ['the cache of modules', { 'root/go/pkg/mod/rsc.io/quote@v1.5.2/go.mod': GO_MOD }, []],
    ['a vendored module', { 'srv/vendor/rsc.io/quote/go.mod': GO_MOD }, []],
    ['a directory that Go passes over', { 'usr/local/go/src/crypto/md5/_asm/go.mod': GO_MOD }, []],
    ['test data', { 'srv/testdata/a/go.mod': GO_MOD }, []],
    ["Debian's sources", { 'usr/share/gocode/src/rsc.io/quote/go.mod': GO_MOD }, []],
    ["Go's own library", { 'usr/local/go/src/go.mod': 'module std\nrequire golang.org/x/net v0.1.0\n' }, []],
    [
      "Go's own vendored modules",
      { 'usr/local/go/src/go.mod': 'module std\n', 'usr/local/go/src/vendor/modules.txt': VENDORED },
      [],
    ],
    ['a list of something else', { 'srv/vendor/modules.txt': '# Modules\nfoo\nbar\n' }, []],
    ['modules.txt elsewhere', { 'srv/modules.txt': VENDORED }, []],
    ['a go.mod of something else', { 'srv/go.mod': 'Go, module, go!\n' }, []],
  ];
  for (const [what, files, expected] of PLACES) {
    test(what, () => assert.deepEqual(purls(files), expected));
  }
});

test('beside the program itself its go.mod tells nothing', () => {
  const found = purls({
    'srv/go.mod': GO_MOD,
    'srv/assay': gunzipSync(fixture('go/assay-tagged-mips.gz')),
  });
  assert.ok(found.includes('pkg:golang/example.com/coin/assay@v1.5.0'));
  assert.equal(new Set(found).size, found.length);
  const { packages } = inventoryOf([{ 'srv/go.mod': GO_MOD }], CATALOGERS);
  assert.ok(packages.every(({ presence }) => presence === 'declared'));
});

/** Traps of the format. Go Modules Reference, "go.mod files". */
const FILES: readonly (readonly [
  what: string,
  text: string,
  modules: readonly string[] | null,
  damaged?: number,
])[] = [
  ['the Go version is no module', 'module a\ngo 1.22.0\ntoolchain go1.22.3\n', []],
  ['comments', 'module a // b\n// require c v1.0.0\nrequire b v1.0.0 // indirect\n', ['b v1.0.0']],
  [
    'quotes',
    'module "a"\nrequire "b" v1.0.0\nrequire `c` v2.0.0+incompatible\n',
    ['b v1.0.0', 'c v2.0.0+incompatible'],
  ],
  ['blocks', 'module a\nrequire (\n\tb v1.0.0\n\n\tc v1.0.0\n)\ntool b/cmd\n', ['b v1.0.0', 'c v1.0.0']],
  [
    'other directives',
    'module a\nexclude b v0.9.0\nretract [v1.0.0, v1.1.0]\nrequire b v1.0.0\ntool (\n\tb/x\n)\n',
    ['b v1.0.0'],
  ],
  [
    'a replacement of one version only',
    'module a\nrequire b v1.0.0\nreplace b v2.0.0 => c v1.0.0\n',
    ['b v1.0.0'],
  ],
  [
    'the exact replacement wins',
    'module a\nrequire b v1.0.0\nreplace b => c v1.0.0\nreplace b v1.0.0 => d v1.0.0\n',
    ['d v1.0.0'],
  ],
  ['a replacement by a directory', 'module a\nrequire b v1.0.0\nreplace b => ../b\n', []],
  ['Windows line ends', 'module a\r\nrequire b v1.0.0\r\n', ['b v1.0.0']],
  ['damaged requirements', 'module a\nrequire b\nrequire ../c v1.0.0\nrequire d v1.0.0\n', ['d v1.0.0'], 2],
  ['an open block', 'module a\nrequire (\n b v1.0.0\n', ['b v1.0.0']],
  ['no module', 'require b v1.0.0\n', null],
];
for (const [what, text, modules, damaged = 0] of FILES) {
  test(`go.mod: ${what}`, () => {
    const file = parseGoMod(text);
    assert.deepEqual(file?.modules.map(({ path, version }) => `${path} ${version}`) ?? null, modules);
    assert.equal(file?.damaged ?? 0, damaged);
  });
}

test('a damaged requirement is said', () => {
  const { coverage } = inventoryOf([{ 'srv/go.mod': 'module a\nrequire b\n' }], CATALOGERS);
  assert.deepEqual(
    coverage.map(({ code, subject }) => [code, subject]),
    [['EVIDENCE_UNREADABLE', 'srv/go.mod']],
  );
});

test('a vendored module without packages was only looked at', () => {
  const reading = parseVendoredModules('# a v1.0.0\n## explicit\n# b v1.0.0\nb/x\nb/y\n');
  assert.deepEqual(reading?.modules, [{ path: 'b', version: 'v1.0.0' }]);
});

test('no text makes the readers throw', () => {
  const pieces = fc.constantFrom(
    'module a',
    'require',
    ' (',
    '\n',
    ')',
    ' b v1',
    '=>',
    'replace',
    '"',
    '`',
    '//',
    '# ',
    '__proto__',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 40 }), (parts) => {
      inventoryOf([{ 'go.mod': parts.join(''), 'vendor/modules.txt': parts.join('') }], CATALOGERS);
    }),
    { numRuns: 300 },
  );
});
