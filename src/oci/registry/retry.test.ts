import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { impatience, rejectsWith } from '../../../test/registry/opening.ts';
import { OciError } from '../errors.ts';
import { DEFAULT_RETRY_POLICY, parseRetryAfter, TransientOciError, withRetries } from './retry.ts';

const { signal } = new AbortController();
const busy = () => Promise.reject(new TransientOciError('REGISTRY_UNAVAILABLE', 'busy', { subject: 'r' }));

test('Retry-After is seconds or a date, and nothing else', () => {
  const now = Date.UTC(2026, 0, 1, 12);
  const cases: readonly (readonly [string | null, number | null])[] = [
    [null, null],
    ['0', 0],
    ['120', 120_000],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', null],
    ['-1x', null],
    ['9'.repeat(400), null],
    ['', null],
  ];
  for (const [header, expected] of cases)
    assert.equal(parseRetryAfter(header, now), expected, String(header));
});

test('the waits double, differ by chance, and end', async () => {
  const waits: number[] = [];
  let tries = 0;
  await rejectsWith('REGISTRY_UNAVAILABLE', /^busy; tried 8 times$/, () =>
    withRetries(
      () => {
        tries += 1;
        return busy();
      },
      { ...impatience(waits), attempts: 8, random: () => 0 },
      signal,
      () => undefined,
    ),
  );
  assert.equal(tries, 8);
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 7500, 7500]);
});

test('waits stay within their bounds whatever chance says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (chance) => {
      const waits: number[] = [];
      const policy = { ...impatience(waits), random: () => chance };
      await assert.rejects(withRetries(busy, policy, signal, () => undefined));
      assert.equal(waits.length, 3);
      waits.forEach((wait, index) => assert.ok(wait >= 250 * 2 ** index && wait <= 500 * 2 ** index));
    }),
    { numRuns: 200 },
  );
});

test('a lasting failure is not tried again, and a failure that was given up is a lasting one', async () => {
  const waits: number[] = [];
  let tries = 0;
  const refuse = () => {
    tries += 1;
    return Promise.reject(new OciError('MANIFEST_UNKNOWN', 'no'));
  };
  await rejectsWith('MANIFEST_UNKNOWN', /^no$/, () =>
    withRetries(refuse, impatience(waits), signal, () => undefined),
  );
  assert.deepEqual([tries, waits], [1, []]);

  const inner = () => withRetries(busy, impatience(waits), signal, () => undefined);
  const error = await rejectsWith('REGISTRY_UNAVAILABLE', /tried 4 times$/, () =>
    withRetries(inner, impatience(waits), signal, () => undefined),
  );
  assert.equal(waits.length, 3, 'the outer loop does not begin anew');
  assert.equal(error.subject, 'r');
});

test('a wait ends when the reader gives up', async () => {
  const controller = new AbortController();
  const pending = withRetries(busy, DEFAULT_RETRY_POLICY, controller.signal, () => controller.abort());
  await assert.rejects(pending, { name: 'AbortError' });
});
