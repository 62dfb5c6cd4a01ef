import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { FEEDS, NOW, temporaryFolder } from '../../test/advisories/feed-fixtures.ts';
import { zipArchive } from '../../test/advisories/zip-writer.ts';
import { tarArchive } from '../../test/images/tar-writer.ts';
import { buildDatabase } from './build.ts';
import { openAdvisoryDatabase } from './database/database.ts';
import { AdvisoryError } from './errors.ts';

function fixtureFiles(): readonly string[] {
  return readdirSync(FEEDS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(FEEDS, join(entry.parentPath, entry.name)));
}

test('all formats of a folder become one database, and the rest is reported', async (t) => {
  const output = join(temporaryFolder(t), 'new', 'advisories.db');
  const progress: string[] = [];
  const report = await buildDatabase({
    from: FEEDS,
    output,
    now: NOW,
    onProgress: ({ kind }) => progress.push(kind),
  });
  const database = openAdvisoryDatabase(output);
  t.after(() => database.close());
  assert.equal(report.filesRead, fixtureFiles().length - 1);
  assert.deepEqual([...report.filesUnknown], [['.', 1]]); // README.md
  const rejected = report.rejected.map(({ record }) => record.replace(/^.*: /, ''));
  for (const record of ['chromium-browser CVE-2022-0358', 'ELA-669-1']) assert.ok(rejected.includes(record));
  assert.equal(report.skipped.get('an OSV entry names no package'), 1);
  assert.deepEqual(
    database.info.sources.map(({ id }) => id).toSorted(),
    report.sources.map(({ id }) => id).toSorted(),
  );
  assert.equal(database.info.digest, report.digest);
  assert.equal(database.info.built, '2026-11-21T00:00:00Z');
  assert.equal(database.info.newest, '2026-09-17T14:41:53Z');
  assert.ok(progress.includes('reading') && progress.at(-1) === 'writing');
});

test('the same files and time give the same bytes', async (t) => {
  const folder = temporaryFolder(t);
  const built: Buffer[] = [];
  for (const name of ['a.db', 'b.db']) {
    await buildDatabase({ from: FEEDS, output: join(folder, name), now: NOW });
    built.push(readFileSync(join(folder, name)));
  }
  assert.deepEqual(built[0], built[1]);
});

test('packed files give the same facts, and so does another time', async (t) => {
  const folder = temporaryFolder(t);
  const plain = await buildDatabase({ from: FEEDS, output: join(folder, 'plain.db'), now: NOW });
  const entries = fixtureFiles().map((path) => ({ path, content: readFileSync(join(FEEDS, path)) }));
  const { osv = [], others = [] } = Object.groupBy(entries, ({ path }) =>
    path.startsWith('osv/') ? 'osv' : 'others',
  );
  for (const [name, archives] of Object.entries({
    tar: { 'a.tar.zst': zstdCompressSync(tarArchive(osv)), 'b.tar.gz': gzipSync(tarArchive(others)) },
    zip: {
      'all.zip': zipArchive(osv),
      'others.zip': zipArchive(
        others.map((entry) => ({ ...entry, stored: true })),
        { zip64: true },
      ),
    },
  })) {
    const from = join(folder, name);
    mkdirSync(from);
    for (const [file, bytes] of Object.entries(archives)) writeFileSync(join(from, file), bytes);
    const later = new Date('2027-01-01T00:00:00Z');
    const packed = await buildDatabase({ from, output: join(folder, `${name}.db`), now: later });
    assert.equal(packed.digest, plain.digest, name);
    assert.equal(packed.filesRead, plain.filesRead);
    assert.notEqual(packed.built, plain.built);
  }
});

test('a bad member costs only itself; an archive that cannot be read is named in the error', async (t) => {
  const folder = temporaryFolder(t);
  const [file, output] = [join(folder, 'all.zip'), join(folder, 'a.db')];
  const bad = { path: 'bad.json', content: leftPad({ id: 'GHSA-2' }), claims: { crc: 0 } };
  const zip = zipArchive([bad, { path: 'good.json', content: leftPad({}) }]);
  writeFileSync(file, zip);
  const report = await buildDatabase({ from: file, output, now: NOW });
  assert.equal(report.advisories, 1);
  assert.deepEqual(report.rejected, [
    { record: 'all.zip', reason: 'bad.json has another size or CRC-32 than the directory states' },
  ]);
  writeFileSync(file, zip.subarray(0, -9));
  await assert.rejects(
    buildDatabase({ from: file, output, now: NOW }),
    (error) =>
      error instanceof AdvisoryError &&
      error.code === 'FEEDS_UNKNOWN' &&
      /all\.zip: .*truncated/.test(error.message),
  );
});

/** One OSV record of npm's left-pad. */
function leftPad(fields: Readonly<Record<string, unknown>>, fixed = '1.0.0'): string {
  const range = { type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] };
  const affected = [{ package: { ecosystem: 'npm', name: 'left-pad' }, ranges: [range] }];
  return JSON.stringify({ id: 'GHSA-aaaa-bbbb-cccc', modified: '2026-01-01T00:00:00Z', affected, ...fields });
}

async function build(folder: string, files: Readonly<Record<string, string>>) {
  const from = join(folder, 'feeds');
  mkdirSync(from);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(from, name), text);
  await buildDatabase({ from, output: join(folder, 'a.db'), now: NOW });
  return openAdvisoryDatabase(join(folder, 'a.db'));
}

test('of two copies of a record the newer one counts, in any order of files', async (t) => {
  for (const [old, recent] of [
    ['a.json', 'b.json'],
    ['b.json', 'a.json'],
  ] as const) {
    const database = await build(temporaryFolder(t), {
      [old]: leftPad({ modified: '2021-01-01T00:00:00Z' }, '0.9.0'),
      [recent]: leftPad({ modified: '2026-01-01T00:00:00Z' }, '1.0.0'),
    });
    t.after(() => database.close());
    const found = database.candidates('npm', 'left-pad');
    assert.deepEqual(
      found.map(({ affected }) => affected.intervals[0]?.fixed),
      ['1.0.0'],
    );
  }
});

test('a record that was withdrawn and emptied takes its older copy with it', async (t) => {
  const database = await build(temporaryFolder(t), {
    'a.json': leftPad({}),
    'b.json': JSON.stringify({
      id: 'GHSA-aaaa-bbbb-cccc',
      modified: '2026-02-01T00:00:00Z',
      withdrawn: '2026-02-01T00:00:00Z',
    }),
    'c.json': leftPad({ id: 'GHSA-dddd-eeee-ffff' }),
  });
  t.after(() => database.close());
  assert.deepEqual(
    database.candidates('npm', 'left-pad').map(({ advisory }) => advisory.id),
    ['GHSA-dddd-eeee-ffff'],
  );
});

test('parts of one identifier are joined: branches of Alpine, products of Docker', async (t) => {
  const output = join(temporaryFolder(t), 'a.db');
  await buildDatabase({ from: FEEDS, output, now: NOW });
  const database = openAdvisoryDatabase(output);
  t.after(() => database.close());
  for (const [ecosystem, name] of [
    ['DHI', 'redis'],
    ['DHI', 'valkey'],
    ['Alpine:v3.11', 'tcpdump'],
    ['Alpine:v3.18', 'tcpdump'],
  ] as const) {
    assert.ok(database.candidates(ecosystem, name).length > 0, `${ecosystem} ${name}`);
  }
});

test('an interrupted or failed build leaves what was there', async (t) => {
  const folder = temporaryFolder(t);
  const output = join(folder, 'a.db');
  writeFileSync(output, 'old');
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  await assert.rejects(
    buildDatabase({ from: FEEDS, output, now: NOW, signal: stop.signal, onProgress }),
    (error) => error instanceof AdvisoryError && error.code === 'BUILD_INTERRUPTED',
  );
  assert.deepEqual(readdirSync(folder), ['a.db']);
  assert.equal(readFileSync(output, 'utf8'), 'old');
});

test('a folder without advisory data is an error, not an empty database', async (t) => {
  const folder = temporaryFolder(t);
  cpSync(join(FEEDS, 'README.md'), join(folder, 'README.md'));
  await assert.rejects(
    buildDatabase({ from: folder, output: join(folder, 'a.db'), now: NOW }),
    (error) => error instanceof AdvisoryError && error.code === 'FEEDS_UNKNOWN',
  );
  assert.deepEqual(readdirSync(folder), ['README.md']);
});

test('an ecosystem of which only some flaws are known says so: npm by Retire.js, without GitHub', async (t) => {
  const folder = temporaryFolder(t);
  const partlyOf = async (...feeds: readonly string[]) => {
    const from = join(folder, feeds.join('+'));
    for (const feed of feeds) cpSync(join(FEEDS, feed), join(from, feed), { recursive: true });
    const output = join(folder, `${feeds.join('+')}.db`);
    await buildDatabase({ from, output, now: NOW });
    const database = openAdvisoryDatabase(output);
    t.after(() => database.close());
    return [database.covers('npm'), database.coversPartly('npm')];
  };
  assert.deepEqual(await partlyOf('retire-js'), [true, true]);
  assert.deepEqual(await partlyOf('retire-js', 'osv/ghsa'), [true, false]);
});
