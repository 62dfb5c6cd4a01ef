import type { Architecture } from '../../definitions/architectures.ts';
import { nearestName } from '../../formats/nearest-name.ts';
import { LibraryError } from '../errors.ts';
import { type BuildGraph, repositoryOf } from './build-graph.ts';
import type { BuildTarget } from './build.ts';

/**
 * Which targets somebody means.
 *
 * @param references `redis`, or `redis:8` by any of its tags; none for all
 * @param architectures none for all
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a reference that has no target
 */
export function selectTargets(
  graph: BuildGraph,
  references: readonly string[],
  architectures: readonly Architecture[],
): (target: BuildTarget) => boolean {
  const wanted = new Set(architectures);
  const isThere = (architecture: Architecture) => wanted.size === 0 || wanted.has(architecture);
  if (references.length === 0) return ({ architecture }) => isThere(architecture);
  const named = new Map(references.map((reference) => [reference, new Set<number>()]));
  for (const [number, target] of graph.targets.entries()) {
    for (const name of [repositoryOf(target), ...target.place.tags]) named.get(name)?.add(number);
  }
  for (const [reference, numbers] of named) if (numbers.size === 0) throw notFound(reference, graph);
  const chosen = new Set([...named.values()].flatMap((numbers) => [...numbers]));
  return ({ sourceId, architecture }) =>
    isThere(architecture) && chosen.has(graph.numberOf(sourceId, architecture) ?? -1);
}

function notFound(reference: string, { targets }: BuildGraph): LibraryError {
  const names = reference.includes(':')
    ? targets.flatMap(({ place }) => place.tags)
    : targets.map(repositoryOf);
  const near = nearestName(reference, [...new Set(names)]);
  const hint = near === null ? '' : `; is ${JSON.stringify(near)} meant?`;
  const message = `nothing that can be built is called ${JSON.stringify(reference)}${hint}`;
  return new LibraryError('DEFINITION_NOT_FOUND', message, { subject: reference });
}
