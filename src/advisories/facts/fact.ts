/**
 * A database is a set of facts, each under a key of its own. Everything else about it follows from them: its tables are
 * written from the facts in the order of their keys, its digest is that of their text, and the difference between two
 * databases is the facts that differ.
 */
import type { KnownExploited } from '../../model/finding.ts';
import type { Advisory, AffectedPackage, Flaw, SupportPeriod } from '../advisory.ts';
import type { ExploitScore } from '../feed.ts';
import { encodeStatement } from '../database/statement-codec.ts';
import type { VexStatement } from '../vex/vex-statement.ts';

/** Whose facts a database holds. */
export interface SourceFact {
  readonly id: string;
  readonly name: string;
  readonly licence: string;
  readonly attribution: string | null;
  /** RFC 3339: the date of what is published as a whole, a catalog or a day's scores; null: its records have dates. */
  readonly edition: string | null;
}

export type Fact =
  | { readonly kind: 'source'; readonly source: SourceFact }
  /** `url` null: the source's usual page for the identifier, or none. */
  | { readonly kind: 'advisory'; readonly advisory: Advisory }
  | { readonly kind: 'flaw'; readonly flaw: Flaw }
  | { readonly kind: 'vex'; readonly statement: VexStatement; readonly part: string }
  | { readonly kind: 'support'; readonly source: string; readonly period: SupportPeriod }
  /** A repository of packages, by the names that advisories use for it: Red Hat's content sets and CPEs. */
  | { readonly kind: 'repository'; readonly name: string; readonly platforms: readonly string[] }
  | { readonly kind: 'exploited'; readonly cve: string; readonly entry: KnownExploited }
  | { readonly kind: 'score'; readonly score: ExploitScore };

export type FactKind = Fact['kind'];

/** Every kind, in the order in which facts are listed. */
export const FACT_KINDS = [
  'source',
  'advisory',
  'flaw',
  'vex',
  'support',
  'repository',
  'exploited',
  'score',
] as const satisfies readonly FactKind[];

/** What tells a fact from others of its kind: parts with line feeds between. No two facts of a database share one. */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'source':
      return fact.source.id;
    case 'advisory':
      return `${fact.advisory.source}\n${fact.advisory.id}`;
    case 'flaw':
      return `${fact.flaw.id}\n${fact.flaw.source}`;
    case 'vex':
      return `${fact.statement.source}\n${fact.statement.document}\n${fact.part}`;
    case 'support':
      return `${fact.period.product}\n${fact.period.release}`;
    case 'repository':
      return fact.name;
    case 'exploited':
      return fact.cve;
    case 'score':
      return fact.score.cve;
  }
}

/** Negative, zero or positive as `a` is listed before, at or after `b`. */
export function compareFacts(a: Fact, b: Fact): number {
  return FACT_KINDS.indexOf(a.kind) - FACT_KINDS.indexOf(b.kind) || compareKeys(factKey(a), factKey(b));
}

/** By code point, as SQLite orders text; comparing code units differs from it outside of the basic plane. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all others. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** An advisory in the one form in which it is stored: lists that are sets sorted, and without repetitions. */
export function canonicalAdvisory(advisory: Advisory): Advisory {
  const entries = new Map(advisory.affected.map((entry) => [entryKey(entry), entry]));
  return {
    ...advisory,
    aliases: [...new Set(advisory.aliases)].sort(),
    covers: [...new Set(advisory.covers)].sort(),
    affected: [...entries].sort(([a], [b]) => compareKeys(a, b)).map(([, entry]) => entry),
  };
}

function entryKey(entry: AffectedPackage): string {
  return `${packageKey(entry)}\n${encodeStatement(entry)}`;
}

/** What tells packages apart: `ecosystem`, `naming`, `scheme` and `name` with line feeds between. */
export function packageKey({ ecosystem, naming, scheme, name }: AffectedPackage): string {
  return `${ecosystem}\n${naming}\n${scheme}\n${name}`;
}
