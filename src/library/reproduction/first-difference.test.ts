import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { firstDifference } from './first-difference.ts';

test('the first byte that differs', () => {
  const cases: readonly (readonly [left: string, right: string, at: number | null])[] = [
    ['', '', null],
    ['abc', 'abc', null],
    ['abc', 'abd', 2],
    ['abc', 'xbc', 0],
    ['abc', 'ab', 2],
    ['', 'a', 0],
  ];
  for (const [left, right, at] of cases) {
    assert.equal(firstDifference(Buffer.from(left), Buffer.from(right)), at, `${left} ${right}`);
  }
});

test('it is where two contents that begin alike part', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), fc.uint8Array(), (start, left, right) => {
      fc.pre(left[0] !== right[0]);
      const at = firstDifference(Buffer.concat([start, left]), Buffer.concat([start, right]));
      assert.equal(at, start.length);
    }),
  );
});
