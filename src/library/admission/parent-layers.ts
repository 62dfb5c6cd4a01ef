/** Whether an image really is built on the image that it says: its lowest layers are those of that one. */
import { ARCHITECTURES } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openImage } from '../../oci/open-image.ts';
import type { ResolvedParent } from '../builds/build.ts';
import { SCRATCH } from '../builds/identify-builds.ts';
import type { AdmissionCheck } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { held } from './checks.ts';

export interface ParentLayers {
  /** How many of the image's layers, from the lowest, are those of the image below. */
  readonly count: number;
  readonly check: AdmissionCheck;
}

/**
 * @param diffIds of the image, from the lowest layer
 * @throws {OciError} what keeps the image below from being read
 */
export async function findParentLayers(
  { build, lastStageFrom }: Pick<BuiltImageFacts, 'build' | 'lastStageFrom'>,
  diffIds: readonly Digest[],
  connection: ConnectionOptions,
): Promise<ParentLayers> {
  if (lastStageFrom === SCRATCH) return layersBelow(0, null, 'it is built on nothing');
  const parent = build.parents.find(({ from }) => from === lastStageFrom);
  if (parent === undefined) return layersBelow(0, `${lastStageFrom} is none of the parents of the build`, '');
  const below = await diffIdsOf(parent, build.architecture, connection);
  const isOther = below.findIndex((diffId, at) => diffIds[at] !== diffId);
  if (isOther < 0) {
    return layersBelow(below.length, null, `its lowest ${below.length} layers are those of ${parent.digest}`);
  }
  const found = diffIds[isOther] ?? 'missing';
  const because = `layer ${isOther + 1} is ${found}, expected ${below[isOther]} of ${lastStageFrom} (${parent.digest})`;
  return layersBelow(0, because, '');
}

async function diffIdsOf(
  { reference }: ResolvedParent,
  architecture: BuiltImageFacts['build']['architecture'],
  { environment, offline = false, registry, signal }: ConnectionOptions,
): Promise<readonly Digest[]> {
  const opened = await openImage(reference, {
    environment,
    offline,
    platform: ARCHITECTURES[architecture].platform,
    ...(registry === undefined ? {} : { registry }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    const [image] = opened.images;
    if (image?.kind !== 'image') throw new TypeError(`${reference} was opened as no image`);
    return image.configuration.diffIds;
  } finally {
    await opened.close();
  }
}

function layersBelow(count: number, problem: string | null, otherwise: string): ParentLayers {
  return { count, check: held('parent', problem, otherwise) };
}
