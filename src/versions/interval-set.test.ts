import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { complementIntervals, intersectIntervals, unionIntervals } from './interval-set.ts';
import { findInterval } from './interval.ts';
import { parseMavenRange } from './maven-range.ts';
import { schemeNamed } from './register.ts';
import type { VersionInterval } from './scheme.ts';

const maven = schemeNamed('maven');
const holds = (intervals: readonly VersionInterval[], version: string) =>
  findInterval(maven, version, intervals).interval !== null;

const version = fc.integer({ min: 0, max: 6 }).map(String);
const interval = fc.record(
  {
    introduced: fc.option(version),
    fixed: fc.option(version),
    lastAffected: fc.option(version),
    afterIntroduced: fc.constant(true as const),
  },
  { requiredKeys: ['introduced', 'fixed', 'lastAffected'], noNullPrototype: true },
);
const intervals = fc.array(
  interval.filter(({ introduced, afterIntroduced }) => introduced !== null || afterIntroduced === undefined),
  { maxLength: 4 },
);

test('a version is in the complement, the union and the intersection exactly when it should be', () => {
  fc.assert(
    fc.property(intervals, intervals, (left, right) => {
      const complement = complementIntervals(maven, left);
      const union = unionIntervals(maven, [...left, ...right]);
      const both = intersectIntervals(maven, left, right);
      for (const asked of ['0', '0.5', '1', '1.5', '2', '3', '3.5', '4', '5', '6', '6.5']) {
        const [inLeft, inRight] = [holds(left, asked), holds(right, asked)];
        assert.equal(holds(complement, asked), !inLeft, `complement: ${asked}`);
        assert.equal(holds(union, asked), inLeft || inRight, `union: ${asked}`);
        assert.equal(holds(both, asked), inLeft && inRight, `intersection: ${asked}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('a set has one form: two complements give its union', () => {
  fc.assert(
    fc.property(intervals, (given) => {
      const twice = complementIntervals(maven, complementIntervals(maven, given));
      assert.deepEqual(twice, unionIntervals(maven, given));
    }),
  );
});

test('neighbours become one interval only where nothing lies between them', () => {
  assert.deepEqual(unionIntervals(maven, parseMavenRange('[1,2),[2,3]')), parseMavenRange('[1,3]'));
  assert.deepEqual(unionIntervals(maven, parseMavenRange('(2,3),(,2]')), parseMavenRange('(,3)'));
  assert.equal(parseMavenRange('(,2),(2,)').length, 2);
  assert.deepEqual(complementIntervals(maven, []), [{ introduced: null, fixed: null, lastAffected: null }]);
});
