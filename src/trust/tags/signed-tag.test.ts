import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endorsement, NOW } from '../../../test/trust/policy/facts.ts';
import { digestOf } from '../../model/digest.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';
import { judgeTag } from './signed-tag.ts';

const IMAGE = digestOf('image');
const OTHER = digestOf('other');
const PREDICATE = {
  repository: 'registry.example.com/team/app',
  tags: ['1.4'],
  version: 5,
  issued: '2026-10-15T00:00:00Z',
  expires: '2026-11-15T00:00:00Z',
};
const QUESTION = { repository: PREDICATE.repository, tag: '1.4', digest: IMAGE, now: NOW };

const word = (change: Partial<typeof PREDICATE> = {}, subject = IMAGE) =>
  endorsement({
    subject,
    meaning: 'attestation',
    statement: {
      type: 'https://in-toto.io/Statement/v1',
      subjects: [{ name: null, digests: {} }],
      predicateType: TAG_TYPE,
      predicate: { ...PREDICATE, ...change },
    },
  });

const CASES: readonly (readonly [
  what: string,
  words: readonly ReturnType<typeof word>[],
  outcome: string,
  reason: RegExp,
])[] = [
  [
    'a statement that holds',
    [word()],
    'passed',
    /version 5 says that the tag 1\.4 means this digest, until 2026-11-15/,
  ],
  ['none', [], 'not-checked', /nobody whom the rule names/],
  ['another repository', [word({ repository: `${PREDICATE.repository}-evil` })], 'not-checked', /nobody/],
  ['one of several tags', [word({ tags: ['1', '1.4'] })], 'passed', /until/],
  ['other tags', [word({ tags: ['1.4.1', '1'] })], 'not-checked', /nobody/],
  ['another tag that ends alike', [word({ tags: ['x1.4'] })], 'not-checked', /nobody/],
  ['another image', [word({}, OTHER)], 'failed', /is about .*, and the tag led to/],
  [
    'expired to the second',
    [word({ expires: '2026-11-01T00:00:00Z' })],
    'failed',
    /expired at 2026-11-01T00:00:00Z/,
  ],
  ['a second before it expires', [word({ expires: '2026-11-01T00:00:01Z' })], 'passed', /until/],
  ['yet to come', [word({ issued: '2026-11-01T00:05:01Z' })], 'failed', /which is yet to come/],
  ['of a clock that is a little fast', [word({ issued: '2026-11-01T00:05:00Z' })], 'passed', /until/],
  [
    'an older one that expired beside',
    [word({ version: 4, expires: '2026-10-20T00:00:00Z' }), word()],
    'passed',
    /version 5/,
  ],
  [
    'a newer one that expired beside',
    [word(), word({ version: 6, expires: '2026-10-20T00:00:00Z' })],
    'failed',
    /version 6 .* expired/,
  ],
  [
    'a newer one of another image beside',
    [word(), word({ version: 6 }, OTHER)],
    'failed',
    /version 6 .* is about/,
  ],
  ['an older one of another image beside', [word({ version: 4 }, OTHER), word()], 'passed', /version 5/],
  ['one version of two images', [word({}, OTHER), word()], 'failed', /is signed for .* and for/],
  ['one version twice', [word(), word({ expires: '2026-11-16T00:00:00Z' })], 'passed', /version 5/],
  [
    'one version twice, of which one expired',
    [word({ expires: '2026-10-20T00:00:00Z' }), word()],
    'passed',
    /version 5/,
  ],
];
for (const [what, words, outcome, reason] of CASES) {
  test(`signed tag: ${what}`, () => {
    for (const order of [words, words.toReversed()]) {
      const check = judgeTag(order, QUESTION).checks.find(({ id }) => id === 'tag.signed');
      assert.equal(check?.outcome, outcome, check?.reason);
      assert.match(check?.reason ?? '', reason);
    }
  });
}

test('a statement that cannot be read is told, and hides no other', () => {
  const { checks } = judgeTag([word({ version: 0 }), word()], QUESTION);
  assert.deepEqual(
    checks.map(({ id, outcome }) => `${id} ${outcome}`),
    ['tag.statement failed', 'tag.signed passed'],
  );
});
