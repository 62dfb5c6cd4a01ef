/** Images of parents on this machine, as OCI layouts that engines read: fetched once by digest, whoever asks. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { copyContent } from '../../../oci/copy/copy-content.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { openImageReader } from '../../../oci/store/open-reader.ts';
import { openLayoutWriter } from '../../../oci/store/layout-writer.ts';
import { digestHex } from '../../../model/digest.ts';
import type { ResolvedParent } from '../../builds/build.ts';
import type { PinnedParent } from '../../engines/engine.ts';
import { useParent } from './prune-parents.ts';

export interface ParentPlaces {
  /** In which they are kept. */
  readonly folder: string;
  /** On the same disk, for what is not whole yet; the caller removes it. */
  readonly scratch: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The layouts of a build's parents. What is fetched is verified by its digest, and has its name only when it is whole. They stay for as
 * long as a build may take: `pruneParents`.
 *
 * @throws {OciError} what keeps a parent from being fetched
 */
export async function fetchParents(
  parents: readonly ResolvedParent[],
  places: ParentPlaces,
  connection: ConnectionOptions,
): Promise<readonly PinnedParent[]> {
  mkdirSync(places.folder, { recursive: true });
  const fetched: PinnedParent[] = [];
  for (const parent of parents) {
    const { from, digest } = parent;
    fetched.push({ from, digest, layout: await fetchParent(parent, places, connection) });
  }
  return fetched;
}

async function fetchParent(
  { reference, digest }: ResolvedParent,
  { folder, scratch, now }: ParentPlaces,
  connection: ConnectionOptions,
): Promise<string> {
  const layout = join(folder, digestHex(digest));
  if (useParent(layout, now)) return layout;
  const partial = join(scratch, digestHex(digest));
  const { reader } = await openImageReader(reference, connection);
  try {
    const writer = await openLayoutWriter(partial, { isStaged: true });
    try {
      await copyContent(reader, writer, digest, { signal: connection.signal });
    } finally {
      await writer.close();
    }
    useParent(partial, now);
    moveInto(partial, layout);
    return layout;
  } finally {
    await reader.close();
  }
}

/** Of two processes that fetched the same at once, the first one's is kept. */
function moveInto(partial: string, layout: string): void {
  try {
    renameSync(partial, layout);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
