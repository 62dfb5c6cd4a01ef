import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { publication, publishedImage, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { LedgerEvent, PublishedImage } from '../ledger/entry.ts';
import { DEFAULT_RULES } from '../programme/settings-schema.ts';
import { distribution, measureFreshness } from './freshness.ts';

const DAY = 86_400;

/** `debian 1 amd64` is the first image of debian; its digest says what it is. */
const image = (name: string, architecture: Architecture): PublishedImage =>
  publishedImage(architecture, { digest: digestOf(`${name} ${architecture}`) });

const published = (
  repository: string,
  version: number,
  architectures: readonly Architecture[],
  missing: readonly Architecture[] = [],
) =>
  publication(repository, ['1'], {
    images: architectures.map((architecture) => image(`${repository} ${version}`, architecture)),
    missing,
  });

/** An entry a day. Version 1 of a child is built on version 1 of debian, and so on. */
function measure(events: readonly LedgerEvent[], required: readonly Architecture[] = []) {
  const parents = new Map<Digest, Digest>();
  for (const architecture of ['amd64', 'arm64v8', 's390x'] as const) {
    for (const child of ['redis', 'node']) {
      for (const version of [1, 2]) {
        const base = digestOf(`debian ${version} ${architecture}`);
        parents.set(digestOf(`${child} ${version} ${architecture}`), base);
      }
    }
  }
  return measureFreshness({
    ledger: smallLedger(...events),
    parentsOf: ({ digest }) => {
      const parent = parents.get(digest);
      return parent === undefined ? [] : [parent];
    },
    settings: { rules: { ...DEFAULT_RULES, requiredArchitectures: required }, repositoryRules: {} },
  });
}

const once = (seconds: number) => ({ samples: 1, p50: seconds, p95: seconds });
const NEVER = { samples: 0, p50: null, p95: null };

suite('how soon children follow', () => {
  test('nothing measured is nothing said', () => {
    assert.deepEqual(measure([published('debian', 1, ['amd64']), retirement('debian', ['0'])]), {
      firstChild: NEVER,
      children: {},
      requiredArchitectures: NEVER,
      allArchitectures: NEVER,
      incomplete: 0,
    });
  });

  test('the first child, each architecture, and all of them', () => {
    const events = [
      published('debian', 1, ['amd64', 'arm64v8']),
      published('redis', 1, ['amd64'], ['arm64v8']),
      published('node', 1, ['amd64'], ['arm64v8']),
      published('redis', 1, ['amd64', 'arm64v8']),
    ];
    assert.deepEqual(measure(events, ['amd64']), {
      firstChild: once(DAY),
      children: {
        amd64: { samples: 2, p50: DAY, p95: 2 * DAY },
        arm64v8: once(3 * DAY),
      },
      requiredArchitectures: { samples: 2, p50: DAY, p95: 2 * DAY },
      allArchitectures: once(3 * DAY),
      incomplete: 1,
    });
  });

  test('a base that comes later for an architecture is followed by that one alone', () => {
    const events = [
      published('debian', 1, ['amd64'], ['s390x']),
      published('redis', 1, ['amd64'], ['s390x']),
      published('debian', 1, ['amd64', 's390x']),
      published('redis', 1, ['amd64', 's390x']),
    ];
    const { children, allArchitectures, incomplete } = measure(events);
    assert.deepEqual(children, { amd64: once(DAY), s390x: once(DAY) });
    assert.deepEqual(allArchitectures, { samples: 2, p50: DAY, p95: DAY });
    assert.equal(incomplete, 0);
  });

  test('tags that are moved to the same image later are no second child', () => {
    const child = published('redis', 1, ['amd64']);
    const { firstChild, children } = measure([
      published('debian', 1, ['amd64']),
      child,
      { ...child, tags: ['latest'] },
    ]);
    assert.deepEqual([firstChild, children.amd64], [once(DAY), once(DAY)]);
  });

  test('each change of the base is measured for itself', () => {
    const events = [
      published('debian', 1, ['amd64']),
      published('redis', 1, ['amd64']),
      published('debian', 2, ['amd64']),
      published('node', 1, ['amd64']),
      published('redis', 2, ['amd64']),
    ];
    assert.deepEqual(measure(events).children.amd64, { samples: 3, p50: 2 * DAY, p95: 3 * DAY });
  });
});

test('percentiles are values that were measured, at the nearest rank', () => {
  assert.deepEqual(distribution([5, 1, 4, 2, 3]), { samples: 5, p50: 3, p95: 5 });
  assert.deepEqual(distribution(Array.from({ length: 100 }, (_, index) => index + 1)), {
    samples: 100,
    p50: 50,
    p95: 95,
  });
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), (samples) => {
      const { p50, p95 } = distribution(samples);
      assert.ok(p50 !== null && p95 !== null && samples.includes(p50) && samples.includes(p95) && p50 <= p95);
    }),
  );
});
