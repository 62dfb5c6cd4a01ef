/** What is meant to be on each architecture, and what is. */
import type { Architecture } from '../../definitions/architectures.ts';
import { targetName, type BuildGraph, type GraphTarget } from '../builds/build-graph.ts';
import { targetKey } from '../builds/build.ts';
import type { TagState, TagStates } from '../ledger/tag-states.ts';
import type { StateSnapshot } from '../state/programme-state.ts';

/** Numbers of images. */
export interface ArchitectureRow {
  readonly architecture: Architecture;
  readonly intended: number;
  /** An image of the present source is admitted, on present parents or on earlier ones. */
  readonly built: number;
  /** It is what the image's first tag means. */
  readonly published: number;
}

/** By name of the architecture. */
export function architectureMatrix(
  { targets }: Pick<BuildGraph, 'targets'>,
  { previous }: Pick<StateSnapshot, 'previous'>,
  tags: TagStates,
): readonly ArchitectureRow[] {
  const rows = Map.groupBy(targets, ({ architecture }) => architecture);
  return [...rows]
    .map(([architecture, its]) => ({
      architecture,
      intended: its.length,
      built: its.filter((target) => previous.get(targetKey(target)) !== undefined).length,
      published: its.filter((target) => isPublished(target, tags)).length,
    }))
    .sort((a, b) => (a.architecture < b.architecture ? -1 : 1));
}

function isPublished(target: GraphTarget, tags: TagStates): boolean {
  return (findTag(targetName(target), tags)?.published?.event.images ?? []).some(
    ({ architecture, sourceId }) => architecture === target.architecture && sourceId === target.sourceId,
  );
}

/** @param name `redis:8.2.1-bookworm` */
function findTag(name: string, tags: TagStates): TagState | undefined {
  const colon = name.lastIndexOf(':');
  return tags.get(name.slice(0, colon))?.get(name.slice(colon + 1));
}
