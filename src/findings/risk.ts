/** The order in which findings deserve attention. docs/risk.md explains it with worked examples. */
import type { Epss, KnownExploited, Verdict } from '../model/finding.ts';
import type { SeverityLevel } from '../model/severity.ts';

export interface RiskFacts {
  readonly verdict: Verdict;
  readonly severity: SeverityLevel;
  /** CVSS base score, 0 to 10; null when there is only a word. */
  readonly score: number | null;
  readonly epss: Pick<Epss, 'score'> | null;
  readonly kev: Pick<KnownExploited, 'ransomware'> | null;
  readonly fixedIn: string | null;
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
const KNOWN_EXPLOITED = 55;
const RANSOMWARE = 60;
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

/** 0 to 100, in tenths. */
export function riskOf({ verdict, severity, score, epss, kev, fixedIn }: RiskFacts): number {
  const weight = verdict === 'affected' && fixedIn === null ? WITHOUT_FIX : WEIGHT[verdict];
  return Math.round((severityPoints(severity, score) + exploitPoints(epss, kev)) * weight * 10) / 10;
}

function severityPoints(severity: SeverityLevel, score: number | null): number {
  const [low, high, typical] = SEVERITY_POINTS[severity];
  return score === null ? typical : Math.min(high, Math.max(low, score * 4));
}

/** The square root spreads EPSS, of which nine in ten lie below 0.1. */
function exploitPoints(epss: RiskFacts['epss'], kev: RiskFacts['kev']): number {
  if (kev !== null) return kev.ransomware ? RANSOMWARE : KNOWN_EXPLOITED;
  return epss === null ? 0 : GREATEST_EPSS * Math.sqrt(Math.min(1, Math.max(0, epss.score)));
}
