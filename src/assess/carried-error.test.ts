import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HallmarkError, ModelError } from '../model/errors.ts';
import { carryError, revealError } from './carried-error.ts';

test('an error keeps its code, message, subject, remedy and exit status on its way between threads', () => {
  const error = new ModelError('DIGEST_INVALID', 'not a digest: x', {
    subject: 'x',
    remedy: 'write it anew',
  });
  const revealed = revealError(structuredClone(carryError(error)));
  assert.ok(revealed instanceof HallmarkError);
  const { code, message, subject, remedy, exit } = error;
  assert.deepEqual(
    [revealed.code, revealed.message, revealed.subject, revealed.remedy, revealed.exit],
    [code, message, subject, remedy, exit],
  );
});

test('a fault of the program stays one', () => {
  const cases: readonly (readonly [thrown: unknown, message: string])[] = [
    [new TypeError('x is not a function'), 'TypeError: x is not a function'],
    ['a text', 'Error: a text'],
    [undefined, 'Error: undefined'],
  ];
  for (const [thrown, message] of cases) {
    const revealed = revealError(structuredClone(carryError(thrown)));
    assert.ok(!(revealed instanceof HallmarkError));
    assert.equal(revealed.message, message);
  }
});
