import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { digestOf } from '../../model/digest.ts';
import type { Admission } from '../admission/admission.ts';
import { type BuildId, type RecipeId, targetKey } from '../builds/build.ts';
import { LibraryError } from '../errors.ts';
import { verifyLedger } from '../ledger/ledger-chain.ts';
import type { Publication } from '../ledger/entry.ts';
import type { SourceId } from '../sources/source.ts';
import { hasState, openState, openStateToRead } from './open-state.ts';
import type { Attempt, ProgrammeState } from './programme-state.ts';

const id = (letter: string) => letter.repeat(64);
const buildId = id('b') as BuildId;
const sourceId = id('a') as SourceId;
const IMAGE = digestOf('image');

function open(t: TestContext): { readonly folder: string; readonly state: ProgrammeState } {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-state-'));
  const state = openState(folder);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true });
  });
  return { folder, state };
}

/** As a disk, or another program, may do. */
function damageState(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, 'programme.sqlite'));
  database.exec(sql);
  database.close();
}

function attempt(overrides: Partial<Attempt> = {}): Omit<Attempt, 'id' | 'endedAt' | 'outcome'> {
  return {
    buildId,
    generation: 1,
    sourceId,
    architecture: 'amd64',
    tags: ['redis:8.0.1', 'redis:8'],
    parents: [{ from: 'debian:12', digest: digestOf('debian') }],
    recipeId: id('c') as RecipeId,
    engine: { name: 'buildah', version: '1.28.2', parts: { isolation: 'chroot' } },
    arguments: { MIRROR: 'https://mirror.example' },
    reasons: [{ kind: 'new' }],
    startedAt: 1_000,
    log: 'logs/1.log',
    ...overrides,
  };
}

function admission(overrides: Partial<Admission> = {}): Admission {
  return {
    buildId,
    generation: 1,
    architecture: 'amd64',
    recipeId: id('c') as RecipeId,
    source: examined(),
    reference: `localhost:5000/quarantine/amd64:${buildId}`,
    digest: IMAGE,
    verdict: 'admitted',
    checks: [{ id: 'layout.digests', result: 'passed', because: 'all digests match' }],
    evidence: [],
    findings: null,
    at: '2026-11-21T00:00:00Z',
    ...overrides,
  };
}

/** An attempt that ended with an image in quarantine. */
function build(state: ProgrammeState, overrides: Partial<Attempt> = {}): Attempt {
  const begun = state.beginAttempt(attempt(overrides));
  state.endAttempt(begun.id, { kind: 'built', reference: 'localhost:5000/q', digest: IMAGE }, 1_100);
  return begun;
}

const publication = (tag: string): Publication => ({
  kind: 'published',
  repository: 'redis',
  tags: [tag],
  digest: digestOf(tag),
  images: [],
  previous: {},
  missing: [],
});

const intent = (name: string) => ({
  id: name,
  event: publication(name),
  index: '',
  at: '2026-11-21T00:00:00Z',
});

const ownFailures = (count: number, lastAt: number) => ({ count, lastAt, own: { count, lastAt } });

suite('the state of a programme', () => {
  test('an image stands for its build, target and tags once it is admitted', (t) => {
    const { state } = open(t);
    const { id: number } = build(state);
    assert.deepEqual(
      state.snapshot().unexamined.map((each) => each.id),
      [number],
    );
    assert.equal(state.snapshot().images.get(buildId), undefined);
    state.recordAdmission(admission(), 1_200);
    const { images, unexamined, previous, previousOfTag } = state.snapshot();
    assert.deepEqual(unexamined, []);
    for (const found of [
      images.get(buildId),
      previous.get(targetKey({ sourceId, architecture: 'amd64' })),
      previousOfTag.get('redis:8/amd64'),
    ]) {
      assert.equal(found?.admission.digest, IMAGE);
      assert.equal(found.attempt.id, number);
    }
    assert.equal(previousOfTag.get('redis:8/arm64v8'), undefined);
  });

  test('of two images of a target the one stands that was built later, whichever was examined last', (t) => {
    const { state } = open(t);
    build(state);
    const other = build(state, { buildId: 'd'.repeat(64) as BuildId });
    state.recordAdmission(admission({ buildId: other.buildId }), 1_200);
    state.recordAdmission(admission(), 1_300);
    const { previous, previousOfTag } = state.snapshot();
    const keys = [targetKey({ sourceId, architecture: 'amd64' }), 'redis:8/amd64'] as const;
    assert.deepEqual(
      [previous.get(keys[0])?.attempt.id, previousOfTag.get(keys[1])?.attempt.id],
      [other.id, other.id],
    );
  });

  test('a rejected image stands for nothing, and counts as a failure until one is admitted', (t) => {
    const { state } = open(t);
    build(state);
    state.recordAdmission(admission({ verdict: 'rejected' }), 1_200);
    assert.equal(state.snapshot().images.get(buildId), undefined);
    assert.deepEqual(state.snapshot().failures.get(buildId), ownFailures(1, 1_100));
    const failed = state.beginAttempt(attempt({ generation: 2, startedAt: 2_000 }));
    state.endAttempt(failed.id, { kind: 'failed', code: 'BUILD_FAILED', because: 'exit 1' }, 2_100);
    assert.deepEqual(state.snapshot().failures.get(buildId), ownFailures(2, 2_100));
    const away = state.beginAttempt(attempt({ generation: 2, startedAt: 2_200 }));
    state.endAttempt(away.id, { kind: 'failed', code: 'REGISTRY_UNAVAILABLE', because: 'refused' }, 2_300);
    assert.deepEqual(
      state.snapshot().failures.get(buildId),
      { ...ownFailures(2, 2_100), count: 3, lastAt: 2_300 },
      'a registry that is away is no fault of the build',
    );
    build(state, { generation: 3, startedAt: 3_000 });
    state.recordAdmission(admission({ generation: 3 }), 3_200);
    assert.equal(state.snapshot().failures.get(buildId), undefined);
    assert.equal(state.snapshot().images.get(buildId)?.admission.generation, 3);
    assert.deepEqual(state.attempts(buildId)[0]?.parents, [
      { from: 'debian:12', digest: digestOf('debian') },
    ]);
  });

  test('the newest generation stands for the build', (t) => {
    const { state } = open(t);
    for (const generation of [1, 2]) {
      build(state, { generation });
      state.recordAdmission(admission({ generation, digest: digestOf(`image ${generation}`) }), 1_200);
    }
    assert.equal(state.snapshot().images.get(buildId)?.admission.digest, digestOf('image 2'));
    assert.equal(state.admission(buildId, 1)?.digest, digestOf('image 1'));
    assert.equal(state.admission(buildId, 3), null);
  });

  test('evidence of the newest image of each build is asked for, and of images that stand', (t) => {
    const { state } = open(t);
    const admit = (letter: string, generation: number, verdict: Admission['verdict'] = 'admitted'): void => {
      const place = { buildId: id(letter) as BuildId, generation };
      const named = (predicateType: string) => ({
        predicateType,
        digest: digestOf(`${predicateType} ${letter} ${generation}`),
      });
      build(state, { ...place, tags: [`redis:${letter}`] });
      state.recordAdmission(
        admission({ ...place, verdict, evidence: [named('packages'), named('bill')] }),
        1_200,
      );
    };
    admit('b', 1);
    admit('b', 2);
    admit('b', 3, 'rejected');
    admit('d', 1);
    assert.deepEqual(
      state.newestEvidence('packages').toSorted(),
      [digestOf('packages b 2'), digestOf('packages d 1')].toSorted(),
    );
  });

  test('the newest image of each tag and architecture', (t) => {
    const { state } = open(t);
    build(state, { tags: ['redis:8.0.1', 'redis:8'] });
    build(state, { tags: ['redis:8.0.1', 'redis:8'], generation: 2 });
    build(state, { tags: ['redis:8.0.2', 'redis:8'] });
    build(state, { tags: ['redis:8.0.2', 'redis:8'], architecture: 'arm64v8' });
    state.beginAttempt(attempt({ tags: ['redis:8.0.2'] }));
    assert.deepEqual(
      Array.from(state.newestBuilt(), ({ id: number }) => number),
      [4, 3, 2],
    );
  });

  test('a name in quarantine is not given again where an image may have got there before its attempt failed', (t) => {
    const { state } = open(t);
    const fail = (isMade: boolean): void => {
      const { id: failed } = state.beginAttempt(attempt());
      state.endAttempt(
        failed,
        { kind: 'failed', code: 'REGISTRY_ERROR', because: 'it broke off', isMade },
        2_000,
      );
    };
    fail(false);
    assert.equal(state.snapshot().generations.get(buildId), undefined);
    fail(true);
    assert.equal(state.snapshot().generations.get(buildId), 1);
  });

  test('what a killed process left running is lost, on its architectures only', (t) => {
    const { state } = open(t);
    state.beginAttempt(attempt());
    state.beginAttempt(attempt({ architecture: 'arm64v8' }));
    assert.equal(state.snapshot().generations.get(buildId), undefined);
    assert.equal(state.recover(['amd64'], 5_000), 1);
    assert.equal(state.snapshot().generations.get(buildId), 1, 'it may have reached quarantine');
    assert.deepEqual(
      state.attempts().map(({ architecture, outcome, endedAt }) => [architecture, outcome.kind, endedAt]),
      [
        ['arm64v8', 'running', null],
        ['amd64', 'lost', 5_000],
      ],
    );
    assert.deepEqual(state.snapshot().failures.get(buildId), ownFailures(1, 5_000));
  });

  test('the newest failure counts, whatever the clock said before', (t) => {
    const { state } = open(t);
    const fail = (code: string, at: number): void =>
      state.endAttempt(state.beginAttempt(attempt()).id, { kind: 'failed', code, because: 'it is so' }, at);
    fail('BUILD_FAILED', 900_000);
    fail('BUILD_FAILED', 2_000);
    fail('REGISTRY_UNAVAILABLE', 3_000);
    assert.deepEqual(state.snapshot().failures.get(buildId), {
      count: 3,
      lastAt: 3_000,
      own: { count: 2, lastAt: 2_000 },
    });
  });

  test('what was interrupted is no failure, and may have reached quarantine all the same', (t) => {
    const { state } = open(t);
    const { id: number } = state.beginAttempt(attempt());
    state.endAttempt(number, { kind: 'lost', isInterrupted: true }, 1_100);
    assert.equal(state.snapshot().failures.get(buildId), undefined);
    assert.equal(state.snapshot().generations.get(buildId), 1);
  });

  test('an entry of the ledger ends its intent in one step, and nothing changes it', (t) => {
    const { folder, state } = open(t);
    for (const name of ['8.0.1', '8']) state.beginPublication(intent(name));
    state.beginPublication(intent('8'));
    assert.equal(state.pendingPublications().length, 2);
    const first = state.completePublication('8.0.1', publication('8.0.1'), '2026-11-21T00:00:01Z');
    assert.deepEqual(
      state.pendingPublications().map((each) => each.id),
      ['8'],
    );
    state.withdrawPublication('8');
    assert.deepEqual(state.pendingPublications(), []);
    const second = state.completePublication('none', publication('8'), '2026-11-21T00:00:02Z');
    assert.equal(second.previous, first.digest);
    assert.deepEqual(
      [...state.ledger(2)].map(({ sequence }) => sequence),
      [2],
    );
    assert.deepEqual(verifyLedger(state.ledger()), { entries: 2, digest: second.digest });
    const other = new DatabaseSync(join(folder, 'programme.sqlite'));
    t.after(() => other.close());
    for (const sql of ['DELETE FROM ledger', "UPDATE ledger SET entry = '{}'"]) {
      assert.throws(() => other.exec(sql), /append-only/, sql);
    }
  });

  test('why a transaction was given up is told, also where SQLite has ended it', (t) => {
    const { folder, state } = open(t);
    const database = new DatabaseSync(join(folder, 'programme.sqlite'));
    // as a full disk does
    database.exec(
      `CREATE TRIGGER full BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END`,
    );
    database.close();
    state.beginAttempt(attempt());
    assert.throws(() => state.recover(['amd64'], 2_000), /disk is full/);
    assert.equal(state.attempts()[0]?.endedAt, null);
  });

  test('all of it is there when the file is opened again', (t) => {
    const { folder, state } = open(t);
    build(state);
    state.recordAdmission(admission(), 1_200);
    state.request({ sourceId, architecture: 'amd64', by: 'ann', note: 'try again', at: 7 });
    state.remember('pin debian', 'sha256:1');
    const again = openState(folder);
    t.after(() => again.close());
    assert.equal(again.snapshot().images.get(buildId)?.admission.digest, IMAGE);
    assert.deepEqual(again.snapshot().requests, [
      { sourceId, architecture: 'amd64', by: 'ann', note: 'try again', at: 7 },
    ]);
    assert.equal(again.recall('pin debian'), 'sha256:1');
    assert.equal(again.recall('pin ubuntu'), null);
  });

  test('who only looks makes none', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hallmark-state-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const state = openStateToRead(folder);
    assert.deepEqual(state.snapshot().unexamined, []);
    assert.deepEqual([...state.ledger()], []);
    state.close();
    assert.equal(hasState(folder), false);
  });

  test('a file that is none of ours, or of a later version, is left alone', (t) => {
    const cases: readonly [name: string, make: (file: string) => void][] = [
      [
        'no database',
        (file) => writeFileSync(file, 'not a database, but long enough to be looked at'.repeat(99)),
      ],
      ['another kind', (file) => new DatabaseSync(file).exec('PRAGMA application_id = 7')],
      [
        'a later version',
        (file) => {
          openState(join(file, '..')).close();
          new DatabaseSync(file).exec('PRAGMA user_version = 99');
        },
      ],
    ];
    for (const [name, make] of cases) {
      const folder = mkdtempSync(join(tmpdir(), 'hallmark-state-'));
      t.after(() => rmSync(folder, { recursive: true }));
      make(join(folder, 'programme.sqlite'));
      assert.throws(
        () => openState(folder),
        (error) => error instanceof LibraryError && error.code === 'STATE_UNREADABLE',
        name,
      );
    }
  });

  const records: readonly (readonly [
    what: string,
    damage: string,
    read: (state: ProgrammeState) => unknown,
  ])[] = [
    ['tags of an attempt', "UPDATE attempts SET tags = '{}'", (state) => state.attempts()],
    ['the outcome of an attempt', "UPDATE attempts SET outcome = '[]'", (state) => state.attempts()],
    [
      'what SQLite itself looks into',
      "UPDATE attempts SET outcome = '{'",
      (state) => state.snapshot().unexamined,
    ],
    [
      'an admission',
      "UPDATE admissions SET admission = 'null'",
      (state) => state.snapshot().images.get(buildId),
    ],
    [
      'an entry of the ledger',
      "DROP TRIGGER ledger_is_not_changed; UPDATE ledger SET entry = '5'",
      (state) => [...state.ledger()],
    ],
  ];
  for (const [what, damage, read] of records) {
    test(`a record that is none of ours: ${what}`, (t) => {
      const { folder, state } = open(t);
      build(state);
      state.recordAdmission(admission(), 1_200);
      state.completePublication('none', publication('1'), '2026-11-21T00:00:00Z');
      read(state);
      damageState(folder, damage);
      assert.throws(
        () => read(state),
        (error) => error instanceof LibraryError && error.code === 'STATE_UNREADABLE',
      );
    });
  }

  test('a note that is damaged is told apart, and hides no other', (t) => {
    const { folder, state } = open(t);
    for (const name of ['a', 'b', 'c', 'd']) state.beginPublication(intent(name));
    damageState(folder, "UPDATE intents SET intent = '{}' WHERE id = 'a'");
    damageState(folder, "UPDATE intents SET intent = 'no JSON' WHERE id = 'b'");
    damageState(folder, "UPDATE intents SET intent = json_set(intent, '$.id', 'd') WHERE id = 'c'");
    assert.deepEqual(state.pendingPublications(), [intent('d')]);
    assert.deepEqual(state.damagedPublications(), ['a', 'b', 'c']);
    state.withdrawPublication('b');
    assert.deepEqual(state.damagedPublications(), ['a', 'c']);
  });
});
