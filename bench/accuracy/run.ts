/**
 * Precision and recall of Hallmark's verdicts over labelled cases, by distribution and ecosystem.
 *
 *   npm run bench:accuracy -- FEEDS        builds a database from a folder of feeds, and asks it
 *   npm run bench:accuracy -- --db FILE    asks a database that is there
 *
 * Each answer that is not exactly as expected is listed with the record that says so. Exit status 2: one of them is not
 * among the known gaps, or a known gap is no more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { buildDatabase } from '../../src/advisories/build.ts';
import { openAdvisoryDatabase } from '../../src/advisories/database/database.ts';
import { answerCase, isOpen, isSurprising, type Answer } from './answer.ts';
import { readLabelledCases } from './labelled-cases.ts';

const CASES = join(import.meta.dirname, 'cases');

const { values, positionals } = parseArgs({ options: { db: { type: 'string' } }, allowPositionals: true });
const [feeds] = positionals;
if (values.db === undefined && feeds === undefined) {
  console.error('usage: npm run bench:accuracy -- FEEDS | --db FILE');
  process.exitCode = 1;
} else {
  const answers = values.db === undefined ? await askFeeds(feeds ?? '') : askDatabase(values.db);
  console.log(formatTable(answers));
  const listed = answers.filter((answer) => answer.faults.length > 0 || isSurprising(answer));
  for (const answer of listed) console.log(`\n${formatAnswer(answer)}`);
  if (answers.some(isSurprising)) process.exitCode = 2;
}

async function askFeeds(from: string): Promise<readonly Answer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-accuracy-'));
  try {
    const output = join(folder, 'advisories.db');
    await buildDatabase({ from, output, now: new Date() });
    return askDatabase(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function askDatabase(file: string): readonly Answer[] {
  const database = openAdvisoryDatabase(file);
  try {
    return readLabelledCases(CASES).map((labelled) => answerCase(labelled, database));
  } finally {
    database.close();
  }
}

function formatTable(answers: readonly Answer[]): string {
  const groups = [...Map.groupBy(answers, ({ labelled }) => labelled.group)];
  const rows = [...groups, ['all', answers] as const].map(([name, some]) => rowOf(name, some));
  const header = ['', 'cases', 'TP', 'FP', 'FN', 'TN', 'precision', 'recall', 'exact'];
  const table = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  '),
    )
    .join('\n');
}

/** Positive: the verdict leaves the flaw open. `exact`: the very verdict, and the fix where the case states one. */
function rowOf(name: string, answers: readonly Answer[]): readonly string[] {
  const count = (expected: boolean, answered: boolean) =>
    answers.filter(
      ({ labelled, verdict }) => isOpen(labelled.expect) === expected && isOpen(verdict) === answered,
    ).length;
  const [truePositives, falsePositives] = [count(true, true), count(false, true)];
  const [falseNegatives, trueNegatives] = [count(true, false), count(false, false)];
  const exact = answers.filter(({ faults }) => faults.length === 0).length;
  return [
    name,
    String(answers.length),
    ...[truePositives, falsePositives, falseNegatives, trueNegatives].map(String),
    ratio(truePositives, truePositives + falsePositives),
    ratio(truePositives, truePositives + falseNegatives),
    ratio(exact, answers.length),
  ];
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

function formatAnswer({ labelled, faults }: Answer): string {
  const { group, flaw, package: pkg, on, file, says, why, known } = labelled;
  const place = on === null ? '' : ` on ${on.prettyName}`;
  return [
    `${group}: ${flaw} in ${pkg.name} ${pkg.version}${place} (${why})`,
    ...(faults.length === 0 ? ['as expected'] : faults),
    ...(known === undefined ? [] : [`known gap: ${known}`]),
    `${file}: ${says}`,
  ].join('\n    ');
}
