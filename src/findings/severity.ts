import type { AdvisoryDatabase, SeverityStatement } from '../advisories/advisory.ts';
import type { SeverityChoice, SourceSeverity } from '../model/finding.ts';
import { SEVERITY_RANK, type SeverityLevel, VENDOR } from '../model/severity.ts';
import { compareWords } from '../versions/order.ts';
import type { CvssScorer } from './cvss.ts';
import type { Decision } from './decide.ts';
import { isDistributionPackage } from './ecosystems.ts';
import { isCve } from './group.ts';
import type { Statement } from './match.ts';

export interface RatedFlaw {
  readonly choice: SeverityChoice;
  readonly all: readonly SourceSeverity[];
}

/** A severity as read: the level, and the score where a vector gave one. */
type Rating = Omit<SourceSeverity, 'source'>;

interface Candidate extends SourceSeverity {
  /** The source's record is about the package, not only about the flaw. */
  readonly isVendor: boolean;
  readonly reason: string;
}

/** Sources that rate flaws as such, for when no record about the package does; best first. */
const RATERS = ['ghsa', 'nvd', 'cisa-vulnrichment', 'cve-list'];

const CVSS_PREFERENCE = ['4.0', '3.1', '3.0', '2.0'];

/**
 * Chooses one severity and says why: what the deciding records say of this very package, then what they say of the
 * flaw, then what any other source says of a flaw of this name. A distribution's own word comes before its CVSS
 * vector, because it rates the package as built; elsewhere the vector comes first and the newest CVSS version wins.
 *
 * @param preferred sources that are asked first, in this order; `vendor` stands for those of the records
 */
export function rateFlaw(
  decision: Decision,
  database: Pick<AdvisoryDatabase, 'severities' | 'flaws'>,
  score: CvssScorer,
  preferred: readonly string[] = [],
): RatedFlaw {
  const candidates = [...vendorRatings(decision, score), ...otherRatings(decision, database, score)];
  // one a source, of which the first is the best
  const bySource = new Map(candidates.toReversed().map((candidate) => [candidate.source, candidate]));
  const all = [...bySource.values()]
    .map(({ source, level, score: points, vector }) => ({ source, level, score: points, vector }))
    .sort((a, b) => compareWords(a.source, b.source));
  return { choice: choose(candidates, preferred), all };
}

function choose(candidates: readonly Candidate[], preferred: readonly string[]): SeverityChoice {
  for (const name of preferred) {
    const found = candidates.find(({ source, isVendor }) => (name === VENDOR ? isVendor : source === name));
    if (found !== undefined) return toChoice(found, `${name} is preferred: ${found.reason}`);
  }
  const [best] = candidates;
  if (best !== undefined) {
    const why = best.isVendor ? '' : 'no record about this package states one; ';
    return toChoice(best, `${why}${best.reason}`);
  }
  const reason = 'no source in the advisory database states a severity';
  return { level: 'unknown', score: null, vector: null, source: null, reason };
}

function toChoice({ level, score, vector, source }: Candidate, reason: string): SeverityChoice {
  return { level, score, vector, source, reason };
}

/** What the records about the package say, the deciding one first. */
function vendorRatings(decision: Decision, score: CvssScorer): readonly Candidate[] {
  const wordFirst = isDistributionPackage(decision.package);
  return decision.statements.flatMap(({ candidate: { advisory, affected } }): Candidate[] => {
    const { source } = advisory;
    const ofPackage = rate(affected.severities, wordFirst, score);
    if (ofPackage !== null) {
      const reason = `${advisory.id} rates the flaw in ${affected.name} itself`;
      return [{ ...ofPackage, source, isVendor: true, reason }];
    }
    const ofRecord = rate(advisory.severities, wordFirst, score);
    if (ofRecord === null) return [];
    return [{ ...ofRecord, source, isVendor: true, reason: reasonOfRecord(advisory, wordFirst) }];
  });
}

function reasonOfRecord(advisory: Statement['candidate']['advisory'], byDistribution: boolean): string {
  if (advisory.covers.length > 1)
    return `${advisory.id} rates the ${advisory.covers.length} flaws that it covers together`;
  return byDistribution ? `${advisory.id} is the distribution's own rating` : `${advisory.id} rates the flaw`;
}

/** What all sources say of a flaw of this name, then of its aliases. */
function otherRatings(
  { id, aliases }: Decision,
  database: Pick<AdvisoryDatabase, 'severities' | 'flaws'>,
  score: CvssScorer,
): readonly Candidate[] {
  return [id, ...aliases].flatMap((name) => {
    const bySource = new Map<string, SeverityStatement[]>();
    for (const { source, statement } of database.severities(name)) add(bySource, source, [statement]);
    for (const { source, severities } of isCve(name) ? database.flaws(name) : []) {
      add(bySource, source, severities);
    }
    return [...bySource]
      .flatMap(([source, stated]): Candidate[] => {
        const rating = rate(stated, false, score);
        return rating === null
          ? []
          : [{ ...rating, source, isVendor: false, reason: `${source} rates ${name} as such` }];
      })
      .sort((a, b) => raterRank(a) - raterRank(b) || compareWords(a.source, b.source));
  });
}

function add(
  bySource: Map<string, SeverityStatement[]>,
  source: string,
  stated: readonly SeverityStatement[],
): void {
  bySource.set(source, [...(bySource.get(source) ?? []), ...stated]);
}

/** Known raters, then whoever gives a vector, then whoever gives a word. */
function raterRank({ source, vector }: SourceSeverity): number {
  const index = RATERS.indexOf(source);
  return index >= 0 ? index : RATERS.length + Number(vector === null);
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
