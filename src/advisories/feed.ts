import { isObject } from '../formats/json.ts';
import type { KnownExploited } from '../model/finding.ts';
import type { ZodError } from 'zod';
import type { Advisory, Flaw, SupportPeriod } from './advisory.ts';
import type { VexStatement } from './vex/vex-statement.ts';

/** A file with advisory data, unpacked. */
export interface FeedFile {
  /** Where it came from, for people: the path below the folder, through an archive with the member's path behind. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file as far as it could be read without knowing whose it is. */
export type FeedDocument =
  /** JSON or YAML. */
  | { readonly kind: 'tree'; readonly path: string; readonly value: unknown }
  /** Begins like XML; whether it is well-formed is found out by who reads it. */
  | { readonly kind: 'xml'; readonly path: string; readonly text: string }
  | { readonly kind: 'text'; readonly path: string; readonly text: string };

/** EPSS: one CVE's score. */
export interface ExploitScore {
  readonly cve: string;
  readonly score: number;
  readonly percentile: number;
}

/** What reading a file yields, record by record. */
export type FeedItem =
  /**
   * `part` tells apart what several places say under one identifier (Alpine: branch, repository and package). A record
   * replaces an older one with the same source, identifier and part; different parts of an identifier are joined.
   */
  | { readonly kind: 'advisory'; readonly advisory: Advisory; readonly part: string }
  | {
      readonly kind: 'known-exploited';
      readonly cve: string;
      readonly entry: KnownExploited;
      readonly released: string | null;
    }
  /** What a source says of a flaw as such; a later one of the same source and identifier replaces it. */
  | { readonly kind: 'flaw'; readonly flaw: Flaw }
  /** A vendor's VEX statement; `part` tells apart the statements of one document. */
  | { readonly kind: 'vex'; readonly statement: VexStatement; readonly part: string }
  | { readonly kind: 'support'; readonly source: string; readonly period: SupportPeriod }
  /** The CPE names that a vendor's advisories use for a repository of packages (Red Hat: content set). */
  | {
      readonly kind: 'repository';
      readonly source: string;
      readonly name: string;
      readonly platforms: readonly string[];
    }
  /** All scores of one day; `date` is an RFC 3339 full-date. */
  | { readonly kind: 'scores'; readonly date: string; readonly scores: Iterable<ExploitScore> }
  /** A record that is broken: shown to whoever builds the database. */
  | { readonly kind: 'rejected'; readonly record: string; readonly reason: string }
  /** A sound record that says nothing about a flaw in a package; counted by reason. */
  | { readonly kind: 'skipped'; readonly reason: string };

/** Reads one format. New formats are a file in a folder of feeds/ and a line in feeds/register.ts. */
export interface Feed {
  readonly format: string;
  /** Decided by content alone, so that nobody has to say what a file is. */
  recognises(document: FeedDocument): boolean;
  /**
   * Called with documents that it recognised. One bad record is one `rejected` item, never an exception.
   *
   * @param now no date of a record is taken to be later
   */
  read(document: FeedDocument, now: Date): Iterable<FeedItem>;
}

/** What is wrong with a record, on one line. */
export function faultsOf({ issues }: ZodError): string {
  const faults = issues.slice(0, 3).map(({ path, message }) => `${path.join('.')}: ${message}`);
  return [...faults, ...(issues.length > 3 ? [`${issues.length - 3} more`] : [])].join('; ');
}

/** The value as an object with unknown members, or null. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return isObject(value) ? value : null;
}

const MAX_NAME = 500;

/**
 * A name or version from outside that may be stored and shown: not empty, not long, without control or formatting
 * characters, which could forge lines or colours in a terminal, and without bytes that were no text.
 */
export function isPlainText(text: unknown): text is string {
  return (
    typeof text === 'string' &&
    text.length > 0 &&
    text.length <= MAX_NAME &&
    !/[\p{Cc}\p{Cf}\ufffd]/u.test(text)
  );
}

/** An identifier of an advisory or flaw: printable ASCII without spaces. */
export function isIdentifier(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 200 && /^[\x21-\x7e]+$/.test(text);
}
