import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildId } from '../../library/builds/build.ts';
import type { LedgerEvent } from '../../library/ledger/entry.ts';
import type { RunEvent } from '../../library/running/run-event.ts';
import { digestOf } from '../../model/digest.ts';
import { formatEvent } from './format-event.ts';

const build = { name: 'redis:8', architecture: 'amd64', buildId: 'b' as BuildId, generation: 1 } as const;
const digest = digestOf('an image');

const admitted = (...unmet: Extract<RunEvent, { kind: 'admitted' }>['unmet']): RunEvent => ({
  kind: 'admitted',
  build,
  digest,
  unmet,
});
const missing = (id: string) => ({ id, result: 'not-checked', because: 'there is no script' }) as const;

const entered = (event: LedgerEvent): RunEvent => ({
  kind: 'published',
  entry: { sequence: 1, at: '2026-11-21T12:00:00.000Z', event, previous: null, digest },
});
const of = { repository: 'redis', tags: ['8.0', '8'], digest };

const CASES: readonly (readonly [event: RunEvent, line: string])[] = [
  [admitted(), 'admitted redis:8 on amd64'],
  [
    admitted(missing('test.a'), { id: 'test.b', result: 'failed', because: 'no answer' }),
    'admitted redis:8 on amd64; test.a not checked: there is no script; test.b failed: no answer',
  ],
  [
    admitted(missing('a'), missing('b'), missing('c'), missing('d')),
    'admitted redis:8 on amd64; a not checked: there is no script; b not checked: there is no script; c not checked: there is no script; and 1 more: see "hallmark library verify"',
  ],
  [
    { kind: 'not-examined', build, because: 'REGISTRY_TIMEOUT: it took too long', remedy: 'Try again.' },
    'NOT EXAMINED redis:8 on amd64: REGISTRY_TIMEOUT: it took too long. Try again.',
  ],
  [{ kind: 'interrupted', build }, 'broken off redis:8 on amd64'],
  [
    entered({ ...of, kind: 'published', images: [], previous: {}, missing: [] }),
    `published redis:8.0, 8: ${digest}`,
  ],
  [entered({ ...of, kind: 'retired', successor: '9' }), 'retired redis:8.0, 8; 9 takes the place'],
  [entered({ ...of, kind: 'retired', successor: null }), 'retired redis:8.0, 8'],
];

for (const [event, line] of CASES) test(line, () => assert.equal(formatEvent(event), line));
