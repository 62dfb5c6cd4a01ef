import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { AdvisoryError } from '../errors.ts';
import { openAdvisoryDatabase } from './database.ts';
import { openStarterDatabase, starterDatabase } from './starter.ts';

const DATA = resolve(import.meta.dirname, '..', '..', '..', 'data');

test('the bundled database is unpacked once, and found afterwards', (t) => {
  const cache = temporaryFolder(t);
  const first = starterDatabase(cache);
  const { ino } = statSync(first.file);
  const again = starterDatabase(cache);
  assert.equal(again.file, first.file);
  assert.equal(statSync(again.file).ino, ino);
  first.remove();
  assert.ok(existsSync(first.file));
  assert.equal(readdirSync(join(cache, 'advisories')).length, 1);
});

test('it knows what the README promises', (t) => {
  const database = openStarterDatabase(temporaryFolder(t));
  t.after(() => database.close());
  for (const ecosystem of [
    'Alpine:v3.6',
    'Alpine:v3.20',
    'Alpine:edge',
    'Debian:12',
    'AlmaLinux:9',
    'npm',
    'PyPI',
    'Go',
  ]) {
    assert.ok(database.covers(ecosystem), ecosystem);
  }
  const attributions = readFileSync(join(DATA, 'ATTRIBUTIONS.md'), 'utf8');
  assert.ok(attributions.includes(database.info.digest), 'ATTRIBUTIONS.md is of another database');
  for (const { name, licence } of database.info.sources)
    assert.ok(attributions.includes(`| ${name} | ${licence} |`), name);
});

test('it shows what the tracker says of Debian 12, and no invented record', (t) => {
  const database = openStarterDatabase(temporaryFolder(t));
  t.after(() => database.close());
  const status = (name: string, id: string) =>
    database
      .candidates('Debian:12', name)
      .filter(({ advisory }) => advisory.id === id && advisory.source === 'debian-tracker')
      .map(({ affected }) => [affected.status, affected.statusWord]);
  assert.deepEqual(status('tar', 'CVE-2005-2541'), [['unimportant', 'unimportant']]);
  assert.deepEqual(status('perl', 'CVE-2023-31484'), [['deferred', 'no-dsa']]);
  assert.deepEqual(status('zlib', 'CVE-2023-45853'), [['will_not_fix', 'ignored']]);
  assert.deepEqual(status('gnutls28', 'CVE-2026-3832'), [['not_affected', null]]);
  const facts = JSON.parse(readFileSync(join(DATA, 'debian-tracker-excerpt.json'), 'utf8')) as Record<
    string,
    object
  >;
  const count = Object.values(facts).reduce((sum, flaws) => sum + Object.keys(flaws).length, 0);
  assert.equal(database.info.sources.find(({ id }) => id === 'debian-tracker')?.records, count);
});

test('a cut-off copy in the cache is made again', (t) => {
  const cache = temporaryFolder(t);
  const { file } = starterDatabase(cache);
  writeFileSync(file, 'half');
  starterDatabase(cache);
  const database = openAdvisoryDatabase(file);
  database.close();
});

test('where the cache cannot be written to, a private copy is made and removed', (t) => {
  const cache = join(temporaryFolder(t), 'file');
  writeFileSync(cache, 'a file where the folder should be');
  chmodSync(cache, 0o400);
  const starter = starterDatabase(cache);
  assert.ok(existsSync(starter.file) && !starter.file.startsWith(cache));
  starter.remove();
  assert.ok(!existsSync(starter.file));
});

test('a missing or damaged bundle is one clear error', (t) => {
  const folder = temporaryFolder(t);
  const damaged = join(folder, 'starter.db.zst');
  writeFileSync(damaged, 'no database');
  for (const [bundled, code] of [
    [join(folder, 'absent'), 'DATABASE_NOT_FOUND'],
    [damaged, 'DATABASE_UNREADABLE'],
  ] as const) {
    assert.throws(
      () => starterDatabase(folder, bundled),
      (error) => error instanceof AdvisoryError && error.code === code,
    );
  }
});
