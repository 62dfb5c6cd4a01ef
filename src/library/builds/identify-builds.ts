/** Which builds there are: targets whose parents' images are known have an identity. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { SourceParent } from '../sources/source.ts';
import type { BuildGraph, GraphTarget } from './build-graph.ts';
import { buildIdOf } from './build-id.ts';
import type { Build, IdentifiedBuild, MissingParent, ResolvedParent } from './build.ts';

/** The parent that every image may have, and that is no image. */
export const SCRATCH = 'scratch';

/** An image from outside of the programme, as a target asks for it. */
export interface OutsideParent {
  /** As the Dockerfile writes it. */
  readonly from: string;
  readonly pin: Digest | null;
  readonly architecture: Architecture;
}

/** Where the images of parents are found. */
export interface ParentImages {
  /** The image that stands for a build of the programme; null where none was admitted yet. */
  ofBuild(build: IdentifiedBuild): Omit<ResolvedParent, 'from'> | null;
  /** `because` where there is none. */
  ofOutside(parent: OutsideParent): Omit<ResolvedParent, 'from'> | { readonly because: string };
}

/** @returns one build for each target of the graph, in the same order */
export function identifyBuilds(graph: BuildGraph, images: ParentImages): readonly Build[] {
  const builds = graph.targets.map((): Build | null => null);
  /** The image of each target, which many ask for. */
  const built = new Map<number, Omit<ResolvedParent, 'from'> | null>();

  const resolve = (
    from: string,
    { sourceId, pin }: SourceParent,
    { architecture }: GraphTarget,
  ): ResolvedParent | MissingParent => {
    if (sourceId === null) {
      const image = images.ofOutside({ from, pin, architecture });
      return 'digest' in image ? { from, ...image } : { from, target: null, because: image.because };
    }
    const number = graph.numberOf(sourceId, architecture);
    if (number === null)
      return { from, target: null, because: `no source of ${from} is defined on ${architecture}` };
    const target = { sourceId, architecture };
    const build = builds[number] ?? null;
    if (build === null) return { from, target, because: `${from} is on a cycle of images` };
    if (build.kind === 'waiting') return { from, target, because: `${from} waits itself` };
    let image = built.get(number);
    if (image === undefined) built.set(number, (image = images.ofBuild(build)));
    return image === null ? { from, target, because: `${from} is not built yet` } : { from, ...image };
  };

  const identify = (number: number): void => {
    const target = graph.targets[number];
    if (target !== undefined) builds[number] = identifyTarget(target, resolve);
  };
  for (const number of graph.order) identify(number);
  // what is on a cycle, or built on one, always has a parent without a build
  for (const [number, build] of builds.entries()) if (build === null) identify(number);
  return builds.filter((build) => build !== null);
}

function identifyTarget(
  target: GraphTarget,
  resolve: (from: string, parent: SourceParent, target: GraphTarget) => ResolvedParent | MissingParent,
): Build {
  const { sourceId, architecture, place } = target;
  const parents: ResolvedParent[] = [];
  const missing: MissingParent[] = [];
  for (const [from, parent] of place.parents) {
    if (from === SCRATCH) continue;
    const answer = resolve(from, parent, target);
    if ('digest' in answer) parents.push(answer);
    else missing.push(answer);
  }
  if (missing.length > 0) return { kind: 'waiting', sourceId, architecture, missing };
  const buildId = buildIdOf(sourceId, architecture, parents);
  return { kind: 'identified', sourceId, architecture, buildId, parents };
}
