/** What an image is to say of itself, and what its examination holds it against. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '../../../model/digest.ts';
import type { BuiltAttempt, BuiltImageFacts } from '../../admission/built-image.ts';
import { type GraphTarget, repositoryOf } from '../../builds/build-graph.ts';
import type { IdentifiedBuild, ResolvedParent } from '../../builds/build.ts';
import { pinOf } from '../../builds/resolve-parents.ts';
import { annotationsFor } from '../../engines/annotations.ts';
import type { Sources } from '../../sources/source.ts';
import type { ProgrammeSettings } from '../../programme/programme.ts';

export function annotationsOf(
  { architecture, source, place }: GraphTarget,
  parents: readonly ResolvedParent[],
  { pageUrl }: Pick<ProgrammeSettings, 'pageUrl'>,
): Readonly<Record<string, string>> {
  const [entry] = source.entries;
  const { tags, lastStageFrom } = place;
  const baseDigest = parents.find(({ from }) => from === lastStageFrom)?.digest ?? null;
  return annotationsFor({ entry, architecture, tags, lastStageFrom, baseDigest, pageUrl });
}

export function imageFacts(
  attempt: BuiltAttempt,
  build: IdentifiedBuild,
  target: GraphTarget,
  sources: Sources,
  settings: ProgrammeSettings,
): BuiltImageFacts {
  const { source, place } = target;
  const [first = '', ...others] = place.tags;
  return {
    attempt,
    build,
    repository: repositoryOf(target),
    tags: [first, ...others],
    entry: source.entries[0],
    lastStageFrom: place.lastStageFrom,
    ownParents: new Map(
      [...place.parents].flatMap(([from, { sourceId }]) => {
        const parent = sourceId === null ? undefined : sources.get(sourceId);
        return parent === undefined ? [] : [[from, parent.entries[0]] as const];
      }),
    ),
    pins: new Map(
      [...place.parents].flatMap(([from, { sourceId, pin }]) => {
        const pinned = sourceId === null ? pinOf({ from, pin }) : null;
        return pinned === null ? [] : [[from, pinned] as const];
      }),
    ),
    annotations: annotationsOf(target, build.parents, settings),
    log: digestOfLog(join(settings.state, attempt.log)),
  };
}

/** Logs may be cleared away. */
function digestOfLog(file: string): BuiltImageFacts['log'] {
  try {
    return digestOf(readFileSync(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
