/** What holds of every plan, whatever a programme has been through. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { digestOf } from '../../model/digest.ts';
import { type SmallState, smallState } from '../../../test/library/small-state.ts';
import { type SmallProgramme, smallProgramme } from '../../../test/library/small-programme.ts';
import { type BuildTarget, targetKey } from '../builds/build.ts';
import type { Plan } from './work.ts';

const IMAGES = 9;
const NOW = 1_800_000_000;

/** A line for each image; parents of any kind: the one before it, another one, itself, one from outside. */
const PROGRAMME = fc.array(
  fc.record({
    architectures: fc.constantFrom('amd64', 'amd64,s390x', 's390x'),
    parents: fc.uniqueArray(
      fc.oneof(
        { weight: 20, arbitrary: fc.constant('before') },
        fc.constantFrom('n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'x1', 'x2'),
      ),
      { maxLength: 2 },
    ),
    revision: fc.nat(1),
  }),
  { minLength: IMAGES, maxLength: IMAGES },
);

/** What happens to it, one after the other. */
const EVENT = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      outcomes: fc.array(fc.nat(5), { minLength: 1 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('everything' as const) }) },
  fc.record({ kind: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 200_000 }) }),
  fc.record({ kind: fc.constant('recipe' as const) }),
  fc.record({ kind: fc.constant('outside' as const), image: fc.constantFrom('x1', 'x2') }),
  fc.record({
    kind: fc.constant('request' as const),
    targets: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('fix' as const),
    target: fc.nat(20),
    severity: fc.constantFrom('high', 'low'),
  }),
);

type Event = typeof EVENT extends fc.Arbitrary<infer T> ? T : never;

test('a plan names each target once, lets nobody overtake a parent, and is always the same', () => {
  fc.assert(
    fc.property(PROGRAMME, fc.array(EVENT, { maxLength: 12 }), (images, events) => {
      const lines = images.map(({ architectures, parents, revision }, number) => {
        const before = number === 0 ? 'scratch' : `n${number - 1}:1`;
        const froms = parents.map((parent) => (parent === 'before' ? before : `${parent}:1`));
        return `n${number}:1 ${architectures} < ${froms.join(',') || 'scratch'} # ${revision}`;
      });
      const settings = {
        rules: {
          requiredArchitectures: [],
          publishDeadline: 0,
          maximumAge: 100_000,
          settle: 5_000,
          buildTimeout: 1,
          datedTags: 'none' as const,
          tagValidity: null,
        },
        advisoryDeadlines: { high: 1_000 },
      };
      const programme = smallProgramme(lines.join('\n'), { settings });
      const state = smallState(NOW);
      state.outside.set('x1:1', { digest: digestOf('x1'), since: NOW });
      for (const event of events) {
        happen(programme, state, event);
        const plan = state.plan(programme);
        checkPlan(programme, plan);
        assert.deepEqual(state.plan(programme), plan);
      }
    }),
    { numRuns: 300 },
  );
});

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

function happen(programme: SmallProgramme, state: SmallState, event: Event): void {
  switch (event.kind) {
    case 'work':
      for (const [index, item] of state.plan(programme).work.entries()) {
        const outcome = at(event.outcomes, index) ?? 0;
        if (outcome === 0) state.fail(programme, item);
        else if (outcome === 1) state.reject(programme, item);
        else if (outcome === 2) state.build(programme, item);
        else if (outcome === 3) state.admit(programme, item, digestOf('always the same'));
        else state.admit(programme, item);
      }
      break;
    case 'everything':
      // as many levels as there may be
      for (const _ of programme.graph.targets) {
        for (const item of state.plan(programme).work) state.admit(programme, item);
      }
      break;
    case 'time':
      state.now += event.seconds;
      break;
    case 'recipe':
      state.recipe += '+';
      break;
    case 'outside':
      state.outside.set(`${event.image}:1`, { digest: digestOf(`${state.now}`), since: state.now });
      break;
    case 'request':
      for (const number of event.targets) {
        const target = at(programme.graph.targets, number);
        if (target === undefined) continue;
        const { sourceId, architecture } = target;
        state.requests.push({ sourceId, architecture, by: 'ann', note: '', at: state.now + 1 });
      }
      break;
    case 'fix': {
      const build = at(state.builds(programme), event.target);
      if (build?.kind !== 'identified') break;
      const flaw = { vulnerability: 'CVE-2026-1', package: 'p', installed: '1', fixed: '2' };
      state.fixes.set(build.buildId, [{ ...flaw, severity: event.severity, since: state.now }]);
      break;
    }
  }
}

function checkPlan({ graph }: SmallProgramme, plan: Plan): void {
  const numbersOf = (targets: readonly BuildTarget[]) =>
    targets.map(({ sourceId, architecture }) => graph.numberOf(sourceId, architecture) ?? -1);
  const work = numbersOf(plan.work.map(({ build }) => build));
  const blocked = numbersOf(plan.blocked);
  const named = [
    ...work,
    ...blocked,
    ...numbersOf(plan.deferred.map(({ item }) => item.build)),
    ...numbersOf(plan.waiting),
    ...numbersOf(plan.unexamined),
  ];
  assert.equal(new Set(named).size, named.length, 'nobody is named twice');
  assert.ok(!named.includes(-1));
  assert.equal(named.length + plan.done, graph.targets.length, 'and nobody is forgotten');

  const isWork = new Set(work);
  for (const number of work) {
    for (const ancestor of ancestorsOf(graph.parents, number)) {
      assert.ok(!isWork.has(ancestor), 'nobody is built with an ancestor that is built');
    }
  }
  const isBlocked = new Set(blocked);
  for (const number of blocked) {
    for (const child of graph.children[number] ?? []) assert.ok(isBlocked.has(child));
  }
  const isDone = new Set(graph.targets.map(targetKey));
  for (const number of named)
    isDone.delete(targetKey(graph.targets[number] ?? { sourceId: '' as never, architecture: 'amd64' }));
  for (const target of plan.waiting) {
    assert.ok(target.for.length > 0);
    const ancestors = ancestorsOf(graph.parents, graph.numberOf(target.sourceId, target.architecture) ?? -1);
    for (const other of target.for) {
      assert.ok(ancestors.has(graph.numberOf(other.sourceId, other.architecture) ?? -1));
      assert.ok(!isDone.has(targetKey(other)), 'what is waited for is going to be built');
    }
  }
}

function ancestorsOf(parents: readonly (readonly number[])[], number: number): ReadonlySet<number> {
  const found = new Set(parents[number]);
  for (const ancestor of found) for (const above of parents[ancestor] ?? []) found.add(above);
  return found;
}
