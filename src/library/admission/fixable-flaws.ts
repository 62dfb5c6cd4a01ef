/**
 * Which images a rebuild would mend: flaws in packages that an image itself brought, and of which its distribution has a fixed version
 * by now. What the image below brought is mended by rebuilding that one. Asked of the kept records of packages, not of layers: a new
 * advisory is held against thousands of images in seconds.
 */
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import { findVulnerabilities } from '../../findings/findings.ts';
import { canonicalJson } from '../../formats/canonical-json.ts';
import { type Finding, OPEN_VERDICTS } from '../../model/finding.ts';
import { type Distribution, type Package, PLAIN_PACKAGE, SYSTEM_TYPES } from '../../model/package.ts';
import { SEVERITY_RANK } from '../../model/severity.ts';
import type { AdvisoryFix } from '../plan/work.ts';
import type { FindingCount } from './admission.ts';
import type { PackageRecord, RecordedPackage } from './package-record.ts';

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
  const fixes = new Map<Key, readonly AdvisoryFix[]>();
  // what is the same in many images is matched once
  const distributions = Map.groupBy(images, ([, { distribution }]) => canonicalJson(distribution));
  for (const [first, ...others] of distributions.values()) {
    if (first === undefined) continue;
    const packages = new Map<string, RecordedPackage>();
    const owned = [first, ...others].map(([key, record]) => [key, noteOwn(record, packages)] as const);
    const answers = fixesByPackage(packages, first[1].distribution, database, now);
    for (const [key, own] of owned) {
      const found = [...own].flatMap((name) => answers.get(name) ?? []);
      if (found.length > 0) fixes.set(key, sortFixes(found));
    }
  }
  return fixes;
}

/** Adds the packages that a rebuild may mend. @returns their keys */
function noteOwn({ packages }: PackageRecord, all: Map<string, RecordedPackage>): ReadonlySet<string> {
  const own = new Set<string>();
  for (const one of packages) {
    if (!isMendable(one)) continue;
    const key = packageKey(one);
    own.add(key);
    all.set(key, one);
  }
  return own;
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

function fixesByPackage(
  packages: ReadonlyMap<string, RecordedPackage>,
  distribution: Distribution | null,
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

/** Everything by which advisories are matched. */
function packageKey({ purl, version, source, modularityLabel, supplier }: RecordedPackage): string {
  return [purl, version, source?.name, source?.version, modularityLabel, supplier].join('\0');
}

function toPackage(id: string, { isInstalled, isOwn: _isOwn, ...recorded }: RecordedPackage): Package {
  const presence = isInstalled ? 'installed' : 'declared';
  return { ...PLAIN_PACKAGE, ...recorded, id, cataloger: 'record', presence };
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
