import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { parseFormula } from './formula.ts';
import { homebrewCataloger } from './homebrew.ts';

const CELLAR = 'home/linuxbrew/.linuxbrew/Cellar';
const RECEIPT = 'INSTALL_RECEIPT.json';

test('formulae with receipts, and what they need', () => {
  const { packages, coverage } = inventoryOf([
    {
      [`${CELLAR}/curl/8.7.1/${RECEIPT}`]: fixture(`homebrew/${RECEIPT}`),
      [`${CELLAR}/curl/8.7.1/.brew/curl.rb`]: fixture('homebrew/curl.rb'),
      [`${CELLAR}/openssl@3/3.2.1_1/${RECEIPT}`]: '{}',
      [`${CELLAR}/terraform/1.8.0/${RECEIPT}`]: '{"source":{"tap":"hashicorp/tap"}}',
    },
  ]);
  assert.deepEqual(
    packages.map(({ purl, name, licences, description, homepage, dependencies, dependsOn }) => {
      return { purl, name, licences, description, homepage, dependencies, dependsOn };
    }),
    [
      {
        purl: 'pkg:brew/curl@8.7.1',
        name: 'curl',
        licences: ['curl'],
        description: 'Get a file from an HTTP, HTTPS or FTP "server"',
        homepage: 'https://curl.se',
        dependencies: ['openssl@3'],
        dependsOn: ['pkg:brew/openssl%403@3.2.1_1'],
      },
      {
        purl: 'pkg:brew/hashicorp/tap/terraform@1.8.0',
        name: 'hashicorp/tap/terraform',
        licences: [],
        description: null,
        homepage: null,
        dependencies: [],
        dependsOn: [],
      },
      {
        purl: 'pkg:brew/openssl%403@3.2.1_1',
        name: 'openssl@3',
        licences: [],
        description: null,
        homepage: null,
        dependencies: [],
        dependsOn: [],
      },
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a cask', () => {
  const receipt = '{"source":{"tap":"homebrew/cask","version":"3.5.6"},"arch":"arm64"}';
  const { packages } = inventoryOf([{ [`opt/homebrew/Caskroom/font-hack/.metadata/${RECEIPT}`]: receipt }]);
  assert.deepEqual(
    packages.map(({ purl, architecture }) => [purl, architecture]),
    [['pkg:brew/font-hack@3.5.6', 'arm64']],
  );
});

const LICENCES: readonly (readonly [ruby: string, licence: string | null])[] = [
  ['license "MIT"', 'MIT'],
  ['license any_of: ["MIT", "Apache-2.0"]', 'MIT OR Apache-2.0'],
  [
    'license all_of: [\n    "BSD-3-Clause",\n    any_of: ["MIT", "ISC"],\n  ]',
    'BSD-3-Clause AND (MIT OR ISC)',
  ],
  [
    'license "GPL-2.0-only" => { with: "Classpath-exception-2.0" }',
    'GPL-2.0-only WITH Classpath-exception-2.0',
  ],
  ['license all_of: ["MIT", { "GPL-3.0-only" => { with: "X" } }]', null],
  ['license :public_domain', null],
  ['license any_of: [', null],
  ['license ' + 'any_of: ['.repeat(100), null],
  ['# license "MIT"', null],
];
for (const [ruby, licence] of LICENCES) {
  test(`the formula’s ${ruby.slice(0, 60)}`, () => {
    assert.equal(parseFormula(`class A < Formula\n  ${ruby}\nend\n`).licence, licence);
  });
}

test('a receipt that is no JSON is coverage; one elsewhere is not looked at', () => {
  const { packages, coverage } = inventoryOf([
    { [`${CELLAR}/a/1/${RECEIPT}`]: 'rubbish', [`srv/${RECEIPT}`]: 'rubbish' },
  ]);
  assert.deepEqual([packages.length, coverage.length], [0, 1]);
});

test('no text makes it throw', () => {
  const piece = fc.constantFrom(
    '\n  license ',
    '\n  desc "',
    '"',
    'any_of:',
    '[',
    ']',
    '=>',
    '{',
    'with:',
    '"MIT"',
    '}',
    ',',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), fc.json(), (pieces, json) => {
      inventoryOf([{ [`${CELLAR}/a/1/.brew/a.rb`]: pieces.join(' '), [`${CELLAR}/a/1/${RECEIPT}`]: json }], {
        catalogers: [homebrewCataloger],
      });
    }),
    { numRuns: 300 },
  );
});
