import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { publication, publishedImage, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { parseJsonObject } from '../../formats/json.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { formatAtom } from './atom-feed.ts';
import { feedFiles, type FollowedLedger, followFeedFiles } from './feed-files.ts';
import { feedPages, type FeedOptions, type FeedPage } from './feed.ts';
import { formatJsonFeed } from './json-feed.ts';

const OPTIONS: FeedOptions = {
  name: 'programme',
  authority: 'images.example',
  repository: null,
  address: 'https://images.example/feeds/feed.json',
  pageUrl: 'https://images.example/%s',
  now: '2026-11-30T00:00:00Z',
  entriesPerPage: 2,
};

const sequences = (entries: readonly LedgerEntry[], changes: Partial<FeedOptions> = {}) =>
  feedPages(entries, { ...OPTIONS, ...changes }).map(({ items }) => items.map(({ entry }) => entry.sequence));

const FIVE = smallLedger(
  ...['1', '2', '3', '4', '5'].map((tag, index) => publication(index % 2 === 0 ? 'redis' : 'node', [tag])),
);

suite('feeds of the ledger', () => {
  test('full pages stay as they are, and the feed is the newest of them with what follows', () => {
    assert.deepEqual(sequences([]), [[]]);
    assert.deepEqual(sequences(FIVE.slice(0, 1)), [[1]]);
    assert.deepEqual(sequences(FIVE.slice(0, 3)), [
      [3, 2, 1],
      [2, 1],
    ]);
    assert.deepEqual(sequences(FIVE), [
      [5, 4, 3],
      [2, 1],
      [4, 3],
    ]);
    assert.deepEqual(sequences(FIVE, { repository: 'node' }), [
      [4, 2],
      [4, 2],
    ]);
  });

  test('every entry can be reached through the links, and identities are the same on every page', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 1, max: 6 }),
        (count, entriesPerPage) => {
          const entries = smallLedger(
            ...Array.from({ length: count }, (_, tag) => publication('redis', [`${tag}`])),
          );
          const pages = feedPages(entries, { ...OPTIONS, entriesPerPage });
          const reached = new Map<string, number>();
          let number: number | null | undefined = null;
          while (number !== undefined) {
            const page: FeedPage | undefined = pages.find((each) => each.number === number);
            for (const { id, entry } of page?.items ?? []) reached.set(id, entry.sequence);
            number = page?.older ?? undefined;
          }
          assert.deepEqual(
            [...reached.values()].sort((a, b) => a - b),
            entries.map(({ sequence }) => sequence),
          );
        },
      ),
    );
  });

  test('identities are tag URIs that later entries do not change', () => {
    const [before] = feedPages(FIVE.slice(0, 1), OPTIONS);
    const [after] = feedPages(FIVE, OPTIONS);
    assert.equal(before.id, 'tag:images.example,2026-11-01:programme/ledger');
    assert.equal(after.id, before.id);
    assert.equal(before.items[0]?.id, 'tag:images.example,2026-11-01:programme/ledger/entry/1');
    const [redis] = feedPages(FIVE, { ...OPTIONS, repository: 'redis' });
    assert.equal(redis.id, 'tag:images.example,2026-11-01:programme/ledger/redis');
  });

  test('JSON Feed', () => {
    const [feed, archive] = feedPages(FIVE, OPTIONS);
    const json = parseJsonObject(formatJsonFeed(feed));
    assert.equal(json?.['version'], 'https://jsonfeed.org/version/1.1');
    assert.equal(json['title'], 'programme: all repositories');
    assert.equal(json['feed_url'], 'https://images.example/feeds/feed.json');
    assert.equal(json['next_url'], 'https://images.example/feeds/feed-1.json');
    const [item] = json['items'] as Record<string, unknown>[];
    assert.deepEqual(item, {
      id: 'tag:images.example,2026-11-05:programme/ledger/entry/5',
      url: 'https://images.example/redis',
      title: 'redis 5: published',
      content_text: `redis:5 means ${FIVE[4]?.event.digest}.\n\namd64: it is new.`,
      date_published: '2026-11-05T12:00:00Z',
      tags: ['redis', 'published'],
      _hallmark: FIVE[4],
    });
    assert.ok(archive !== undefined);
    assert.equal(parseJsonObject(formatJsonFeed(archive))?.['next_url'], undefined);
  });

  test('Atom', () => {
    const [feed] = feedPages(FIVE, OPTIONS);
    const atom = formatAtom(feed);
    assert.match(atom, /<link rel="prev-archive" href="https:\/\/images\.example\/feeds\/feed-1\.atom"\/>/);
    assert.match(atom, /<link rel="alternate" href="https:\/\/images\.example\/redis"\/>/);
    assert.doesNotMatch(atom, /fh:archive/);
  });
});

/** A ledger that has so many of the entries. */
const grown = (entries: readonly LedgerEntry[], length: () => number): FollowedLedger => ({
  from: (sequence) => entries.slice(sequence - 1, length()),
  at: (sequence) => entries[sequence - 1] ?? null,
});

suite('feeds of a ledger that grows', () => {
  test('what was told and is as it was is not told again, and together it is what a ledger of that length has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('redis', 'node', 'nginx'), { maxLength: 25 }),
        fc.array(fc.nat(25), { maxLength: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (repositories, lengths, entriesPerPage) => {
          const entries = smallLedger(...repositories.map((name, tag) => publication(name, [`${tag}`])));
          const options = { ...OPTIONS, address: 'https://images.example/feeds/', entriesPerPage };
          let length = 0;
          const follow = followFeedFiles(grown(entries, () => length));
          const written = new Map<string, string>();
          for (length of [...lengths.map((each) => Math.min(each, entries.length)), entries.length].sort(
            (a, b) => a - b,
          )) {
            for (const { path, content } of follow(options)) {
              assert.notEqual(written.get(path), content, `${path} is told again`);
              written.set(path, content);
            }
            const whole = [...feedFiles(entries.slice(0, length), options)];
            assert.deepEqual(written, new Map(whole.map(({ path, content }) => [path, content])));
          }
        },
      ),
    );
  });

  test('whoever could not write a file gets it again', () => {
    const options = { ...OPTIONS, address: null };
    const follow = followFeedFiles(grown(FIVE, () => FIVE.length));
    for (const { path } of follow(options)) if (path === 'feed-1.atom') break;
    const again = [...follow(options)].map(({ path }) => path);
    assert.deepEqual(again.slice(0, 3), ['feed.json', 'feed.atom', 'feed-1.json']);
    assert.deepEqual([...follow(options)], []);
  });
});

const withoutXmllint =
  spawnSync('xmllint', ['--version']).error === undefined
    ? false
    : 'xmllint is not installed (libxml2-utils)';

suite('Atom by its schema', { skip: withoutXmllint }, () => {
  test('whatever the ledger says', () => {
    const text = fc.string({ unit: 'binary' });
    const samples = fc.sample(
      fc.record({ repository: fc.string({ unit: 'binary', minLength: 1 }), tag: text, by: text, note: text }),
      {
        numRuns: 20,
        seed: 6,
      },
    );
    const events = samples.map(({ repository, tag, by, note }, index) => {
      const reasons = [{ kind: 'requested', by, at: '2026-11-01T00:00:00Z', note }] as const;
      const images = [publishedImage('amd64', { reasons })];
      return index % 5 === 4
        ? retirement(repository, [tag], note)
        : publication(repository, [tag], { images });
    });
    const named = { name: `</title>&"'`, entriesPerPage: 5 };
    const documents = [
      ...feedPages(smallLedger(...events), { ...OPTIONS, ...named }),
      ...feedPages([], { ...OPTIONS, address: null, pageUrl: null }),
    ].map(formatAtom);
    const folder = mkdtempSync(join(tmpdir(), 'hallmark-atom-'));
    try {
      const files = documents.map((document, index) => {
        const file = join(folder, `${index}.xml`);
        writeFileSync(file, document);
        return file;
      });
      const schema = join(import.meta.dirname, '../../../test/fixtures/library/atom.rng');
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--relaxng', schema, ...files], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr.replaceAll(/^.* validates\n/gm, ''));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
