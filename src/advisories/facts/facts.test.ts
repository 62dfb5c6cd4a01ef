import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { before, describe, test } from 'node:test';
import { FEEDS, NOW, temporaryFolder } from '../../../test/advisories/feed-fixtures.ts';
import { buildDatabase } from '../build.ts';
import { contentDigest } from './content-digest.ts';
import { openAdvisoryDatabase } from '../database/database.ts';
import { AdvisoryError } from '../errors.ts';
import { compareFacts, compareKeys, type Fact } from './fact.ts';
import { formatFact } from './fact-text.ts';
import { parseFact } from './read-fact.ts';
import { createStaging } from '../database/staging.ts';
import { storedFacts } from '../database/stored-facts.ts';
import { writeDatabase } from '../database/writer.ts';

const DATE = '2026-08-01T00:00:00Z';

/** One fact of each kind that the fixtures' feeds do not have. */
const OTHER_FACTS: readonly Fact[] = [
  {
    kind: 'flaw',
    flaw: {
      id: 'CVE-2026-21860',
      source: 'nvd',
      published: DATE,
      modified: null,
      rejected: DATE,
      severities: [{ kind: 'word', word: 'High', level: 'high' }],
      weaknesses: ['CWE-67', 'CWE-79'],
      report: { exploitation: 'poc', automatable: false, technicalImpact: null },
    },
  },
  {
    kind: 'vex',
    part: '1',
    statement: {
      document: 'https://example.org/vex/1',
      source: 'dhi',
      author: 'Docker',
      modified: DATE,
      flaws: ['CVE-2026-21860'],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      note: null,
      products: [
        { identifiers: ['pkg:docker/dhi/python@3.13'], digests: [], subcomponents: [['pkg:pypi/werkzeug']] },
      ],
    },
  },
  {
    kind: 'support',
    source: 'endoflife-date',
    period: {
      product: 'debian',
      release: '12',
      released: '2023-06-10',
      endOfLife: '2026-06-10',
      endOfExtendedSupport: null,
    },
  },
  {
    kind: 'repository',
    name: 'rhel-9-for-x86_64-baseos-rpms',
    platforms: ['cpe:/o:redhat:enterprise_linux:9::baseos'],
  },
];

describe('facts', () => {
  let facts: readonly Fact[] = [];

  before(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hallmark-test-'));
    const file = join(folder, 'a.db');
    await buildDatabase({ from: FEEDS, output: file, now: NOW });
    const database = new DatabaseSync(file, { readOnly: true });
    const stored = [...storedFacts(database)];
    database.close();
    rmSync(folder, { recursive: true });
    const sources = ['nvd', 'endoflife-date', 'dhi']
      .filter((id) => !stored.some((fact) => fact.kind === 'source' && fact.source.id === id))
      .map((id): Fact => ({
        kind: 'source',
        source: { id, name: id, licence: 'a test', attribution: null, edition: null },
      }));
    facts = [...stored, ...sources, ...OTHER_FACTS].sort(compareFacts);
  });

  test('a database gives back the facts that it was written from, and their digest', (t) => {
    const file = join(temporaryFolder(t), 'b.db');
    const database = new DatabaseSync(file);
    const { digest } = writeDatabase(database, facts, NOW);
    assert.deepEqual([...storedFacts(database)], facts);
    database.close();
    assert.equal(digest, contentDigest(facts));
    const reader = openAdvisoryDatabase(file);
    t.after(() => reader.close());
    assert.equal(reader.info.digest, digest);
    const [flaw, vex, support] = OTHER_FACTS;
    assert.deepEqual(
      reader.flaws('CVE-2026-21860').map((found) => ({ kind: 'flaw', flaw: found })),
      [flaw],
    );
    assert.deepEqual(
      reader.vex('pkg:docker/dhi/python').map((statement) => ({ kind: 'vex', part: '1', statement })),
      [vex],
    );
    assert.deepEqual(
      reader
        .supportPeriods('debian')
        .map((period) => ({ kind: 'support', source: 'endoflife-date', period })),
      [support],
    );
    assert.deepEqual(reader.platforms('rhel-9-for-x86_64-baseos-rpms'), [
      'cpe:/o:redhat:enterprise_linux:9::baseos',
    ]);
  });

  test('a line of text gives back its fact', () => {
    for (const fact of facts) assert.deepEqual(parseFact(formatFact(fact)), fact);
  });

  test('facts are listed in one order, each once', () => {
    for (const [index, fact] of facts.entries()) {
      const next = facts[index + 1];
      if (next !== undefined) assert.ok(compareFacts(fact, next) < 0, formatFact(next));
    }
  });

  test('what is no fact is an error, not a fact', () => {
    const [line = ''] = facts.filter(({ kind }) => kind === 'advisory').map(formatFact);
    for (const text of [
      '',
      '{}',
      'null',
      '{"kind":"rumour"}',
      line.slice(0, -1),
      line.replace('"kind":"advisory"', '"kind":"advisory","more":1'),
      line.replace(/"id":"[^"]*"/, '"id":"two words"'),
      line.replace(/"statement":\[\d/, '"statement":[77'),
      line.replace(/"(published|modified)":"[^"]*"/, '"$1":"yesterday"'),
    ]) {
      assert.throws(
        () => parseFact(text),
        (error) => error instanceof AdvisoryError && error.code === 'FACT_UNREADABLE',
        text.slice(0, 100),
      );
    }
  });
});

test('keys are compared by code point, as SQLite does', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE word (text TEXT PRIMARY KEY)');
  const words = ['', 'a', 'a\nb', 'ab', 'Z', 'é', '\u{ffff}', '\u{1f600}', '\u{e000}', 'a\u{1f600}'];
  const put = database.prepare('INSERT INTO word VALUES (?)');
  for (const word of words) put.run(word);
  const ordered = database
    .prepare('SELECT text FROM word ORDER BY text')
    .all()
    .map((row) => row['text']);
  assert.deepEqual(words.toSorted(compareKeys), ordered);
  database.close();
});

test('what is said of a flaw that no record names is left out, and counted', (t) => {
  const staging = createStaging();
  t.after(() => staging.close());
  const [flaw] = OTHER_FACTS;
  if (flaw?.kind === 'flaw') staging.add(flaw);
  assert.deepEqual(
    [...staging.facts()].map(({ kind }) => kind),
    ['source'],
  );
  assert.deepEqual([...staging.skipped.values()], [1]);
});
