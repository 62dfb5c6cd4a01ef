import { z } from 'zod';
import { complementIntervals, intersectIntervals } from '../../../versions/interval-set.ts';
import { npm } from '../../../versions/npm.ts';
import { intervalsFromNpmRange } from '../../../versions/npm-range.ts';
import type { VersionInterval } from '../../../versions/scheme.ts';
import type { AffectedPackage } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { asObject, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { cvesIn, flawNames, itemsOfRecord, languagePackage, pageAddress } from './language-advisory.ts';

const SOURCE = 'node-security-wg';

const Text = z.string().max(1000);
const Digits = z.string().regex(/^\d{1,9}$/);

/** A flaw of Node.js itself. */
const CoreRecord = z.object({
  cve: z.array(Text).max(100),
  vulnerable: Text,
  patched: Text,
  severity: Text.optional(),
  ref: z.string().optional(),
  publish_date: Text.nullish(),
});

/** Flaws of a library inside Node.js that Node.js does not have, with VEX's word for the reason. */
const DependencyRecord = z.object({
  cve: z.array(Text).min(1).max(100),
  reason: z.string().regex(/^[a-z_]{1,100}$/),
  ref: z.string().optional(),
});

/** A flaw of a package of npm; published until 2019. */
const PackageRecord = z.object({
  id: z.int().positive(),
  module_name: z.string().refine(isPlainText, 'is no name'),
  publish_date: Text.nullish(),
  updated_at: Text.nullish(),
  cves: z.array(Text).max(100),
  vulnerable_versions: Text,
  cvss_vector: Text.nullish(),
});

/**
 * The Node.js Security Working Group's records, `vuln/core/N.json` (Node.js itself), `vuln/deps/N.json` (flaws of what is inside
 * it that it does not have) and `vuln/npm/N.json`, each also in one `index.json` by number. They go by the names that its README gives them: NSWG-COR-N and NSWG-ECO-N.
 */
export const nodeSecurityWg: Feed = {
  format: 'node-security-wg',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return value !== null && (kindOf(value) ?? kindOf(asObject(value['1']))) !== null;
  },

  *read(document, now) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    if (value === null) return;
    if (kindOf(value) === null) {
      for (const [key, record] of Object.entries(value)) {
        yield* itemsOfRecord(`${document.path}: ${key.slice(0, 100)}`, () => toItems(record, key, now));
      }
    } else {
      const number = /(\d+)\.json$/.exec(document.path)?.[1] ?? '';
      yield* itemsOfRecord(document.path, () => toItems(value, number, now));
    }
  },
};

function kindOf(value: Readonly<Record<string, unknown>> | null): 'core' | 'dependency' | 'package' | null {
  if (value === null) return null;
  if ('reason' in value && 'overview' in value && Array.isArray(value['cve'])) return 'dependency';
  if ('vulnerable' in value && 'patched' in value && Array.isArray(value['cve'])) return 'core';
  return 'module_name' in value && 'vulnerable_versions' in value && 'publish_date' in value
    ? 'package'
    : null;
}

function toItems(value: unknown, number: string, now: Date): readonly FeedItem[] {
  switch (kindOf(asObject(value))) {
    case 'core':
      return [coreAdvisory(value, number, now)];
    case 'dependency':
      return dependencyAdvisories(value);
    case 'package':
    case null:
      return [packageAdvisory(value, now)];
  }
}

function coreAdvisory(value: unknown, number: string, now: Date): FeedItem {
  const record = CoreRecord.parse(value);
  const severity = severityWord(record.severity ?? '');
  return advisoryItem({
    id: `NSWG-COR-${Digits.parse(number)}`,
    source: SOURCE,
    ...flawNames(record.cve),
    published: recordDate(record.publish_date, now),
    severities: severity === null ? [] : [severity],
    url: pageAddress(record.ref),
    affected: [nodeItself({ intervals: intervalsWithout(record.vulnerable, record.patched) })],
  });
}

function dependencyAdvisories(value: unknown): readonly FeedItem[] {
  const { cve, reason, ref } = DependencyRecord.parse(value);
  const affected = [nodeItself({ status: 'not_affected', statusWord: reason })];
  return cvesIn(cve).map((id) => advisoryItem({ id, source: SOURCE, url: pageAddress(ref), affected }));
}

function nodeItself(stated: Partial<AffectedPackage>): AffectedPackage {
  return languagePackage('CPE', 'nodejs:node.js', { scheme: npm.name, ...stated });
}

/** Lines of releases that have the flaw, without the releases that are patched. */
function intervalsWithout(vulnerable: string, patched: string): VersionInterval[] {
  const others = complementIntervals(npm, intervalsFromNpmRange(patched));
  return intersectIntervals(npm, intervalsFromNpmRange(vulnerable), others);
}

function packageAdvisory(value: unknown, now: Date): FeedItem {
  const record = PackageRecord.parse(value);
  const severity = cvssStatement(record.cvss_vector ?? '');
  return advisoryItem({
    id: `NSWG-ECO-${record.id}`,
    source: SOURCE,
    ...flawNames(record.cves),
    published: recordDate(record.publish_date, now),
    modified: recordDate(record.updated_at, now),
    severities: severity === null ? [] : [severity],
    affected: [
      languagePackage('npm', record.module_name, {
        intervals: intervalsFromNpmRange(record.vulnerable_versions),
      }),
    ],
  });
}
