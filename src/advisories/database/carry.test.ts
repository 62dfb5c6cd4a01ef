import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { buildDatabase } from '../build.ts';
import { exportDatabase, importDatabase, verifyDatabase } from './carry.ts';
import { openAdvisoryDatabase } from './database.ts';
import { AdvisoryError } from '../errors.ts';

const fails = (code: string) => (error: unknown) => error instanceof AdvisoryError && error.code === code;

describe('an advisory database on its way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  const built = join(folder, 'advisories.db');

  before(async () => {
    await buildDatabase({ from: join(FEEDS, 'osv'), output: built, now: NOW });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('what is exported can be imported, and is then the same file', (t) => {
    const directory = temporaryFolder(t);
    const packed = join(directory, 'advisories.db.zst');
    const exported = exportDatabase(built, packed);
    assert.equal(exported.sizeBytes, readFileSync(packed).length);
    assert.ok(exported.sizeBytes < readFileSync(built).length / 2);
    const { file, info } = importDatabase(packed, join(directory, 'data', 'hallmark'));
    assert.equal(file, join(directory, 'data', 'hallmark', 'advisories.db'));
    assert.ok(readFileSync(file).equals(readFileSync(built)));
    assert.equal(info.digest, exported.info.digest);
  });

  test('a database as it was built can be imported too', (t) => {
    const { file } = importDatabase(built, temporaryFolder(t));
    const database = openAdvisoryDatabase(file);
    database.close();
    assert.equal(verifyDatabase(file).digest, database.info.digest);
  });

  test('an exported file is plain zstd for others, with the facts as text', (t) => {
    const packed = join(temporaryFolder(t), 'a.zst');
    exportDatabase(built, packed);
    try {
      const text = execFileSync('zstd', ['-dcq', packed], { maxBuffer: 1 << 28 });
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      assert.equal(digest, verifyDatabase(built).digest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') t.skip('zstd is not installed');
      else throw error;
    }
  });

  test('what does not pass changes nothing', (t) => {
    const directory = temporaryFolder(t);
    const packed = join(directory, 'good.zst');
    exportDatabase(built, packed);
    const bytes = readFileSync(packed);
    const flipped = Buffer.from(bytes);
    flipped[bytes.length - 20] = (flipped[bytes.length - 20] ?? 0) ^ 0xff;
    const renamed = Buffer.from(
      bytes.toString('latin1').replace(/"digest":"sha256:./, '"digest":"sha256:0'),
      'latin1',
    );
    const changed = join(directory, 'changed.db');
    copyFileSync(built, changed);
    const database = new DatabaseSync(changed);
    database.exec("UPDATE advisory SET id = 'GHSA-0000-0000-0000' WHERE number = 1");
    database.close();
    const newer = join(directory, 'newer.db');
    copyFileSync(built, newer);
    const later = new DatabaseSync(newer);
    later.exec('PRAGMA user_version = 99');
    later.close();
    const write = (name: string, content: Uint8Array) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    for (const [file, code] of [
      [join(directory, 'absent'), 'DATABASE_NOT_FOUND'],
      [write('text', Buffer.from('no database')), 'DATABASE_UNREADABLE'],
      [write('cut.zst', bytes.subarray(0, bytes.length / 2)), 'DATABASE_UNREADABLE'],
      [write('header.zst', bytes.subarray(0, 20)), 'DATABASE_UNREADABLE'],
      [write('flipped.zst', flipped), 'DATABASE_UNREADABLE'],
      [write('renamed.zst', renamed), 'DATABASE_DIGEST_MISMATCH'],
      [changed, 'DATABASE_DIGEST_MISMATCH'],
      [newer, 'DATABASE_SCHEMA_NEWER'],
    ] as const) {
      const data = join(directory, 'data');
      assert.throws(() => importDatabase(file, data), fails(code), `${file}: ${code}`);
      assert.equal(existsSync(join(data, 'advisories.db')), false);
    }
  });

  test('errors name the file that the user named', (t) => {
    const file = join(temporaryFolder(t), 'mine.db');
    writeFileSync(file, 'x'.repeat(200));
    assert.throws(() => importDatabase(file, temporaryFolder(t)), /mine\.db/);
  });
});
