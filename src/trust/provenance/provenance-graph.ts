/** What an image was made of and by whom, as a graph: for reports, and for programs that draw it. */
import type {
  ProvenanceEdge,
  ProvenanceGraph,
  ProvenanceNode,
  ReportedProvenance,
} from '../../model/trust-report.ts';

/**
 * One graph of several provenances, as the images of an index have them, and of the base images among them.
 *
 * @param parents the index of each image that is listed in one: bases are often named by it, and their provenance is about images
 */
export function toProvenanceGraph(
  provenances: readonly ReportedProvenance[],
  parents: ReadonlyMap<string, string | null> = new Map(),
): ProvenanceGraph {
  const nodes = new Map<string, ProvenanceNode>();
  const edges = new Map<string, ProvenanceEdge>();
  const byDigest = new Map(provenances.map(({ about }) => [about as string, `artifact:${about}`]));
  const add = (kind: ProvenanceNode['kind'], name: string, version: string | null): string => {
    // a base image whose own provenance is here is one node with it
    const known = kind === 'image' && version !== null ? byDigest.get(version) : undefined;
    const id = known ?? `${kind}:${name}${version === null || kind === 'artifact' ? '' : `@${version}`}`;
    if (!nodes.has(id) || known !== undefined)
      nodes.set(id, { id, kind: known === undefined ? kind : 'artifact', name, version });
    return id;
  };
  for (const { about, builder, source, materials, basis } of provenances) {
    const artifact = byDigest.get(about) ?? '';
    if (!nodes.has(artifact))
      nodes.set(artifact, { id: artifact, kind: 'artifact', name: about, version: about });
    const connect = (to: string, relation: ProvenanceEdge['relation']): void => {
      if (to !== artifact)
        edges.set(`${artifact} ${to} ${relation}`, { from: artifact, to, relation, basis });
    };
    if (builder !== null) connect(add('builder', builder, null), 'built-by');
    if (source !== null && source.uri !== null)
      connect(add('source', source.uri, source.commit), 'built-from');
    for (const { kind, name, digest } of materials) {
      const version = kind === 'source' ? (digest?.slice(digest.indexOf(':') + 1) ?? null) : digest;
      const isTheSource = kind === 'source' && name === source?.uri && version === source.commit;
      if (!isTheSource) connect(add(kind, name, version), 'uses');
    }
  }
  for (const [about, artifact] of byDigest) {
    const index = parents.get(about) ?? null;
    for (const { id, kind, version } of nodes.values()) {
      if (index === null || kind !== 'image' || version !== index) continue;
      edges.set(`${id} ${artifact} lists`, { from: id, to: artifact, relation: 'lists', basis: 'verified' });
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

const RELATION: Readonly<Record<ProvenanceEdge['relation'], string>> = {
  'built-by': 'built by',
  'built-from': 'built from',
  uses: 'uses',
  lists: 'lists',
};

/**
 * The graph as lines of a tree, without colours. Texts are as the provenance has them: whoever prints them escapes them.
 * What was shown once is named again, and not opened again.
 */
export function formatProvenanceTree({ nodes, edges }: ProvenanceGraph): readonly string[] {
  const named = new Map(nodes.map((node) => [node.id, node]));
  const targets = new Set(edges.map(({ to }) => to));
  const leaving = Map.groupBy(edges, ({ from }) => from);
  const shown = new Set<string>();
  const below = (id: string, indent: string): string[] => {
    if (shown.has(id)) return [];
    shown.add(id);
    const outgoing = leaving.get(id) ?? [];
    return outgoing.flatMap(({ to, relation, basis }, index) => {
      const isLast = index === outgoing.length - 1;
      const declared = basis === 'declared' ? ' (declared)' : '';
      return [
        `${indent}${isLast ? '└─' : '├─'} ${RELATION[relation]} ${nodeText(named.get(to))}${declared}`,
        ...below(to, `${indent}${isLast ? '   ' : '│  '}`),
      ];
    });
  };
  const artifacts = nodes.filter(({ kind }) => kind === 'artifact');
  const roots = artifacts.filter(({ id }) => !targets.has(id));
  // in a circle nobody is first
  return (roots.length > 0 ? roots : artifacts.slice(0, 1)).flatMap((root) => [
    nodeText(root),
    ...below(root.id, ''),
  ]);
}

function nodeText(node: ProvenanceNode | undefined): string {
  if (node === undefined) return '';
  const { name, version } = node;
  return version === null || name.includes(version) ? name : `${name} at ${version}`;
}
