import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { FEEDS, NOW } from '../../../test/advisories/feed-fixtures.ts';
import { parseDigest } from '../../model/digest.ts';
import { applyDeltas } from './apply-deltas.ts';
import { buildDatabase } from '../build.ts';
import { verifyDatabase } from '../database/carry.ts';
import { contentDigest } from './content-digest.ts';
import { applyChanges, changesBetween, differences, type FactChange } from './delta.ts';
import { packDelta, unpackDelta } from './delta-file.ts';
import { AdvisoryError } from '../errors.ts';
import type { Fact } from './fact.ts';
import { formatFact } from './fact-text.ts';
import { storedFacts } from '../database/stored-facts.ts';
import { writeDatabase } from '../database/writer.ts';

const HEADER = JSON.stringify({
  format: 'hallmark.delta/1',
  from: `sha256:${'1'.repeat(64)}`,
  to: `sha256:${'2'.repeat(64)}`,
  built: '2026-11-21T00:00:00Z',
});
const packLines = (text: string) => zstdCompressSync(Buffer.from(text));
const unpackLines = (packed: Uint8Array) => zstdDecompressSync(packed).toString('utf8').split('\n');

const fails = (code: string) => (error: unknown) => error instanceof AdvisoryError && error.code === code;

const deltaOf = (a: readonly Fact[], b: readonly Fact[]) =>
  packDelta({
    from: contentDigest(a),
    to: contentDigest(b),
    built: '2026-11-21T00:00:00Z',
    changes: changesBetween(a, b),
  });

describe('a delta', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  const full = join(folder, 'full.db');
  let facts: readonly Fact[] = [];

  before(async () => {
    await buildDatabase({ from: FEEDS, output: full, now: NOW });
    const database = new DatabaseSync(full, { readOnly: true });
    facts = [...storedFacts(database)];
    database.close();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The facts with some left out and some changed; sources stay, for other facts need them. */
  const earlier = (seed: readonly number[]): Fact[] =>
    facts.flatMap((fact, index) => {
      const fate = fact.kind === 'source' ? 2 : seed[index % seed.length];
      if (fate === 0) return [];
      if (fate !== 1 || fact.kind !== 'advisory') return [fact];
      return [{ kind: 'advisory', advisory: { ...fact.advisory, modified: '2020-01-01T00:00:00Z' } }];
    });

  function writeFacts(name: string, written: readonly Fact[]): string {
    const file = join(folder, name);
    rmSync(file, { force: true });
    const database = new DatabaseSync(file);
    writeDatabase(database, written, NOW);
    database.close();
    return file;
  }

  test('makes the second database of the first, in both directions, through its file', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 5, maxLength: 40 }), (seed) => {
        const old = earlier(seed);
        for (const [a, b] of [
          [old, facts],
          [facts, old],
        ] as const) {
          const { changes } = unpackDelta(deltaOf(a, b), 'delta');
          assert.deepEqual([...applyChanges(a, changes)].map(formatFact), b.map(formatFact));
        }
      }),
      { numRuns: 10 },
    );
  });

  test('holds what differs and nothing else', () => {
    const old = facts.filter((_fact, index) => index !== 40);
    const [removed] = differences(facts, old);
    assert.deepEqual(removed, { kind: 'removed', before: facts[40] });
    const [added, ...others] = differences(old, facts);
    assert.deepEqual(added, { kind: 'added', after: facts[40] });
    assert.deepEqual(others, []);
    assert.deepEqual([...differences(facts, facts)], []);
  });

  test('a chain of them leads a database file to the last one, byte for byte', () => {
    const [first, second] = [earlier([0, 1, 2, 3]), earlier([3, 3, 0, 1, 1])];
    const file = writeFacts('chain.db', first);
    const deltas = [deltaOf(first, second), deltaOf(second, facts)].map((packed) => unpackDelta(packed, 'd'));
    const [one, two] = deltas;
    assert.ok(one !== undefined && two !== undefined);
    const { digest } = applyDeltas(file, [one, two], file);
    assert.equal(digest, contentDigest(facts));
    assert.equal(verifyDatabase(file).digest, digest);
    assert.ok(readFileSync(file).equals(readFileSync(full)));
  });

  test('one for another database, or one that makes another than it states, changes nothing', () => {
    const old = earlier([0, 2, 1]);
    const file = writeFacts('kept.db', old);
    const bytes = readFileSync(file);
    const good = unpackDelta(deltaOf(old, facts), 'delta');
    const other = { ...good, from: parseDigest(`sha256:${'1'.repeat(64)}`) };
    const wrong = { ...good, to: parseDigest(`sha256:${'2'.repeat(64)}`) };
    const [fact] = facts.filter(({ kind }) => kind === 'advisory');
    const absent: FactChange = { kind: 'drop', of: 'advisory', key: 'nobody\nX-1' };
    for (const [delta, code] of [
      [other, 'DELTA_MISMATCH'],
      [wrong, 'DATABASE_DIGEST_MISMATCH'],
      [{ ...good, changes: [absent] }, 'DELTA_MISMATCH'],
      [
        { ...good, changes: fact === undefined ? [] : [{ kind: 'put', fact } as const, absent, absent] },
        'DELTA_MISMATCH',
      ],
    ] as const) {
      assert.throws(() => applyDeltas(file, [delta], file), fails(code), code);
      assert.ok(readFileSync(file).equals(bytes), code);
    }
    assert.equal(existsSync(`${file}.${process.pid}.partial`), false);
  });

  test('a damaged file is an error', () => {
    const packed = deltaOf(earlier([0, 1]), facts);
    for (const [bytes, code] of [
      [Buffer.from('no delta'), 'DELTA_UNREADABLE'],
      [packed.subarray(0, packed.length - 10), 'DELTA_UNREADABLE'],
      [packLines('{}\n'), 'DELTA_UNREADABLE'],
      [packLines('null\n'), 'DELTA_UNREADABLE'],
      [packLines(`${HEADER}\n{"drop":"rumour","key":"x"}\n`), 'DELTA_UNREADABLE'],
      [packLines(`${HEADER}\n{"kind":"score"}\n`), 'FACT_UNREADABLE'],
      [
        packLines(`${HEADER}\n{"kind":"score","cve":"CVE-2026-1","score":0.1,"percentile":0.2}`),
        'DELTA_UNREADABLE',
      ],
    ] as const) {
      assert.throws(() => [...unpackDelta(bytes, 'delta').changes], fails(code), code);
    }
  });

  test('its file can be read by anybody with zstd', () => {
    const lines = unpackLines(deltaOf(facts.slice(0, -1), facts));
    assert.equal(lines.length, 3);
    assert.deepEqual(Object.keys(JSON.parse(lines[0] ?? '') as object), ['format', 'from', 'to', 'built']);
    assert.equal(lines[1], formatFact(facts.at(-1) ?? assert.fail()));
  });
});
