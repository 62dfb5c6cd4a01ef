import type { Package } from './package.ts';
import type { SeverityLevel } from './severity.ts';

/**
 * What Hallmark says about one package and one vulnerability.
 *
 * - `affected`: the installed version is in the affected range; `fixedIn` tells whether a fix exists
 * - `fixed`: the source knows the flaw in this package and the installed version has the fix
 * - `not_affected`: the source says that this package never had the flaw
 * - `under_investigation`: the source has not decided (Debian: undetermined)
 * - `will_not_fix`: the source knows that it is affected and will not fix it (Debian: ignored)
 * - `deferred`: affected, and the fix waits (Debian: no-dsa, postponed)
 * - `end_of_life`: the release or the package is no longer supported
 * - `unimportant`: the source says that the flaw does not matter for the package as built
 * - `suppressed`: another statement outranks this one: see `suppressedBy`
 */
export type Verdict =
  | 'affected'
  | 'fixed'
  | 'not_affected'
  | 'under_investigation'
  | 'will_not_fix'
  | 'deferred'
  | 'end_of_life'
  | 'unimportant'
  | 'suppressed';

/** Every verdict, in the order in which reports show them. */
export const VERDICTS = [
  'affected',
  'will_not_fix',
  'deferred',
  'under_investigation',
  'end_of_life',
  'unimportant',
  'suppressed',
  'not_affected',
  'fixed',
] as const satisfies readonly Verdict[];

/** Verdicts that leave the flaw in the image: what a gate looks at and a list shows by default. */
export const OPEN_VERDICTS: ReadonlySet<Verdict> = new Set<Verdict>([
  'affected',
  'will_not_fix',
  'deferred',
  'under_investigation',
  'end_of_life',
  'unimportant',
]);

/** One step of the reasoning that led to a verdict, in the order in which it was taken. */
export interface Because {
  /** What kind of step; closed, so that programs may rely on it. */
  readonly step:
    | 'matched-name' // which name of the package (source, binary) met which name of the advisory
    | 'compared-version' // which version was compared with which bound, in which scheme, with what result
    | 'listed-version' // the advisory lists this very version
    | 'source-status' // what the source says in words: no-dsa, ignored, undetermined, not affected
    | 'outranked' // another source's verdict is stronger, and why
    | 'disagreement' // another source says otherwise and lost, and why
    | 'inherited' // the statement is of the distribution that this one is a rebuild of
    | 'channel' // the statement is of a stream of updates that the package follows
    | 'low-confidence' // the match is by a product's name, not by a package's
    | 'fix-elsewhere' // a fix exists in updates that the installation does not get
    | 'malicious' // the version was published to do harm
    | 'vex' // a VEX statement about the flaw in this package
    | 'exception' // an exception of the user's configuration
    | 'overridden' // an override of the user's configuration replaced what the advisory says
    | 'withdrawn'
    | 'unreadable'; // something could not be compared
  /** One sentence for people. */
  readonly message: string;
  /** Identifier of the advisory record this step rests on. */
  readonly advisory?: string;
  /** Identifier of the source, as in the database's list of sources. */
  readonly source?: string;
}

/** An advisory record that spoke about the package. */
export interface FindingAdvisory {
  readonly id: string;
  /** Identifier of the source, as in the database's list of sources. */
  readonly source: string;
  readonly verdict: Verdict;
  readonly fixedIn: string | null;
  /** RFC 3339 date of the record's last change, null when the source has none. */
  readonly modified: string | null;
  readonly url: string | null;
}

/** Where a severity came from. */
export interface SeverityChoice {
  readonly level: SeverityLevel;
  /** CVSS base score, 0 to 10; null when the source gives only a word. */
  readonly score: number | null;
  readonly vector: string | null;
  /** Identifier of the source that said so; null when nobody did. */
  readonly source: string | null;
  /** One sentence: why this one was chosen among those that were there. */
  readonly reason: string;
}

/** What one source says of a flaw's severity: of its statements the one that would be chosen. */
export interface SourceSeverity {
  /** Identifier of the source, as in the database's list of sources. */
  readonly source: string;
  readonly level: SeverityLevel;
  /** CVSS base score, 0 to 10; null when the source gives only a word. */
  readonly score: number | null;
  readonly vector: string | null;
}

/** FIRST's Exploit Prediction Scoring System. */
export interface Epss {
  /** Probability of exploitation within 30 days, 0 to 1. */
  readonly score: number;
  /** Share of all scored vulnerabilities with this or a lower score, 0 to 1. */
  readonly percentile: number;
  /** RFC 3339 full-date of the scores. */
  readonly date: string;
}

/** An entry of CISA's Known Exploited Vulnerabilities catalog. */
export interface KnownExploited {
  readonly dateAdded: string;
  readonly dueDate: string | null;
  readonly ransomware: boolean;
}

/** CISA's answers to the first questions of SSVC, as its additions to CVE records state them. https://www.cisa.gov/ssvc */
export interface ExploitationReport {
  /** `poc`: there is a public proof of concept, or the way to exploit it is well known. `active`: seen in attacks. */
  readonly exploitation: 'none' | 'poc' | 'active';
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
}

/** A fix in another stream of updates than the installation's. */
export interface FixElsewhere {
  /** Ubuntu's `esm-infra` and `esm-apps`, Debian's `elts`, Red Hat's `eus:9.2`, or the distribution that has it. */
  readonly channel: string;
  readonly version: string;
}

/** The package that a finding is about, in short. */
export type FindingPackage = Pick<Package, 'id' | 'purl' | 'name' | 'version' | 'type' | 'layer'>;

/** One package and one vulnerability; aliases (CVE, GHSA, a distribution's own) are one finding. */
export interface Finding {
  /** The CVE identifier where there is one, else the distribution's or ecosystem's. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: FindingPackage;
  readonly verdict: Verdict;
  readonly severity: SeverityLevel;
  readonly severityChoice: SeverityChoice;
  /** What each source says, side by side, by source. */
  readonly severities: readonly SourceSeverity[];
  /** Kinds of weakness that sources assign, `CWE-79`; sorted. */
  readonly weaknesses: readonly string[];
  /** The smallest version of the package (in its own terms) that is said to be free of the flaw; null when none. */
  readonly fixedIn: string | null;
  /** A fix that there is, but not in the updates that this installation gets; null when none is known. */
  readonly fixedElsewhere: FixElsewhere | null;
  /** The version was published to do harm: what has run it is not mended by an update. */
  readonly malicious: boolean;
  readonly epss: Epss | null;
  readonly kev: KnownExploited | null;
  readonly exploitation: ExploitationReport | null;
  /** 0 to 100, documented in docs/risk.md; findings are listed by it. */
  readonly risk: number;
  readonly published: string | null;
  /** For `suppressed`: what outranks it. */
  readonly suppressedBy: string | null;
  readonly advisories: readonly FindingAdvisory[];
  readonly because: readonly Because[];
}
