/**
 * Which of the statements about one flaw in a distribution's package are heard. Each stage prefers some of those that
 * the stages before it left; the others are passed over, with the reason, and stay in the explanation.
 */
import { compareWords } from '../versions/order.ts';
import { schemeNamed } from '../versions/register.ts';
import type { Statement } from './match.ts';
import { minorOfBuild, NO_MINOR } from './minor-release.ts';

export interface Weighed {
  /** Never empty where statements were given; of one source. */
  readonly heard: readonly Statement[];
  readonly passedOver: readonly { readonly statement: Statement; readonly reason: string }[];
}

interface Stage {
  readonly reason: string;
  /** Those to be heard; all or none: the stage does not matter. */
  readonly preferred: (statements: readonly Statement[]) => readonly Statement[];
}

/** Where a distribution follows each flaw; what it publishes beside that are notices of fixes. */
const OWN_TRACKERS: ReadonlySet<string> = new Set([
  'almalinux',
  'alpine-secdb',
  'bellsoft',
  'debian-tracker',
  'redhat-vex',
  'rocky',
  'suse-vex',
  'ubuntu',
  'ubuntu-tracker',
  'ubuntu-vex',
]);

/** Verdicts that were put together from other documents, which may leave statements out. */
const DERIVED: ReadonlySet<string> = new Set(['debian-changelogs']);

const STAGES: readonly Stage[] = [
  {
    reason: "the distribution's own sources decide over those of the one that it is a rebuild of",
    preferred: (statements) => statements.filter(({ standing }) => standing === 'own'),
  },
  {
    reason: 'the version has the fix',
    // only a build from there has it, and where it has, what the ordinary updates lack does not matter
    preferred: (statements) =>
      statements.filter(({ channel, verdict }) => channel === 'elsewhere' && verdict === 'fixed'),
  },
  {
    reason: 'the package follows another stream of updates',
    preferred: (statements) => statements.filter(({ channel }) => channel === 'followed'),
  },
  {
    reason: 'the installation does not get the updates of that stream',
    preferred: (statements) => statements.filter(({ channel }) => channel !== 'elsewhere'),
  },
  {
    reason: "the distribution's own tracker decides",
    preferred: (statements) => statements.filter((statement) => sourceIn(OWN_TRACKERS, statement)),
  },
  {
    reason: 'a source that was derived from others stands back',
    preferred: (statements) => statements.filter((statement) => !sourceIn(DERIVED, statement)),
  },
  { reason: 'the source with the newest record decides', preferred: ofNewestSource },
  { reason: 'the fix that was waited for is out', preferred: withoutWaiting },
  { reason: 'the version is a build of another branch', preferred: ofItsBranch },
  { reason: 'the version is a build of another minor release', preferred: ofItsMinorRelease },
];

export function weigh(statements: readonly Statement[]): Weighed {
  if (statements.length === 1) return { heard: statements, passedOver: [] };
  let heard = statements;
  const passedOver: Weighed['passedOver'][number][] = [];
  for (const { reason, preferred } of STAGES) {
    const some = preferred(heard);
    if (some.length === 0 || some.length === heard.length) continue;
    const chosen = new Set(some);
    for (const statement of heard) if (!chosen.has(statement)) passedOver.push({ statement, reason });
    heard = some;
  }
  return { heard, passedOver };
}

function sourceIn(sources: ReadonlySet<string>, { candidate }: Statement): boolean {
  return sources.has(candidate.advisory.source);
}

function ofNewestSource(statements: readonly Statement[]): readonly Statement[] {
  const [newest] = statements.toSorted(byNewest);
  return statements.filter(
    ({ candidate }) => candidate.advisory.source === newest?.candidate.advisory.source,
  );
}

/**
 * Debian's list of flaws keeps `<no-dsa>` after a notice has fixed the flaw nevertheless: CVE-2021-33560 in libgcrypt20 of
 * stretch, DLA-2691-1.
 */
function withoutWaiting(statements: readonly Statement[]): readonly Statement[] {
  if (statements.every(({ fixedIn }) => fixedIn === null)) return statements;
  return statements.filter(({ verdict, fixedIn }) => verdict !== 'deferred' || fixedIn !== null);
}

/**
 * An image whose repositories are of two branches has packages of both, and nothing says which is from where. The branch
 * whose fix is nearest is taken: openssl 3.1.4-r6 is v3.18's, which fixed CVE-2024-0727 in 3.1.4-r5, and not v3.17's, which
 * did in 3.0.12-r4. Of branches that are equally near the strictest counts.
 */
function ofItsBranch(statements: readonly Statement[]): readonly Statement[] {
  const [first] = statements;
  const isOneBranch = statements.every(
    ({ candidate }) => candidate.affected.ecosystem === first?.candidate.affected.ecosystem,
  );
  if (isOneBranch || first?.package.type !== 'apk') return statements;
  const nearness = statements.map(({ fixedIn, compared }) =>
    fixedIn === null ? Number.POSITIVE_INFINITY : commonComponents(fixedIn, compared.version),
  );
  const nearest = Math.max(...nearness.filter(Number.isFinite));
  return statements.filter((_, index) => (nearness[index] ?? 0) >= nearest);
}

/** How many of the numbers that versions begin with are the same. */
function commonComponents(a: string, b: string): number {
  const [left, right] = [a.split(/[._-]/), b.split(/[._-]/)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs < 0 ? left.length : differs;
}

/**
 * Red Hat and its rebuilds fix a flaw in each minor release that is in support, and all the fixes stand side by side:
 * CVE-2023-38545 in curl 7.76.1-23.el9_2.4 and in 7.76.1-26.el9_3.2, of which 7.76.1-26.el9_3 has neither. A build is
 * compared with the fix of the latest minor release that is not after its own; with the earliest where all are. A build
 * that names no minor release is what one began with, 7.76.1-26.el9 in 9.3, and is compared with the fix of the latest.
 */
function ofItsMinorRelease(statements: readonly Statement[]): readonly Statement[] {
  const [first] = statements;
  if (first?.package.type !== 'rpm') return statements;
  const own = minorOfBuild(first.package.version);
  const fixes = statements.filter(listsBuilds);
  const minors = new Set(fixes.flatMap(minorsOfFixes));
  if (minors.size < 2) return statements;
  const reached = [...minors].filter((minor) => minor <= own);
  const chosen =
    own === NO_MINOR ? Math.max(...minors) : reached.length > 0 ? Math.max(...reached) : Math.min(...minors);
  const others = new Set(fixes.filter((fix) => !minorsOfFixes(fix).includes(chosen)));
  return statements.filter((statement) => !others.has(statement));
}

function minorsOfFixes({ candidate }: Statement): readonly number[] {
  return candidate.affected.intervals.flatMap(({ fixed }) => (fixed === null ? [] : [minorOfBuild(fixed)]));
}

/** Strictest first. */
const STRICTNESS: readonly Statement['verdict'][] = [
  'affected',
  'will_not_fix',
  'deferred',
  'end_of_life',
  'under_investigation',
  'unimportant',
  'fixed',
  'not_affected',
];

/** The strictest verdict, and of these the greatest fix, which satisfies the others too. */
export function byStrictness(a: Statement, b: Statement): number {
  return (
    STRICTNESS.indexOf(a.verdict) - STRICTNESS.indexOf(b.verdict) || byGreatestFix(a, b) || byNewest(a, b)
  );
}

function byGreatestFix(a: Statement, b: Statement): number {
  if (a.fixedIn === null || b.fixedIn === null)
    return Number(a.fixedIn === null) - Number(b.fixedIn === null);
  // both fixes were read when the installed version was compared with them
  const { scheme } = a.candidate.affected;
  return scheme === b.candidate.affected.scheme ? schemeNamed(scheme).compare(b.fixedIn, a.fixedIn) : 0;
}

function byNewest(a: Statement, b: Statement): number {
  const [left, right] = [a.candidate.advisory, b.candidate.advisory];
  return (
    compareWords(right.modified ?? '', left.modified ?? '') ||
    compareWords(left.source, right.source) ||
    compareWords(left.id, right.id)
  );
}

/**
 * Joins the entries of one record that name the package several times. An rpm erratum lists the builds that carry the
 * fix, one an architecture or repository (ALSA-2021:4399 has platform-python 3.6.8-41.el8 and 3.6.8-41.el8.alma), so
 * having one of them is enough. Elsewhere the entries are ranges of one whole (OSV schema, "affected"), or fixes of
 * which the last counts (Alpine secdb).
 */
export function oneARecord(statements: readonly Statement[]): Statement[] {
  if (statements.length === 1) return [...statements];
  const records = Map.groupBy(statements, recordOf);
  return [...records.values()].flatMap((entries) => {
    entries.sort(byStrictness);
    return (entries.every(listsBuilds) ? entries.at(-1) : entries[0]) ?? [];
  });
}

/** Tells the records of all sources apart. */
export function recordOf({ candidate: { advisory } }: Statement): string {
  return `${advisory.source}\0${advisory.id}`;
}

function listsBuilds({ candidate: { affected } }: Statement): boolean {
  const { scheme, intervals } = affected;
  if (scheme !== 'rpm' || intervals.length === 0) return false;
  return intervals.every(({ introduced, fixed }) => introduced === null && fixed !== null);
}
