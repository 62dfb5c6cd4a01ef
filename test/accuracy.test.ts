/** The labelled cases of bench/accuracy whose records are among the fixtures; the bench runs all of them. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answerCase, isSurprising } from '../bench/accuracy/answer.ts';
import { type LabelledCase, readLabelledCases } from '../bench/accuracy/labelled-cases.ts';
import type { AdvisoryDatabase } from '../src/advisories/advisory.ts';
import { buildDatabase } from '../src/advisories/build.ts';
import { openAdvisoryDatabase } from '../src/advisories/database/database.ts';
import { NOW, temporaryFolder } from './advisories/feed-fixtures.ts';

const RECORDS = join(import.meta.dirname, 'fixtures', 'accuracy');
const CASES = readLabelledCases(join(import.meta.dirname, '..', 'bench', 'accuracy', 'cases'));

/** `set file`, with a name that every file system takes. */
const isHere = ({ file }: LabelledCase) =>
  existsSync(join(RECORDS, file.replace(' ', '/').replaceAll(':', '-')));

test('there are labelled cases of every kind of source', () => {
  assert.ok(CASES.length >= 300, `${CASES.length} cases`);
  assert.ok(new Set(CASES.map(({ group }) => group)).size >= 20);
});

test('a case is stated once', () => {
  const places = CASES.map(({ flaw, package: pkg, on }) =>
    [
      flaw,
      pkg.type,
      pkg.name,
      pkg.version,
      ...pkg.cpes,
      pkg.modularityLabel,
      pkg.source?.version,
      on?.prettyName,
      on?.cpe,
    ].join(' '),
  );
  assert.deepEqual(
    places.filter((place, index) => places.indexOf(place) !== index),
    [],
  );
});

test('verdicts of labelled cases', async (t) => {
  const output = join(temporaryFolder(t), 'advisories.db');
  await buildDatabase({ from: RECORDS, output, now: NOW });
  const database: AdvisoryDatabase = openAdvisoryDatabase(output);
  t.after(() => database.close());
  const answers = CASES.filter(isHere).map((labelled) => answerCase(labelled, database));
  assert.ok(answers.length >= 100, `${answers.length} cases have their records here`);
  const wrong = answers.filter(isSurprising);
  assert.deepEqual(
    wrong.map(({ labelled: { flaw, package: pkg, file }, faults }) =>
      [flaw, pkg.purl, ...faults, file].join('; '),
    ),
    [],
  );
});
