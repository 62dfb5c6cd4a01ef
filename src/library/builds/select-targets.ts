import type { Architecture } from '../../definitions/architectures.ts';
import { nearestName } from '../../formats/nearest-name.ts';
import { LibraryError } from '../errors.ts';
import { becauseBroken } from '../programme/broken-names.ts';
import type { Programme } from '../programme/programme.ts';
import { type BuildGraph, type GraphTarget, repositoryOf } from './build-graph.ts';
import type { BuildTarget } from './build.ts';

/**
 * Which targets somebody means.
 *
 * @param references `redis`, or `redis:8` by any of its tags; none for all
 * @param architectures none for all
 * @param broken definitions without targets, for messages
 * @throws {LibraryError} DEFINITION_NOT_FOUND for a reference that has no target
 */
export function selectTargets(
  graph: BuildGraph,
  references: readonly string[],
  architectures: readonly Architecture[],
  broken: Programme['broken'] = [],
): (target: BuildTarget) => boolean {
  const wanted = new Set(architectures);
  const isThere = (architecture: Architecture) => wanted.size === 0 || wanted.has(architecture);
  if (references.length === 0) return ({ architecture }) => isThere(architecture);
  const named = new Map(references.map((reference) => [reference, new Set<number>()]));
  for (const [number, target] of graph.targets.entries()) {
    for (const name of namesOf(target)) named.get(name)?.add(number);
  }
  for (const [reference, numbers] of named) if (numbers.size === 0) throw notFound(reference, graph, broken);
  const chosen = new Set([...named.values()].flatMap((numbers) => [...numbers]));
  return ({ sourceId, architecture }) =>
    isThere(architecture) && chosen.has(graph.numberOf(sourceId, architecture) ?? -1);
}

/** Its tags, and the repositories that have them: of the same source there may be several. */
function namesOf({ place: { tags } }: GraphTarget): ReadonlySet<string> {
  return new Set(tags.flatMap((tag) => [tag, tag.slice(0, tag.lastIndexOf(':'))]));
}

function notFound(reference: string, { targets }: BuildGraph, broken: Programme['broken']): LibraryError {
  const unreadable = becauseBroken(reference, broken);
  const names = reference.includes(':')
    ? targets.flatMap(({ place }) => place.tags)
    : targets.map(repositoryOf);
  const near = unreadable === '' ? nearestName(reference, [...new Set(names)]) : null;
  const hint = near === null ? unreadable : `; is ${JSON.stringify(near)} meant?`;
  const message = `nothing that can be built is called ${JSON.stringify(reference)}${hint}`;
  return new LibraryError('DEFINITION_NOT_FOUND', message, { subject: reference });
}
