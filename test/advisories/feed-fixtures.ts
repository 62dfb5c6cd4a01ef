/** Real records of advisory sources, see test/fixtures/advisories/README.md. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { Advisory } from '../../src/advisories/advisory.ts';
import { readDocument } from '../../src/advisories/files/feed-document.ts';
import type { FeedItem } from '../../src/advisories/feed.ts';
import { feedOf } from '../../src/advisories/feeds/register.ts';

export const FEEDS = resolve(import.meta.dirname, '..', 'fixtures', 'advisories');

/** A time after every record of the fixtures but the two that were dated into the future. */
export const NOW = new Date('2026-11-21T00:00:00Z');

/** Everything that the feed which recognises a file reads from it. */
export function readFeed(
  path: string,
  bytes: Uint8Array = readFileSync(join(FEEDS, path)),
): readonly FeedItem[] {
  const document = readDocument({ path, bytes });
  const feed = document === null ? undefined : feedOf(document);
  assert.ok(document !== null && feed !== undefined, `${path} was not recognised`);
  return [...feed.read(document, NOW)];
}

/** The advisories of a file, by identifier. */
export function readAdvisories(path: string): ReadonlyMap<string, Advisory> {
  return new Map(
    readFeed(path).flatMap((item) =>
      item.kind === 'advisory' ? [[item.advisory.id, item.advisory] as const] : [],
    ),
  );
}

/** The one advisory of a file. */
export function readAdvisory(path: string): Advisory {
  const [advisory, ...others] = readAdvisories(path).values();
  assert.ok(advisory !== undefined && others.length === 0, `${path} does not hold one advisory`);
  return advisory;
}

/** A folder that is removed after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
