/**
 * Which images a rebuild would mend: flaws in packages that an image itself brought, and of which its distribution has a fixed version
 * by now. What the image below brought is mended by rebuilding that one. Asked of the kept records of packages, not of layers: a new
 * advisory is held against thousands of images in seconds.
 */
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import { findVulnerabilities } from '../../findings/findings.ts';
import { canonicalJson } from '../../formats/canonical-json.ts';
import { type Finding, OPEN_VERDICTS } from '../../model/finding.ts';
import { type Distribution, type Package, SYSTEM_TYPES } from '../../model/package.ts';
import { SEVERITY_RANK } from '../../model/severity.ts';
import type { AdvisoryFix } from '../plan/work.ts';
import type { FindingCount } from './admission.ts';
import type { PackageRecord, RecordedPackage } from './package-record.ts';
import { PLAIN_PACKAGE } from './plain-package.ts';

/** Support ends and data ages without a rebuild changing it: neither is asked for here. */
const NEVER_STALE = Infinity;

/**
 * @param images records by whatever names the images
 * @param now milliseconds since 1970
 * @returns for each image that a rebuild would mend what it would mend, the most severe first
 */
export function findFixableFlaws<Key>(
  images: ReadonlyMap<Key, PackageRecord>,
  database: AdvisoryDatabase,
  now: number,
): ReadonlyMap<Key, readonly AdvisoryFix[]> {
  const asked = gatherPackages(images.values());
  const answers = new Map(
    [...asked].map(([name, group]) => [name, fixesByPackage(group, database, now)] as const),
  );
  const fixes = new Map<Key, readonly AdvisoryFix[]>();
  for (const [key, record] of images) {
    const answer = answers.get(distributionKey(record.distribution));
    const own = new Set(record.packages.filter(isMendable).map(packageKey));
    const found = [...own].flatMap((name) => answer?.get(name) ?? []);
    if (found.length > 0) fixes.set(key, sortFixes(found));
  }
  return fixes;
}

/** How many flaws an image has, and of how many of them a rebuild would mend it. */
export function countFlaws(findings: readonly Finding[], record: PackageRecord): FindingCount {
  const own = new Set(record.packages.filter(isMendable).map(({ purl }) => purl));
  const open = findings.filter(({ verdict }) => OPEN_VERDICTS.has(verdict));
  const fixable = open.filter((finding) => finding.fixedIn !== null && own.has(finding.package.purl));
  return { open: countBySeverity(open), fixable: countBySeverity(fixable) };
}

/** Packages of the distribution, for which a rebuild installs what the distribution has now. */
function isMendable({ type, isInstalled, isOwn }: RecordedPackage): boolean {
  return isOwn && isInstalled && SYSTEM_TYPES.has(type);
}

interface PackageGroup {
  readonly distribution: Distribution | null;
  /** Each once, whichever images have it. */
  readonly packages: Map<string, RecordedPackage>;
}

/** Images of one distribution are asked about together: what is the same in all of them is matched once. */
function gatherPackages(records: Iterable<PackageRecord>): ReadonlyMap<string, PackageGroup> {
  const groups = new Map<string, PackageGroup>();
  for (const { distribution, packages } of records) {
    const name = distributionKey(distribution);
    const group = groups.get(name) ?? { distribution, packages: new Map<string, RecordedPackage>() };
    groups.set(name, group);
    for (const one of packages) if (isMendable(one)) group.packages.set(packageKey(one), one);
  }
  return groups;
}

function fixesByPackage(
  { distribution, packages }: PackageGroup,
  database: AdvisoryDatabase,
  now: number,
): ReadonlyMap<string, readonly AdvisoryFix[]> {
  const { findings } = findVulnerabilities({
    packages: [...packages].map(([id, one]) => toPackage(id, one)),
    distribution,
    database,
    now,
    staleAfterDays: NEVER_STALE,
    verdicts: OPEN_VERDICTS,
  });
  const found = findings.flatMap(({ id, package: pkg, fixedIn, severity }) =>
    fixedIn === null
      ? []
      : [
          {
            of: pkg.id,
            fix: { vulnerability: id, package: pkg.name, installed: pkg.version, fixed: fixedIn, severity },
          },
        ],
  );
  return new Map(
    [...Map.groupBy(found, ({ of }) => of)].map(([of, same]) => [of, same.map(({ fix }) => fix)]),
  );
}

const distributionKey = (distribution: Distribution | null): string => canonicalJson(distribution);

/** Everything by which advisories are matched. */
function packageKey({ purl, version, source, modularityLabel, supplier }: RecordedPackage): string {
  return JSON.stringify([purl, version, source?.name, source?.version, modularityLabel, supplier]);
}

function toPackage(id: string, { isInstalled, isOwn: _isOwn, ...recorded }: RecordedPackage): Package {
  return { ...PLAIN_PACKAGE, ...recorded, id, presence: isInstalled ? 'installed' : 'declared' };
}

function sortFixes(fixes: readonly AdvisoryFix[]): readonly AdvisoryFix[] {
  return fixes.toSorted(
    (a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] || (fixKey(a) < fixKey(b) ? -1 : 1),
  );
}

function countBySeverity(findings: readonly Finding[]): FindingCount['open'] {
  const counts: Partial<Record<Finding['severity'], number>> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

function fixKey({ vulnerability, package: name, installed }: AdvisoryFix): string {
  return [vulnerability, name, installed].join('\0');
}
