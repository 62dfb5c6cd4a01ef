import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { digestOf } from '../../model/digest.ts';
import { readMemory, writeMemory } from './memory-file.ts';
import {
  acceptChange,
  emptyMemory,
  MAX_TAGS,
  recall,
  remember,
  type RepositoryMemory,
} from './repository-memory.ts';

const REPOSITORY = 'registry.example.com/acme/app';
const NOW = new Date('2026-11-21T00:00:00Z');

/** The tag led to an image, and a statement of a version says that it may. */
interface Seen {
  readonly to: string;
  /** Null: nobody who is believed says anything. */
  readonly version: number | null;
  readonly tag?: string;
  /** What the statement is about, where that is another image. */
  readonly about?: string;
}

function sighting({ to, version, tag = '1.4', about = to }: Seen) {
  return {
    observation: { signers: ['key a'], sources: [], builders: [] },
    tag: { name: tag, digest: digestOf(to), created: null, verifiedTime: null },
    mark: { tag, mark: version === null ? null : { version, digest: digestOf(about) } },
  };
}

const WANTED = { movement: 'floating', maxAgeSeconds: null, definition: null } as const;

function see(memory: RepositoryMemory, seen: Seen) {
  const checks = recall(memory, sighting(seen), WANTED, NOW);
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);
  const verdict = failed.length === 0 ? 'trusted' : 'untrusted';
  return { checks, failed, memory: remember(memory, sighting(seen), checks, verdict, NOW) };
}

const seeAll = (seen: readonly Seen[]) =>
  seen.reduce<ReturnType<typeof see>>(({ memory }, each) => see(memory, each), {
    checks: [],
    failed: [],
    memory: emptyMemory(REPOSITORY),
  });

const CASES: readonly (readonly [what: string, seen: readonly Seen[], failed: readonly string[]])[] = [
  ['the first statement', [{ to: 'old', version: 1 }], []],
  [
    'the same statement again',
    [
      { to: 'old', version: 1 },
      { to: 'old', version: 1 },
    ],
    [],
  ],
  [
    'a newer statement about the same image',
    [
      { to: 'old', version: 1 },
      { to: 'old', version: 2 },
    ],
    [],
  ],
  [
    'a newer image',
    [
      { to: 'old', version: 1 },
      { to: 'new', version: 2 },
    ],
    [],
  ],
  [
    'an older image with its own statement',
    [
      { to: 'new', version: 2 },
      { to: 'old', version: 1 },
    ],
    ['tag.version'],
  ],
  [
    'an older statement about the same image',
    [
      { to: 'new', version: 2 },
      { to: 'new', version: 1 },
    ],
    ['tag.version'],
  ],
  [
    'one version for two images',
    [
      { to: 'old', version: 1 },
      { to: 'new', version: 1 },
    ],
    ['tag.version'],
  ],
  [
    'an image of the time before tags were signed',
    [
      { to: 'new', version: 2 },
      { to: 'old', version: null },
    ],
    ['tag.version'],
  ],
  [
    'tags that were never signed',
    [
      { to: 'new', version: null },
      { to: 'old', version: null },
    ],
    [],
  ],
  [
    'another tag',
    [
      { to: 'new', version: 2 },
      { to: 'old', version: 1, tag: '1.3' },
    ],
    [],
  ],
  [
    'a tag called as what every object has',
    [
      { to: 'new', version: 2, tag: '__proto__' },
      { to: 'old', version: 1, tag: '__proto__' },
    ],
    ['tag.version'],
  ],
  [
    'the signer moves the tag back',
    [
      { to: 'old', version: 1 },
      { to: 'new', version: 2 },
      { to: 'old', version: 3 },
    ],
    [],
  ],
  [
    'whoever serves the tag moves it back',
    [
      { to: 'old', version: 1 },
      { to: 'new', version: 2 },
      { to: 'old', version: 2 },
    ],
    ['tag.version', 'tag.rollback'],
  ],
];
for (const [what, seen, failed] of CASES) {
  test(`signed tag, remembered: ${what}`, () => {
    const found = seeAll(seen);
    assert.deepEqual(found.failed, failed, JSON.stringify(found.checks, null, 1));
  });
}

test('a statement that was not seen before says nothing of older ones, which is not passed', () => {
  const { checks } = seeAll([{ to: 'old', version: 1 }]);
  assert.equal(checks.find(({ id }) => id === 'tag.version')?.outcome, 'not-checked');
});

test('who accepts an older version, or none, starts from there', () => {
  for (const version of [1, null]) {
    const { memory } = seeAll([
      { to: 'new', version: 2 },
      { to: 'old', version },
    ]);
    assert.equal(memory.marks['1.4']?.version, 2, 'an alarm changes nothing');
    const accepted = acceptChange(memory, NOW) ?? assert.fail('nothing waits');
    assert.equal(accepted.marks['1.4']?.version, version ?? undefined);
    assert.deepEqual(see(accepted, { to: 'old', version }).failed, []);
  }
});

test('without anybody to believe nothing is compared, and nothing forgotten', () => {
  const { memory } = seeAll([{ to: 'new', version: 2 }]);
  const unknown = { ...sighting({ to: 'new', version: null }), mark: null };
  const checks = recall(memory, unknown, WANTED, NOW);
  assert.ok(checks.every(({ id }) => id !== 'tag.version'));
  assert.deepEqual(remember(memory, unknown, checks, 'unknown', NOW).marks, memory.marks);
});

test('marks are bounded and survive being written', (t) => {
  const seen = Array.from({ length: MAX_TAGS + 5 }, (_, index) => ({
    to: 'x',
    version: 1,
    tag: `t${index}`,
  }));
  const { memory } = see(seeAll(seen).memory, { to: 'y', version: 0, tag: 't7' });
  assert.equal(Object.keys(memory.marks).length, MAX_TAGS);
  const directory = join(temporaryDirectory(t), 'memory');
  writeMemory(directory, memory);
  assert.equal(JSON.stringify(readMemory(directory, REPOSITORY)), JSON.stringify(memory));
});
