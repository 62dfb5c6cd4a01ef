import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { OciError } from './errors.ts';
import { parseStrictJson } from './strict-json.ts';

const document = { subject: 'the document', maxBytes: 10_000 };
const parse = (text: string): unknown => parseStrictJson(Buffer.from(text), document);

const REFUSED: readonly (readonly [what: string, text: string | Uint8Array, message: RegExp])[] = [
  ['a key twice', '{"layers":[],"layers":[1]}', /has the field "layers" twice/],
  ['a key twice, once escaped', String.raw`{"layers":[],"l\u0061yers":[1]}`, /has the field "layers" twice/],
  ['a key twice, deep', '{"a":[{"b":{"c":1,"c" \n: 2}}]}', /has the field "c" twice/],
  ['too deep', `${'['.repeat(101)}${']'.repeat(101)}`, /deeper than 100/],
  ['too large', `"${'x'.repeat(10_000)}"`, /has 10002 bytes; at most 10000 are read/],
  ['not JSON', '{"a":1', /is not JSON/],
  ['empty', '', /is not JSON/],
  ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22), /is not JSON/],
];

for (const [what, text, message] of REFUSED) {
  test(`strict JSON refuses: ${what}`, () => {
    assert.throws(() => parseStrictJson(Buffer.from(text), document), { code: 'MANIFEST_INVALID', message });
  });
}

test('strict JSON accepts the same key in different objects, and brackets and escapes in strings', () => {
  const text = String.raw`[{"a":"{[\"a\":","b":"\\"},{"a":{"a":[]}},"a","a"]`;
  assert.deepEqual(parse(text), JSON.parse(text));
});

test('strict JSON throws the code that it was given', () => {
  assert.throws(() => parseStrictJson(Buffer.from('{'), { ...document, code: 'DAEMON_PROTOCOL' }), {
    code: 'DAEMON_PROTOCOL',
  });
});

test('strict JSON reads every JSON text as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.boolean(), (text, pretty) => {
      const written = pretty ? JSON.stringify(JSON.parse(text), null, 2) : text;
      try {
        assert.deepEqual(parse(written), JSON.parse(written));
      } catch (error) {
        // fast-check may write a key twice.
        assert.ok(error instanceof OciError && /twice/.test(error.message), String(error));
      }
    }),
    { numRuns: 300 },
  );
});
