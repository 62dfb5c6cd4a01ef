/**
 * Gathers what many records say into one group a flaw.
 *
 * Records that name each other through `aliases` speak of one flaw, however long the chain (GHSA – PYSEC – CVE). Two
 * CVE identifiers are two flaws by the CVE programme's own rules, so a chain that holds several is split into one
 * group a CVE, and no alias can merge a flaw that is open with one that is fixed. `covers` lists flaws that a record
 * fixes together (an erratum): it puts the record into each of their groups and joins nothing.
 */
import type { AdvisoryCandidate } from '../advisories/advisory.ts';

type RecordNames = Pick<AdvisoryCandidate['advisory'], 'id' | 'aliases' | 'covers'>;

interface Recorded {
  readonly candidate: { readonly advisory: RecordNames };
}

/** Everything that was said about one flaw. */
export interface FlawGroup<T> {
  /** The CVE where there is one. */
  readonly id: string;
  /** Other names of this very flaw, sorted; a record that speaks of several flaws is a name of none. */
  readonly aliases: readonly string[];
  readonly members: readonly T[];
}

/** Names that a flaw without a CVE goes by, best first. */
const PREFERRED = ['GHSA-', 'PYSEC-', 'RUSTSEC-', 'GO-'];

export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(id);
}

/** Groups in the order of their identifiers; members keep their order. */
export function groupByFlaw<T extends Recorded>(members: readonly T[]): FlawGroup<T>[] {
  const flaws = flawsOfNames(members.map(({ candidate }) => candidate.advisory));
  const groups = new Map<string, { aliases: Set<string>; members: T[] }>();
  for (const member of members) {
    const record = member.candidate.advisory;
    const ids = flawsOf(record, flaws);
    for (const id of ids) {
      let group = groups.get(id);
      if (group === undefined) groups.set(id, (group = { aliases: new Set(), members: [] }));
      group.members.push(member);
      if (ids.size > 1) continue;
      for (const name of [record.id, ...record.aliases, ...record.covers]) {
        if ((flaws.get(name) ?? [id]).every((flaw) => flaw === id)) group.aliases.add(name);
      }
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, group]) => {
      group.aliases.delete(id);
      return { id, aliases: [...group.aliases].sort(), members: group.members };
    });
}

/** The identifiers of the groups that a record belongs to. */
function flawsOf(record: RecordNames, flaws: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  if (record.covers.length > 0) return new Set(record.covers.flatMap((name) => flaws.get(name) ?? [name]));
  const named = [record.id, ...record.aliases].filter(isCve);
  return new Set(named.length > 0 ? named : (flaws.get(record.id) ?? [record.id]));
}

/** For every name in a chain of aliases: its CVEs, or the one name that the chain goes by. */
function flawsOfNames(records: readonly RecordNames[]): ReadonlyMap<string, readonly string[]> {
  const chained = records.filter(({ aliases, covers }) => aliases.length > 0 && covers.length === 0);
  if (chained.length === 0) return new Map();
  const chains = unite(chained.map(({ id, aliases }) => [id, ...aliases]));
  const flaws = new Map<string, readonly string[]>();
  for (const chain of chains) {
    const cves = chain.filter(isCve).sort();
    const chosen = cves.length > 0 ? cves : [preferredName(chain)];
    for (const name of chain) flaws.set(name, isCve(name) ? [name] : chosen);
  }
  return flaws;
}

function preferredName(names: readonly string[]): string {
  const sorted = [...names].sort();
  const preferred = PREFERRED.flatMap((prefix) => sorted.find((name) => name.startsWith(prefix)) ?? []);
  return preferred[0] ?? sorted[0] ?? '';
}

/** Joins sets of names that share one (union-find with path halving). */
function unite(sets: readonly (readonly string[])[]): string[][] {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let at = name;
    for (;;) {
      const parent = parents.get(at) ?? at;
      if (parent === at) return at;
      const grandparent = parents.get(parent) ?? parent;
      parents.set(at, grandparent);
      at = grandparent;
    }
  };
  for (const [first = '', ...rest] of sets) {
    parents.set(rootOf(first), rootOf(first));
    for (const name of rest) parents.set(rootOf(name), rootOf(first));
  }
  const chains = new Map<string, string[]>();
  for (const name of parents.keys()) {
    const root = rootOf(name);
    const chain = chains.get(root);
    if (chain === undefined) chains.set(root, [name]);
    else chain.push(name);
  }
  return [...chains.values()];
}
