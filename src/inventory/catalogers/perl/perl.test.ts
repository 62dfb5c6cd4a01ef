import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { splitDistribution } from './cpan-distribution.ts';
import { cpanInstalledCataloger } from './cpan-installed.ts';
import { cpanLockCataloger } from './cpan-lock.ts';

const META = 'srv/app/local/lib/perl5/x86_64-linux-gnu-thread-multi/.meta/Acme-Foo-1.05';

test('a distribution that cpanm installed', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('perl/installed.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, presence, licences, supplier, description, homepage, evidence }) => ({
      purl,
      presence,
      licences,
      supplier,
      description,
      homepage,
      paths: evidence.map(({ path }) => path).sort(),
    })),
    [
      {
        purl: 'pkg:cpan/ANOTHER/Acme-Foo@1.05',
        presence: 'installed',
        licences: ['perl_5'],
        supplier: 'A. N. Other <a@example.org>',
        description: 'an example',
        homepage: 'https://example.org/acme-foo',
        paths: [`${META}/MYMETA.json`, `${META}/install.json`],
      },
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a snapshot: modules are followed to their distributions', () => {
  const { packages, codes } = catalogOf(cpanLockCataloger, {
    'srv/cpanfile.snapshot': fixture('perl/cpanfile.snapshot'),
  });
  assert.deepEqual(
    packages.map(({ purl, presence, dependsOn }) => [purl, presence, ...dependsOn]),
    [
      ['pkg:cpan/OALDERS/HTTP-Message@6.45', 'declared', 'pkg:cpan/OALDERS/URI@5.21'],
      ['pkg:cpan/OALDERS/URI@5.21', 'declared'],
      [
        'pkg:cpan/OALDERS/libwww-perl@6.72',
        'declared',
        'pkg:cpan/OALDERS/HTTP-Message@6.45',
        'pkg:cpan/OALDERS/URI@5.21',
      ],
    ],
  );
  assert.deepEqual(codes, []);
});

const DISTRIBUTIONS: readonly (readonly [text: string, expected: string | null])[] = [
  ['libwww-perl-6.76', 'libwww-perl 6.76'],
  ['Acme-v1.2.3', 'Acme v1.2.3'],
  ['Mojolicious-9.35-TRIAL', 'Mojolicious 9.35-TRIAL'],
  ['Acme', null],
  ['Acme::Foo-1', null],
  ['-1', null],
];
for (const [text, expected] of DISTRIBUTIONS) {
  test(`distribution ${text}`, () => {
    const found = splitDistribution(text);
    assert.equal(found && `${found.name} ${found.version}`, expected);
  });
}

const OTHERS: readonly (readonly [path: string, text: string, codes: number, purls?: readonly string[]])[] = [
  ['srv/cpanfile.snapshot', 'something else', 1],
  ['srv/cpanfile.snapshot', 'DISTRIBUTIONS\n', 0],
  ['srv/cpanfile.snapshot', 'DISTRIBUTIONS\n  A-1\n    pathname: ../a\n', 1],
  [`${META}/install.json`, '{', 1, ['pkg:cpan/Acme-Foo@1.05']],
  ['srv/install.json', '{', 0],
  ['srv/.meta/other/install.json', '{', 0],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${JSON.stringify(text)}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }], {
      catalogers: [cpanLockCataloger, cpanInstalledCataloger],
    });
    const found = coverage.filter(({ subject }) => subject === path).length;
    assert.deepEqual([packages.map(({ purl }) => purl), found], [purls, codes]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    'DISTRIBUTIONS\n',
    '  A-1\n',
    '    pathname: ',
    'A/AB/ABC/A-1.tar.gz',
    '\n',
    '    provides:\n',
    '      A 1\n',
  ];
  assertRobust(cpanLockCataloger, 'cpanfile.snapshot', fixture('perl/cpanfile.snapshot'), pieces);
  const real = fixtureTree('perl/installed.tar.gz')[`${META}/MYMETA.json`];
  assert.ok(real instanceof Uint8Array);
  fc.assert(
    fc.property(fc.nat(real.length - 1), fc.nat(255), fc.boolean(), (at, byte, whole) => {
      const damaged = Uint8Array.from(whole ? real : real.subarray(0, at + 1));
      damaged[at] = byte;
      const { purls } = catalogOf(cpanInstalledCataloger, { [`${META}/MYMETA.json`]: damaged });
      assert.deepEqual(purls, ['pkg:cpan/Acme-Foo@1.05']);
    }),
    { numRuns: 200 },
  );
});
