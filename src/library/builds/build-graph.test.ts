import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import { type BuildGraph, targetName } from './build-graph.ts';

/** `name depth fan-out` of each target. */
const shape = (graph: BuildGraph) =>
  graph.targets.map(
    (target, number) => `${targetName(target)} ${graph.depth[number]} ${graph.fanOut[number]}`,
  );

test('depth is the longest way up, fan-out what is built on it by any way, each once', () => {
  const { graph } = smallProgramme('a:1\nb:1 < a:1\nc:1 < a:1, b:1\nd:1 < b:1, c:1\ne:1');
  assert.deepEqual(shape(graph).sort(), ['a:1 0 3', 'b:1 1 2', 'c:1 2 1', 'd:1 3 0', 'e:1 0 0']);
});

test('architectures are apart', () => {
  const { graph } = smallProgramme('a:1 amd64,s390x\nb:1 amd64 < a:1');
  assert.deepEqual(shape(graph).sort(), ['a:1 0 0', 'a:1 0 1', 'b:1 1 0']);
});

test('a cycle is told once, from any of its images on; what is built on it is left out of the order too', () => {
  const { graph } = smallProgramme('a:1 < c:1\nb:1 < a:1\nc:1 < b:1\nd:1 < c:1\ne:1');
  const names = graph.cycles.map((cycle) =>
    cycle.map((number) => (graph.targets[number] === undefined ? '' : targetName(graph.targets[number]))),
  );
  assert.deepEqual(names, [['a:1', 'c:1', 'b:1']]);
  assert.equal(graph.order.length, 1);
});

/** Edges among up to 30 images, in any direction. */
const EDGES = fc.array(fc.tuple(fc.nat(29), fc.nat(29)), { maxLength: 60 });

test('parents come before children; what is left out is on a cycle or above one', () => {
  fc.assert(
    fc.property(EDGES, (edges) => {
      const lines = Array.from({ length: 30 }, (_, child) => {
        const parents = edges.filter(([from]) => from === child).map(([, to]) => `n${to}:1`);
        return `n${child}:1${parents.length > 0 ? ` < ${parents.join(',')}` : ''}`;
      });
      const { graph } = smallProgramme(lines.join('\n'));
      const place = new Map(graph.order.map((number, index) => [number, index]));
      for (const [number, index] of place) {
        for (const parent of graph.parents[number] ?? []) assert.ok((place.get(parent) ?? 31) < index);
      }
      for (const cycle of graph.cycles) {
        for (const [index, number] of cycle.entries()) {
          assert.ok(graph.parents[number]?.includes(cycle[(index + 1) % cycle.length] ?? -1));
        }
      }
      const onCycles = new Set(graph.cycles.flat());
      for (const [number, its] of graph.parents.entries()) {
        if (place.has(number) || onCycles.has(number)) continue;
        assert.ok(its.some((parent) => !place.has(parent)));
      }
      assert.equal(graph.cycles.length === 0, graph.order.length === 30);
      // fan-out by its meaning
      const below = (number: number, seen = new Set<number>()): Set<number> => {
        for (const child of graph.children[number] ?? []) {
          if (seen.has(child)) continue;
          seen.add(child);
          below(child, seen);
        }
        return seen;
      };
      for (const [number, count] of graph.fanOut.entries()) {
        const descendants = below(number);
        descendants.delete(number);
        assert.equal(count, descendants.size);
      }
    }),
    { numRuns: 100 },
  );
});
