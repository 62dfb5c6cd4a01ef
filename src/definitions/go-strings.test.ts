import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { cleanPath, LIST_SPACES, quote, trim } from './go-strings.ts';

// what Go's `path.Clean` gives
for (const [path, expected] of [
  ['', '.'],
  ['./', '.'],
  ['3.1/', '3.1'],
  ['./3.1/alpine', '3.1/alpine'],
  ['3.1///alpine//', '3.1/alpine'],
  ['3.1/../3.2/./', '3.2'],
  ['3.1/../..', '..'],
  ['../../3.1', '../../3.1'],
  ['/3.1/../..', '/'],
  ['///', '/'],
  ['3.1\n', '3.1\n'],
] as const) {
  test(`the clean path of ${JSON.stringify(path)}`, () => assert.equal(cleanPath(path), expected));
}

test('a clean path stays as it is', () => {
  const path = fc.array(fc.constantFrom('a', '.', '..', '', 'b c')).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(path, (text) => {
      assert.equal(cleanPath(cleanPath(text)), cleanPath(text));
    }),
  );
});

for (const [text, expected] of [
  ['a "b" \\', '"a \\"b\\" \\\\"'],
  ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
  ['\x00\x1b\x7f', '"\\x00\\x1b\\x7f"'],
  ['é 漢 😀', '"é 漢 😀"'],
  ['\u00a0\u200b\u202e', '"\\u00a0\\u200b\\u202e"'],
  ['\u{e0001}', '"\\U000e0001"'],
] as const) {
  test(`quoted as by Go: ${expected}`, () => assert.equal(quote(text), expected));
}

test('spaces are those of Go', () => {
  assert.equal(trim(' \u0085\u00a0\u3000a b\u2003\n'), 'a b');
  assert.equal(trim('\ufeffa'), '\ufeffa');
  assert.equal(trim('\v\na\r\t ', LIST_SPACES), '\v\na');
});

test('a long run of spaces inside of a text takes linear time', () => {
  const text = `a${' '.repeat(1_000_000)}b`;
  assert.equal(trim(text).length, text.length);
});
