/** Puts the user's own ranges in the place of an advisory's, or takes an advisory back, for single packages. */
import type { AdvisoryCandidate, AdvisoryDatabase } from '../../advisories/advisory.ts';
import { type Because, OPEN_VERDICTS } from '../../model/finding.ts';
import { type Package, SYSTEM_TYPES } from '../../model/package.ts';
import type { TriageUse } from '../../model/triage.ts';
import { type Decision, suppress } from '../decide.ts';
import { readPurl } from '../vex/purl-agreement.ts';
import { hasExpired } from './apply-exceptions.ts';
import type { RangeOverride } from './configuration.ts';
import { matchesPackage } from './pattern.ts';

type Candidates = Pick<AdvisoryDatabase, 'candidates'>;

export interface Overriding {
  /** The database as a package is to see it. */
  candidatesFor(pkg: Package, database: Candidates): Candidates;
  /** Marks the findings that rest on a range of the user's, and suppresses those whose advisory was taken back. */
  conclude(decisions: readonly Decision[]): readonly Decision[];
  /** What became of each override; to be asked when all packages were looked up. */
  uses(): readonly TriageUse[];
}

/** @param nowMs milliseconds since 1970 */
export function createOverriding(overrides: readonly RangeOverride[], nowMs: number): Overriding {
  const valid = overrides.filter((override) => !hasExpired(override, nowMs));
  const replaced = new Map<AdvisoryCandidate, RangeOverride>();
  const counts = new Map<RangeOverride, number>();
  const count = (override: RangeOverride) => counts.set(override, (counts.get(override) ?? 0) + 1);

  function replace(candidate: AdvisoryCandidate, override: RangeOverride): readonly AdvisoryCandidate[] {
    const { affected } = override;
    if (affected === null) return [candidate];
    count(override);
    const [meant, rest] = splitCovers(candidate, override.vulnerability);
    const changed: AdvisoryCandidate = {
      ...meant,
      affected: {
        ...meant.affected,
        status: 'affected',
        statusWord: null,
        intervals: affected,
        versions: [],
      },
    };
    replaced.set(changed, override);
    return rest === null ? [changed] : [changed, rest];
  }

  return {
    candidatesFor(pkg, database) {
      const meant = valid.filter((override) => mayMean(override, pkg));
      if (meant.length === 0) return database;
      return {
        candidates: (ecosystem, name) =>
          database.candidates(ecosystem, name).flatMap((candidate) => {
            const override = meant.find((each) => isAbout(each, candidate));
            return override === undefined ? [candidate] : replace(candidate, override);
          }),
      };
    },

    conclude: (decisions) =>
      decisions.map((decision) => {
        const [range] = decision.statements.flatMap(({ candidate }) => replaced.get(candidate) ?? []);
        if (range !== undefined) {
          return { ...decision, outrankedBy: [...decision.outrankedBy, rangeStep(range)] };
        }
        if (!OPEN_VERDICTS.has(decision.verdict)) return decision;
        const back = valid.find((override) => override.affected === null && takesBack(override, decision));
        if (back === undefined) return decision;
        count(back);
        return takeBack(decision, back);
      }),

    uses: () =>
      overrides.map((override) => {
        const findings = counts.get(override) ?? 0;
        const { vulnerability, affected, reason, owner, expires, place } = override;
        return {
          vulnerabilities: [vulnerability],
          decides: affected === null ? 'withdrawn' : 'affected',
          reason,
          owner,
          expires,
          place,
          state: valid.includes(override) ? (findings > 0 ? 'applied' : 'unused') : 'expired',
          findings,
        };
      }),
  };
}

/** An override by an ecosystem's name is decided advisory by advisory. */
function mayMean({ package: stated }: RangeOverride, pkg: Package): boolean {
  return 'ecosystem' in stated || matchesPackage(stated, pkg) || meansSource(stated.purl, pkg);
}

/** A distribution's advisories name source packages, so an override may too. */
function meansSource(text: string, pkg: Package): boolean {
  const purl = readPurl(text);
  if (purl === null || pkg.source === null || !SYSTEM_TYPES.has(pkg.type) || purl.type !== pkg.type)
    return false;
  return purl.name === pkg.source.name && (purl.version === null || purl.version === pkg.source.version);
}

function isAbout({ vulnerability, package: stated }: RangeOverride, candidate: AdvisoryCandidate): boolean {
  const { id, aliases, covers } = candidate.advisory;
  if (![id, ...aliases, ...covers].includes(vulnerability)) return false;
  return !('ecosystem' in stated) || isEntry(stated, candidate);
}

/** `Debian` means every release of it, `Debian:12` that one. */
function isEntry(
  { ecosystem, name }: { readonly ecosystem: string; readonly name: string },
  { affected }: AdvisoryCandidate,
): boolean {
  const isThere = affected.ecosystem === ecosystem || affected.ecosystem.startsWith(`${ecosystem}:`);
  return isThere && affected.name === name;
}

/** An erratum fixes several flaws; what is overridden for one of them stays as it is for the others. */
function splitCovers(
  candidate: AdvisoryCandidate,
  vulnerability: string,
): readonly [meant: AdvisoryCandidate, rest: AdvisoryCandidate | null] {
  const { covers } = candidate.advisory;
  if (!covers.includes(vulnerability)) return [candidate, null];
  const others = covers.filter((flaw) => flaw !== vulnerability);
  const covering = (flaws: readonly string[]) => ({
    ...candidate,
    advisory: { ...candidate.advisory, covers: flaws },
  });
  return [covering([vulnerability]), others.length === 0 ? null : covering(others)];
}

function takesBack(override: RangeOverride, { id, aliases, package: pkg, statements }: Decision): boolean {
  if (!mayMean(override, pkg)) return false;
  const isNamed = id === override.vulnerability || aliases.includes(override.vulnerability);
  const { package: stated } = override;
  return statements.some(({ candidate }) =>
    isNamed
      ? !('ecosystem' in stated) || isEntry(stated, candidate)
      : candidate.advisory.id === override.vulnerability,
  );
}

function takeBack(
  decision: Decision,
  { vulnerability, owner, expires, reason, place }: RangeOverride,
): Decision {
  const until = expires === null ? '' : ` until ${expires}`;
  const short = `${vulnerability} is withdrawn here by ${owner}${until}`;
  return suppress(decision, short, { step: 'overridden', message: `${short}: ${reason} (${place})` });
}

function rangeStep({ owner, reason, place }: RangeOverride): Because {
  const message = `the affected versions are those of an override by ${owner}, not the advisory's: ${reason} (${place})`;
  return { step: 'overridden', message };
}
