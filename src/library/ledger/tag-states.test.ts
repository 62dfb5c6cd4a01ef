import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { LedgerEntry, LedgerEvent } from './entry.ts';
import { nextEntry } from './ledger-chain.ts';
import { tagStates } from './tag-states.ts';

const published = (tags: readonly string[], content: string): LedgerEvent => ({
  kind: 'published',
  repository: 'redis',
  tags,
  digest: digestOf(content),
  images: [],
  previous: {},
  missing: [],
});

const retired = (tags: readonly string[], successor: string | null): LedgerEvent => ({
  kind: 'retired',
  repository: 'redis',
  tags,
  digest: digestOf('old'),
  successor,
});

function ledger(...events: readonly LedgerEvent[]): readonly LedgerEntry[] {
  return events.reduce<readonly LedgerEntry[]>(
    (entries, event, index) => [
      ...entries,
      nextEntry(entries.at(-1) ?? null, event, `2026-11-0${index + 1}T00:00:00Z`),
    ],
    [],
  );
}

suite('what tags mean by the ledger', () => {
  test('the last publication counts, and a retirement leaves the digest', () => {
    const tags = tagStates(
      ledger(published(['7', 'latest'], 'old'), published(['8', 'latest'], 'new'), retired(['7'], '8')),
    ).get('redis');
    assert.deepEqual([...(tags?.keys() ?? [])], ['7', 'latest', '8']);
    assert.equal(tags?.get('latest')?.digest, digestOf('new'));
    assert.equal(tags?.get('latest')?.published?.sequence, 2);
    assert.equal(tags?.get('7')?.digest, digestOf('old'));
    assert.equal(tags?.get('7')?.retired?.event.successor, '8');
    assert.equal(tags?.get('7')?.retired?.at, '2026-11-03T00:00:00Z');
  });

  test('a tag that comes back is supported', () => {
    const tags = tagStates(ledger(published(['7'], 'old'), retired(['7'], null), published(['7'], 'old')));
    assert.equal(tags.get('redis')?.get('7')?.retired, null);
  });

  test('a tag may be retired that was never published here', () => {
    const tags = tagStates(ledger(retired(['7'], null)));
    assert.equal(tags.get('redis')?.get('7')?.published, null);
  });
});
