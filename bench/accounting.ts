/**
 * Accounts for every record of the complete sets among the sample feeds: it is in the database, or it was left out for a
 * reason that the build reports.
 *
 *   node bench/accounting.ts FEEDS DATABASE
 *
 * A record is a file for sets that keep one in each, else what the feed yields. Exit status 2 when a record is neither.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readDocument } from '../src/advisories/files/feed-document.ts';
import { feedFiles, type FoundFile } from '../src/advisories/files/feed-files.ts';
import type { FeedItem } from '../src/advisories/feed.ts';
import { feedOf } from '../src/advisories/feeds/register.ts';

/** Tier A of the sample sets: complete and current. */
const SETS = [
  'almalinux/almalinux-osv.tar.zst',
  'alpaquita/bellsoft-osv.tar.zst',
  'alpine-secdb/alpine-secdb-rebuilt.tar.zst',
  'bitnami/bitnami-vulndb.tar.zst',
  'docker-hardened-images/dhi-openvex.tar.zst',
  'docker-hardened-images/dhi-osv.tar.zst',
  'epss/epss_scores-2026-08-16.csv.gz',
  'go/go-vulndb-osv.tar.zst',
  'kev/kev.tar.zst',
  'npm/retirejs-and-npm-audit-api.tar.zst',
  'nvd/anchore-nvd-data-overrides-full.tar.zst',
  'other-ecosystems/julia-jlsec.tar.zst',
  'packagist/drupal-osv.tar.zst',
  'packagist/friendsofphp.tar.zst',
  'packagist/roave-security-advisories.tar.zst',
  'pypi/pypi-advisory-database.tar.zst',
  'rubygems/ruby-advisory-db.tar.zst',
  'runtimes/openssl-release-metadata.tar.zst',
  'rust/rustsec-native.tar.zst',
  'rust/rustsec-osv.tar.zst',
];

interface Account {
  files: number;
  inDatabase: number;
  unaccounted: string[];
  readonly leftOut: Map<string, number>;
}

type Lookup = (item: FeedItem) => { readonly found: boolean; readonly otherwise: string };

/** Whether the fact of an item is in the database, and why it may not be. */
function createLookup(database: DatabaseSync): Lookup {
  const keys = (sql: string) =>
    new Set(
      database
        .prepare(sql)
        .all()
        .map((row) => Object.values(row).join('\n')),
    );
  const advisories = keys(
    'SELECT s.id, a.id AS name FROM advisory AS a JOIN source AS s ON s.number = a.source',
  );
  const flaws = keys('SELECT s.id, f.id AS name FROM flaw AS f JOIN source AS s ON s.number = f.source');
  const exploited = keys('SELECT cve FROM known_exploited');
  const vex = keys('SELECT DISTINCT s.id FROM vex AS v JOIN source AS s ON s.number = v.source');
  return (item) => {
    switch (item.kind) {
      case 'advisory': {
        const { source, id, affected, withdrawn } = item.advisory;
        const otherwise =
          affected.length > 0 ? '' : withdrawn === null ? '' : 'withdrawn, and it names no package any more';
        return { found: affected.length > 0 && advisories.has(`${source}\n${id}`), otherwise };
      }
      case 'flaw':
        return {
          found: flaws.has(`${item.flaw.source}\n${item.flaw.id}`),
          otherwise: 'a flaw that no record about a package names',
        };
      case 'known-exploited':
        return { found: exploited.has(item.cve), otherwise: '' };
      case 'vex':
        return { found: vex.has(item.statement.source), otherwise: '' };
      default:
        return { found: false, otherwise: '' };
    }
  };
}

function account(
  found: Extract<FoundFile, { kind: 'file' }>,
  totals: Account,
  lookUp: Lookup,
  scored: (cve: string) => boolean,
): void {
  const document = readDocument(found.file);
  const feed = document === null ? undefined : feedOf(document);
  if (document === null || feed === undefined) {
    count(totals.leftOut, 'a file in no format of advisories (licence, index, documentation)');
    return;
  }
  totals.files += 1;
  for (const item of feed.read(document, new Date())) {
    if (item.kind === 'rejected') count(totals.leftOut, `rejected: ${item.reason.slice(0, 80)}`);
    else if (item.kind === 'skipped') count(totals.leftOut, item.reason);
    else if (item.kind === 'scores') {
      for (const { cve } of item.scores) {
        if (scored(cve)) totals.inDatabase += 1;
        else count(totals.leftOut, 'a score of a flaw that no record names');
      }
    } else {
      const { found: isThere, otherwise } = lookUp(item);
      if (isThere) totals.inDatabase += 1;
      else if (otherwise !== '') count(totals.leftOut, otherwise);
      else totals.unaccounted.push(`${found.file.path}: ${item.kind}`);
    }
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function main(): Promise<void> {
  const [feeds, file] = process.argv.slice(2);
  if (feeds === undefined || file === undefined)
    throw new Error('usage: node bench/accounting.ts FEEDS DATABASE');
  const database = new DatabaseSync(file, { readOnly: true });
  const lookUp = createLookup(database);
  const score = database.prepare('SELECT 1 FROM exploit_score WHERE cve = ?');
  for (const set of SETS) {
    const totals: Account = { files: 0, inDatabase: 0, unaccounted: [], leftOut: new Map() };
    for await (const found of feedFiles([join(feeds, set)])) {
      if (found.kind === 'file') account(found, totals, lookUp, (cve) => score.get(cve) !== undefined);
      else totals.unaccounted.push(`${found.path}: ${found.reason}`);
    }
    console.log(
      `${set}: ${totals.files} files, ${totals.inDatabase} in the database, ${totals.unaccounted.length} unaccounted for`,
    );
    for (const [reason, number] of totals.leftOut) console.log(`    ${number} left out: ${reason}`);
    for (const what of totals.unaccounted.slice(0, 5)) console.log(`    UNACCOUNTED ${what}`);
    if (totals.unaccounted.length > 0) process.exitCode = 2;
  }
  database.close();
}

await main();
