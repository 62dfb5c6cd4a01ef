/** The order in which findings deserve attention. docs/risk.md explains it with worked examples. */
import type { Epss, ExploitationReport, KnownExploited, Verdict } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { SeverityLevel } from '../model/severity.ts';

export interface RiskFacts {
  readonly verdict: Verdict;
  readonly severity: SeverityLevel;
  /** CVSS base score, 0 to 10; null when there is only a word. */
  readonly score: number | null;
  readonly epss: Pick<Epss, 'score'> | null;
  readonly kev: Pick<KnownExploited, 'ransomware'> | null;
  readonly exploitation: ExploitationReport['exploitation'] | null;
  /** The version was published to do harm. */
  readonly malicious: boolean;
  readonly fixedIn: string | null;
  readonly presence: Package['presence'];
}

/** Points for severity: lowest, highest, and where no score says where between. Four points for one of CVSS. */
const SEVERITY_POINTS: Readonly<
  Record<SeverityLevel, readonly [low: number, high: number, typical: number]>
> = {
  critical: [36, 40, 38],
  high: [28, 35.6, 32],
  medium: [16, 27.6, 22],
  unknown: [16, 16, 16],
  low: [0.4, 15.6, 10],
  negligible: [0.4, 4, 2],
  none: [0, 0, 0],
};

/** A flaw that is exploited outweighs every guess: more than the greatest EPSS and the width of any severity's band. */
const SEEN_IN_ATTACKS = 52;
const KNOWN_EXPLOITED = 55;
const RANSOMWARE = 60;
const PROOF_OF_CONCEPT = 8;
const GREATEST_EPSS = 30;

/** What is left of the risk under each verdict. */
const WEIGHT: Readonly<Record<Verdict, number>> = {
  affected: 1,
  will_not_fix: 0.9,
  deferred: 0.9,
  under_investigation: 0.9,
  end_of_life: 0.9,
  unimportant: 0.2,
  suppressed: 0,
  not_affected: 0,
  fixed: 0,
};

/** Where no fix exists yet, there is less to do about it today. */
const WITHOUT_FIX = 0.9;

/** How far the flaw can be reached: what a lock file names and nobody installed does not run. */
const EXPOSURE: Readonly<Record<Package['presence'], number>> = { installed: 1, declared: 0.5 };

/** 0 to 100, in tenths. */
export function riskOf(facts: RiskFacts): number {
  const { verdict, severity, score, fixedIn, presence } = facts;
  const weight = verdict === 'affected' && fixedIn === null ? WITHOUT_FIX : WEIGHT[verdict];
  const points = severityPoints(severity, score) + exploitPoints(facts);
  return Math.round(points * weight * EXPOSURE[presence] * 10) / 10;
}

function severityPoints(severity: SeverityLevel, score: number | null): number {
  const [low, high, typical] = SEVERITY_POINTS[severity];
  return score === null ? typical : Math.min(high, Math.max(low, score * 4));
}

/** The strongest of what is known. The square root spreads EPSS, of which nine in ten lie below 0.1. */
function exploitPoints({ epss, kev, exploitation, malicious }: RiskFacts): number {
  if (malicious || kev?.ransomware === true) return RANSOMWARE;
  if (kev !== null) return KNOWN_EXPLOITED;
  if (exploitation === 'active') return SEEN_IN_ATTACKS;
  const probable = epss === null ? 0 : GREATEST_EPSS * Math.sqrt(Math.min(1, Math.max(0, epss.score)));
  return exploitation === 'poc' ? Math.max(PROOF_OF_CONCEPT, probable) : probable;
}
