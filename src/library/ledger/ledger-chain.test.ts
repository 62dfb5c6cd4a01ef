import assert from 'node:assert/strict';
import test from 'node:test';
import { digestOf } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import type { LedgerEntry, Retirement } from './entry.ts';
import { entryDigest, nextEntry, verifyLedger } from './ledger-chain.ts';

const retirement = (tag: string): Retirement => ({
  kind: 'retired',
  repository: 'redis',
  tags: [tag],
  digest: digestOf(tag),
  successor: null,
});

function ledgerOf(...tags: readonly string[]): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const tag of tags)
    entries.push(nextEntry(entries.at(-1) ?? null, retirement(tag), '2026-01-02T03:04:05Z'));
  return entries;
}

test('a chain holds, and says where it ends', () => {
  const entries = ledgerOf('5', '6', '7');
  assert.deepEqual(
    entries.map(({ sequence, previous }) => [sequence, previous]),
    [
      [1, null],
      [2, entries[0]?.digest],
      [3, entries[1]?.digest],
    ],
  );
  assert.deepEqual(verifyLedger(entries), { entries: 3, digest: entries[2]?.digest });
  assert.deepEqual(verifyLedger([]), { entries: 0, digest: null });
});

test('the digest of an entry does not depend on the order of its fields', () => {
  const [entry] = ledgerOf('5');
  assert.ok(entry);
  const turned = Object.fromEntries(Object.entries(entry).reverse()) as unknown as LedgerEntry;
  assert.equal(entryDigest(turned), entry.digest);
});

test('whatever is done to a ledger is found, and the entry is named', () => {
  const [first, second, third] = ledgerOf('5', '6', '7');
  assert.ok(first && second && third);
  const head = verifyLedger([first, second, third]);
  const rewritten = ledgerOf('5', 'x', '7');
  const table: readonly (readonly [string, readonly LedgerEntry[], RegExp])[] = [
    ['the first is missing', [second, third], /entry 1 .*number 2 stands/],
    ['one is missing', [first, third], /entry 2 .*number 3 stands/],
    ['two have changed places', [first, third, second], /entry 2 /],
    ['an event is changed', [first, { ...second, event: retirement('x') }, third], /entry 2 .*content/],
    ['a time is changed', [first, second, { ...third, at: '2027-01-02T03:04:05Z' }], /entry 3 .*content/],
    ['a digest is changed', [{ ...first, digest: third.digest }, second], /entry 1 .*content/],
    ['it follows another one', [first, { ...second, previous: third.digest }], /entry 2 .*follows/],
    ['its end is missing', [first, second], /entry 3 .*missing; 3 entries were seen/],
    ['it was written anew', rewritten, /entry 3 .*was seen there before/],
  ];
  for (const [name, entries, message] of table) {
    assert.throws(
      () => verifyLedger(entries, head),
      (error: unknown) => {
        assert.ok(error instanceof LibraryError && error.code === 'LEDGER_BROKEN', name);
        assert.match(error.message, message, name);
        return true;
      },
      name,
    );
  }
});
