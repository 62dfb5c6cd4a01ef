import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../test/cpu-time.ts';
import { parseJsoncObject } from './jsonc.ts';

const TEXTS: readonly (readonly [text: string, value: unknown])[] = [
  ['{"a": [1, 2,], "b": {"c": null,},}', { a: [1, 2], b: { c: null } }],
  ['// one\n{"a": /* two */ 1, // three\n}\n', { a: 1 }],
  ['{"a": "// no, /* no */", "b": "\\",}"}', { a: '// no, /* no */', b: '",}' }],
  ['{"a": 1, // one\n/* two */ }', { a: 1 }],
  ['{"a": 1} // no end', { a: 1 }],
  ['{"a": 1,, "b": 2}', null],
  ['{"a": 1/**/2}', null],
  ['{"a": 1 / 2}', null],
  ['{"a": 1},', null],
  ['{"a": "', null],
  ['[1]', null],
  ['/* {"a": 1}', null],
  ['', null],
];
for (const [text, value] of TEXTS) {
  test(JSON.stringify(text), () => assert.deepEqual(parseJsoncObject(text), value));
}

test('what JSON is keeps its value, with commas and comments added too', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const written = JSON.stringify(value, null, 1);
      const loose = written.replaceAll(/(?<=\S)\n\s*(?=[\]}])/g, ', // "\n');
      assert.deepEqual(parseJsoncObject(loose), JSON.parse(written));
    }),
  );
});

test('no text makes it throw, and time follows length', () => {
  const pieces = ['"', '\\', '/', '//', '/*', '*/', ',', '{', '}', '\n', ' ', '"a":', '1'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces)), (parts) => void parseJsoncObject(parts.join(''))),
  );
  const spent = startCpuTime();
  for (const piece of pieces) parseJsoncObject(piece.repeat(300_000 / piece.length));
  assert.ok(spent() < LITTLE);
});
