import type { AdvisoryDatabase, SeverityStatement } from '../advisories/advisory.ts';
import type { SeverityChoice } from '../model/finding.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../model/severity.ts';
import type { CvssScorer } from './cvss.ts';
import type { Decision } from './decide.ts';
import { isDistributionPackage } from './ecosystems.ts';
import type { Statement } from './match.ts';

/** A severity as read: the level, and the score where a vector gave one. */
interface Rating {
  readonly level: SeverityLevel;
  readonly score: number | null;
  readonly vector: string | null;
}

/** Sources that rate flaws as such, for when no record about the package does; best first. */
const RATERS = ['ghsa', 'nvd'];

const CVSS_PREFERENCE = ['4.0', '3.1', '3.0', '2.0'];

/**
 * Chooses one severity and says why: what the deciding records say of this very package, then what they say of the
 * flaw, then what any other source says of a flaw of this name. A distribution's own word comes before its CVSS
 * vector, because it rates the package as built; elsewhere the vector comes first and the newest CVSS version wins.
 */
export function chooseSeverity(
  decision: Decision,
  severitiesOf: AdvisoryDatabase['severities'],
  score: CvssScorer,
): SeverityChoice {
  const wordFirst = isDistributionPackage(decision.package);
  for (const { candidate } of decision.statements) {
    const { advisory, affected } = candidate;
    const ofPackage = rate(affected.severities, wordFirst, score);
    if (ofPackage !== null) {
      return {
        ...ofPackage,
        source: advisory.source,
        reason: `${advisory.id} rates the flaw in ${affected.name} itself`,
      };
    }
    const ofRecord = rate(advisory.severities, wordFirst, score);
    if (ofRecord !== null) {
      return { ...ofRecord, source: advisory.source, reason: reasonOfRecord(advisory, wordFirst) };
    }
  }
  return (
    chooseElsewhere(decision, severitiesOf, score) ?? {
      level: 'unknown',
      score: null,
      vector: null,
      source: null,
      reason: 'no source in the advisory database states a severity',
    }
  );
}

function reasonOfRecord(advisory: Statement['candidate']['advisory'], byDistribution: boolean): string {
  if (advisory.covers.length > 1)
    return `${advisory.id} rates the ${advisory.covers.length} flaws that it covers together`;
  return byDistribution ? `${advisory.id} is the distribution's own rating` : `${advisory.id} rates the flaw`;
}

function chooseElsewhere(
  { id, aliases }: Decision,
  severitiesOf: AdvisoryDatabase['severities'],
  score: CvssScorer,
): SeverityChoice | null {
  for (const name of [id, ...aliases]) {
    const bySource = Map.groupBy(severitiesOf(name), ({ source }) => source);
    const rated = [...bySource].flatMap(([source, stated]) => {
      const rating = rate(
        stated.map(({ statement }) => statement),
        false,
        score,
      );
      return rating === null ? [] : [{ source, rating }];
    });
    rated.sort((a, b) => raterRank(a) - raterRank(b) || (a.source < b.source ? -1 : 1));
    const [best] = rated;
    if (best !== undefined) {
      return {
        ...best.rating,
        source: best.source,
        reason: `no record about this package states one; this is ${name}'s`,
      };
    }
  }
  return null;
}

/** Known raters, then whoever gives a vector, then whoever gives a word. */
function raterRank({ source, rating }: { readonly source: string; readonly rating: Rating }): number {
  const index = RATERS.indexOf(source);
  if (index >= 0) return index;
  return RATERS.length + Number(rating.vector === null);
}

/** The best of one source's statements; null when there is none that can be read. */
function rate(stated: readonly SeverityStatement[], wordFirst: boolean, score: CvssScorer): Rating | null {
  const scored = scoredVector(stated, score);
  const word = worstWord(stated);
  if (word === null) return scored;
  if (scored === null) return { level: word, score: null, vector: null };
  return wordFirst ? { ...scored, level: word } : scored;
}

function scoredVector(stated: readonly SeverityStatement[], score: CvssScorer): Rating | null {
  for (const version of CVSS_PREFERENCE) {
    for (const statement of stated) {
      if (statement.kind !== 'cvss' || statement.version !== version) continue;
      const rating = score(statement);
      if (rating !== null) return { level: rating.level, score: rating.score, vector: statement.vector };
    }
  }
  return null;
}

function worstWord(stated: readonly SeverityStatement[]): SeverityLevel | null {
  let worst: SeverityLevel | null = null;
  for (const statement of stated) {
    if (statement.kind !== 'word' || statement.level === 'unknown') continue;
    if (worst === null || SEVERITY_RANK[statement.level] > SEVERITY_RANK[worst]) worst = statement.level;
  }
  return worst;
}
