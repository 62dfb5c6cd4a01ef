import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseDigest } from '../model/digest.ts';
import { chainIds } from './chain-id.ts';

const digestOf = (text: string) => parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
const [A, B, C] = [digestOf('a'), digestOf('b'), digestOf('c')] as const;

test('a chain ID is that of the stack below and the layer, as the specification writes it', () => {
  const [first, second, third] = chainIds([A, B, C]);
  assert.equal(first, A);
  assert.equal(second, digestOf(`${A} ${B}`));
  assert.equal(third, digestOf(`${digestOf(`${A} ${B}`)} ${C}`));
  assert.deepEqual(chainIds([]), []);
});

test('the same layers in another order are another file system', () => {
  assert.notEqual(chainIds([A, B]).at(-1), chainIds([B, A]).at(-1));
});
