import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import {
  anything,
  applyShape,
  boolean,
  count,
  list,
  literal,
  mapped,
  nullable,
  number,
  object,
  optional,
  record,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from './shape.ts';

const READ: readonly (readonly [what: string, shape: Shape<unknown>, value: unknown, found: unknown])[] = [
  ['a text', string(3), 'abc', 'abc'],
  ['true or false', boolean, false, false],
  ['a number', number, -0.5, -0.5],
  ['a count', count, 2 ** 53 - 1, 2 ** 53 - 1],
  ['one value', literal(2), 2, 2],
  ['a list', list(count, 2), [0, 1], [0, 1]],
  ['an object, without what nobody asked for', object({ a: count }), { a: 1, b: 2 }, { a: 1 }],
  ['a field that is not there', object({ a: optional(count) }), {}, { a: null }],
  ['a field that is null', object({ a: optional(count) }), { a: null }, { a: null }],
  ['null where the field must be there', object({ a: nullable(count) }), { a: null }, { a: null }],
  ['a meaning', mapped(string(), Number), '7', 7],
];

for (const [what, shape, value, found] of READ) {
  test(`a shape reads ${what}`, () => assert.deepEqual(applyShape(shape, value), found));
}

const isUpper = (text: string): text is Uppercase<string> => text === text.toUpperCase();

const REFUSED: readonly (readonly [Shape<unknown>, value: unknown, place: string, message: string])[] = [
  [string(3), 'abcd', '', 'has 4 characters; at most 3 are read'],
  [string(), 7, '', 'expected a string, found a number'],
  [boolean, 'true', '', 'expected true or false, found a string'],
  [number, JSON.parse('1e999'), '', 'expected a number, found a number'],
  [count, -1, '', 'expected a whole number from 0, found a number'],
  [count, 2 ** 53, '', 'expected a whole number from 0, found a number'],
  [literal('layers'), 'layer', '', 'expected "layers", found a string'],
  [list(count), { length: 0 }, '', 'expected a list, found an object'],
  [list(count, 1), ['not read', 1], '', 'has 2 entries; at most 1 are read'],
  [object({}), [], '', 'expected an object, found a list'],
  [object({ a: nullable(count) }), {}, 'a', 'expected a whole number from 0, found nothing'],
  [
    object({ a: list(object({ b: count })) }),
    { a: [{ b: 1 }, { b: null }] },
    'a.1.b',
    'expected a whole number from 0, found null',
  ],
  [record(string()), { one: 'a', two: true }, 'two', 'expected a string, found a boolean'],
  [refined(string(), isUpper, 'capitals'), 'Ab', '', 'expected capitals'],
  [object({ constructor: anything, toString: string() }), {}, 'toString', 'expected a string, found nothing'],
];

for (const [shape, value, place, message] of REFUSED) {
  test(`a shape refuses ${JSON.stringify(value)} at "${place}": ${message}`, () => {
    const mismatch = applyShape(shape, value);
    assert(mismatch instanceof ShapeMismatch);
    assert.deepEqual({ place: mismatch.place, message: mismatch.message }, { place, message });
  });
}

test('names from data meet no property of Object', () => {
  const found = record(string())(JSON.parse('{"__proto__":"a","constructor":"b"}'), '');
  assert.equal(Object.getPrototypeOf(found), null);
  assert.deepEqual(Object.entries(found), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});

test('shapes accept and refuse what zod does, at the same place', () => {
  const shape = object({
    a: optional(string(3)),
    b: list(object({ c: count })),
    d: nullable(record(string())),
  });
  const schema = z.object({
    a: z.string().max(3).nullish(),
    b: z.array(z.object({ c: z.int().min(0) })),
    d: z.record(z.string(), z.string()).nullable(),
  });
  const leaf = fc.constantFrom(undefined, null, '', 'abcd', 0, -1, 1.5, true);
  const sometimes = <T>(value: fc.Arbitrary<T>) => fc.oneof({ weight: 4, arbitrary: value }, leaf);
  const document = fc.record({
    a: sometimes(fc.string({ maxLength: 3 })),
    b: sometimes(fc.array(sometimes(fc.record({ c: sometimes(fc.nat()) })), { maxLength: 2 })),
    d: sometimes(fc.dictionary(fc.constantFrom('x', 'y'), sometimes(fc.string()))),
  });
  fc.assert(
    fc.property(document, (value) => {
      const found = applyShape(shape, value);
      const expected = schema.safeParse(value);
      const place = found instanceof ShapeMismatch ? found.place : null;
      assert.equal(place, expected.error?.issues[0]?.path.join('.') ?? null);
    }),
    { numRuns: 500 },
  );
});
