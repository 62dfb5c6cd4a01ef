import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { readStrictJson } from './strict-json.ts';

const read = (text: string) => readStrictJson(Buffer.from(text), { maxBytes: 10_000, numbers: 'exact' });

describe('strict JSON with exact numbers', () => {
  const refused: Readonly<Record<string, RegExp>> = {
    '9007199254740992': /beyond 2\^53/,
    '[-9007199254740993]': /beyond 2\^53/,
    '{"a":1e999}': /beyond 2\^53/,
    '{"a":9007199254740993.0}': /beyond 2\^53/,
    '{"a":1,"a":1}': /has the field "a" twice/,
    '{"a":1,"\\u0061":1}': /has the field "a" twice/,
    '{"a":01}': /is not JSON/,
  };
  for (const [text, problem] of Object.entries(refused)) {
    test(`refuses ${text}`, () => {
      const found = read(text);
      assert.match('problem' in found ? found.problem : '', problem);
    });
  }

  test('takes what a double holds exactly, and digits in texts', () => {
    for (const text of ['9007199254740991', '[-0.5e3,"9007199254740993"]', '{"9007199254740993":1}']) {
      assert.deepEqual(read(text), { value: JSON.parse(text) });
    }
  });

  test('takes any number where numbers are left to others', () => {
    const found = readStrictJson(Buffer.from('1e300'), { maxBytes: 10, numbers: 'any' });
    assert.deepEqual(found, { value: 1e300 });
  });

  test('reads what JSON.parse reads, or says why not', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0061"',
      '"\\\\"',
      '"',
      '1',
      '-',
      'e9',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
      fc
        .array(fc.constantFrom('"a":1', '"\\u0061" : [1]', '"b":{"a":-1e9}', '"a":"\\""'))
        .map((all) => `{${all.join(',')}}`),
    );
    fc.assert(
      fc.property(text, (written) => {
        const found = read(written);
        if ('value' in found) {
          assert.deepEqual(found.value, JSON.parse(written));
          const strings = written.match(/"(?:[^"\\]|\\[^])*"(?:\s*:)?/g) ?? [];
          assert.equal(keysIn(found.value), strings.filter((each) => each.endsWith(':')).length);
        } else if (found.problem === 'is not JSON') assert.throws(() => JSON.parse(written), SyntaxError);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Those of all objects: as many as are written, where none is there twice. */
function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values(value).reduce((sum: number, each: unknown) => sum + keysIn(each), 0);
  return Array.isArray(value) ? inside : inside + Object.keys(value).length;
}
