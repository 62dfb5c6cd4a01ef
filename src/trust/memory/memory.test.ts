import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { type Digest, parseDigest } from '../../model/digest.ts';
import type { Check, Signer } from '../../model/trust.ts';
import { attestation, certificate, GITHUB, KEY, WORKFLOW } from '../../../test/trust/provenance-samples.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { observe } from '../provenance/expectations.ts';
import { TrustError } from '../errors.ts';
import { forgetMemory, readMemory, writeMemory } from './memory-file.ts';
import {
  acceptChange,
  emptyMemory,
  historyOf,
  MAX_TAGS,
  recall,
  remember,
  type RepositoryMemory,
  type Sighting,
} from './repository-memory.ts';
import { toSighting } from './sighting.ts';
import { tagMovementOf } from './tag-movement.ts';
import { isFixedTag, MAX_TAG_ENTRIES, type TagExpectation, tagSummary } from './tag-history.ts';

const REPOSITORY = 'registry.example.com/acme/app';
const digest = (digit: string): Digest => parseDigest(`sha256:${digit.repeat(64)}`);
const day = (number: number) => new Date(Date.UTC(2026, 0, number));
const ANY: TagExpectation = { movement: null, maxAgeSeconds: null, definition: null };

const LISTED = parseDefinition(
  `Maintainers: Ada (@ada)
GitRepo: https://example.com/thing.git
GitCommit: ${'a'.repeat(40)}

Tags: 1.2.4, 1.2
SharedTags: latest
Directory: 1

Tags: 2.0, 2
SharedTags: latest
Directory: 2
`,
  { name: 'thing' },
);

const APP = { source: { uri: 'https://github.com/acme/app' }, builderId: WORKFLOW } as const;

interface Seen {
  readonly signers?: readonly Signer[];
  readonly provenance?: readonly {
    readonly source: { readonly uri: string } | null;
    readonly builderId: string | null;
  }[];
  readonly tag?: string | null;
  readonly to?: Digest;
  readonly signed?: number | null;
}

function sighting({
  signers = [certificate()],
  provenance = [APP],
  tag = 'latest',
  to = digest('1'),
  signed = null,
}: Seen = {}): Sighting {
  const full = provenance.map(({ source, builderId }) => ({
    builderId,
    source:
      source === null
        ? null
        : { ...source, commit: null, ref: null, path: null, statedBy: 'builder' as const },
  }));
  return {
    observation: observe(
      signers.map((signer) => ({ signer })),
      full,
    ),
    tag:
      tag === null
        ? null
        : {
            name: tag,
            digest: to,
            created: null,
            verifiedTime: signed === null ? null : day(signed).toISOString(),
          },
    mark: null,
  };
}

/** Verifies once after another; answers the memory and the failed checks of the last time. */
function verifyAll(
  days: readonly Seen[],
  wanted: TagExpectation = ANY,
  before: RepositoryMemory = emptyMemory(REPOSITORY),
): {
  readonly memory: RepositoryMemory;
  readonly checks: readonly Check[];
  readonly failed: readonly string[];
} {
  let memory = before;
  let checks: readonly Check[] = [];
  for (const [index, seen] of days.entries()) {
    const now = day(index + 10);
    checks = recall(memory, sighting(seen), wanted, now);
    const isAlarm = checks.some(({ outcome }) => outcome === 'failed');
    memory = remember(memory, sighting(seen), checks, isAlarm ? 'untrusted' : 'trusted', now);
  }
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  return { memory, checks, failed };
}

const EVIL = certificate(
  { sourceRepositoryUri: 'https://github.com/evil/app' },
  { subject: { kind: 'uri', value: WORKFLOW.replace('acme', 'evil') } },
);
const NEXT = certificate({}, { subject: { kind: 'uri', value: WORKFLOW.replace('v1.2', 'v1.3') } });

const alarms: readonly (readonly [
  what: string,
  days: readonly Seen[],
  wanted: TagExpectation,
  failed: readonly string[],
])[] = [
  ['the first time', [{}], ANY, []],
  ['the same again', [{}, {}], ANY, []],
  [
    'the next release of the same workflow',
    [
      {},
      {
        signers: [NEXT],
        to: digest('2'),
        provenance: [{ ...APP, builderId: WORKFLOW.replace('v1.2', 'v1.3') }],
      },
    ],
    ANY,
    [],
  ],
  ['somebody signs besides', [{}, { signers: [EVIL, certificate()] }], ANY, []],
  ['signing stopped', [{}, { signers: [], provenance: [] }], ANY, ['expectation.signing']],
  ['the signer changed', [{}, { signers: [EVIL] }], ANY, ['expectation.signer']],
  ['a key in place of the workflow', [{}, { signers: [KEY] }], ANY, ['expectation.signer']],
  [
    'the source changed',
    [{}, { provenance: [{ ...APP, source: { uri: 'https://github.com/evil/app' } }] }],
    ANY,
    ['expectation.source'],
  ],
  [
    'another source beside the true one',
    [{}, { provenance: [APP, { ...APP, source: { uri: 'https://github.com/evil/app' } }] }],
    ANY,
    ['expectation.source'],
  ],
  [
    'the builder changed',
    [{}, { provenance: [{ ...APP, builderId: 'https://evil.example' }] }],
    ANY,
    ['expectation.builder'],
  ],
  ['provenance is left out', [{}, { provenance: [] }], ANY, ['expectation.source', 'expectation.builder']],
  [
    'an unsigned image stays unsigned',
    [
      { signers: [], provenance: [] },
      { signers: [], provenance: [] },
    ],
    ANY,
    [],
  ],
  ['latest moves on', [{}, { to: digest('2') }], ANY, []],
  ['latest moves back', [{}, { to: digest('2') }, {}], ANY, ['tag.rollback']],
  ['latest moves to an older image', [{ signed: 5 }, { to: digest('2'), signed: 4 }], ANY, ['tag.rollback']],
  ['latest moves to a newer image', [{ signed: 5 }, { to: digest('2'), signed: 6 }], ANY, []],
  [
    'latest moves to an image older than one before the last',
    [{ signed: 5 }, { to: digest('2') }, { to: digest('3'), signed: 4 }],
    ANY,
    ['tag.rollback'],
  ],
  ['a release moves', [{ tag: '1.2.3' }, { tag: '1.2.3', to: digest('2') }], ANY, ['tag.moved']],
  [
    'a release of an official image moves, as it may',
    [{ tag: '1.2.3' }, { tag: '1.2.3', to: digest('2') }],
    { ...ANY, movement: 'floating' },
    [],
  ],
  [
    'latest moves where nothing may',
    [{}, { to: digest('2') }],
    { ...ANY, movement: 'immutable' },
    ['tag.moved'],
  ],
  ['another tag moves nothing', [{ tag: '1.2.3' }, { tag: '1.2.4', to: digest('2') }], ANY, []],
  ['a digest without a tag', [{}, { tag: null, to: digest('2') }], { ...ANY, movement: 'immutable' }, []],
  ['frozen', [{ signed: 1 }], { ...ANY, maxAgeSeconds: 86_400 }, ['tag.freeze']],
  ['frozen, by nobody’s word', [{}], { ...ANY, maxAgeSeconds: 86_400 }, ['tag.freeze']],
  ['fresh enough', [{ signed: 9 }], { ...ANY, maxAgeSeconds: 86_400 }, []],
  [
    'a tag with the name of what every object has',
    [{ tag: '__proto__' }, { tag: '__proto__', to: digest('2') }, { tag: '__proto__' }],
    ANY,
    ['tag.rollback'],
  ],
];
for (const [what, days, wanted, expected] of alarms) {
  test(`alarm: ${what}`, () => {
    const { failed, checks } = verifyAll(days, wanted);
    assert.deepEqual(failed, expected, JSON.stringify(checks, null, 1));
  });
}

test('who signs is not compared where nobody can tell, and what was learnt stays', () => {
  const { memory } = verifyAll([{}]);
  const seen = sighting({ signers: [], provenance: [] });
  const checks = recall(memory, seen, ANY, day(20), 'none of the keys fits');
  assert.deepEqual(
    checks.filter(({ id }) => id.startsWith('expectation.')).map(({ outcome, reason }) => [outcome, reason]),
    [['not-checked', 'none of the keys fits']],
  );
  const after = remember(memory, seen, checks, 'unknown', day(20));
  assert.deepEqual(after.expectation, memory.expectation);
  assert.equal(after.pending, null);
});

test('what was not seen before is not checked, and not passed', () => {
  assert.deepEqual(
    verifyAll([{}]).checks.map(({ id, outcome }) => `${id} ${outcome}`),
    ['expectation.signer not-checked', 'tag.moved not-checked'],
  );
});

test('an alarm changes nothing but what waits; accepting it ends it', () => {
  const quiet = verifyAll([{}]).memory;
  const { memory } = verifyAll([{ signers: [EVIL], to: digest('2') }], ANY, quiet);
  assert.deepEqual({ ...memory, pending: null }, quiet);
  assert.match(memory.pending?.alarms[0] ?? '', /^the signer changed from .* to /);
  const accepted = acceptChange(memory, day(20)) ?? assert.fail('nothing waits');
  assert.equal(accepted.pending, null);
  assert.deepEqual(verifyAll([{ signers: [EVIL], to: digest('2') }], ANY, accepted).failed, []);
  assert.equal(acceptChange(accepted, day(21)), null);
});

test('whoever signs beside a known signer is not known the next time, alone', () => {
  assert.deepEqual(verifyAll([{}, { signers: [certificate(), EVIL] }, { signers: [EVIL] }]).failed, [
    'expectation.signer',
  ]);
});

test('what was not known at all is learnt later', () => {
  const { memory } = verifyAll([{ provenance: [] }, {}]);
  assert.deepEqual(memory.expectation?.sources, ['https://github.com/acme/app']);
});

test('accepting that signing stopped expects nobody any more', () => {
  const { memory } = verifyAll([{}, { signers: [], provenance: [] }]);
  assert.equal(acceptChange(memory, day(20))?.expectation, null);
});

test('evidence that was not believed teaches nothing, and leaves no trace in the history', () => {
  const empty = emptyMemory(REPOSITORY);
  assert.equal(remember(empty, sighting(), [], 'untrusted', day(1)), empty);
  assert.equal(remember(empty, sighting(), [], 'error', day(1)), empty);
  const unknown = remember(empty, sighting(), [], 'unknown', day(1));
  assert.equal(unknown.expectation, null);
  assert.equal(historyOf(unknown.tags, 'latest').length, 1);
});

test('histories are bounded: moves of a tag, and tags', () => {
  const moves = Array.from({ length: MAX_TAG_ENTRIES + 5 }, (_, index) => ({
    to: parseDigest(`sha256:${String(index).padStart(64, '0')}`),
  }));
  assert.equal(historyOf(verifyAll(moves).memory.tags, 'latest').length, MAX_TAG_ENTRIES);
  const tags = Array.from({ length: MAX_TAGS + 5 }, (_, index) => ({ tag: `t${index}` }));
  const kept = Object.keys(verifyAll(tags).memory.tags);
  assert.equal(kept.length, MAX_TAGS);
  assert.ok(kept.includes(`t${MAX_TAGS + 4}`) && !kept.includes('t0'), 'the oldest are dropped');
});

test('a tag in a report', () => {
  const { memory } = verifyAll([{}, { to: digest('2') }, { to: digest('2') }]);
  assert.deepEqual(tagSummary(historyOf(memory.tags, 'latest')), {
    firstSeen: day(10).toISOString(),
    previous: digest('1'),
    movedAt: day(11).toISOString(),
    times: 1,
  });
  assert.equal(tagSummary([]), null);
});

for (const [tag, isFixed] of [
  ['1.2.3', true],
  ['v1.2.3', true],
  ['1.27.0-alpine3.24', true],
  ['bookworm-20260803', true],
  ['20260803', true],
  ['a'.repeat(40), true],
  [`sha-${'a'.repeat(40)}`, true],
  ['1.2', false],
  ['latest', false],
  ['bookworm', false],
  ['12345678', false],
  ['build-120260803', false],
  ['deadbeef', false],
] as const) {
  test(`tag ${tag.slice(0, 20)} ${isFixed ? 'should not move' : 'may move'}`, () =>
    assert.equal(isFixedTag(tag), isFixed));
}

const at = (time: string) => ({ source: 'log', at: time, by: 'x' }) as const;

test('what a verification found: signers, source and builder of signed provenance, the newest time', () => {
  const seen = toSighting({
    endorsements: [
      { ...attestation(GITHUB), times: [at('2026-01-01T00:00:00Z'), at('2026-01-03T00:00:00Z')] },
      { ...attestation({}, { signer: KEY }), times: [at('2026-01-03T00:30:00+01:00')] },
    ],
    tag: 'latest',
    signedTag: null,
    digest: digest('1'),
    created: null,
  });
  assert.deepEqual(seen.observation.sources, ['https://github.com/acme/app']);
  assert.deepEqual(seen.observation.builders, [WORKFLOW.slice(0, WORKFLOW.indexOf('@'))]);
  assert.equal(seen.observation.signers.length, 2);
  assert.equal(seen.tag?.verifiedTime, '2026-01-03T00:00:00Z');
});

test('tags move as the definition of their repository lists them', () => {
  const wanted: TagExpectation = { movement: 'floating', maxAgeSeconds: null, definition: LISTED };
  const build = { tag: '1.2', to: digest('1') };
  const next = digest('2');
  const cases: readonly (readonly [what: string, days: readonly Seen[], outcome: Check['outcome']])[] = [
    ['a listed tag moves to a new build', [build, { tag: '1.2', to: next }], 'passed'],
    [
      'and the tags of its entry with it',
      [{ tag: '1.2.4', to: next }, build, { tag: '1.2', to: next }],
      'passed',
    ],
    ['to the build of another entry', [{ tag: '2.0', to: next }, build, { tag: '1.2', to: next }], 'failed'],
    [
      'of another entry from the start',
      [
        { tag: '2.0', to: next },
        { tag: '1.2', to: next },
      ],
      'failed',
    ],
    [
      'of another entry, which it shares',
      [
        { tag: '2.0', to: next },
        { tag: 'latest', to: next },
      ],
      'passed',
    ],
    [
      'to what another entry had once',
      [
        { tag: '2.0', to: next },
        { tag: '2.0', to: digest('3') },
        { tag: '1.2', to: next },
      ],
      'passed',
    ],
    ['no longer listed, and moved', [{ tag: '1.1' }, { tag: '1.1', to: next }], 'failed'],
    ['no longer listed, and there', [{ tag: '1.1' }, { tag: '1.1' }], 'passed'],
    ['not listed, and not seen before', [{ tag: '1.1' }], 'not-checked'],
  ];
  for (const [what, days, outcome] of cases) {
    const found = verifyAll(days, wanted).checks.find(({ id }) => id === 'tag.definition');
    assert.equal(found?.outcome, outcome, `${what}: ${found?.reason ?? ''}`);
  }
});

test('what was accepted of another entry raises no second alarm', () => {
  const wanted: TagExpectation = { movement: 'floating', maxAgeSeconds: null, definition: LISTED };
  const days = [
    { tag: '2.0', to: digest('2') },
    { tag: '1.2', to: digest('2') },
  ];
  const { memory, failed } = verifyAll(days, wanted);
  assert.deepEqual(failed, ['tag.definition']);
  const accepted = acceptChange(memory, day(20)) ?? assert.fail('nothing waits');
  assert.deepEqual(verifyAll(days.slice(1), wanted, accepted).failed, []);
});

for (const [repository, tag, definition, movement] of [
  ['docker.io/library/thing', '1.2.4', LISTED, 'floating'],
  ['docker.io/library/thing', '1.2.3', LISTED, 'immutable'],
  ['docker.io/library/thing', '1.2.3', null, 'floating'],
  ['docker.io/library/thing', 'trixie-20260803', null, null],
  ['docker.io/library-evil/thing', '1.2.4', null, null],
  ['mirror.example.com/thing', '1.2.3', LISTED, 'immutable'],
] as const) {
  test(`the tag ${tag} of ${repository} is ${movement ?? 'what its name says'}`, () =>
    assert.equal(tagMovementOf({ repository, tag, definition }), movement));
}

test('a memory is read as it was written, and forgotten', (t) => {
  const directory = join(temporaryDirectory(t), 'trust', 'memory');
  assert.deepEqual(readMemory(directory, REPOSITORY), emptyMemory(REPOSITORY));
  const { memory } = verifyAll([{ signed: 5 }, { tag: '__proto__' }, { signers: [EVIL] }]);
  writeMemory(directory, memory);
  assert.equal(JSON.stringify(readMemory(directory, REPOSITORY)), JSON.stringify(memory));
  assert.deepEqual(readMemory(directory, `${REPOSITORY}-other`).tags, {});
  assert.equal(forgetMemory(directory, REPOSITORY), true);
  assert.equal(forgetMemory(directory, REPOSITORY), false);
});

const spoilt: readonly (readonly [what: string, spoil: (text: string) => string])[] = [
  ['no JSON', () => '{'],
  ['a field twice', (text) => text.replace('{', '{"repository":"x",')],
  ['of another repository', (text) => text.replace(REPOSITORY, `${REPOSITORY}-evil`)],
  ['a digest that is none', (text) => text.replaceAll('1'.repeat(64), 'x')],
  ['a time that is none', (text) => text.replaceAll(/"since": "[^"]*"/g, '"since": "x"')],
  ['of another version', (text) => text.replace('trust-memory/1', 'trust-memory/9')],
  ['too large', (text) => text + ' '.repeat(9 * 1024 * 1024)],
];
for (const [what, spoil] of spoilt) {
  test(`a memory that cannot be read is no empty memory: ${what}`, (t) => {
    const directory = temporaryDirectory(t);
    writeMemory(directory, verifyAll([{}]).memory);
    const [name = ''] = readdirSync(directory);
    const file = join(directory, name);
    writeFileSync(file, spoil(readFileSync(file, 'utf8')));
    assert.throws(
      () => readMemory(directory, REPOSITORY),
      (error) => error instanceof TrustError && error.code === 'MEMORY_INVALID',
    );
    assert.equal(forgetMemory(directory, REPOSITORY), true);
    assert.deepEqual(readMemory(directory, REPOSITORY), emptyMemory(REPOSITORY));
  });
}

test('a memory that cannot be written is an error of its own', (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'memory'), '');
  assert.throws(
    () => writeMemory(join(directory, 'memory', 'below'), emptyMemory(REPOSITORY)),
    (error) => error instanceof TrustError && error.code === 'MEMORY_NOT_WRITTEN',
  );
});
