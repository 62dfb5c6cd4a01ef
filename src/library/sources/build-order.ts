/**
 * The order in which entries are built: repositories after those that they build on, and the entries of each likewise.
 * docker-library/bashbrew, `cmd/bashbrew/sort.go`: in rounds, each of which takes what has nothing left to wait for in the order
 * in which it was given. Where repositories wait for each other all their entries are sorted together, which upstream cannot.
 */
import { type Entry, inputsFor } from '../../definitions/definition.ts';
import { tagNames } from '../../definitions/find-entries.ts';
import type { Contents } from '../contents/contents.ts';
import type { Repository } from '../programme/programme.ts';

export interface OrderedEntry {
  readonly repository: Repository;
  readonly entry: Entry;
}

export interface BuildOrder {
  readonly entries: readonly OrderedEntry[];
  /** Entries that cannot be built after what they build on: each builds on the next one, and the last on the first. */
  readonly cycles: readonly (readonly OrderedEntry[])[];
}

/** What is sorted as one. */
interface Node {
  readonly entries: readonly OrderedEntry[];
}

export function buildOrder(repositories: Iterable<Repository>, contents: Contents): BuildOrder {
  const fromsOf = rememberFroms(contents);
  const cycles: (readonly OrderedEntry[])[] = [];
  const sorted: OrderedEntry[] = [];
  const nodes = [...repositories].map((repository) => ({
    entries: repository.definition.entries.map((entry) => ({ repository, entry })),
  }));
  const sortEntries = (entries: readonly OrderedEntry[]): void => {
    const single = entries.map((entry) => ({ entries: [entry] }));
    const asUpstream = sortNodes(single, upstreamEdges(single, fromsOf));
    const { order, stuck, edges } =
      asUpstream.stuck.length === 0 ? asUpstream : sortNodes(single, edgesOf(single, fromsOf));
    sorted.push(...order.flatMap((node) => node.entries), ...stuck.flatMap((node) => node.entries));
    cycles.push(...findCycles(stuck, edges).map((cycle) => cycle.flatMap((node) => node.entries)));
  };
  const { order, stuck } = sortNodes(nodes, edgesOf(nodes, fromsOf));
  for (const node of order) sortEntries(node.entries);
  sortEntries(stuck.flatMap((node) => node.entries));
  return { entries: sorted, cycles };
}

type Edges = ReadonlyMap<Node, ReadonlySet<Node>>;

interface SortedNodes {
  readonly order: readonly Node[];
  /** On a cycle, or behind one. */
  readonly stuck: readonly Node[];
  /** What each waits for. */
  readonly edges: Edges;
}

function sortNodes(nodes: readonly Node[], edges: Edges): SortedNodes {
  const done = new Set<Node>();
  let left: readonly Node[] = nodes;
  for (;;) {
    // within a round what was taken counts at once, as upstream
    const waiting = left.filter((node) => {
      for (const parent of edges.get(node) ?? []) if (!done.has(parent)) return true;
      done.add(node);
      return false;
    });
    if (waiting.length === left.length) return { order: [...done], stuck: waiting, edges };
    left = waiting;
  }
}

function edgesOf(nodes: readonly Node[], fromsOf: FromsOf): Edges {
  const owners = ownersOf(nodes);
  return new Map(
    nodes.map((node) => {
      const froms = node.entries.flatMap(({ entry }) => fromsOf(entry));
      const parents = froms.flatMap((from) => owners.get(from) ?? []);
      return [node, new Set(parents.filter((parent) => parent !== node))];
    }),
  );
}

/** Upstream lets the first of several entries that share a tag wait for what any of them waits for, which shows in its order. */
function upstreamEdges(nodes: readonly Node[], fromsOf: FromsOf): Edges {
  const owners = ownersOf(nodes);
  const edges = new Map(nodes.map((node) => [node, new Set<Node>()]));
  for (const { entries } of nodes) {
    for (const { repository, entry } of entries) {
      const parents = fromsOf(entry).flatMap((from) => owners.get(from) ?? []);
      for (const tag of parents.length === 0 ? [] : tagNames(repository.name, entry)) {
        const owner = owners.get(tag);
        for (const parent of parents) {
          if (owner !== undefined && owner !== parent) edges.get(owner)?.add(parent);
        }
      }
    }
  }
  return edges;
}

/** Of a tag that several have the first one is the owner. */
function ownersOf(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  const owners = new Map<string, Node>();
  for (const node of nodes) {
    for (const { repository, entry } of node.entries) {
      for (const tag of tagNames(repository.name, entry)) if (!owners.has(tag)) owners.set(tag, node);
    }
  }
  return owners;
}

/** What an entry builds on, on any architecture, each once. */
type FromsOf = (entry: Entry) => readonly string[];

function rememberFroms(contents: Contents): FromsOf {
  const known = new Map<Entry, readonly string[]>();
  return (entry) => {
    let froms = known.get(entry);
    if (froms === undefined) {
      const facts = entry.architectures.map((architecture) =>
        contents.factsOf(inputsFor(entry, architecture)),
      );
      known.set(entry, (froms = [...new Set(facts.flatMap((each) => each?.froms ?? []))]));
    }
    return froms;
  };
}

/** Whatever is stuck waits for something that is stuck: going on so ends in a cycle. */
function findCycles(stuck: readonly Node[], edges: Edges): readonly (readonly Node[])[] {
  const among = new Set(stuck);
  const seen = new Set<Node>();
  const cycles: (readonly Node[])[] = [];
  for (const start of stuck) {
    const way = new Set<Node>();
    let node: Node | undefined = start;
    while (node !== undefined && !seen.has(node)) {
      seen.add(node);
      way.add(node);
      node = [...(edges.get(node) ?? [])].find((parent) => among.has(parent));
    }
    if (node === undefined || !way.has(node)) continue;
    const passed = [...way];
    cycles.push(passed.slice(passed.indexOf(node)));
  }
  return cycles;
}
