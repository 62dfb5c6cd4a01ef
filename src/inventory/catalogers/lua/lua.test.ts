import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { fixture, fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { luaInstalledCataloger } from './lua-installed.ts';
import { luaLockCataloger } from './lua-lock.ts';
import { type LuaValue, parseLuaTables } from './lua-table.ts';

const ROCKS = 'usr/local/lib/luarocks/rocks-5.3';
const ROCKSPEC = `${ROCKS}/say/1.4.1-3/say-1.4.1-3.rockspec`;

const plain = (value: LuaValue | null): unknown =>
  typeof value === 'string' || value === null
    ? value
    : Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));

const TABLES: readonly (readonly [text: string, expected: unknown])[] = [
  ['', {}],
  ['#!/usr/bin/lua\na = "b" -- c', { a: 'b' }],
  ['local v = "1.0"\nversion = v .. "-" .. 1', { v: '1.0', version: '1.0-1' }],
  [
    'return { a = "b", "c"; ["d-e"] = true, f = { 1, 2, }, }',
    { a: 'b', 1: 'c', 'd-e': 'true', f: { 1: '1', 2: '2' } },
  ],
  ['a = [[\nx]] b = [==[y]]z]==]', { a: 'x', b: 'y]]z' }],
  ['--[[ long\n]] a = "\\"b\\n"', { a: '"b\n' }],
  ['a = {', null],
  ['a = b', null],
  ['a = f()', null],
  ['return {} + 1', null],
  ['--[[ open', null],
  ['a = [[ open', null],
  ['a = "open', null],
];
for (const [text, expected] of TABLES) {
  test(`tables: ${text}`, () => assert.deepEqual(plain(parseLuaTables(text)), expected));
}

test('tables that are nested too deep, grow or never end are not read', () => {
  assert.equal(parseLuaTables(`a = ${'{'.repeat(100_000)}`), null);
  assert.equal(parseLuaTables(`a = "aaaaaaaaaa"\n${'a = a .. a\n'.repeat(100)}`), null);
  assert.equal(parseLuaTables('[['.repeat(500_000)), null);
  assert.equal(parseLuaTables('--[[\n'.repeat(200_000)), null);
});

test('texts in quotes are read as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const written = texts.map((text) => `"${text.replaceAll(/["\\\n]/g, '\\$&')}"`).join(', ');
      assert.deepEqual([...(parseLuaTables(`return {${written}}`)?.values() ?? [])], texts);
    }),
  );
});

test('rocks in a tree, with their files', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('lua/tree.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, presence, dependencies, dependsOn, files }) => ({
      purl,
      presence,
      dependencies,
      dependsOn,
      files,
    })),
    [
      {
        purl: 'pkg:luarocks/luassert@1.9.0-1',
        presence: 'installed',
        dependencies: ['say'],
        dependsOn: ['pkg:luarocks/say@1.4.1-3'],
        files: [
          `${ROCKS}/luassert/1.9.0-1/luarocks.lock`,
          `${ROCKS}/luassert/1.9.0-1/luassert-1.9.0-1.rockspec`,
          'usr/local/share/lua/5.3/luassert/init.lua',
        ],
      },
      {
        purl: 'pkg:luarocks/say@1.4.1-3',
        presence: 'installed',
        dependencies: [],
        dependsOn: [],
        files: [ROCKSPEC, 'usr/local/share/lua/5.3/say/init.lua'],
      },
    ],
  );
  const say = packages.at(-1);
  assert.deepEqual(
    [say?.licences, say?.supplier, say?.description, say?.homepage],
    [
      ['MIT <http://opensource.org/licenses/MIT>'],
      'Someone <someone@example.org>',
      'Lua string hashing/indexing library',
      'https://lunarmodules.github.io/say',
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a rockspec that is a program leaves name and version known', () => {
  const { purls, codes } = catalogOf(luaInstalledCataloger, {
    [ROCKSPEC]: 'if true then package = "say" end',
  });
  assert.deepEqual([purls, codes], [['pkg:luarocks/say@1.4.1-3'], [`EVIDENCE_UNREADABLE ${ROCKSPEC}`]]);
});

test('a manifest does not name files elsewhere', () => {
  const { packages } = catalogOf(luaInstalledCataloger, {
    [`${ROCKS}/say/1.4.1-3/rock_manifest`]:
      'rock_manifest = { lua = { [".."] = { ["a"] = "0" }, ["../b"] = "0", c = "0" }, bin = { d = "0" } }',
  });
  assert.deepEqual(packages[0]?.files, ['usr/local/bin/d', 'usr/local/share/lua/5.3/c']);
});

const OTHERS: readonly (readonly [path: string, text: string, codes: number, purls?: readonly string[]])[] = [
  ['srv/luarocks.lock', fixture('lua/luarocks.lock').toString(), 0, ['pkg:luarocks/say@1.4.1-3']],
  ['srv/luarocks.lock', 'return {}', 0],
  ['srv/luarocks.lock', 'return { dependencies = { say = "1", ["a/b"] = "1-1" } }', 1],
  ['srv/luarocks.lock', 'return', 1],
  [`${ROCKS}/say/1.4.1-3/luarocks.lock`, 'return', 0],
  ['srv/say-1.4.1-3.rockspec', 'package = "say"', 0],
  [`${ROCKS}/say/1.4.1-3/other-1.rockspec`, '', 0],
];
for (const [path, text, codes, purls = []] of OTHERS) {
  test(`${path}: ${text}`, () => {
    const { packages, coverage } = inventoryOf([{ [path]: text }], {
      catalogers: [luaLockCataloger, luaInstalledCataloger],
    });
    const found = coverage.filter(({ subject }) => subject === path).length;
    assert.deepEqual([packages.map(({ purl }) => purl), found], [purls, codes]);
  });
}

test('no file makes them throw', () => {
  const pieces = [
    '{',
    '}',
    '[[',
    ']]',
    '[',
    ']',
    '=',
    '"',
    "'",
    '\\',
    '..',
    '--',
    'a',
    ',',
    'return ',
    'local ',
    '1',
  ];
  assertRobust(luaLockCataloger, 'luarocks.lock', fixture('lua/luarocks.lock'), pieces);
  const tree = fixtureTree('lua/tree.tar.gz');
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.entries(tree).filter(([path]) => path.includes('/say/1.4'))),
      fc.nat(),
      fc.nat(255),
      fc.array(fc.constantFrom(...pieces)),
      ([path, content], at, byte, parts) => {
        const real = content instanceof Uint8Array ? Uint8Array.from(content) : new Uint8Array();
        real[at % real.length] = byte;
        for (const damaged of [real, real.subarray(0, at % real.length), Buffer.from(parts.join(''))]) {
          assert.equal(
            catalogOf(luaInstalledCataloger, { [path]: damaged }).purls[0],
            'pkg:luarocks/say@1.4.1-3',
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});
