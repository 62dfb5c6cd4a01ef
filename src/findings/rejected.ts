/**
 * CVE identifiers that were rejected: duplicates, and flaws that are none. A finding that rests on such an identifier
 * alone is suppressed. One that a record with a name of its own affirms (a GHSA, a PYSEC) stands, since that source has
 * not taken it back.
 */
import type { AdvisoryDatabase, Flaw } from '../advisories/advisory.ts';
import { OPEN_VERDICTS } from '../model/finding.ts';
import { according, type SourceNames } from './because.ts';
import { type Decision, suppress } from './decide.ts';
import { isCve } from './group.ts';

/** Who decides about identifiers, the authority first: NVD follows the CVE list after hours or days. */
const REGISTERS = ['cve-list', 'nvd'];

/** The decisions, with those suppressed whose flaw does not exist. */
export function applyRejections(
  decisions: readonly Decision[],
  database: Pick<AdvisoryDatabase, 'flaws'>,
  names: SourceNames,
): readonly Decision[] {
  const known = new Map<string, Flaw | null>();
  return decisions.map((decision) => {
    const { id, verdict, statements } = decision;
    if (!OPEN_VERDICTS.has(verdict) || !isCve(id) || !statements.every(restsOnCve)) return decision;
    let entry = known.get(id);
    if (entry === undefined) known.set(id, (entry = entryOf(database.flaws(id))));
    if (entry === null || entry.rejected === null) return decision;
    const day = entry.rejected.slice(0, 10);
    const reason = `${according(entry.source, names)} ${id} was rejected on ${day}: there is no flaw of this name`;
    return suppress(decision, reason, { source: entry.source });
  });
}

function entryOf(flaws: readonly Flaw[]): Flaw | null {
  const entries = REGISTERS.map((register) => flaws.find(({ source }) => source === register));
  return entries.find((entry) => entry !== undefined) ?? null;
}

/** The record has no name of its own for the flaw: it goes by the CVE, or is an erratum for it. */
function restsOnCve({ candidate: { advisory } }: Decision['statements'][number]): boolean {
  return advisory.covers.length > 0 || isCve(advisory.id);
}
