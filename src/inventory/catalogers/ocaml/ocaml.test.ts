import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { parseOpam } from './opam-file.ts';
import { opamInstalledCataloger } from './opam-installed.ts';
import { opamLockCataloger } from './opam-lock.ts';

const SWITCH = 'root/.opam/t/.opam-switch/packages';

test('packages in a switch and libraries of Debian', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('ocaml/installed.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, presence, evidence, dependencies }) => [
      purl,
      presence,
      evidence[0]?.path,
      ...dependencies,
    ]),
    [
      [
        'pkg:opam/lwt@5.6.1',
        'installed',
        'usr/lib/ocaml/lwt/opam',
        'dune',
        'dune-configurator',
        'ocaml',
        'ocplib-endian',
      ],
      ['pkg:opam/lwt_ppx@2.1.0', 'installed', 'usr/lib/ocaml/lwt_ppx/opam', 'dune', 'lwt', 'ocaml', 'ppxlib'],
      [
        'pkg:opam/lwt_react@1.2.0',
        'installed',
        'usr/lib/ocaml/lwt_react/opam',
        'dune',
        'lwt',
        'ocaml',
        'react',
      ],
      ['pkg:opam/seq@0.3.1', 'installed', `${SWITCH}/seq.0.3.1/opam`],
      ['pkg:opam/yojson', 'installed', 'usr/lib/ocaml/yojson/opam', 'dune', 'ocaml', 'seq'],
      ['pkg:opam/yojson@2.0.2', 'installed', `${SWITCH}/yojson.2.0.2/opam`, 'seq'],
    ],
  );
  const seq = packages.find(({ name }) => name === 'seq');
  assert.deepEqual(
    [seq?.licences, seq?.supplier, seq?.homepage, seq?.description],
    [
      ['LGPL-2.1-only'],
      'a@example.org',
      'https://github.com/c-cube/seq/',
      "Compatibility package for OCaml's standard iterator type",
    ],
  );
  assert.deepEqual(
    coverage.filter(({ code }) => code !== 'PACKAGE_WITHOUT_VERSION'),
    [],
  );
});

const FIELDS: readonly (readonly [text: string, expected: unknown])[] = [
  ['', {}],
  ['a: "b" # c', { a: [['b']] }],
  ['a: """b\n"c" """', { a: [['b\n"c" ']] }],
  [
    'a: ["b" {with-test & >= "1.0"} ("c" | "d")]',
    { a: [['b', 'with-test', '&', '>=', '"1.0"'], ['c'], ['d']] },
  ],
  ['a: "b" {c}\nurl { src: "d" }\nsection "e" { f: { g } }', { a: [['b', 'c']] }],
  ['flags: light-uninstall\nb: 1 (* c *)', { flags: [], b: [] }],
  ['a: [', null],
  ['a: "b', null],
  ['a "b"', null],
  ['url {', null],
  ['a: ]', null],
];
for (const [text, expected] of FIELDS) {
  test(`fields: ${text}`, () => {
    const fields = parseOpam(text);
    const shown =
      fields &&
      Object.fromEntries(
        [...fields].map(([name, texts]) => [name, texts.map((one) => [one.text, ...one.options])]),
      );
    assert.deepEqual(shown, expected);
  });
}

test('nesting and text without end are read in one go', () => {
  assert.equal(parseOpam(`a: ${'['.repeat(500_000)}`), null);
  assert.equal(parseOpam('(*'.repeat(300_000)), null);
  assert.equal(parseOpam(`a: ${'"""'.repeat(300_001)}`), null);
});

test('texts in quotes are read as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const written = texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(' ');
      assert.deepEqual(
        parseOpam(`a: [${written}]`)
          ?.get('a')
          ?.map(({ text }) => text),
        texts,
      );
    }),
  );
});

test('a lock file', () => {
  const { packages, codes } = catalogOf(opamLockCataloger, {
    'srv/app.opam.locked': fixture('ocaml/app.opam.locked'),
  });
  assert.deepEqual(
    packages.map(({ purl, presence }) => [purl, presence]),
    [
      ['pkg:opam/seq@0.3.1', 'declared'],
      ['pkg:opam/yojson@2.0.2', 'declared'],
    ],
  );
  assert.deepEqual(codes, []);
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number, purls?: readonly string[]])[] = [
  ['srv/a.opam.locked', 'depends: ["a" {= "1"} "b" {= "2" & with-test}]', 0, ['pkg:opam/a@1']],
  ['srv/a.opam.locked', 'depends: ["a" {>= "1"}]', 1],
  ['srv/a.opam.locked', '{', 1],
  ['usr/lib/ocaml/a/META', 'requires = "b"', 0],
  ['usr/lib/ocaml/a/META', 'version = "[distributed with Ocaml]"', 0],
  ['usr/lib/ocaml/a/META', 'package "b" (\nversion = "1.0"\n)', 0],
  ['usr/lib/ocaml/a/opam', 'version: "1.0"', 0, ['pkg:opam/a@1.0']],
  ['usr/lib/ocaml/a/opam', '{', 1],
  [`${SWITCH}/a.1.0~beta/opam`, '', 0, ['pkg:opam/a@1.0~beta']],
  ['srv/opam', 'version: "1.0"', 0],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${text}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }], {
      catalogers: [opamLockCataloger, opamInstalledCataloger],
    });
    const found = coverage.filter(({ subject }) => subject === path).length;
    assert.deepEqual([packages.map(({ purl }) => purl), found], [purls, codes]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ':',
    '"',
    '"""',
    '(*',
    '*)',
    '#',
    '\\',
    'a',
    '= "1"',
    '\n',
    'depends:',
  ];
  assertRobust(opamLockCataloger, 'a.opam.locked', fixture('ocaml/app.opam.locked'), pieces);
  const content = fixtureTree('ocaml/installed.tar.gz')['usr/lib/ocaml/lwt/META'];
  assert.ok(content instanceof Uint8Array);
  for (const name of ['opam', 'META']) {
    const path = `usr/lib/ocaml/lwt/${name}`;
    fc.assert(
      fc.property(fc.nat(content.length), fc.array(fc.constantFrom(...pieces)), (length, parts) => {
        for (const text of [content.subarray(0, length), Buffer.from(parts.join(''))]) {
          assert.ok(catalogOf(opamInstalledCataloger, { [path]: text }).purls.length <= 1);
        }
      }),
    );
  }
});
