/** Builds one image again, in a folder of its own, and compares it with the one that stands. Nothing of it is kept, or sent anywhere. */
import { join } from 'node:path';
import type { Digest } from '../../model/digest.ts';
import { HallmarkError } from '../../model/errors.ts';
import { directoryStore } from '../../oci/sources/oci-directory.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { type GraphTarget, targetName } from '../builds/build-graph.ts';
import type { IdentifiedBuild } from '../builds/build.ts';
import { blobReader } from '../engines/layouts/layout-blobs.ts';
import type { EngineDescription } from '../engines/engine.ts';
import { logFileFor } from '../logs/prune-logs.ts';
import { type BuiltLayout, buildLayout, type LayoutSurroundings } from '../running/attempts/build-layout.ts';
import { openLogFile } from '../running/attempts/log-file.ts';
import { removeScratch } from '../running/attempts/remove-scratch.ts';
import type { BuiltImage } from '../state/programme-state.ts';
import { compareImages } from './compare-images.ts';
import type { ImageComparison } from './image-comparison.ts';
import { readImage } from './read-image.ts';
import type { Reproduction, ReproductionOutcome } from './reproduction.ts';
import { formatSeconds } from '../../formats/time.ts';

/** An image that stands for its target, of the present build. */
export interface StandingImage {
  readonly target: GraphTarget;
  readonly build: IdentifiedBuild;
  readonly image: BuiltImage;
}

export interface RebuildSurroundings extends LayoutSurroundings {
  /** What `engine` says of itself. */
  readonly description: EngineDescription;
  /** Folder that is made, and removed afterwards. */
  readonly scratch: string;
  /** Most differences that are told one by one. */
  readonly most: number;
}

/**
 * Source, parents and arguments are those of the build that made the image.
 *
 * @throws {Error} the signal's reason, and anything that is no `HallmarkError`: a fault of the program itself
 */
export async function rebuildImage(
  standing: StandingImage,
  surroundings: RebuildSurroundings,
): Promise<Reproduction> {
  const { settings, now, description, scratch } = surroundings;
  const { target, image } = standing;
  const { attempt, admission } = image;
  const { buildId, generation, architecture } = attempt;
  const begun = now();
  const log = logFileFor(attempt, begun);
  const writing = openLogFile(join(settings.state, log));
  let outcome: ReproductionOutcome;
  try {
    outcome = await rebuildAndCompare(standing, writing.write, surroundings);
  } finally {
    const left = removeScratch(scratch);
    if (left !== null) writing.write(`\n${left}\n`);
    writing.close();
  }
  return {
    image: targetName(target),
    architecture,
    buildId,
    generation,
    digest: admission.digest,
    engines: { before: attempt.engine, after: description },
    at: formatSeconds(Math.floor(begun / 1000)),
    seconds: Math.round((now() - begun) / 1000),
    log,
    outcome,
  };
}

async function rebuildAndCompare(
  standing: StandingImage,
  log: (text: string) => void,
  surroundings: RebuildSurroundings,
): Promise<ReproductionOutcome> {
  const { settings, scratch, signal } = surroundings;
  const { target, build, image } = standing;
  const failure = (kind: 'failed' | 'not-compared') => (error: unknown) => {
    signal.throwIfAborted();
    if (!(error instanceof HallmarkError)) throw error;
    log(`\n${error.code}: ${error.message}\n`);
    return { kind, code: error.code, because: error.message } as const;
  };
  const built = await buildLayout(build, target, scratch, log, {
    ...surroundings,
    settings: { ...settings, arguments: image.attempt.arguments },
  }).catch(failure('failed'));
  if ('kind' in built) return built;
  return compareWithStanding(standing, built, surroundings).then(
    (comparison) => ({ kind: 'compared', comparison }),
    failure('not-compared'),
  );
}

async function compareWithStanding(
  { target, image: { admission } }: StandingImage,
  { layout, digest, parents }: BuiltLayout,
  { connection, most, signal }: RebuildSurroundings,
): Promise<ImageComparison> {
  const { reader } = await openImageReader(admission.reference, { ...connection, signal });
  try {
    const before = await readImage(reader, admission.digest, signal);
    const after = await readImage(blobReader(directoryStore(layout)), digest, signal);
    const inherited = await diffIdsBelow(parents, target, signal);
    return await compareImages(before, after, { inherited, most, signal });
  } finally {
    await reader.close();
  }
}

/** Of the image of the last stage; none where it is built on nothing. */
async function diffIdsBelow(
  parents: BuiltLayout['parents'],
  { place }: GraphTarget,
  signal: AbortSignal,
): Promise<readonly Digest[]> {
  const below = parents.find(({ from }) => from === place.lastStageFrom);
  if (below === undefined) return [];
  const { layers } = await readImage(blobReader(directoryStore(below.layout)), below.digest, signal);
  return layers.map(({ diffId }) => diffId);
}
