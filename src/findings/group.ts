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
  if (members.length === 0) return [];
  const flaws = flawsOfNames(members.map(({ candidate }) => candidate.advisory));
  const groups = new Map<string, T[]>();
  const claims = new Map<string, Set<string>>();
  for (const member of members) {
    const { id, aliases, covers } = member.candidate.advisory;
    if (aliases.length === 0 && covers.length === 0 && isCve(id)) {
      append(groups, id, member); // nearly all records of distributions: about one flaw, without other names
      continue;
    }
    for (const flaw of flawsOf(member.candidate.advisory, flaws)) {
      append(groups, flaw, member);
      for (const name of [id, ...aliases, ...covers]) {
        const claimed = claims.get(name);
        if (claimed === undefined) claims.set(name, new Set([flaw]));
        else claimed.add(flaw);
      }
    }
  }
  const aliases = new Map<string, string[]>();
  for (const [name, [flaw = '', ...others]] of claims) {
    if (others.length === 0 && !groups.has(name)) append(aliases, flaw, name);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, members]) => ({ id, aliases: aliases.get(id)?.sort() ?? [], members }));
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** The identifiers of the groups that a record belongs to. */
function flawsOf(record: RecordNames, flaws: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const named = [record.id, ...record.aliases].filter(isCve);
  const covered = record.covers.flatMap((name) => flaws.get(name) ?? [name]);
  if (named.length > 0 || covered.length > 0) return new Set([...named, ...covered]);
  return new Set(flaws.get(record.id) ?? [record.id]);
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
    append(chains, rootOf(name), name);
  }
  return [...chains.values()];
}
