/**
 * What the ledger costs a publisher: a pass over all that was ever published, and the next one of the same process, to which one
 * publication was added. The baseline reads and parses the entries, and does nothing else.
 *
 *     node bench/ledger.ts [ENTRIES] [PASSES]
 *
 * The ledger is of 2,000 sets of two or three tags in 140 repositories, 100,000 entries unless given, with four images an entry.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry, Publication } from '../src/library/ledger/entry.ts';
import { nextEntry } from '../src/library/ledger/ledger-chain.ts';
import { openState, stateFile } from '../src/library/state/open-state.ts';
import { digestOf } from '../src/model/digest.ts';
import { parsePurl, type Purl } from '../src/model/purl.ts';
import { publication, publishedImage } from '../test/library/small-ledger.ts';
import { median } from './measure.ts';

const [SETS, REPOSITORIES, CHANGED_PACKAGES] = [2_000, 140, 6];
/** Of a set until its version is another one. */
const REBUILDS = 10;
const [entries, passes] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 5)];

/** The same for the same number: every set is published again and again, now and then with a new version. */
function publicationOf(number: number): Publication {
  const set = number % SETS;
  const round = Math.floor(number / SETS);
  const tags = [
    `${set}.${Math.floor(round / REBUILDS)}`,
    `${set}`,
    ...(set < REPOSITORIES ? ['latest'] : []),
  ];
  const changed = Array.from({ length: CHANGED_PACKAGES }, (_, at) => ({
    from: purl(`package-${set}-${at}`, round),
    to: purl(`package-${set}-${at}`, round + 1),
  }));
  const images = (['amd64', 'arm64v8', 'ppc64le', 's390x'] as const).map((architecture) =>
    publishedImage(architecture, {
      digest: digestOf(`${number} ${architecture}`),
      reasons: [{ kind: 'parent-changed', parents: [] }],
      packages: { added: [], removed: [], changed },
    }),
  );
  return publication(`repository-${set % REPOSITORIES}`, tags, { digest: digestOf(`${number}`), images });
}

function purl(name: string, version: number): Purl {
  const text = `pkg:deb/debian/${name}@1.${version}-1?arch=amd64` as Purl;
  parsePurl(text);
  return text;
}

/** Written at once: entry by entry, as a publisher does, each would wait for the disk. */
function writeLedger(folder: string): void {
  openState(folder).close();
  const database = new DatabaseSync(stateFile(folder));
  const insert = database.prepare('INSERT INTO ledger (sequence, entry) VALUES (?, ?)');
  database.exec('BEGIN');
  let last: LedgerEntry | null = null;
  for (let number = 0; number < entries; number += 1) {
    last = nextEntry(last, publicationOf(number), '2026-11-21T12:00:00Z');
    insert.run(last.sequence, JSON.stringify(last));
  }
  database.exec('COMMIT');
  database.close();
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function readAll(ledger: Iterable<LedgerEntry>): number {
  let last = 0;
  for (const { sequence } of ledger) last = sequence;
  return last;
}

const figures = (all: readonly number[]): string =>
  `${median(all).toFixed(1)} ms (${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)})`;

const folder = mkdtempSync(join(tmpdir(), 'hallmark-ledger-'));
try {
  writeLedger(folder);
  const megabytes = statSync(stateFile(folder)).size / 1e6;
  console.log(
    `a ledger of ${entries} entries, ${megabytes.toFixed(0)} MB; ${passes} passes: median (least–most)`,
  );
  const state = openState(folder);
  const read: number[] = [];
  const first: number[] = [];
  const next: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    read.push(timed(() => readAll(state.ledger())));
    const fresh = openState(folder);
    first.push(timed(() => fresh.tagStates()));
    fresh.close();
  }
  state.tagStates();
  for (let pass = 0; pass < passes; pass += 1) {
    const event = publicationOf(entries + pass);
    const intent = { id: `${pass}`, event, index: '', at: '2026-11-21T12:00:00Z' };
    state.beginPublication(intent);
    state.completePublication(intent.id, event, intent.at);
    next.push(timed(() => state.tagStates()));
  }
  state.close();
  console.log(`  entries read       ${figures(read)}`);
  console.log(`  the first pass     ${figures(first)}`);
  console.log(`  every other pass   ${figures(next)}`);
  console.log(`  ratio of the first pass to reading ${(median(first) / median(read)).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
