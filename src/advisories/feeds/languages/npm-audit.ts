import { z } from 'zod';
import { intervalsFromNpmRange } from '../../../versions/npm-range.ts';
import { recordDate } from '../../dates.ts';
import { asObject, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import {
  flawNames,
  ghsaInAddress,
  isGhsa,
  itemsOfRecord,
  languagePackage,
  pageAddress,
} from './language-advisory.ts';

const AuditAdvisory = z.object({
  id: z.int().positive(),
  url: z.string().max(1000).optional(),
  severity: z.string().max(40).optional(),
  cvss: z
    .object({ vectorString: z.string().max(1000).nullish() })
    .nullish()
    .catch(null),
  vulnerable_versions: z.string().max(1000),
  cves: z.array(z.string().max(100)).max(1000).nullish(),
  github_advisory_id: z.string().refine(isGhsa, 'is no GHSA identifier').nullish(),
  created: z.string().max(100).nullish(),
  updated: z.string().max(100).nullish(),
  deleted: z.union([z.string().max(100), z.literal(false)]).nullish(),
});

/**
 * Answers of an npm registry to `npm audit`: the bulk form `{package: [{id, url, vulnerable_versions}]}`, and the older
 * quick form `{advisories: {id: {module_name, vulnerable_versions}}, metadata}`. They speak of the packages that were
 * asked about, and of those only.
 */
export const npmAudit: Feed = {
  format: 'npm-audit',

  recognises(document) {
    const answer = document.kind === 'tree' ? asObject(document.value) : null;
    return answer !== null && (isQuick(answer) || isBulk(answer));
  },

  *read(document, now) {
    const answer = document.kind === 'tree' ? asObject(document.value) : null;
    for (const [name, advisory] of answer === null ? [] : statementsIn(answer)) {
      const record = `${document.path}: ${String(name).slice(0, 200)}`;
      yield* itemsOfRecord(record, () => [toItem(name, advisory, now)]);
    }
  },
};

function isQuick(answer: Readonly<Record<string, unknown>>): boolean {
  return asObject(answer['advisories']) !== null && 'actions' in answer && 'metadata' in answer;
}

function isBulk(answer: Readonly<Record<string, unknown>>): boolean {
  const [statements] = Object.values(answer);
  const first = Array.isArray(statements) ? asObject(statements[0]) : null;
  return first !== null && 'vulnerable_versions' in first && 'id' in first && 'title' in first;
}

/** Every advisory with the name of its package. */
function statementsIn(answer: Readonly<Record<string, unknown>>): readonly (readonly [unknown, unknown])[] {
  if (isQuick(answer)) {
    return Object.values(asObject(answer['advisories']) ?? {}).map((advisory) => [
      asObject(advisory)?.['module_name'],
      advisory,
    ]);
  }
  return Object.entries(answer).flatMap(([name, statements]) =>
    (Array.isArray(statements) ? (statements as readonly unknown[]) : [statements]).map(
      (statement) => [name, statement] as const,
    ),
  );
}

function toItem(module: unknown, value: unknown, now: Date): FeedItem {
  const name = z.string().refine(isPlainText, 'is no name').parse(module);
  const advisory = AuditAdvisory.parse(value);
  const ghsa = advisory.github_advisory_id ?? ghsaInAddress(advisory.url);
  const severity = cvssStatement(advisory.cvss?.vectorString ?? '') ?? severityWord(advisory.severity ?? '');
  return advisoryItem(
    {
      id: ghsa ?? `NPM-${advisory.id}`,
      source: 'npm-audit',
      ...flawNames(advisory.cves ?? []),
      published: recordDate(advisory.created, now),
      modified: recordDate(advisory.updated, now),
      withdrawn: recordDate(advisory.deleted || null, now),
      severities: severity === null ? [] : [severity],
      url: pageAddress(advisory.url),
      affected: [
        languagePackage('npm', name, { intervals: intervalsFromNpmRange(advisory.vulnerable_versions) }),
      ],
    },
    `${name} ${advisory.id}`,
  );
}
