/** Images of parents on this machine, as OCI layouts that engines read: fetched once by digest, whoever asks. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyContent } from '../../../oci/copy/copy-content.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { openImageReader } from '../../../oci/store/open-reader.ts';
import { openLayoutWriter } from '../../../oci/store/layout-writer.ts';
import { digestHex } from '../../../model/digest.ts';
import type { ResolvedParent } from '../../builds/build.ts';
import type { PinnedParent } from '../../engines/engine.ts';

export interface ParentFolders {
  readonly folder: string;
  readonly scratch: string;
}

/**
 * The layouts of a build's parents. What is fetched is verified by its digest, and has its name only when it is whole.
 *
 * @param folder in which they are kept
 * @param scratch on the same disk, for what is not whole yet; the caller removes it
 * @throws {OciError} what keeps a parent from being fetched
 */
export async function fetchParents(
  parents: readonly ResolvedParent[],
  { folder, scratch }: ParentFolders,
  connection: ConnectionOptions,
): Promise<readonly PinnedParent[]> {
  mkdirSync(folder, { recursive: true });
  const fetched: PinnedParent[] = [];
  for (const parent of parents) {
    const { from, digest } = parent;
    fetched.push({ from, digest, layout: await fetchParent(parent, { folder, scratch }, connection) });
  }
  return fetched;
}

async function fetchParent(
  { reference, digest }: ResolvedParent,
  { folder, scratch }: ParentFolders,
  connection: ConnectionOptions,
): Promise<string> {
  const layout = join(folder, digestHex(digest));
  if (statSync(layout, { throwIfNoEntry: false }) !== undefined) return layout;
  const partial = join(scratch, digestHex(digest));
  const { reader } = await openImageReader(reference, connection);
  try {
    const writer = await openLayoutWriter(partial, { isStaged: true });
    try {
      await copyContent(reader, writer, digest, { signal: connection.signal });
    } finally {
      await writer.close();
    }
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
