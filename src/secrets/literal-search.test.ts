import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createLiteralSearch } from './literal-search.ts';

function found(literals: readonly string[], text: string): [at: number, literal: string][] {
  const result: [number, string][] = [];
  createLiteralSearch(literals).find(Buffer.from(text, 'latin1'), (at, literal) => {
    result.push([at, literals[literal] ?? '']);
    return true;
  });
  return result;
}

function expected(literals: readonly string[], text: string): [number, string][] {
  const result: [number, string][] = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const literal of literals) if (text.startsWith(literal, at)) result.push([at, literal]);
  }
  return result;
}

const sorted = (list: readonly [number, string][]) =>
  list.toSorted(([a, left], [b, right]) => a - b || (left < right ? -1 : 1));

for (const [literals, text] of [
  [['ghp_', 'AKIA', '-----BEGIN'], 'x ghp_1 AKIA -----BEGIN x'],
  [['ab', 'abc', 'bc'], 'abcabc'],
  [['aa'], 'aaaa'],
  [['ab'], ''],
  [['ab'], 'a'],
  [['abcd'], 'abc'],
  [[], 'abc'],
  [['\xff\xfe'], 'a\xff\xfeb'],
] as const) {
  test(`${JSON.stringify(literals)} in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(sorted(found(literals, text)), sorted(expected(literals, text)));
  });
}

test('finds what comparing at every position finds', () => {
  const letters = fc.constantFrom('a', 'b', 'c');
  const word = (minLength: number, maxLength: number) =>
    fc.array(letters, { minLength, maxLength }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.uniqueArray(word(2, 5), { maxLength: 6 }), word(0, 60), (literals, text) => {
      assert.deepEqual(sorted(found(literals, text)), sorted(expected(literals, text)));
    }),
    { numRuns: 1000 },
  );
});

test('stops when told to', () => {
  let calls = 0;
  createLiteralSearch(['ab']).find(Buffer.from('ababab'), () => {
    calls += 1;
    return calls < 2;
  });
  assert.equal(calls, 2);
});

test('a literal of one byte would be found everywhere', () => {
  assert.throws(() => createLiteralSearch(['a']), RangeError);
});
