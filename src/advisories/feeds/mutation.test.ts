import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FEEDS, NOW } from '../../../test/advisories/feed-fixtures.ts';
import { AdvisoryError } from '../errors.ts';
import { readDocument } from '../files/feed-document.ts';
import { isIdentifier } from '../feed.ts';
import { encodeStatement } from '../database/statement-codec.ts';
import { feedOf } from './register.ts';

const FILES = readdirSync(FEEDS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'README.md')
  .map((entry) => relative(FEEDS, join(entry.parentPath, entry.name)));

/** Reads a file as a build does; what comes out must be fit to be stored. */
function readAll(path: string, bytes: Uint8Array): void {
  let document;
  try {
    document = readDocument({ path, bytes });
  } catch (error) {
    assert.ok(error instanceof AdvisoryError && error.code === 'FEED_FILE_UNREADABLE');
    return;
  }
  const feed = document === null ? undefined : feedOf(document);
  if (document === null || feed === undefined) return;
  for (const item of feed.read(document, NOW)) {
    if (item.kind === 'scores')
      for (const score of item.scores) assert.ok(score.score >= 0 && score.score <= 1);
    if (item.kind === 'advisory') for (const affected of item.advisory.affected) encodeStatement(affected);
    if (item.kind === 'flaw') {
      assert.ok(isIdentifier(item.flaw.id));
      assert.ok(item.flaw.weaknesses.every((weakness) => /^CWE-\d+$/.test(weakness)));
    }
    if (item.kind === 'support')
      assert.ok(isIdentifier(item.period.product) && isIdentifier(item.period.release));
  }
}

test('every fixture is recognised by the feed of its folder', () => {
  const formats = FILES.map((path) => {
    const document = readDocument({ path, bytes: readFileSync(join(FEEDS, path)) });
    return [path, document === null ? null : feedOf(document)?.format] as const;
  });
  for (const [path, format] of formats) {
    const [folder = ''] = path.split('/');
    const expected =
      { debian: 'debian-tracker', kev: 'cisa-kev', 'epss-excerpt.csv': 'epss' }[folder] ?? folder;
    assert.equal(format, expected, path);
  }
});

/** Another value in the place of some value of a tree. */
const REPLACEMENTS: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  true,
  [],
  {},
  '\u0000',
  'x'.repeat(2000),
  [[[]]],
  { events: {} },
];

function replaceOne(value: unknown, at: { steps: number }, replacement: unknown): unknown {
  if (at.steps-- === 0) return replacement;
  if (Array.isArray(value)) return value.map((item) => replaceOne(item, at, replacement));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceOne(item, at, replacement)]),
  );
}

test('a record with one value replaced is read or rejected, never an exception', () => {
  const trees = FILES.flatMap((path) => {
    const document = readDocument({ path, bytes: readFileSync(join(FEEDS, path)) });
    return document?.kind === 'tree' ? [[path, document.value] as const] : [];
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...trees),
      fc.nat(60),
      fc.constantFrom(...REPLACEMENTS),
      ([path, tree], steps, replacement) => {
        readAll(path, Buffer.from(JSON.stringify(replaceOne(tree, { steps }, replacement))));
      },
    ),
    { numRuns: 400 },
  );
});

test('a file with bytes changed or cut off is read or rejected, never an exception', () => {
  const contents = FILES.map((path) => [path, readFileSync(join(FEEDS, path))] as const);
  fc.assert(
    fc.property(
      fc.constantFrom(...contents),
      fc.nat(),
      fc.nat(255),
      fc.boolean(),
      ([path, bytes], place, byte, cut) => {
        const at = place % bytes.length;
        const changed = Buffer.from(cut ? bytes.subarray(0, at) : bytes);
        if (!cut) changed[at] = byte;
        readAll(path, changed);
      },
    ),
    { numRuns: 300 },
  );
});
