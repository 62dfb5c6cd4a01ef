import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publication, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { tagSpans } from './tag-spans.ts';

test('since when and until when tags were supported the last time', () => {
  const ledger = smallLedger(
    publication('redis', ['8', '7']),
    publication('redis', ['8', '7']),
    retirement('redis', ['7', '6'], '8'),
    publication('nginx', ['7']),
    retirement('redis', ['8']),
    publication('redis', ['8']),
  );
  assert.deepEqual(Object.fromEntries(tagSpans(ledger, 'redis')), {
    '8': { since: '2026-11-06T12:00:00Z', until: null, successor: null },
    '7': { since: '2026-11-01T12:00:00Z', until: '2026-11-03T12:00:00Z', successor: '8' },
    '6': { since: null, until: '2026-11-03T12:00:00Z', successor: '8' },
  });
});
