import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { RecipeId } from '../builds/build.ts';
import { describeReason, describeReasons } from './describe-reason.ts';
import type { AdvisoryFix, BuildReason } from './work.ts';

const fix = (vulnerability: string, severity: AdvisoryFix['severity'], name = 'libssl3'): AdvisoryFix => ({
  vulnerability,
  severity,
  package: name,
  installed: '3.0.11',
  fixed: '3.0.13',
});

const CASES: readonly (readonly [BuildReason, string])[] = [
  [{ kind: 'new' }, 'it is new'],
  [{ kind: 'source-changed' }, 'its source changed'],
  [{ kind: 'parent-changed', parents: [] }, 'a parent changed'],
  [{ kind: 'parent-changed', parents: ['debian:bookworm'] }, 'its parent debian:bookworm changed'],
  [{ kind: 'parent-changed', parents: ['a:1', 'b:2'] }, 'its parents a:1 and b:2 changed'],
  [{ kind: 'parent-changed', parents: ['a', 'b', 'c', 'd', 'e'] }, 'its parents a, b, c and 2 more changed'],
  [
    { kind: 'recipe-changed', from: 'a'.repeat(64) as RecipeId, to: 'b'.repeat(64) as RecipeId },
    'what builds it changed from recipe aaaaaaaaaaaa to bbbbbbbbbbbb',
  ],
  [{ kind: 'advisory', fixes: [] }, 'newer packages fix flaws in it'],
  [
    { kind: 'advisory', fixes: [fix('CVE-2026-1', 'high')] },
    'libssl3 3.0.13 in place of 3.0.11 fixes CVE-2026-1 (high)',
  ],
  [
    {
      kind: 'advisory',
      fixes: [fix('CVE-2026-1', 'low'), fix('CVE-2026-2', 'critical', 'zlib1g'), fix('CVE-2026-2', 'high')],
    },
    'newer packages fix CVE-2026-2 (critical, zlib1g) and CVE-2026-1 (low, libssl3)',
  ],
  [
    { kind: 'age', builtAt: '2026-08-01T10:00:00Z', maximumSeconds: 30 * 86_400 },
    'it was built on 2026-08-01, more than 30 days ago',
  ],
  [
    { kind: 'requested', by: 'ann', at: '2026-08-02T00:00:00Z', note: 'key rotation' },
    'ann asked for it on 2026-08-02: key rotation',
  ],
  [{ kind: 'requested', by: 'ann', at: '2026-08-02T00:00:00Z', note: '' }, 'ann asked for it on 2026-08-02'],
];

suite('reasons in words', () => {
  for (const [reason, words] of CASES) {
    test(words, () => assert.equal(describeReason(reason), words));
  }

  test('several are one clause, none is none', () => {
    assert.equal(
      describeReasons([{ kind: 'new' }, { kind: 'source-changed' }]),
      'it is new; its source changed',
    );
    assert.equal(describeReasons([]), '');
  });
});
