/** Exceptions and overrides, as `.hallmark.yaml` states them. */
import type { VexJustification } from '../../advisories/vex/vex-statement.ts';
import type { TriageUse } from '../../model/triage.ts';
import type { VersionInterval } from '../../versions/scheme.ts';

interface Ruling {
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339 full-date of the last day; null: never. */
  readonly expires: string | null;
  /** File and line. */
  readonly place: string;
}

/** Packages by a package URL, which may have `*` in it. */
export interface PackagePattern {
  readonly purl: string;
  /** Null: every version that the purl means. */
  readonly versions: readonly VersionInterval[] | null;
}

export interface Exception extends Ruling {
  readonly vulnerabilities: readonly string[];
  /** Of each of these lists: empty means everything, else one that matches is enough. */
  readonly packages: readonly PackagePattern[];
  readonly paths: readonly string[];
  readonly images: readonly string[];
  readonly status: Extract<TriageUse['decides'], 'accepted-risk' | 'false-positive' | 'not-affected'>;
  readonly justification: VexJustification | null;
}

export interface RangeOverride extends Ruling {
  readonly vulnerability: string;
  readonly package: PackagePattern | { readonly ecosystem: string; readonly name: string };
  /** Null: the advisory does not hold at all. */
  readonly affected: readonly VersionInterval[] | null;
}

export interface Configuration {
  readonly exceptions: readonly Exception[];
  readonly overrides: readonly RangeOverride[];
  /** Who stands for an exported document, and its identifier. */
  readonly vex: { readonly author: string | null; readonly id: string | null };
}

export const NO_CONFIGURATION: Configuration = {
  exceptions: [],
  overrides: [],
  vex: { author: null, id: null },
};
