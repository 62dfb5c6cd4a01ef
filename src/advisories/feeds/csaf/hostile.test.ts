import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FEEDS, NOW } from '../../../../test/advisories/feed-fixtures.ts';
import type { Advisory } from '../../advisory.ts';
import { isIdentifier, isPlainText, type FeedDocument } from '../../feed.ts';
import { feedOf } from '../register.ts';

const DOCUMENTS = ['csaf-redhat', 'csaf-suse'].flatMap((folder) =>
  readdirSync(join(FEEDS, folder)).map((name) => {
    const value: unknown = JSON.parse(readFileSync(join(FEEDS, folder, name), 'utf8'));
    return { path: `${folder}/${name}`, value, size: countValues(value) };
  }),
);

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 1);
}

const REPLACEMENTS: readonly unknown[] = [
  null,
  '',
  -1,
  [],
  {},
  [[[]]],
  '\u001b[31mred',
  'a\u202eb',
  'x'.repeat(5_000),
  'cpe:/a:redhat:\u0000',
  'pkg:rpm/redhat/%00@%1b?arch=%0a',
  'pkg:rpm/redhat/a@1-1?arch=x86_64&rpmmod=a%0a:b',
  '__proto__',
];

/** The value with the one that is met after `steps` others replaced. */
function replaced(value: unknown, at: { steps: number }, replacement: unknown): unknown {
  if (at.steps-- === 0) return replacement;
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, at, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaced(inner, at, replacement)]),
  );
}

/** Everything that is kept may be stored and shown. */
function assertPlain({ id, covers, affected }: Advisory): void {
  assert.ok([id, ...covers].every(isIdentifier));
  for (const entry of affected) {
    const { ecosystem, name, module, channel, statusWord, intervals, versions, architectures, platforms } =
      entry;
    const texts = [ecosystem, name, ...versions, ...architectures, ...platforms];
    const stated = [module, channel, statusWord, ...intervals.map(({ fixed }) => fixed)].filter(
      (text) => text !== null,
    );
    assert.ok([...texts, ...stated].every(isPlainText), JSON.stringify(entry));
  }
}

test('a document with any value replaced is read or rejected, and what is kept is plain', () => {
  const place = fc
    .constantFrom(...DOCUMENTS)
    .chain((document) => fc.record({ document: fc.constant(document), steps: fc.nat(document.size - 1) }));
  fc.assert(
    fc.property(
      place,
      fc.constantFrom(...REPLACEMENTS),
      ({ document: { path, value }, steps }, replacement) => {
        const document: FeedDocument = { kind: 'tree', path, value: replaced(value, { steps }, replacement) };
        for (const item of feedOf(document)?.read(document, NOW) ?? []) {
          if (item.kind === 'advisory') assertPlain(item.advisory);
          if (item.kind === 'rejected') assert.ok(isPlainText(item.record), item.record);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
