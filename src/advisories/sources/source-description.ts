import type { AdvisorySource } from '../../model/assessment.ts';

/** Where records come from: whom to name, what may be done with them, and how to tell them from others. */
export interface SourceDescription extends Pick<AdvisorySource, 'id' | 'name' | 'licence' | 'attribution'> {
  /** The licence lets the facts be passed on inside Hallmark's starter database. */
  readonly redistributable: boolean;
  /** It knows some flaws of an ecosystem, and does not mean to know all: what others publish is not made up for. */
  readonly partial?: boolean;
  /** The home of one record; null where the source has no page for it. */
  readonly page: ((id: string) => string | null) | null;
  /** OSV: ecosystems (without release) that only this source writes; they decide before prefixes. */
  readonly ecosystems?: readonly string[];
  /** OSV: what the records' identifiers start with. */
  readonly prefixes?: readonly string[];
  /** OSV: one identifier has a record for each product, so that they are joined instead of replacing each other. */
  readonly recordPerProduct?: boolean;
  /** OSV: `related` names the flaws that the record fixes (distributions' errata), not merely similar ones. */
  readonly coversRelated?: boolean;
  /** OSV: a record is about one flaw in one package, so that `upstream` holds names of that flaw. */
  readonly oneFlawARecord?: boolean;
  /** OSV: the stream of updates that has the fixes, where an ordinary installation does not get them. */
  readonly channel?: string;
  /** OSV: entries whose package URL names another package are of another erratum, and were taken in by mistake. */
  readonly purlDecides?: boolean;
  /** OSV: `summary` begins with the severity and a colon, and names the module streams of modular builds. */
  readonly factsInSummary?: boolean;
}

export const CC_BY_4 = 'CC-BY-4.0';
export const NOT_STATED = 'not stated';
