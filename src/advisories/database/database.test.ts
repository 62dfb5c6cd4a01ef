import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test, type TestContext } from 'node:test';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import type { AdvisoryDatabase } from '../advisory.ts';
import { buildDatabase } from '../build.ts';
import { openAdvisoryDatabase } from './database.ts';
import { AdvisoryError } from '../errors.ts';
import { SCHEMA_VERSION } from './schema.ts';

const fails = (code: string) => (error: unknown) => error instanceof AdvisoryError && error.code === code;

describe('an advisory database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
  const built = join(folder, 'advisories.db');

  before(async () => {
    await buildDatabase({ from: FEEDS, output: built, now: NOW });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function open(t: TestContext, file: string = built): AdvisoryDatabase {
    const database = openAdvisoryDatabase(file);
    t.after(() => database.close());
    return database;
  }

  /** A copy of the database with something changed. */
  function changed(t: TestContext, sql: string): string {
    const file = join(temporaryFolder(t), 'changed.db');
    copyFileSync(built, file);
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    return file;
  }

  test('a candidate is the record with the one entry that was asked for', (t) => {
    const [candidate] = open(t).candidates('PyPI', 'Werkzeug');
    assert.deepEqual(candidate, {
      advisory: {
        id: 'GHSA-87hc-h4r5-73f7',
        source: 'ghsa',
        aliases: ['CVE-2026-21860'],
        covers: [],
        published: '2026-01-08T19:51:21Z',
        modified: '2026-02-02T19:57:31Z',
        withdrawn: null,
        severities: [
          { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L' },
          {
            kind: 'cvss',
            version: '4.0',
            vector: 'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N',
          },
        ],
        url: 'https://github.com/advisories/GHSA-87hc-h4r5-73f7',
      },
      affected: {
        ecosystem: 'PyPI',
        name: 'werkzeug',
        naming: 'binary',
        scheme: 'pypi',
        status: 'affected',
        statusWord: null,
        intervals: [{ introduced: null, fixed: '3.1.5', lastAffected: null }],
        versions: [],
        severities: [],
        architectures: [],
        module: null,
        channel: null,
        platforms: [],
      },
    });
  });

  test('candidates come in the order of source and identifier', (t) => {
    const ids = open(t)
      .candidates('Alpine:v3.18', 'busybox')
      .map(({ advisory }) => advisory.id);
    assert.equal(ids.length, 29);
    assert.deepEqual(ids, ids.toSorted());
  });

  test('an address that no pattern gives is kept', (t) => {
    const [curl] = open(t).candidates('AlmaLinux:8', 'curl');
    assert.equal(curl?.advisory.url, 'https://errata.almalinux.org/8/ALSA-2026-57462.html');
  });

  test('what the database does not know it says it does not know', (t) => {
    const database = open(t);
    assert.equal(database.covers('Alpine:v3.18'), true);
    assert.equal(database.covers('Alpine:v3.19'), false);
    assert.deepEqual(database.candidates('Alpine:v3.19', 'busybox'), []);
    assert.deepEqual(database.candidates('Alpine:v3.18', "'; DROP TABLE advisory; --"), []);
    assert.deepEqual(database.severities('CVE-1999-0001'), []);
    assert.equal(database.epss('CVE-1999-0001'), null);
    assert.equal(database.knownExploited('CVE-1999-0001'), null);
  });

  test('severities of a flaw from everyone who states one, by any of its names', (t) => {
    const database = open(t);
    const sources = (id: string) => database.severities(id).map(({ source }) => source);
    assert.deepEqual(sources('CVE-2026-21860'), ['ghsa', 'ghsa']);
    assert.deepEqual(sources('GHSA-87hc-h4r5-73f7'), ['ghsa', 'ghsa']);
    // in the package's entry, not the record's
    assert.deepEqual(sources('CVE-2021-47986'), ['bitnami']);
    // an erratum about one flaw rates it, one about several does not
    assert.deepEqual(sources('CVE-2026-8286'), ['almalinux']);
    assert.deepEqual(sources('CVE-2024-27280'), []);
  });

  test('scores and known exploitation', (t) => {
    const database = open(t);
    assert.deepEqual(database.epss('CVE-2026-21860'), {
      score: 0.00441,
      percentile: 0.36698,
      date: '2026-08-16',
    });
    assert.deepEqual(database.knownExploited('CVE-2026-8037'), {
      dateAdded: '2026-08-07',
      dueDate: '2026-08-10',
      ransomware: false,
    });
    // nobody names this flaw, so its score was left out
    assert.equal(database.epss('CVE-2011-3374'), null);
  });

  test('opening refuses what is no advisory database, each with its reason', (t) => {
    const directory = temporaryFolder(t);
    const text = join(directory, 'text.db');
    writeFileSync(
      text,
      'not a database at all, but longer than a header of SQLite, which has one hundred bytes: '.repeat(2),
    );
    const empty = join(directory, 'empty.db');
    writeFileSync(empty, '');
    const cut = join(directory, 'cut.db');
    copyFileSync(built, cut);
    truncateSync(cut, 3000);
    for (const [file, code] of [
      [join(directory, 'absent.db'), 'DATABASE_NOT_FOUND'],
      [directory, 'DATABASE_NOT_FOUND'],
      [text, 'DATABASE_UNREADABLE'],
      [empty, 'DATABASE_UNREADABLE'],
      [cut, 'DATABASE_UNREADABLE'],
      [changed(t, 'PRAGMA application_id = 1'), 'DATABASE_UNREADABLE'],
      [changed(t, 'PRAGMA user_version = 0'), 'DATABASE_SCHEMA_OLDER'],
      [changed(t, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`), 'DATABASE_SCHEMA_NEWER'],
      [changed(t, "DELETE FROM meta WHERE key = 'digest'"), 'DATABASE_UNREADABLE'],
      [changed(t, 'DROP TABLE flaw_severity'), 'DATABASE_UNREADABLE'],
      [
        changed(t, 'ALTER TABLE affected RENAME TO a; CREATE VIEW affected AS SELECT * FROM a'),
        'DATABASE_UNREADABLE',
      ],
      [changed(t, 'CREATE TRIGGER x AFTER INSERT ON meta BEGIN SELECT 1; END'), 'DATABASE_UNREADABLE'],
    ] as const) {
      assert.throws(() => openAdvisoryDatabase(file), fails(code), `${file}: ${code}`);
    }
  });

  test('a newer schema is told with both numbers', (t) => {
    assert.throws(
      () => openAdvisoryDatabase(changed(t, 'PRAGMA user_version = 7')),
      /has schema 7; this Hallmark reads 2/,
    );
  });

  test('damage that shows only when a row is read is an error then, never a wrong answer', (t) => {
    const statement = open(t, changed(t, "UPDATE statement SET body = '[99]'"));
    assert.throws(() => statement.candidates('PyPI', 'werkzeug'), fails('DATABASE_UNREADABLE'));
    const source = open(t, changed(t, 'DELETE FROM source'));
    assert.throws(() => source.candidates('PyPI', 'werkzeug'), fails('DATABASE_UNREADABLE'));
  });

  test('the file is not changed by reading, nor can it be', (t) => {
    const database = open(t);
    assert.equal('exec' in database, false);
    assert.equal(database.candidates('PyPI', 'werkzeug').length, 1);
  });
});
