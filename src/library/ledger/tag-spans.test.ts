import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publication, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { digestOf } from '../../model/digest.ts';
import { tagSpans } from './tag-spans.ts';

test('since when and until when tags were supported the last time, and their names that never move', () => {
  const first = publication('redis', ['8', '7'], { dated: ['8-20261101', '7-20261101'] });
  const ledger = smallLedger(
    first,
    publication('redis', ['8', '7']),
    retirement('redis', ['7', '6'], '8'),
    publication('nginx', ['7']),
    retirement('redis', ['8']),
    publication('redis', ['8'], { digest: digestOf('new'), dated: ['8-20261106', 'other-20261106', 'none'] }),
  );
  const given = (name: string, day: number, digest = first.digest) => ({
    name,
    at: `2026-11-0${day}T12:00:00Z`,
    digest,
  });
  assert.deepEqual(Object.fromEntries(tagSpans(ledger, 'redis')), {
    '8': {
      since: '2026-11-06T12:00:00Z',
      until: null,
      successor: null,
      dated: [given('8-20261101', 1), given('8-20261106', 6, digestOf('new'))],
    },
    '7': {
      since: '2026-11-01T12:00:00Z',
      until: '2026-11-03T12:00:00Z',
      successor: '8',
      dated: [given('7-20261101', 1)],
    },
    '6': { since: null, until: '2026-11-03T12:00:00Z', successor: '8', dated: [] },
  });
});
