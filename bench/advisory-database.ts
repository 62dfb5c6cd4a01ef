/**
 * What an advisory database costs: to build, to carry, to bring up to date.
 *
 *   node bench/advisory-database.ts FEEDS
 *
 * - building: time and memory of `hallmark db build` as a whole process; the baseline is unpacking the same archives and
 *   parsing every JSON document in them, in the same run;
 * - size: what is carried against the same facts as JSON under the same compression, and the tables on the disk;
 * - a day's delta: for each of the last thirty days on which records changed, what leads from the records that were last
 *   modified before that day to those of that day. EPSS scores are there for one day only, so their change is in no delta
 *   here; what all of them would take is the most that it can be.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync } from 'node:zlib';
import { packDatabaseFacts } from '../src/advisories/database/carry.ts';
import { packDelta } from '../src/advisories/facts/delta-file.ts';
import type { Fact } from '../src/advisories/facts/fact.ts';
import { feedFiles } from '../src/advisories/files/feed-files.ts';
import { formatFact } from '../src/advisories/facts/fact-text.ts';
import { storedFacts } from '../src/advisories/database/stored-facts.ts';
import { parseDigest } from '../src/model/digest.ts';
import { measure } from './measure.ts';

const PROGRAM = resolve(import.meta.dirname, '..', 'bin', 'hallmark.js');
const DAYS = 30;
const LEVEL = 9;
/** Digests do not change a delta's size. */
const NONE = parseDigest(`sha256:${'0'.repeat(64)}`);

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;

/** Unpacks and parses, and does nothing with it. */
async function parseOnly(feeds: string): Promise<void> {
  let documents = 0;
  for await (const found of feedFiles([feeds])) {
    if (found.kind !== 'file' || !found.file.path.endsWith('.json')) continue;
    try {
      JSON.parse(Buffer.from(found.file.bytes).toString('utf8'));
      documents += 1;
    } catch {
      continue;
    }
  }
  process.stderr.write(`${documents} documents\n`);
}

/** When a fact last changed, as far as it says; null for one without date. */
function dayOf(fact: Fact): string | null {
  switch (fact.kind) {
    case 'advisory':
      return (fact.advisory.modified ?? fact.advisory.published)?.slice(0, 10) ?? null;
    case 'flaw':
      return (fact.flaw.modified ?? fact.flaw.published)?.slice(0, 10) ?? null;
    case 'vex':
      return fact.statement.modified?.slice(0, 10) ?? null;
    case 'exploited':
      return fact.entry.dateAdded;
    default:
      return null;
  }
}

function readFacts(file: string): readonly Fact[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const facts = [...storedFacts(database)];
  database.close();
  return facts;
}

/** Between the database up to a day and the same up to the day before lie the facts of that day. */
function dayDeltas(facts: readonly Fact[]): readonly { readonly day: string; readonly bytes: number }[] {
  const byDay = Map.groupBy(facts, (fact) => dayOf(fact) ?? '');
  const days = [...byDay.keys()].sort().slice(-DAYS);
  return days.map((day) => {
    const changes = (byDay.get(day) ?? []).map((fact) => ({ kind: 'put', fact }) as const);
    return { day, bytes: packDelta({ from: NONE, to: NONE, built: `${day}T00:00:00Z`, changes }).length };
  });
}

function printSizes(file: string): number {
  const { packed } = packDatabaseFacts(file, LEVEL);
  const facts = readFacts(file);
  const json = Buffer.from(facts.map((fact) => `${formatFact(fact)}\n`).join(''));
  const params = { [constants.ZSTD_c_compressionLevel]: LEVEL };
  const compressed = zstdCompressSync(json, { params }).length;
  const tables = statSync(file).size;
  console.log(`facts as JSON ${megabytes(json.length)}, compressed (zstd ${LEVEL}) ${megabytes(compressed)}`);
  console.log(
    `carried       ${megabytes(packed.length)}: ${(packed.length / compressed).toFixed(2)} times that`,
  );
  console.log(
    `on the disk   ${megabytes(tables)}: ${(tables / json.length).toFixed(2)} times the plain JSON, ${(tables / compressed).toFixed(1)} times the compressed`,
  );
  return packed.length;
}

async function main(): Promise<void> {
  const [feeds, mode] = process.argv.slice(2);
  if (feeds === undefined) throw new Error('usage: node bench/advisory-database.ts FEEDS');
  if (mode === '--parse-only') return parseOnly(feeds);
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-bench-'));
  const file = join(folder, 'advisories.db');
  try {
    const parse = measure([import.meta.filename, feeds, '--parse-only']);
    const build = measure([PROGRAM, 'db', 'build', '--quiet', '--from', feeds, '--output', file]);
    console.log(
      `building ${build.wallSeconds.toFixed(1)} s, ${build.peakMegabytes.toFixed(0)} MB; unpacking and parsing the JSON alone ${parse.wallSeconds.toFixed(1)} s: ${(build.wallSeconds / parse.wallSeconds).toFixed(2)} times`,
    );
    const base = printSizes(file);
    const facts = readFacts(file);
    const deltas = dayDeltas(facts).toSorted((a, b) => a.bytes - b.bytes);
    const share = (bytes: number) =>
      `${(bytes / 1e3).toFixed(1)} kB, ${((100 * bytes) / base).toFixed(2)} % of the base`;
    const scores = facts.filter(({ kind }) => kind === 'score');
    const [median, largest] = [deltas[deltas.length >> 1], deltas.at(-1)];
    if (median === undefined || largest === undefined) throw new Error('no fact has a date');
    console.log(`a day's delta, median of ${deltas.length} days: ${share(median.bytes)} (${median.day})`);
    console.log(`the largest of them:         ${share(largest.bytes)} (${largest.day})`);
    const changes = scores.map((fact) => ({ kind: 'put', fact }) as const);
    const all = packDelta({ from: NONE, to: NONE, built: '2026-01-01T00:00:00Z', changes }).length;
    console.log(`were each of the ${scores.length} EPSS scores another: ${share(all)} more`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
