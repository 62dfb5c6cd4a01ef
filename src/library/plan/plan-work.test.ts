import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import { namesOf, type SmallState, smallState } from '../../../test/library/small-state.ts';
import { type SmallProgramme, smallProgramme } from '../../../test/library/small-programme.ts';
import type { RepositoryRules } from '../programme/programme.ts';
import type { BuildReason, KnownFix, Plan, WorkItem } from './work.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000;

const RULES: RepositoryRules = {
  requiredArchitectures: [],
  publishDeadline: 0,
  maximumAge: null,
  settle: 0,
  buildTimeout: HOUR,
  datedTags: 'none',
  tagValidity: null,
};

const CHAIN = `
  debian:12,bookworm amd64,arm64v8
  python:3.13.1,3.13,3 amd64,arm64v8 < debian:12
  app:1 amd64 < python:3.13
`;

function programmeOf(lines: string, rules: Partial<RepositoryRules> = {}): SmallProgramme {
  const settings = {
    rules: { ...RULES, ...rules },
    advisoryDeadlines: { critical: DAY, high: 7 * DAY },
  };
  return smallProgramme(lines, { settings });
}

/** Builds everything until there is nothing to do; everything is admitted. @returns names in the order in which they were built */
function settle(programme: SmallProgramme, state: SmallState): readonly string[] {
  const made: string[] = [];
  for (let plan = state.plan(programme); plan.work.length > 0; plan = state.plan(programme)) {
    for (const item of plan.work) state.admit(programme, item);
    made.push(...workOf(programme, plan));
  }
  return made;
}

const workOf = (programme: SmallProgramme, { work }: Plan) =>
  namesOf(
    programme,
    work.map(({ build }) => build),
  );

/** Sorted. */
const waitingOf = (programme: SmallProgramme, { waiting }: Plan) =>
  waiting
    .map((target) => [namesOf(programme, [target]), namesOf(programme, target.for)].join(' for '))
    .sort();

const reasonsOf = ({ work }: Plan) => work.map(({ reasons }) => reasons.map(({ kind }) => kind));

/** The one item of a plan that has only one. */
function only({ work }: Plan): WorkItem {
  const [item, ...others] = work;
  assert.ok(item !== undefined && others.length === 0, `${work.length} items`);
  return item;
}

function fix(changes: Partial<KnownFix> = {}): KnownFix {
  return {
    vulnerability: 'CVE-2026-1',
    package: 'openssl',
    installed: '3.0.1',
    fixed: '3.0.2',
    severity: 'critical',
    since: NOW + HOUR,
    ...changes,
  };
}

/** A programme that is all built, an hour ago. */
function builtProgramme(
  lines: string,
  rules: Partial<RepositoryRules> = {},
): readonly [SmallProgramme, SmallState] {
  const programme = programmeOf(lines, rules);
  const state = smallState(NOW);
  settle(programme, state);
  state.now = NOW + HOUR;
  return [programme, state];
}

/** Asks for an image by hand. */
function request(programme: SmallProgramme, state: SmallState, name: string, at = state.now): void {
  const target = programme.graph.targets.find(({ place }) => place.tags[0] === name);
  assert.ok(target);
  const { sourceId, architecture } = target;
  state.requests.push({ sourceId, architecture, by: 'ann', note: 'please', at });
}

function buildIdOf(programme: SmallProgramme, state: SmallState, name: string) {
  const number = programme.graph.targets.findIndex(({ place }) => place.tags[0] === name);
  const build = state.builds(programme)[number];
  assert.ok(build?.kind === 'identified');
  return build.buildId;
}

test('a new programme is built from its roots, level by level', () => {
  const programme = programmeOf(CHAIN);
  const state = smallState(NOW);
  const plan = state.plan(programme);
  assert.deepEqual(workOf(programme, plan), ['debian:12 amd64', 'debian:12 arm64v8']);
  assert.deepEqual(reasonsOf(plan), [['new'], ['new']]);
  assert.deepEqual(waitingOf(programme, plan), [
    'app:1 amd64 for python:3.13.1 amd64',
    'python:3.13.1 amd64 for debian:12 amd64',
    'python:3.13.1 arm64v8 for debian:12 arm64v8',
  ]);
  assert.deepEqual(settle(programme, state), [
    'debian:12 amd64',
    'debian:12 arm64v8',
    'python:3.13.1 amd64',
    'python:3.13.1 arm64v8',
    'app:1 amd64',
  ]);
  assert.equal(state.plan(programme).done, 5);
});

test('a new image of a base rebuilds exactly its descendants, and says which parent changed', () => {
  const [programme, state] = builtProgramme(`${CHAIN}\nnginx:1 amd64\n`);
  request(programme, state, 'debian:12');
  const base = only(state.plan(programme));
  assert.equal(base.generation, 2);
  assert.deepEqual(base.reasons, [
    { kind: 'requested', by: 'ann', at: '2027-01-15T09:00:00Z', note: 'please' },
  ]);
  state.admit(programme, base);
  const child = only(state.plan(programme));
  assert.deepEqual(child.reasons, [{ kind: 'parent-changed', parents: ['debian:12'] }]);
  assert.equal(child.generation, 1);
  assert.deepEqual(settle(programme, state), ['python:3.13.1 amd64', 'app:1 amd64']);
});

test('a base that comes out the same leaves its children alone', () => {
  const [programme, state] = builtProgramme(CHAIN);
  request(programme, state, 'debian:12');
  const item = only(state.plan(programme));
  state.admit(programme, item, digestOf(item.build.buildId));
  assert.deepEqual(state.plan(programme).work, []);
});

test('another commit with other contents is a changed source, under whichever tags it goes', () => {
  const [, state] = builtProgramme(CHAIN);
  const next = programmeOf(
    CHAIN.replace('3.13.1,3.13,3 amd64,arm64v8 < debian:12', '3.13.2,3.13,3 < debian:12'),
  );
  const plan = state.plan(next);
  assert.deepEqual(workOf(next, plan), ['python:3.13.2 amd64']);
  assert.deepEqual(reasonsOf(plan), [['source-changed']]);
});

test('of several changed parents each is named; of a changed source too', () => {
  const lines = 'debian:12\ngcc:15\npython:3 < debian:12, gcc:15, debian:12 # ';
  const [programme, state] = builtProgramme(`${lines}1`);
  request(programme, state, 'gcc:15');
  state.admit(programme, only(state.plan(programme)));
  assert.deepEqual(only(state.plan(programme)).reasons, [{ kind: 'parent-changed', parents: ['gcc:15'] }]);
  assert.deepEqual(only(state.plan(programmeOf(`${lines}2`))).reasons, [
    { kind: 'source-changed' },
    { kind: 'parent-changed', parents: ['gcc:15'] },
  ]);
});

test('another recipe rebuilds all, parents first', () => {
  const [programme, state] = builtProgramme(CHAIN);
  state.recipe = 'another';
  const plan = state.plan(programme);
  assert.deepEqual(workOf(programme, plan), ['debian:12 amd64', 'debian:12 arm64v8']);
  assert.deepEqual(plan.work[0]?.reasons, [{ kind: 'recipe-changed', from: 'recipe', to: 'another' }]);
  assert.equal(plan.waiting.length, 3);
  // nobody twice, though the parent changes and the recipe too
  assert.equal(settle(programme, state).length, 5);
});

test('an image is rebuilt at its greatest age, not before', () => {
  const [programme, state] = builtProgramme('debian:12', { maximumAge: 30 * DAY });
  state.now = NOW + 30 * DAY - 1;
  assert.deepEqual(state.plan(programme).work, []);
  state.now += 1;
  const item = only(state.plan(programme));
  const reason: BuildReason = { kind: 'age', builtAt: '2027-01-15T08:00:00Z', maximumSeconds: 30 * DAY };
  assert.deepEqual(item.reasons, [reason]);
  assert.equal(item.deadline, null);
});

test('a fixable flaw rebuilds the image that has it; its severity decides by when', () => {
  const [programme, state] = builtProgramme(CHAIN);
  const known = [fix({ severity: 'high' }), fix({ vulnerability: 'CVE-2026-2', since: NOW + 2 * HOUR })];
  state.fixes.set(buildIdOf(programme, state, 'debian:12'), known);
  const item = only(state.plan(programme));
  assert.equal(item.severity, 'critical');
  assert.equal(item.deadline, NOW + 2 * HOUR + DAY);
  const [reason] = item.reasons;
  assert.ok(reason.kind === 'advisory' && item.reasons.length === 1);
  assert.deepEqual(reason.fixes[0], {
    vulnerability: 'CVE-2026-1',
    package: 'openssl',
    installed: '3.0.1',
    fixed: '3.0.2',
    severity: 'high',
  });
  assert.equal(reason.fixes.length, 2);
});

test('a flaw that is not severe enough for a deadline rebuilds nothing', () => {
  const [programme, state] = builtProgramme('debian:12');
  state.fixes.set(buildIdOf(programme, state, 'debian:12'), [fix({ severity: 'low' })]);
  assert.deepEqual(state.plan(programme).work, []);
});

test('a rebuild that did not help is not repeated, until a newer version fixes it', () => {
  const [programme, state] = builtProgramme('debian:12');
  const buildId = buildIdOf(programme, state, 'debian:12');
  state.fixes.set(buildId, [fix()]);
  state.now = NOW + 2 * HOUR;
  state.admit(programme, only(state.plan(programme)));
  assert.deepEqual(state.plan(programme).work, []);
  // and not after a rebuild for another reason either
  request(programme, state, 'debian:12', state.now + 1);
  state.now += 10;
  state.admit(programme, only(state.plan(programme)));
  assert.deepEqual(state.plan(programme).work, []);
  state.fixes.set(buildId, [fix({ fixed: '3.0.3', since: state.now + 1 })]);
  state.now += 10;
  assert.equal(only(state.plan(programme)).generation, 4);
});

test('descendants are as urgent as the flaw that their new parent fixes, unless it did not', () => {
  for (const helped of [true, false]) {
    const [programme, state] = builtProgramme(CHAIN, { settle: DAY });
    const buildId = buildIdOf(programme, state, 'debian:12');
    state.fixes.set(buildId, [fix()]);
    state.admit(programme, only(state.plan(programme)));
    if (helped) state.fixes.delete(buildId);
    const plan = state.plan(programme);
    if (!helped) {
      assert.deepEqual(
        plan.deferred.map(({ because }) => because),
        ['settling'],
      );
      continue;
    }
    const item = only(plan);
    assert.deepEqual(
      item.reasons.map(({ kind }) => kind),
      ['parent-changed', 'advisory'],
    );
    assert.equal(item.severity, 'critical');
    assert.equal(item.deadline, state.now + DAY);
    // and on it goes
    assert.deepEqual(settle(programme, state), ['python:3.13.1 amd64', 'app:1 amd64']);
  }
});

test('a request is answered by an image that was begun after it', () => {
  const [programme, state] = builtProgramme('debian:12');
  request(programme, state, 'debian:12', NOW - 1);
  assert.deepEqual(state.plan(programme).work, []);
  request(programme, state, 'debian:12', NOW + 1);
  state.admit(programme, only(state.plan(programme)));
  assert.deepEqual(state.plan(programme).work, []);
});

test('changes gather before a wave begins, and then go together', () => {
  const lines = 'debian:12\ngcc:15\npython:3 < debian:12, gcc:15';
  const [programme, state] = builtProgramme(lines, { settle: DAY });
  request(programme, state, 'gcc:15');
  state.admit(programme, only(state.plan(programme)));
  const [deferred] = state.plan(programme).deferred;
  assert.equal(deferred?.because, 'settling');
  assert.equal(deferred.notBefore, NOW + HOUR + DAY);

  state.now += 2 * HOUR;
  request(programme, state, 'debian:12');
  state.admit(programme, only(state.plan(programme)));
  // counted from the first change: a programme that changes all the time is built all the same
  assert.equal(state.plan(programme).deferred[0]?.notBefore, NOW + HOUR + DAY);
  state.now = NOW + HOUR + DAY;
  assert.deepEqual(only(state.plan(programme)).reasons, [
    { kind: 'parent-changed', parents: ['debian:12', 'gcc:15'] },
  ]);
});

test('what settles holds its descendants, and begins at once when one of them is urgent', () => {
  const lines = 'debian:12\npython:3 < debian:12\napp:1 < python:3';
  const [programme, state] = builtProgramme(lines, { settle: DAY });
  const app = buildIdOf(programme, state, 'app:1');
  request(programme, state, 'debian:12');
  state.admit(programme, only(state.plan(programme)));
  state.recipe = 'another';
  // of python its parent changed; the recipe of app has changed, which by itself does not wait
  const before = state.plan(programme);
  assert.deepEqual(workOf(programme, before), ['debian:12 amd64']);
  state.admit(programme, only(before));
  assert.deepEqual(namesOf(programme, state.plan(programme).waiting), ['app:1 amd64']);
  assert.equal(state.plan(programme).deferred.length, 1);

  state.fixes.set(app, [fix({ since: NOW + HOUR + 1 })]);
  state.now += HOUR;
  const urgent = state.plan(programme);
  assert.deepEqual(workOf(programme, urgent), ['python:3 amd64']);
  assert.equal(urgent.work[0]?.severity, 'critical');
  assert.equal(urgent.work[0]?.deadline, NOW + HOUR + 1 + DAY);
  assert.deepEqual(reasonsOf(urgent), [['parent-changed']]);
  assert.deepEqual(namesOf(programme, urgent.waiting), ['app:1 amd64']);
});

test('nobody is built twice in one wave: what has an ancestor to be built waits, over images without own reasons', () => {
  const [programme, state] = builtProgramme(CHAIN);
  request(programme, state, 'debian:12');
  state.fixes.set(buildIdOf(programme, state, 'app:1'), [fix()]);
  const plan = state.plan(programme);
  assert.deepEqual(workOf(programme, plan), ['debian:12 amd64']);
  assert.deepEqual(waitingOf(programme, plan), ['app:1 amd64 for debian:12 amd64']);
  // python has an image that is good: it counts as done until its parent has changed
  assert.equal(plan.done, 3);
});

test('a failed build backs off, holds nobody, and is tried at once when somebody asks', () => {
  const [programme, state] = builtProgramme(CHAIN);
  request(programme, state, 'debian:12');
  for (const attempts of [0, 1]) {
    const item = only(state.plan(programme));
    assert.equal(item.attempts, attempts);
    state.fail(programme, item);
  }
  state.fixes.set(buildIdOf(programme, state, 'app:1'), [fix()]);
  const plan = state.plan(programme);
  assert.deepEqual(workOf(programme, plan), ['app:1 amd64']);
  assert.deepEqual(
    plan.deferred.map(({ because, notBefore }) => [because, notBefore]),
    [['back-off', state.now + HOUR]],
  );
  state.now += 1;
  request(programme, state, 'debian:12');
  assert.deepEqual(workOf(programme, state.plan(programme)), ['debian:12 amd64']);
});

test('a rejected image counts as a failure, and its name in quarantine is not given again', () => {
  const programme = programmeOf('debian:12');
  const state = smallState(NOW);
  state.reject(programme, only(state.plan(programme)));
  const item = only(state.plan(programme));
  assert.deepEqual([item.generation, item.attempts], [2, 1]);
  assert.deepEqual(reasonsOf(state.plan(programme)), [['new']]);
});

test('what is not examined yet is neither built again nor built on', () => {
  const programme = programmeOf(CHAIN);
  const state = smallState(NOW);
  const [amd64] = state.plan(programme).work;
  assert.ok(amd64);
  state.build(programme, amd64);
  const plan = state.plan(programme);
  assert.deepEqual(namesOf(programme, plan.unexamined), ['debian:12 amd64']);
  assert.deepEqual(workOf(programme, plan), ['debian:12 arm64v8']);
  assert.equal(plan.waiting.length, 3);
});

test('images that are built on each other in a circle are blocked with what is built on them; the rest goes on', () => {
  const programme = programmeOf('a:1 < b:1\nb:1 < a:1\nc:1 < b:1\nd:1 < c:1\ne:1 < e:1\nf:1');
  const state = smallState(NOW);
  const plan = state.plan(programme);
  assert.deepEqual(workOf(programme, plan), ['f:1 amd64']);
  assert.deepEqual(
    plan.blocked
      .map((target) => [
        ...namesOf(programme, [target]),
        target.because,
        ...(target.behind === null ? [] : namesOf(programme, [target.behind])),
      ])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    [
      ['a:1 amd64', 'images are built on each other in a circle: a:1 → b:1 → a:1'],
      ['b:1 amd64', 'images are built on each other in a circle: a:1 → b:1 → a:1'],
      ['c:1 amd64', 'b:1 cannot be built', 'b:1 amd64'],
      ['d:1 amd64', 'c:1 cannot be built', 'c:1 amd64'],
      ['e:1 amd64', 'images are built on each other in a circle: e:1 → e:1'],
    ],
  );
});

test('repositories may be built on each other as long as their entries are not', () => {
  const programme = programmeOf('a:base\nb:1 < a:base\na:full < b:1');
  const state = smallState(NOW);
  assert.deepEqual(settle(programme, state), ['a:base amd64', 'b:1 amd64', 'a:full amd64']);
});

test('an outside image that nobody has found blocks what is built on it; a new digest of it rebuilds', () => {
  const programme = programmeOf('app:1 < example.com/base:1\nweb:1 < app:1', { settle: DAY });
  const state = smallState(NOW);
  assert.deepEqual(
    state.plan(programme).blocked.map(({ because }) => because),
    ['example.com/base:1 has not been looked up on amd64 yet', 'app:1 cannot be built'],
  );
  state.outside.set('example.com/base:1', { digest: digestOf('one'), since: NOW });
  assert.deepEqual(settle(programme, state), ['app:1 amd64', 'web:1 amd64']);
  state.outside.set('example.com/base:1', { digest: digestOf('two'), since: NOW + HOUR });
  assert.equal(state.plan(programme).deferred[0]?.notBefore, NOW + HOUR + DAY);
  state.now = NOW + HOUR + DAY;
  assert.deepEqual(only(state.plan(programme)).reasons, [
    { kind: 'parent-changed', parents: ['example.com/base:1'] },
  ]);
});

test('a parent that goes back to what it was: the image of that time does not come back, but is built once more', () => {
  const programme = programmeOf('app:1 < example.com/base:1');
  const state = smallState(NOW);
  const made = ['one', 'two', 'one'].map((digest) => {
    state.outside.set('example.com/base:1', { digest: digestOf(digest), since: state.now });
    const item = only(state.plan(programme));
    state.admit(programme, item);
    state.now += HOUR;
    return [item.build.buildId, item.generation, item.reasons.map(({ kind }) => kind)] as const;
  });
  const [[first] = [], , again] = made;
  assert.deepEqual(again, [first, 2, ['parent-changed']]);
  assert.deepEqual(state.plan(programme).work, []);
});

test('an image of the programme that has no source is never taken from outside under its name', () => {
  const programme = programmeOf('debian:12 amd64\napp:1 arm64v8 < debian:12');
  const broken = { name: 'redis', file: 'redis', problems: ['it is broken'] };
  const small = { ...programme, programme: { ...programme.programme, broken: [broken] } };
  const state = smallState(NOW);
  state.outside.set('debian:12', { digest: digestOf('elsewhere'), since: NOW });
  assert.deepEqual(
    state.plan(small).blocked.map(({ because }) => because),
    ['debian:12 is defined, and has no source here'],
  );
  // nor under that of its architecture; another architecture's name is one from outside, as upstream has it
  for (const [from, because] of [
    ['arm64v8/debian:12', 'debian:12 is defined, and has no source here'],
    ['arm32v7/debian:12', 'arm32v7/debian:12 has not been looked up on arm64v8 yet'],
  ] as const) {
    const named = programmeOf(`debian:12 amd64\napp:1 arm64v8 < ${from}`);
    assert.deepEqual(
      state.plan(named).blocked.map((target) => target.because),
      [because],
    );
  }
  const web = programmeOf('web:1 < redis:8');
  assert.deepEqual(
    state
      .plan({ ...web, programme: { ...web.programme, broken: [broken] } })
      .blocked.map(({ because }) => because),
    ['the definition of redis cannot be read'],
  );
});

test('severity comes before depth, depth before fan-out, fan-out before age', () => {
  const lines = `
    base:1
    leaf:1 < base:1
    urgent:1 < base:1
    lonely:1
    old:1
    wide:1
    x:1 < wide:1
    y:1 < x:1
  `;
  const programme = programmeOf(lines, { maximumAge: DAY });
  const state = smallState(NOW);
  for (const name of ['old:1', 'lonely:1']) {
    const item = state
      .plan(programme)
      .work.find(({ build }) => namesOf(programme, [build])[0] === `${name} amd64`);
    assert.ok(item);
    state.admit(programme, item);
    state.now += 1;
  }
  settle(programme, state);
  state.now = NOW + 10;
  state.fixes.set(buildIdOf(programme, state, 'urgent:1'), [fix({ severity: 'high', since: NOW + 5 })]);
  for (const name of ['lonely:1', 'old:1', 'wide:1', 'leaf:1']) request(programme, state, name);
  assert.deepEqual(workOf(programme, state.plan(programme)), [
    'urgent:1 amd64',
    'wide:1 amd64',
    'old:1 amd64',
    'lonely:1 amd64',
    'leaf:1 amd64',
  ]);
});

test('architectures take turns within a severity', () => {
  const programme = programmeOf('a:1 amd64\nb:1 amd64\nc:1 amd64,arm64v8\nd:1 s390x');
  assert.deepEqual(workOf(programme, smallState(NOW).plan(programme)), [
    'a:1 amd64',
    'c:1 arm64v8',
    'd:1 s390x',
    'b:1 amd64',
    'c:1 amd64',
  ]);
});
