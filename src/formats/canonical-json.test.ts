import assert from 'node:assert/strict';
import test from 'node:test';
import { assert as check, dictionary, jsonValue, property, string } from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

test('values are spelled in one way', () => {
  const table: readonly (readonly [unknown, string])[] = [
    [{ b: 1, a: [3, { d: null, c: true }] }, '{"a":[3,{"c":true,"d":null}],"b":1}'],
    // an object puts these keys in the order of numbers
    [{ 9: 'nine', 10: 'ten', '': 0 }, '{"":0,"10":"ten","9":"nine"}'],
    [{ a: undefined, b: 'é\n"' }, '{"b":"é\\n\\""}'],
    [
      { '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\u0080': 5 },
      '{"\\r":2,"1":3,"\u0080":5,"€":1,"😀":4}',
    ],
    [[1e21, 1e-7, -0, 4.5], '[1e+21,1e-7,0,4.5]'],
    ['text', '"text"'],
  ];
  for (const [value, expected] of table) assert.equal(canonicalJson(value), expected);
});

test('the order of keys does not matter, and nothing is lost', () => {
  check(
    property(dictionary(string(), jsonValue()), (object) => {
      const turned = Object.fromEntries(Object.entries(object).reverse());
      assert.equal(canonicalJson(turned), canonicalJson(object));
      assert.deepEqual(JSON.parse(canonicalJson(object)), JSON.parse(JSON.stringify(object)));
    }),
  );
});
