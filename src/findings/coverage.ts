/** What matching could not see. docs/coverage.md explains every code to users. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import type { Coverage } from '../model/coverage.ts';
import type { Distribution, Package } from '../model/package.ts';
import { isSchemeKnown } from '../versions/register.ts';
import {
  type AskedEcosystems,
  distributionEcosystems,
  isDistributionPackage,
  languageEcosystem,
} from './ecosystems.ts';
import { isPast, lastDayOfSupport } from './end-of-life.ts';
import { PRODUCTS } from './lookups.ts';
import type { Statement } from './match.ts';

const DAY_MS = 86_400_000;

/** Gaps that concern the distribution as a whole. */
export function distributionCoverage(
  distribution: Distribution | null,
  packages: readonly Package[],
  database: Pick<AdvisoryDatabase, 'covers' | 'supportPeriods'>,
  nowMs: number,
): Coverage[] {
  if (distribution === null) return unknownDistribution(packages);
  const entries: Coverage[] = [];
  const subject = distribution.prettyName;
  const asked = distributionEcosystems(distribution);
  if (!asked.distribution.some((ecosystem) => database.covers(ecosystem))) {
    entries.push({
      code: 'DISTRIBUTION_NOT_COVERED',
      message: `The advisory database has nothing for ${subject}: its packages were not matched. ${whyNot(distribution, asked.distribution)}`,
      subject,
    });
  } else if (isUnfixedUnknown(asked, packages, database)) {
    entries.push({
      code: 'UNFIXED_UNKNOWN',
      message: `The sources for ${subject} list flaws that are fixed, and no others: one without a fix is not known to them.`,
      subject,
    });
  }
  const lastDay = lastDayOfSupport(distribution, database);
  if (lastDay !== null && isPast(lastDay, nowMs)) {
    entries.push({
      code: 'DISTRIBUTION_END_OF_LIFE',
      message: `${subject} has had no public security updates since ${lastDay}: flaws found later are in no advisory for it.`,
      subject,
    });
  }
  return entries;
}

function isUnfixedUnknown(
  { fixesOnly, inherited, packages: own }: AskedEcosystems,
  packages: readonly Package[],
  database: Pick<AdvisoryDatabase, 'covers'>,
): boolean {
  if (!fixesOnly || !packages.some(({ type }) => type === own)) return false;
  return !inherited.some((ecosystem) => database.covers(ecosystem));
}

/** An image without an operating system's packages has nothing to miss, unless nothing at all was found in it. */
function unknownDistribution(packages: readonly Package[]): Coverage[] {
  const unmatched = packages.filter(isDistributionPackage).length;
  if (unmatched === 0 && packages.length > 0) return [];
  return [
    {
      code: 'DISTRIBUTION_UNKNOWN',
      message:
        unmatched === 0
          ? 'No distribution and no package was recognised: that nothing was found says nothing.'
          : `No os-release tells the distribution: ${count(unmatched, 'package')} could not be matched.`,
      subject: 'os-release',
    },
  ];
}

function whyNot({ idLike }: Distribution, asked: readonly string[]): string {
  if (asked.length > 0) return `Looked for: ${asked.join(', ')}.`;
  const [parent] = idLike;
  if (parent === undefined) return 'Hallmark knows no source of advisories for it.';
  return `It is like ${parent}, but builds packages of its own, to which ${parent}'s advisories do not apply.`;
}

/** Package kinds that no source of the database speaks about, or only partial ones, one entry a kind. */
export function ecosystemCoverage(
  packages: readonly Package[],
  distribution: Distribution | null,
  database: Pick<AdvisoryDatabase, 'covers' | 'coversPartly'>,
): Coverage[] {
  const counts = new Map<Package['type'], number>();
  for (const { type, cpes } of packages) {
    if (type === 'generic' && cpes.length > 0 && database.covers(PRODUCTS)) continue;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const own = distributionEcosystems(distribution).packages;
  return [...counts].flatMap(([type, number]): Coverage[] => {
    const ecosystem = languageEcosystem(type);
    if (ecosystem !== null) {
      const isPartial = database.coversPartly(ecosystem);
      if (database.covers(ecosystem) && !isPartial) return [];
      const message = isPartial
        ? `The advisory database has no comprehensive source for ${ecosystem}: most flaws in ${count(number, 'package')} are not known to it.`
        : `The advisory database has no source for ${ecosystem}: ${count(number, 'package')} could not be matched.`;
      return [{ code: 'ECOSYSTEM_NOT_COVERED', message, subject: ecosystem }];
    }
    if (!isDistributionPackage({ type })) {
      const message = `Hallmark knows no source of advisories for packages of the type ${type}: ${count(number, 'package')} could not be matched.`;
      return [{ code: 'ECOSYSTEM_NOT_COVERED', message, subject: type }];
    }
    if (own === null || own === type) return [];
    const message = `${count(number, `${type} package`)} could not be matched: the distribution's advisories speak of ${own} packages.`;
    return [{ code: 'ECOSYSTEM_NOT_COVERED', message, subject: type }];
  });
}

/** How many packages an entry names. */
const NAMED = 5;

/** Archives of Java that state no group: many groups have an artifact called `core`. */
export function unidentifiedCoverage(packages: readonly Package[]): Coverage[] {
  const names = new Set(
    packages.flatMap(({ type, name }) => (type === 'maven' && !name.includes(':') ? [name] : [])),
  );
  if (names.size === 0) return [];
  const shown = [...names].sort().slice(0, NAMED).join(', ');
  const more = names.size > NAMED ? ` and ${names.size - NAMED} more` : '';
  return [
    {
      code: 'PACKAGE_NOT_IDENTIFIED',
      message: `${count(names.size, 'Java archive')} could not be matched, because nothing tells the group: ${shown}${more}.`,
      subject: 'Maven',
    },
  ];
}

export function thirdPartyCoverage({ purl, name }: Package, publisher: string): Coverage {
  return {
    code: 'PACKAGE_THIRD_PARTY',
    message: `${name} comes from ${publisher}, not from the distribution, whose advisories do not speak about it.`,
    subject: purl,
  };
}

export function missingVersion({ purl, name }: Package): Coverage {
  return {
    code: 'PACKAGE_WITHOUT_VERSION',
    message: `${name} states no version: it could not be compared with any advisory's.`,
    subject: purl,
  };
}

/** The entry for a statement whose versions were not compared; null for one that was decided. */
export function unreadableCoverage({ package: pkg, candidate, outcome }: Statement): Coverage | null {
  if (outcome.kind !== 'unreadable' || pkg.version === '') return null;
  const { id } = candidate.advisory;
  if (outcome.what === 'version') {
    return {
      code: 'VERSION_UNREADABLE',
      message: `${pkg.name} was not compared: ${outcome.detail}.`,
      subject: pkg.purl,
    };
  }
  const { scheme } = candidate.affected;
  if (!isSchemeKnown(scheme)) {
    // once for all advisories, of which there may be hundreds
    const message = `Hallmark does not compare versions of the scheme ${scheme}: advisories that state ranges of them are not decided.`;
    return { code: 'ADVISORY_UNREADABLE', message, subject: scheme };
  }
  return {
    code: 'ADVISORY_UNREADABLE',
    message: `${id} is not decided for ${pkg.name}: ${outcome.detail}.`,
    subject: id,
  };
}

/** Says when the newest fact of the database is too old to rely on, or its age is not known. */
export function staleCoverage(newest: string | null, nowMs: number, staleAfterDays: number): Coverage[] {
  const ageDays = newest === null ? Number.NaN : (nowMs - Date.parse(newest)) / DAY_MS;
  if (ageDays <= staleAfterDays) return [];
  const age = Number.isNaN(ageDays) ? 'is of unknown age' : `is ${count(Math.floor(ageDays), 'day')} old`;
  return [
    {
      code: 'ADVISORIES_STALE',
      message: `The newest advisory in the database ${age} (limit ${staleAfterDays}): later flaws are not known to it.`,
      subject: 'advisory database',
    },
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
