import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { ebuildDependencies, ebuildLicences, splitEbuildName } from './ebuild.ts';
import { portageCataloger } from './portage.ts';

test('the packages of a database', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('os/portage.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, name, version, licences, homepage, files, dependencies, dependsOn }) => {
      return { purl, name, version, licences, homepage, files, dependencies, needs: dependsOn.length };
    }),
    [
      {
        purl: 'pkg:ebuild/app-misc/c_rehash@1.7-r1?distro=gentoo',
        name: 'app-misc/c_rehash',
        version: '1.7-r1',
        licences: ['openssl'],
        homepage: null,
        files: ['usr/bin/c_rehash'],
        dependencies: [],
        needs: 0,
      },
      {
        purl: 'pkg:ebuild/dev-libs/openssl@3.0.13-r2?distro=gentoo',
        name: 'dev-libs/openssl',
        version: '3.0.13-r2',
        licences: ['Apache-2.0'],
        homepage: 'https://www.openssl.org/',
        files: [
          'usr/bin/openssl',
          'usr/lib64/libssl.so',
          'usr/lib64/libssl.so.3',
          'usr/share/doc/openssl/a file with blanks',
        ],
        dependencies: ['app-misc/c_rehash'],
        needs: 1,
      },
      {
        purl: 'pkg:ebuild/net-misc/curl@8.7.1-r1?distro=gentoo',
        name: 'net-misc/curl',
        version: '8.7.1-r1',
        licences: ['BSD', 'curl', 'ISC', 'BSD-4'],
        homepage: 'https://curl.se/',
        files: ['usr/bin/curl'],
        dependencies: ['app-misc/ca-certificates', 'dev-libs/openssl', 'virtual/zlib'],
        needs: 1,
      },
      {
        purl: 'pkg:ebuild/x11-libs/gtk%2B@2.24.33-r3?distro=gentoo',
        name: 'x11-libs/gtk+',
        version: '2.24.33-r3',
        licences: ['(LGPL-2+ OR (MIT AND BSD))'],
        homepage: null,
        files: [],
        dependencies: [],
        needs: 0,
      },
    ],
  );
  assert.deepEqual(coverage, []);
});

const NAMES: readonly (readonly [pf: string, name: string, version: string])[] = [
  ['bash-5.1_p16-r6', 'bash', '5.1_p16-r6'],
  ['openssl-1.1.1w', 'openssl', '1.1.1w'],
  ['libsigc++-2.12.1', 'libsigc++', '2.12.1'],
  ['font-adobe-100dpi-1.0.4', 'font-adobe-100dpi', '1.0.4'],
  ['7zip-24.05', '7zip', '24.05'],
  ['foo-1.0_alpha3_beta-r10', 'foo', '1.0_alpha3_beta-r10'],
  ['git-9999', 'git', '9999'],
  ['a-b-1-r1', 'a-b', '1-r1'],
];
for (const [pf, name, version] of NAMES) {
  test(`the name ${pf}`, () => assert.deepEqual(splitEbuildName(pf), { name, version }));
}

for (const text of ['', 'bash', '-1.0', 'bash-', 'bash-r1', 'bash-1.0_rcx', 'bash-1..0']) {
  test(`no package: ${text}`, () => assert.equal(splitEbuildName(text), null));
}

const DEPENDENCIES: readonly (readonly [text: string, clauses: readonly (readonly string[])[]])[] = [
  ['a/b', [['a/b']]],
  ['>=a/b-1.2-r3:0/1=[x,-y]', [['a/b']]],
  ['=a/b-1.2*', [['a/b']]],
  ['~a/b-1', [['a/b']]],
  ['a/b::gentoo a/c', [['a/b'], ['a/c']]],
  ['!a/b !!<a/c-1', []],
  ['|| ( a/b ( a/c a/d ) )', [['a/b', 'a/c', 'a/d']]],
  ['( a/b a/c )', [['a/b'], ['a/c']]],
  ['ssl? ( a/b )', [['a/b']]],
  ['( ( (', []],
];
for (const [text, clauses] of DEPENDENCIES) {
  test(`dependencies ${text}`, () => assert.deepEqual(ebuildDependencies(text), clauses));
}

test('endless nesting is cut off', () => {
  assert.deepEqual(ebuildLicences('( '.repeat(5_000) + 'MIT'), ['MIT']);
});

const ENTRY = 'var/db/pkg/a/b-1';

test('no text makes it throw', () => {
  const token = fc.oneof(
    fc.constantFrom('(', ')', '||', 'a?', '>=a/b-1', 'a/b', '!a/b', 'obj /x 0', 'sym '),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(token), (tokens) => {
      const text = tokens.join(' ');
      inventoryOf([{ [`${ENTRY}/CONTENTS`]: text, [`${ENTRY}/RDEPEND`]: text, [`${ENTRY}/LICENSE`]: text }], {
        catalogers: [portageCataloger],
      });
    }),
    { numRuns: 200 },
  );
});
