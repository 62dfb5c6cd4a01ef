import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseTerms, type Term, textsOf, valueOf } from './terms.ts';

const READ: readonly (readonly ['erlang' | 'elixir', string, readonly Term[] | null])[] = [
  ['erlang', '', []],
  ['erlang', '% nothing', []],
  ['erlang', '{a, \'B c\', "d\\"" "e", <<"f"/utf8>>, <<1,2>>}.', [['a', 'B c', 'd"e', 'f', '']]],
  ['erlang', '[1.5, -2, 16#FF, $a | x]. b.', [['1.5', '-2', '16#FF', 'a', 'x'], 'b']],
  [
    'erlang',
    '#{k => v, "l" => []}.',
    [
      [
        ['k', 'v'],
        ['l', []],
      ],
    ],
  ],
  ['erlang', '"\\x{e9}\\n"', ['é\n']],
  ['erlang', '{a', null],
  ['erlang', 'a}', null],
  ['erlang', '"a', null],
  ['erlang', '<<"a"', null],
  ['erlang', 'fun() -> ok end', null],
  [
    'elixir',
    '%{"a": {:b, :"c d", "1.0"}, # e\n f: nil}',
    [
      [
        ['a', ['b', 'c d', '1.0']],
        ['f', 'nil'],
      ],
    ],
  ],
  [
    'elixir',
    '%{"a" => [x: true, y: Foo.Bar]}',
    [
      [
        [
          'a',
          [
            ['x', 'true'],
            ['y', 'Foo.Bar'],
          ],
        ],
      ],
    ],
  ],
  ['elixir', '[a: ]', null],
  ['elixir', '%{"a" => }', null],
];
for (const [dialect, text, expected] of READ) {
  test(`${dialect}: ${text}`, () => assert.deepEqual(parseTerms(text, dialect), expected));
}

test('values and texts', () => {
  assert.equal(
    valueOf(
      [
        ['a', '1'],
        ['a', '2'],
      ],
      'a',
    ),
    '1',
  );
  assert.equal(valueOf('a', 'a'), undefined);
  assert.deepEqual(textsOf(['a', ['b']]), ['a']);
});

test('what is nested too deep is not read', () => {
  assert.equal(parseTerms('['.repeat(100_000), 'erlang'), null);
  assert.equal(parseTerms(`${'['.repeat(51)}${']'.repeat(51)}`, 'elixir'), null);
  assert.notEqual(parseTerms(`${'['.repeat(50)}${']'.repeat(50)}`, 'elixir'), null);
});

test('long strings and many of them are read', () => {
  assert.deepEqual(parseTerms(`"${'a\\"'.repeat(500_000)}".`, 'erlang')?.[0]?.length, 1_000_000);
  assert.equal(parseTerms('a '.repeat(500_000), 'elixir')?.length, 500_000);
});

test('lists of quoted text are read as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (texts) => {
      const written = `[${texts.map((text) => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`).join(', ')}]`;
      assert.deepEqual(parseTerms(`${written}.`, 'erlang'), [texts]);
      assert.deepEqual(parseTerms(written, 'elixir'), [texts]);
    }),
  );
});
