import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endorsement } from '../../../test/trust/policy/facts.ts';
import { digestOf } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { TAG_STATE_TYPE } from '../statements/predicate-types.ts';
import { readTagState, retiredTags } from './tag-state.ts';

const PREDICATE = {
  repository: 'registry.example/library/redis',
  tags: ['7.2', '7'],
  state: 'retired',
  since: '2026-11-21T12:00:00.000Z',
  successor: '8',
};

const statement = (change: object, predicateType: string = TAG_STATE_TYPE) => ({
  type: 'https://in-toto.io/Statement/v1',
  subjects: [{ name: null, digests: {} }],
  predicateType,
  predicate: { ...PREDICATE, ...change },
});
const word = (change: object = {}): Endorsement =>
  endorsement({ meaning: 'attestation', statement: statement(change) });

test('a statement is read, and fields that are not known are passed over', () => {
  assert.deepEqual(readTagState(statement({ more: 1 })), PREDICATE);
  assert.deepEqual(readTagState(statement({ successor: null }))?.successor, null);
});

for (const change of [
  { repository: undefined },
  { tags: '7' },
  { tags: Array.from({ length: 10_001 }, () => '7') },
  { tags: ['7'.repeat(129)] },
  { state: 'gone' },
  { since: 'yesterday' },
  { successor: 8 },
]) {
  test(`no statement about tags: ${JSON.stringify(change).slice(0, 60)}`, () => {
    assert.equal(readTagState(statement(change)), null);
  });
}

test('another type of statement with the same fields is none', () => {
  assert.equal(readTagState(statement({}, 'https://example.org/other')), null);
});

const LATER = '2026-11-22T12:00:00+02:00';
const CASES: readonly (readonly [what: string, words: readonly Endorsement[], retired: readonly string[]])[] =
  [
    ['nothing', [endorsement()], []],
    ['one statement', [word()], ['7.2 7']],
    [
      'a tag that is supported again',
      [word(), word({ tags: ['7'], state: 'supported', since: LATER })],
      ['7.2'],
    ],
    [
      'a tag that was supported before',
      [word(), word({ state: 'supported', since: '2026-11-20T00:00:00Z' })],
      ['7.2 7'],
    ],
    [
      'two statements, of which the later one counts',
      [word(), word({ since: LATER, successor: null })],
      ['7.2 7'],
    ],
    [
      'what is said of another manifest',
      [word(), { ...word({ state: 'supported', since: LATER }), subject: digestOf('another') }],
      ['7.2 7'],
    ],
    [
      'the same tag of another repository',
      [word(), word({ repository: 'r/other', state: 'supported', since: LATER })],
      ['7.2 7'],
    ],
  ];
for (const [what, words, expected] of CASES) {
  test(`retired by ${what}`, () => {
    for (const order of [words, words.toReversed()])
      assert.deepEqual(
        retiredTags(order).map(({ tags }) => tags.join(' ')),
        expected,
      );
  });
}
