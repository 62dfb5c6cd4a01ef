import assert from 'node:assert/strict';
import test from 'node:test';
import { publication, publishedImage, retirement } from '../../../test/library/small-ledger.ts';
import type { Purl } from '../../model/purl.ts';
import { LibraryError } from '../errors.ts';
import type { LedgerEntry } from './entry.ts';
import { formatLedgerLines } from './format-ledger.ts';
import { nextEntry, verifyLedger } from './ledger-chain.ts';
import { readLedgerLines } from './read-ledger.ts';

const EVENTS = [
  publication('redis', ['8.0', '8']),
  retirement('redis', ['7'], '8'),
  publication('app', ['1'], { dated: ['1-20261121'] }),
];
const LEDGER = EVENTS.reduce<LedgerEntry[]>(
  (entries, event) => [...entries, nextEntry(entries.at(-1) ?? null, event, '2026-11-21T00:00:00Z')],
  [],
);
const TEXT = formatLedgerLines(LEDGER);

/** As nobody here writes it. */
const STRANGE = publication('redis', ['8'], {
  images: [publishedImage('amd64', { packages: { added: ['nothing' as Purl], removed: [], changed: [] } })],
});

const verify = (text: string) => verifyLedger(readLedgerLines(text.split('\n')));

test('what was exported is read and holds', () => {
  assert.deepEqual([...readLedgerLines(TEXT.split('\n'))], LEDGER);
  assert.deepEqual(verify(TEXT), { entries: 3, digest: LEDGER[2]?.digest });
  // other programs may write the same entry with its fields in another order
  const turned = LEDGER.map((entry) => JSON.stringify(Object.fromEntries(Object.entries(entry).reverse())));
  assert.deepEqual(verify(turned.join('\n')), verify(TEXT));
});

test('what was changed in it is found', () => {
  const table: readonly (readonly [string, RegExp])[] = [
    [TEXT.replace('"8.0"', '"8.1"'), /entry 1 .*content/],
    [TEXT.replace('"1-20261121"', '"1-20261120"'), /entry 3 .*content/],
    [TEXT.replace('["1-20261121"]', '[7]'), /line 3 of the ledger is no entry: event\.dated\.0/],
    [TEXT.replace('"successor":"8"', '"successor":"9"'), /entry 2 .*content/],
    // no digest reaches what stands beside the event
    [TEXT.replace('"sequence":3', '"sequence":3,"note":"added"'), /line 3 of the ledger is no entry: .*note/],
    [TEXT.replace('"repository":"app"', '"repository":"app","note":"added"'), /entry 3 .*content/],
    [TEXT.split('\n').slice(1).join('\n'), /entry 1 /],
    [TEXT.replace('"kind":"retired"', '"kind":"forgotten"'), /line 2 of the ledger is no entry: event\.kind/],
    [
      TEXT.replace('"sequence":2', '"sequence":2,"sequence":3'),
      /line 2 of the ledger has the field "sequence" twice/,
    ],
    [TEXT.replace('"app"', '".."'), /line 3 of the ledger is no entry: event\.repository: not a name/],
    [
      formatLedgerLines([nextEntry(null, STRANGE, '2026-11-21T00:00:00Z')]),
      /line 1 of the ledger is no entry: event\.images\.0\.packages\.added\.0: not a purl/,
    ],
    ['[]', /line 1 of the ledger is no entry/],
    ['{', /line 1 of the ledger is not JSON/],
  ];
  for (const [text, message] of table) {
    assert.throws(
      () => verify(text),
      (error: unknown) => {
        assert.ok(error instanceof LibraryError && error.code === 'LEDGER_BROKEN');
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
