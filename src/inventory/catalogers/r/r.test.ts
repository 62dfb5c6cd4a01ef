import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, fixtureTree, inventoryOf, scanFiles } from '../../../../test/inventory/layer-stack.ts';
import { rInstalledCataloger } from './r-installed.ts';
import { rLockCataloger } from './r-lock.ts';

const LIBRARY = 'usr/local/lib/R/site-library';

test('a library: the packages, versions and licences that R itself lists', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('r/library.tar.gz')]);
  assert.deepEqual(
    packages.map(({ name, version, licences }) => [name, version, ...licences].join('\t')),
    fixture('r/library.expected.tsv').toString().trim().split('\n').sort(),
  );
  assert.deepEqual(coverage, []);
});

test('a package of Bioconductor as its DESCRIPTION says it', () => {
  const { packages } = inventoryOf([fixtureTree('r/library.tar.gz')]);
  const biobase = packages.find(({ name }) => name === 'Biobase') ?? assert.fail();
  assert.equal(biobase.purl, 'pkg:cran/Biobase@2.58.0?repository_url=https:%2F%2Fbioconductor.org');
  assert.equal(biobase.supplier, 'Bioconductor Package Maintainer <maintainer@bioconductor.org>');
  assert.equal(biobase.description, 'Biobase: Base functions for Bioconductor');
  assert.equal(biobase.homepage, 'https://bioconductor.org/packages/Biobase');
  assert.deepEqual(biobase.dependencies, ['BiocGenerics', 'methods', 'utils']);
  assert.deepEqual(
    biobase.dependsOn.map((id) => id.replace(/\?.*/, '')),
    ['pkg:cran/BiocGenerics@0.44.0', 'pkg:cran/methods@4.2.2', 'pkg:cran/utils@4.2.2'],
  );
});

const DESCRIPTIONS: readonly (readonly [
  what: string,
  path: string,
  text: string,
  expected: readonly string[],
])[] = [
  [
    'installed',
    `${LIBRARY}/ab/DESCRIPTION`,
    'Package: ab\nVersion: 1.0-2\nBuilt: R 4.4.1; ; x; unix\n',
    ['pkg:cran/ab@1.0-2'],
  ],
  ['a source', `${LIBRARY}/ab/DESCRIPTION`, 'Package: ab\nVersion: 1.0-2\n', []],
  ['a directory of another name', 'srv/x/DESCRIPTION', 'Package: ab\nVersion: 1.0\nBuilt: R 4\n', []],
  ['no version', `${LIBRARY}/ab/DESCRIPTION`, 'Package: ab\nBuilt: R 4\n', []],
  ['something else', `${LIBRARY}/ab/DESCRIPTION`, 'A description of this product.\n', []],
  [
    'from GitHub, by remotes',
    `${LIBRARY}/ab/DESCRIPTION`,
    'Package: ab\nVersion: 1\nBuilt: R 4\nRemoteType: github\nRemoteUsername: r-lib\nRemoteRepo: ab\nRemoteSha: 0123abc\n',
    ['pkg:cran/ab@1?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fr-lib%2Fab%400123abc'],
  ],
  [
    'from another server, with a token',
    `${LIBRARY}/ab/DESCRIPTION`,
    'Package: ab\nVersion: 1\nBuilt: R 4\nRemoteType: git2r\nRemoteUrl: https://t0ken@git.example/ab.git\nRemoteSha: 0123abc\n',
    ['pkg:cran/ab@1?vcs_url=git%2Bhttps:%2F%2Fgit.example%2Fab.git%400123abc'],
  ],
];
for (const [what, path, text, expected] of DESCRIPTIONS) {
  test(`DESCRIPTION: ${what}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      expected,
    );
    assert.deepEqual(coverage, []);
  });
}

test('renv.lock as renv 1.2 writes it', () => {
  const { packages, coverage } = inventoryOf([{ 'srv/renv.lock': fixture('r/renv.lock') }]);
  assert.deepEqual(
    packages.map(({ purl, presence, licences }) => [purl, presence, ...licences]),
    [
      ['pkg:cran/R6@2.5.1', 'declared', 'MIT + file LICENSE'],
      ['pkg:cran/digest@0.6.31', 'declared', 'GPL (>= 2)'],
      ['pkg:cran/jsonlite@1.8.4', 'declared', 'MIT + file LICENSE'],
      ['pkg:cran/renv@1.2.4.9000', 'declared'],
    ],
  );
  assert.deepEqual(coverage, []);
});

test('renv.lock as older versions write it: requirements, Bioconductor, GitHub', () => {
  const lock = {
    R: { Version: '4.1.0', Repositories: [] },
    Packages: {
      ab: {
        Package: 'ab',
        Version: '1.0',
        Source: 'Repository',
        Repository: 'CRAN',
        Requirements: ['R', 'cd'],
      },
      cd: { Package: 'cd', Version: '2.0', Source: 'Bioconductor', git_url: 'https://git.example/cd' },
      ef: {
        Package: 'ef',
        Version: '3.0',
        Source: 'GitHub',
        RemoteType: 'github',
        RemoteUsername: 'o',
        RemoteRepo: 'ef',
        RemoteSha: '0123abc',
      },
    },
  };
  const { packages } = inventoryOf([{ 'srv/renv.lock': JSON.stringify(lock) }]);
  assert.deepEqual(
    packages.map(({ purl, dependsOn }) => [purl, ...dependsOn]),
    [
      ['pkg:cran/ab@1.0', 'pkg:cran/cd@2.0?repository_url=https:%2F%2Fbioconductor.org'],
      ['pkg:cran/cd@2.0?repository_url=https:%2F%2Fbioconductor.org'],
      ['pkg:cran/ef@3.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fo%2Fef%400123abc'],
    ],
  );
});

test('packrat.lock', () => {
  const { packages, coverage } = inventoryOf([{ 'srv/packrat/packrat.lock': fixture('r/packrat.lock') }]);
  assert.deepEqual(
    packages.map(({ purl }) => purl),
    ['pkg:cran/R6@2.5.1', 'pkg:cran/digest@0.6.31', 'pkg:cran/jsonlite@1.8.4', 'pkg:cran/packrat@0.9.0'],
  );
  assert.deepEqual(coverage, []);
});

test('a lock whose packages are installed names nothing more', () => {
  const { packages } = inventoryOf([
    { ...fixtureTree('r/library.tar.gz'), 'srv/renv.lock': fixture('r/renv.lock') },
  ]);
  assert.ok(packages.every(({ presence }) => presence === 'installed'));
});

const DAMAGED: readonly (readonly [path: string, text: string])[] = [
  ['srv/renv.lock', '{'],
  ['srv/renv.lock', '{"Packages":{}}'],
  ['srv/renv.lock', '{"R":{},"Packages":{"ab":{"Version":"1"}}}'],
  ['srv/packrat.lock', 'Package: ab\nVersion: 1\n'],
  ['srv/packrat.lock', 'PackratFormat: 1.4\n\nSource: CRAN\n'],
];
for (const [path, text] of DAMAGED) {
  test(`damage: ${path} ${JSON.stringify(text)}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }]);
    assert.deepEqual([packages, coverage.map(({ code }) => code)], [[], ['EVIDENCE_UNREADABLE']]);
  });
}

test('no file makes them throw, and what they read can be cataloged', () => {
  const line = fc
    .tuple(
      fc.constantFrom('Package', 'Version', 'Built', 'Depends', 'URL', 'RemoteType', 'PackratFormat', ''),
      fc.string(),
    )
    .map(([name, value]) => `${name}: ${value}`);
  const text = fc.oneof(
    fc.array(line).map((lines) => lines.join('\n')),
    fc.dictionary(fc.constantFrom('R', 'Packages'), fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const [cataloger, path] of [
        [rInstalledCataloger, 'ab/DESCRIPTION'],
        [rLockCataloger, 'renv.lock'],
        [rLockCataloger, 'packrat.lock'],
      ] as const) {
        for (const { record } of scanFiles({ [path]: content }, [cataloger]).records) {
          if (record !== null) cataloger.catalog(new Map([[path, record]]), { distribution: null });
        }
      }
    }),
    { numRuns: 300 },
  );
});
