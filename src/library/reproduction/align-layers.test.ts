import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { digestOf } from '../../model/digest.ts';
import { alignLayers } from './align-layers.ts';

const layers = (text: string) => text.split('').map((letter) => digestOf(letter));
const lettersOf = (text: string, numbers: readonly number[]) => numbers.map((at) => text[at]).join('');

/** `a=a` for a pair that is the same, `ab~c` for others. */
function told(before: string, after: string): readonly string[] {
  return alignLayers(layers(before), layers(after)).map((pair) => {
    const sign = pair.isSame ? '=' : '~';
    return `${lettersOf(before, pair.before)}${sign}${lettersOf(after, pair.after)}`;
  });
}

test('layers that are the same go together, and others with what lies between', () => {
  const cases: readonly (readonly [before: string, after: string, pairs: readonly string[]])[] = [
    ['', '', []],
    ['ab', 'ab', ['a=a', 'b=b']],
    ['ab', 'ac', ['a=a', 'b~c']],
    ['abc', 'axc', ['a=a', 'b~x', 'c=c']],
    ['abcd', 'axyd', ['a=a', 'b~x', 'c~y', 'd=d']],
    ['abcd', 'axd', ['a=a', 'bc~x', 'd=d']],
    ['ab', 'a', ['a=a', 'b~']],
    ['b', 'ab', ['~a', 'b=b']],
    ['ab', 'cd', ['a~c', 'b~d']],
    ['aab', 'ab', ['a=a', 'a~', 'b=b']],
  ];
  for (const [before, after, pairs] of cases)
    assert.deepEqual(told(before, after), pairs, `${before} ${after}`);
});

test('every layer is in one pair, in its order', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 8 })
    .map((letters) => letters.join(''));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pairs = alignLayers(layers(before), layers(after));
      assert.deepEqual(
        pairs.flatMap((pair) => pair.before),
        Array.from(before, (_, at) => at),
      );
      assert.deepEqual(
        pairs.flatMap((pair) => pair.after),
        Array.from(after, (_, at) => at),
      );
      for (const pair of pairs.filter(({ isSame }) => isSame)) {
        assert.equal(before[pair.before[0] ?? -1], after[pair.after[0] ?? -1]);
      }
    }),
  );
});
