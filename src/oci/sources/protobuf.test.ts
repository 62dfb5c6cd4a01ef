import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { bytesField, decodeMessage, encodeMessage, numberField, textField } from './protobuf.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Examples of protobuf.dev/programming-guides/encoding. */
const EXAMPLES = [
  [[1, 150], '089601'],
  [[2, 'testing'], '120774657374696e67'],
] as const;

for (const [field, expected] of EXAMPLES) {
  test(`a message as the specification shows it: ${expected}`, () => {
    assert.equal(hex(encodeMessage([field])), expected);
    assert.deepEqual(decodeMessage(Buffer.from(expected, 'hex'))?.size, 1);
  });
}

test('what is written is read again, and the last value counts', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      fc.uint8Array(),
      fc.integer({ min: 16, max: 2 ** 29 - 1 }),
      (text, number, bytes, field) => {
        const message = decodeMessage(
          encodeMessage([
            [1, 'first'],
            [1, text],
            [2, number],
            [field, bytes],
          ]),
        );
        assert.ok(message);
        assert.equal(textField(message, 1), text.toWellFormed());
        assert.equal(numberField(message, 2), number);
        assert.equal(hex(bytesField(message, field) ?? Buffer.from('absent')), hex(bytes));
      },
    ),
    { numRuns: 200 },
  );
});

test('fields of fixed size are passed over, absent ones are empty', () => {
  const message = decodeMessage(Buffer.from('09' + '00'.repeat(8) + '15' + '00'.repeat(4) + '1a0161', 'hex'));
  assert.ok(message);
  assert.equal(textField(message, 3), 'a');
  assert.deepEqual([textField(message, 9), numberField(message, 9), bytesField(message, 9)], ['', 0, null]);
});

const BROKEN = {
  'a length beyond the end': '0a05',
  'a number that does not end': '08ffff',
  'a number of eleven bytes': `08${'ff'.repeat(10)}01`,
  'a number that is not exact': '08ffffffffffffffff7f',
  'a group': '0b0c',
  'half a fixed field': '0900',
  'more fields than any message has': '0800'.repeat(10_001),
};

for (const [what, bytes] of Object.entries(BROKEN)) {
  test(`no message: ${what}`, () => assert.equal(decodeMessage(Buffer.from(bytes, 'hex')), null));
}

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void decodeMessage(bytes)),
    { numRuns: 500 },
  );
});
