import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { plainlyInside, plainOrder } from './plain-version.ts';

test('versions of digits and dots have an order that no scheme denies', () => {
  for (const [a, b, expected] of [
    ['1.10', '1.9', 1],
    ['1.2', '1.10', -1],
    ['2', '10', -1],
    ['1.2', '1.2.1', -1],
    ['01.2', '1.2', 0],
    ['9007199254740993', '9007199254740992', 1],
    // deb and rpm put 1.0 before 1.0.0, Maven and PyPI call them equal
    ['1.0', '1.0.0', null],
    ['1.0-rc1', '1.0', null],
    ['1:1.0', '1.0', null],
    ['', '1', null],
  ] as const) {
    const order = plainOrder(a, b);
    assert.equal(order === null ? null : Math.sign(order), expected, `${a} and ${b}`);
  }
});

test('order is antisymmetric', () => {
  const version = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const [forth, back] = [plainOrder(a, b), plainOrder(b, a)];
      assert.equal(forth === null, back === null);
      assert.equal(Math.sign(forth ?? 0) + Math.sign(back ?? 0), 0);
    }),
  );
});

test('inside an interval only beyond doubt', () => {
  const interval = { introduced: '1.2', fixed: '1.10', lastAffected: null };
  for (const [version, expected] of [
    ['1.2', true],
    ['1.9.9', true],
    ['1.10', false],
    ['1.1', false],
    ['1.9rc1', false],
    ['1.2.0', false],
  ] as const) {
    assert.equal(plainlyInside(version, interval), expected, version);
  }
  assert.equal(plainlyInside('7', { introduced: null, fixed: null, lastAffected: '7' }), true);
  assert.equal(plainlyInside('8-beta', { introduced: null, fixed: null, lastAffected: null }), false);
});
