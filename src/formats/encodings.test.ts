import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { decodeBase64 } from './base64.ts';
import { readPem } from './pem.ts';

describe('base64 in its one spelling', () => {
  for (const text of [
    'YQ',
    'YQ=',
    'YQ== ',
    ' YQ==',
    'Y\nQ==',
    'YR==',
    'YQ==YQ==',
    '-_8=',
    '+/9=',
    '=',
    'YQ===',
    'é',
  ]) {
    test(`refuses ${JSON.stringify(text)}`, () => assert.equal(decodeBase64(text), null));
  }

  test('takes what encoding writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        assert.ok(decodeBase64(Buffer.from(bytes).toString('base64'))?.equals(bytes));
      }),
    );
  });
});

describe('PEM', () => {
  const block = '-----BEGIN PUBLIC KEY-----\nYWJj\nZGVm\n-----END PUBLIC KEY-----\n';

  test('reads blocks, with either kind of line break', () => {
    const expected = [{ label: 'PUBLIC KEY', der: Buffer.from('abcdef') }];
    assert.deepEqual(readPem(block, 1), expected);
    assert.deepEqual(readPem(block.replaceAll('\n', '\r\n'), 1), expected);
    assert.equal(readPem(block + block, 2)?.length, 2);
  });

  const refused: Readonly<Record<string, string>> = {
    nothing: '',
    'text before': `text\n${block}`,
    'text after': `${block}text`,
    'a header': block.replace('\nYW', '\nA: b\n\nYW'),
    'two names': block.replace('END PUBLIC', 'END PRIVATE'),
    'more than asked for': block + block,
    'white space in lines': block.replace('YWJj', 'YW Jj'),
    'base64 with bits left over': block.replace('ZGVm', 'ZGV='),
    'no end': block.slice(0, 40),
  };
  for (const [name, text] of Object.entries(refused)) {
    test(`refuses ${name}`, () => assert.equal(readPem(text, 1), null));
  }
});
