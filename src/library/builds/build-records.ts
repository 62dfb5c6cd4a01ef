/** Builds as the records of `builds.json`: with what the registry says of images and parents. */
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { parseReference } from '../../oci/reference.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import type { Architecture } from '../../definitions/architectures.ts';
import { quarantineReference } from '../admission/quarantine-reference.ts';
import type { IndexDocument } from '../indexes/index-document.ts';
import { synthesizeIndex } from '../indexes/synthesize-index.ts';
import { toSourceDocument } from '../sources/sources-document.ts';
import type { BuildGraph } from './build-graph.ts';
import type { Build, BuildId, IdentifiedBuild } from './build.ts';
import { type BuildRecord, forArchitecture } from './builds-document.ts';

/** What stands behind a reference, as an index; null where there is nothing. */
export type ReadIndex = (reference: string) => Promise<IndexDocument | null>;

/** Asks registries, each reference once. */
export function createIndexReader(connection: ConnectionOptions): ReadIndex {
  const asked = new Map<string, Promise<IndexDocument | null>>();
  const ask = async (reference: string): Promise<IndexDocument | null> => {
    const { reader } = await openImageReader(reference, connection);
    try {
      return await synthesizeIndex(reader, parseReference(reference), connection.signal);
    } finally {
      await reader.close();
    }
  };
  return (reference) => {
    const answer = asked.get(reference) ?? ask(reference);
    asked.set(reference, answer);
    return answer;
  };
}

/** Images that were admitted, by build. */
interface AdmittedImages {
  get(buildId: BuildId): { readonly admission: { readonly generation: number } } | undefined;
}

/**
 * Targets that have no identity yet have no record, as upstream has it; an image counts when it was admitted, and not by lying in
 * quarantine.
 *
 * @param quarantine `registry/path`
 * @param isChosen which targets have a record
 * @throws {OciError} what keeps a registry from answering
 */
export async function toBuildRecords(
  { targets }: BuildGraph,
  builds: readonly Build[],
  images: AdmittedImages,
  readIndex: ReadIndex,
  { quarantine, isChosen }: { readonly quarantine: string; readonly isChosen: (build: Build) => boolean },
): Promise<readonly BuildRecord[]> {
  const records: BuildRecord[] = [];
  for (const [number, build] of builds.entries()) {
    const target = targets[number];
    if (target === undefined || build.kind !== 'identified' || !isChosen(build)) continue;
    const { buildId, sourceId, architecture } = build;
    const generation = images.get(buildId)?.admission.generation ?? null;
    const img = quarantineReference(quarantine, { architecture, buildId, generation: generation ?? 1 });
    const index = generation === null ? null : await readIndex(img);
    const alone = { ...target.source, architectures: new Map([[architecture, target.place]]) };
    records.push({
      buildId,
      img,
      resolved: index === null ? null : forArchitecture(index, architecture),
      sourceId,
      architecture,
      parents: new Map(build.parents.map(({ from, digest }) => [from, digest])),
      resolvedParents: await parentIndexes(build, architecture, readIndex),
      source: toSourceDocument(alone),
    });
  }
  return records;
}

async function parentIndexes(
  { parents }: IdentifiedBuild,
  architecture: Architecture,
  readIndex: ReadIndex,
): Promise<ReadonlyMap<string, IndexDocument>> {
  const indexes = new Map<string, IndexDocument>();
  for (const { from, reference } of parents) {
    const index = await readIndex(reference);
    const own = index === null ? null : forArchitecture(index, architecture);
    if (own !== null) indexes.set(from, own);
  }
  return indexes;
}
