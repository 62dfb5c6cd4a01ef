import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { LibraryError } from '../errors.ts';
import { fieldTexts, splitObjects } from './json-documents.ts';

async function* inParts(parts: readonly string[]): AsyncGenerator<string, void> {
  for (const part of parts) yield part;
}

const split = (...parts: readonly string[]): Promise<string[]> =>
  Array.fromAsync(splitObjects(inParts(parts)));

test('objects one after the other', async () => {
  assert.deepEqual(await split('{"a":{"b":"}"}}{} \n\t{"c":"\\"{"}\n'), [
    '{"a":{"b":"}"}}',
    '{}',
    '{"c":"\\"{"}',
  ]);
  assert.deepEqual(await split('{"a', '":"\\', '"}"}', '', '  {', '}'), ['{"a":"\\"}"}', '{}']);
  assert.deepEqual(await split(' '), []);
});

test('what is no object, or ends too early', async () => {
  for (const [text, message] of [
    ['[{}]', /document 1 begins with "\["/],
    ['{}x', /document 2 begins with "x"/],
    ['{"a":"', /document 1 ends before its time/],
  ] as const) {
    await assert.rejects(split(text), (error: unknown) => {
      assert.ok(error instanceof LibraryError && error.code === 'DOCUMENT_INVALID');
      assert.match(error.message, message);
      return true;
    });
  }
});

test('fields are given as they are written', () => {
  const text = '{ "a" : { "x": [1, 2,\n3] } , "b\\u0022:" :"q,\\"}", "c":  1.0  , "a": 2 }';
  assert.deepEqual(
    [...fieldTexts(text)],
    [
      ['a', '2'],
      ['b":', '"q,\\"}"'],
      ['c', '1.0'],
    ],
  );
  assert.deepEqual([...fieldTexts('{}')], []);
});

test('any object comes back, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('', '\n', '\t'),
      async (objects, length, space) => {
        const texts = objects.map((object) => JSON.stringify(object, null, space));
        const all = texts.join(space);
        const parts = Array.from({ length: Math.ceil(all.length / length) }, (_, at) =>
          all.slice(at * length, (at + 1) * length),
        );
        assert.deepEqual(await split(...parts), texts);
        for (const [at, text] of texts.entries()) {
          const fields = [...fieldTexts(text)].map(([name, value]) => [name, JSON.parse(value) as unknown]);
          assert.deepEqual(Object.fromEntries(fields), JSON.parse(JSON.stringify(objects[at])));
        }
      },
    ),
  );
});
