import type { AdvisoryDatabaseInfo } from '../model/assessment.ts';
import type { Epss, ExploitationReport, KnownExploited } from '../model/finding.ts';
import type { SeverityLevel } from '../model/severity.ts';
import type { VersionInterval } from '../versions/scheme.ts';
import type { VexStatement } from './vex/vex-statement.ts';

/** What a source says of a flaw in a package of one ecosystem; see `Verdict` for the meanings. */
export type SourceStatus =
  | 'affected'
  | 'not_affected'
  | 'under_investigation'
  | 'will_not_fix'
  | 'deferred'
  | 'end_of_life'
  | 'unimportant';

/** A severity as a source states it: a CVSS vector, or a word of its own scale with the level it stands for. */
export type SeverityStatement =
  | { readonly kind: 'cvss'; readonly version: '2.0' | '3.0' | '3.1' | '4.0'; readonly vector: string }
  | { readonly kind: 'word'; readonly word: string; readonly level: SeverityLevel };

/** What an advisory says about one package of one ecosystem. */
export interface AffectedPackage {
  /** OSV's names with release: `Debian:12`, `Alpine:v3.18`, `AlmaLinux:9`, `npm`, `PyPI`. */
  readonly ecosystem: string;
  /** As the ecosystem compares names: lower case for PyPI and so on. */
  readonly name: string;
  /** What `name` is in an operating system's ecosystem; language ecosystems have only `binary`. */
  readonly naming: 'source' | 'binary';
  /** Name of the version scheme in versions/. */
  readonly scheme: string;
  readonly status: SourceStatus;
  /** The source's own word for the status where it has one: `no-dsa`, `postponed`, `ignored`, `undetermined`. */
  readonly statusWord: string | null;
  /** Empty with `status` affected and no `versions`: every version. */
  readonly intervals: readonly VersionInterval[];
  /** Versions that are affected beside the intervals. */
  readonly versions: readonly string[];
  /** Severity of the flaw in this very package, before the record's. */
  readonly severities: readonly SeverityStatement[];
  /** Architectures the statement is limited to; empty: all. */
  readonly architectures: readonly string[];
  /** rpm module stream `name:stream` the statement is limited to; null: packages outside of modules. */
  readonly module: string | null;
  /**
   * The stream of updates that has the fixes, where not every installation gets it: Ubuntu `esm-infra`, `esm-apps`, Red
   * Hat `eus:9.2`; null: the ordinary one.
   */
  readonly channel: string | null;
  /** CPE 2.2 names of the products or repositories that the statement is limited to; empty: the whole ecosystem. */
  readonly platforms: readonly string[];
}

/** The fields of an entry in which most sources state nothing. */
export const NOTHING_STATED = {
  statusWord: null,
  intervals: [],
  versions: [],
  severities: [],
  architectures: [],
  module: null,
  channel: null,
  platforms: [],
} as const satisfies Partial<AffectedPackage>;

/** One record of one source, in the common form that every feed yields. Facts only, no prose. */
export interface Advisory {
  readonly id: string;
  /** Identifier of the source: `debian-tracker`, `alpine-secdb`, `ghsa`. */
  readonly source: string;
  /** Other names of the same flaw. */
  readonly aliases: readonly string[];
  /** Flaws that the record fixes or speaks of, each a vulnerability of its own (AlmaLinux: CVEs in `related`). */
  readonly covers: readonly string[];
  /** RFC 3339; null when the source has none. Never later than the time of building. */
  readonly published: string | null;
  readonly modified: string | null;
  /** RFC 3339 when the source took the record back. */
  readonly withdrawn: string | null;
  readonly severities: readonly SeverityStatement[];
  readonly url: string | null;
  readonly affected: readonly AffectedPackage[];
}

/** What one source says of a flaw as such, whatever it is in: NVD, the CVE list. Facts only, no prose. */
export interface Flaw {
  /** A CVE identifier. */
  readonly id: string;
  /** Identifier of the source: `nvd`, `cve-list`, `cisa-vulnrichment`. */
  readonly source: string;
  /** RFC 3339, never later than the time of building. */
  readonly published: string | null;
  readonly modified: string | null;
  /** RFC 3339 when the identifier was rejected: there is no such flaw. */
  readonly rejected: string | null;
  readonly severities: readonly SeverityStatement[];
  /** `CWE-79`, sorted. */
  readonly weaknesses: readonly string[];
  readonly report: ExploitationReport | null;
}

/** How long a release of a product is supported, as endoflife.date states it. Dates are RFC 3339 full-dates. */
export interface SupportPeriod {
  /** `debian`, `nodejs`. */
  readonly product: string;
  /** The release: `12`, `20`, `3.18`. */
  readonly release: string;
  readonly released: string | null;
  /** Last day of security updates for everybody; null: no day is known. */
  readonly endOfLife: string | null;
  /** Last day of those that are paid for or asked for: LTS, ESM, extended support; null: there are none. */
  readonly endOfExtendedSupport: string | null;
}

/** An advisory with the one entry that was asked for. */
export interface AdvisoryCandidate {
  readonly advisory: Omit<Advisory, 'affected'>;
  readonly affected: AffectedPackage;
}

/** The advisory database as matching sees it. Synchronous: it is a file opened read-only. */
export interface AdvisoryDatabase {
  readonly info: AdvisoryDatabaseInfo;
  /** Does any source speak about this ecosystem (with its release)? */
  covers(ecosystem: string): boolean;
  /** Do only sources speak about it that know some of its flaws and do not mean to know all? */
  coversPartly(ecosystem: string): boolean;
  /** Every statement about a package name in one ecosystem, in a stable order; also withdrawn ones. */
  candidates(ecosystem: string, name: string): readonly AdvisoryCandidate[];
  /** Severities that any source states for a vulnerability of this name, with the source's identifier. */
  severities(id: string): readonly { readonly source: string; readonly statement: SeverityStatement }[];
  /** What sources say of a flaw as such, by its CVE identifier. */
  flaws(cve: string): readonly Flaw[];
  /** Vendors' VEX statements about a product, by its `vexProductKey` or its digest. */
  vex(product: string): readonly VexStatement[];
  /** Releases of a product with the days until which they are supported. */
  supportPeriods(product: string): readonly SupportPeriod[];
  /** The CPE names that advisories use for a repository of packages; empty when nobody says. */
  platforms(repository: string): readonly string[];
  epss(cve: string): Epss | null;
  knownExploited(cve: string): KnownExploited | null;
  close(): void;
}
