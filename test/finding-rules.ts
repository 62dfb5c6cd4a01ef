/** Rules of matching as tables: one package, the records that name it, and what is found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Advisory } from '../src/advisories/advisory.ts';
import { findVulnerabilities } from '../src/findings/findings.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Distribution, Package } from '../src/model/package.ts';
import { memoryDatabase } from './memory-database.ts';

type Repositories = Readonly<Record<string, readonly string[]>>;

export function findIn(
  installed: Package,
  on: Distribution | null,
  advisories: readonly Advisory[],
  repositories: Repositories = {},
): readonly Finding[] {
  const { findings } = findVulnerabilities({
    packages: [installed],
    distribution: on,
    database: memoryDatabase({ advisories, repositories }),
    now: Date.parse('2024-12-01T00:00:00Z'),
    staleAfterDays: 3650,
  });
  return findings;
}

/** `id verdict fixedIn`, and `channel:version` of a fix elsewhere. */
export function brief({ id, verdict, fixedIn, fixedElsewhere: elsewhere }: Finding): string {
  const other = elsewhere === null ? '' : ` ${elsewhere.channel}:${elsewhere.version}`;
  return `${id} ${verdict} ${fixedIn ?? '-'}${other}`;
}

export type Rule = readonly [
  what: string,
  installed: Package,
  on: Distribution | null,
  records: readonly Advisory[],
  expected: readonly string[],
  repositories?: Repositories,
];

/** A test a rule; findings are compared as `brief` writes them, in order. */
export function testRules(rules: readonly Rule[]): void {
  for (const [what, installed, on, records, expected, repositories] of rules) {
    void test(`rule: ${what}`, () =>
      assert.deepEqual(findIn(installed, on, records, repositories).map(brief).sort(), expected));
  }
}

/** The records of these names. */
export const recordsOf = (records: readonly Advisory[], ...ids: readonly string[]) =>
  records.filter(({ id }) => ids.includes(id));
