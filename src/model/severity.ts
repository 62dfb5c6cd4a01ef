/** Rising order of severity; `unknown` stands apart and sorts between low and medium where an order is needed. */
export type SeverityLevel = 'critical' | 'high' | 'medium' | 'low' | 'negligible' | 'none' | 'unknown';

/** For sorting and gates: 0 none … 6 critical. */
export const SEVERITY_RANK: Readonly<Record<SeverityLevel, number>> = {
  none: 0,
  negligible: 1,
  low: 2,
  unknown: 3,
  medium: 4,
  high: 5,
  critical: 6,
};

/** CVSS qualitative rating scale (CVSS v3.1 section 5; the same bounds in v4.0): 0 is none, 9.0 and above critical. */
export function severityOfScore(score: number): SeverityLevel {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

/** In the place of a source: whoever's records are about the package itself, a distribution or an ecosystem. */
export const VENDOR = 'vendor';
