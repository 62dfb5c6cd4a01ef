import type * as CvssCalculator from 'ae-cvss-calculator';
import { createRequire } from 'node:module';
import type { SeverityStatement } from '../advisories/advisory.ts';
import { severityOfScore, type SeverityLevel } from '../model/severity.ts';

export interface CvssScore {
  /** Base score, 0 to 10. */
  readonly score: number;
  readonly level: SeverityLevel;
}

type CvssStatement = Extract<SeverityStatement, { kind: 'cvss' }>;

/** Scores a vector; null for text that is not a complete vector of its version. */
export type CvssScorer = (statement: CvssStatement) => CvssScore | null;

/** Longer than any vector with all its metrics. */
const MAX_VECTOR_LENGTH = 512;

type Calculator = typeof CvssCalculator;

/**
 * A scorer that remembers: thousands of findings share a few hundred vectors, and CVSS 4.0 is slow to compute. The
 * calculator, 190 kB of script, is loaded at the first vector.
 */
export function createCvssScorer(): CvssScorer {
  const known = new Map<string, CvssScore | null>();
  let calculator: Calculator | undefined;
  return (statement) => {
    const key = `${statement.version} ${statement.vector}`;
    let score = known.get(key);
    if (score === undefined) {
      calculator ??= createRequire(import.meta.url)('ae-cvss-calculator') as Calculator;
      known.set(key, (score = scoreOf(calculator, statement)));
    }
    return score;
  };
}

function scoreOf(calculator: Calculator, { version, vector }: CvssStatement): CvssScore | null {
  if (vector.length > MAX_VECTOR_LENGTH || !isWellFormed(vector)) return null;
  const score = baseScore(calculator, version, vector);
  if (score === null) return null;
  const level = severityOfScore(score);
  // NVD's scale for CVSS 2.0 ends with high (https://nvd.nist.gov/vuln-metrics/cvss)
  return { score, level: version === '2.0' && level === 'critical' ? 'high' : level };
}

/**
 * Pairs of a metric and a value, each metric once: a repeated one makes a vector invalid (CVSS v3.1 section 6, v4.0
 * section 7), and the calculator would let the later one win, and print to the terminal about half a pair.
 */
function isWellFormed(vector: string): boolean {
  const pairs = vector.split('/');
  const metrics = new Set(pairs.map((pair) => pair.slice(0, pair.indexOf(':'))));
  return metrics.size === pairs.length && pairs.every((pair) => /^[A-Za-z]+:[A-Za-z0-9.]+$/.test(pair));
}

function baseScore(
  { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 }: Calculator,
  version: CvssStatement['version'],
  vector: string,
): number | null {
  try {
    if (version === '4.0') {
      const cvss = new Cvss4P0(vector);
      return cvss.isBaseFullyDefined() ? (cvss.calculateScores().baseMetricsOnly ?? null) : null;
    }
    const cvss =
      version === '2.0' ? new Cvss2(vector) : version === '3.0' ? new Cvss3P0(vector) : new Cvss3P1(vector);
    return cvss.isBaseFullyDefined() ? (cvss.calculateScores().base ?? null) : null;
  } catch {
    // the calculator throws plain errors of many kinds for text that is no vector, and only then
    return null;
  }
}
