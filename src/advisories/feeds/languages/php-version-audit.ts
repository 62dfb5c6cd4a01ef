import { z } from 'zod';
import { between } from '../../../versions/interval-set.ts';
import type { SupportPeriod } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { asObject, isIdentifier, type Feed, type FeedItem } from '../../feed.ts';
import { scoreStatement } from '../../severity-statements.ts';
import { advisoryItem } from '../advisory-item.ts';
import { itemsOfRecord, languagePackage } from './language-advisory.ts';

const SOURCE = 'php-version-audit';

const DateText = z.string().max(100).nullish();
const Release = z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}\w{0,20}$/);
const Branch = z.string().regex(/^\d{1,4}\.\d{1,4}$/);

const Rules = z.object({
  releases: z.record(
    Release,
    z.object({ releaseDate: DateText, patchedCves: z.array(z.string().refine(isIdentifier)).max(1000) }),
  ),
  cves: z.record(
    z.string(),
    z.object({ baseScore: z.number().nullish(), publishedDate: DateText, lastModifiedDate: DateText }),
  ),
  supportEndDates: z.record(Branch, z.object({ active: DateText, security: DateText })),
});

type Rules = z.infer<typeof Rules>;

/**
 * PHP Version Audit's `rules-v1.json` about PHP itself: which release of each branch fixed a flaw, as PHP's changelog says,
 * and until when branches are supported. Only branches that got a fix are known to have the flaw, and of those only the
 * ones that began before it was fixed anywhere: that 8.1.29 names CVE-2012-1823 is because CVE-2024-4577 got around its fix.
 */
export const phpVersionAudit: Feed = {
  format: 'php-version-audit',

  recognises(document) {
    const value = document.kind === 'tree' ? asObject(document.value) : null;
    return asObject(value?.['supportEndDates']) !== null && asObject(value?.['releases']) !== null;
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    yield* itemsOfRecord(document.path, () => {
      const rules = Rules.parse(document.value);
      return [...advisories(rules, now), ...supportPeriods(rules, now)];
    });
  },
};

function advisories({ releases, cves }: Rules, now: Date): readonly FeedItem[] {
  const fixes = new Map<string, string[]>();
  for (const [release, { patchedCves }] of Object.entries(releases)) {
    for (const cve of patchedCves) fixes.set(cve, [...(fixes.get(cve) ?? []), release]);
  }
  return [...fixes].map(([id, fixedIn]) => {
    const flaw = cves[id];
    const severity = scoreStatement(3, flaw?.baseScore ?? '');
    return advisoryItem({
      id,
      source: SOURCE,
      published: recordDate(rfc3339(flaw?.publishedDate), now),
      modified: recordDate(rfc3339(flaw?.lastModifiedDate), now),
      severities: severity === null ? [] : [severity],
      affected: [
        languagePackage('CPE', 'php:php', {
          intervals: fixedIn
            .filter((release) => !beganFixed(release, fixedIn, releases))
            .map((release) => between(`${branchOf(release)}.0`, release)),
        }),
      ],
    });
  });
}

/** The branch of the release began after another release had the fix. */
function beganFixed(release: string, fixedIn: readonly string[], releases: Rules['releases']): boolean {
  const began = releases[`${branchOf(release)}.0`]?.releaseDate;
  return fixedIn.some((other) => isBefore(releases[other]?.releaseDate, began));
}

/** Dates of one form; what has none is before nothing. */
function isBefore(a: string | null | undefined, b: string | null | undefined): boolean {
  return a !== null && a !== undefined && b !== null && b !== undefined && a < b;
}

function branchOf(release: string): string {
  return release.split('.', 2).join('.');
}

function supportPeriods({ releases, supportEndDates }: Rules, now: Date): readonly FeedItem[] {
  return Object.entries(supportEndDates).map(([release, { security }]) => {
    const period: SupportPeriod = {
      product: 'php',
      release,
      released: recordDate(rfc3339(releases[`${release}.0`]?.releaseDate), now)?.slice(0, 10) ?? null,
      endOfLife: /^\d{4}-\d{2}-\d{2}/.exec(security ?? '')?.[0] ?? null,
      endOfExtendedSupport: null,
    };
    return { kind: 'support', source: SOURCE, period };
  });
}

/** The source leaves out the colon in the offset: `2025-07-31T00:00:00+0000`. */
function rfc3339(date: string | null | undefined): string | null {
  return date?.replace(/([-+]\d{2})(\d{2})$/, '$1:$2') ?? null;
}
