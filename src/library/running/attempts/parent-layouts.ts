/**
 * Images of parents on this machine, as OCI layouts that engines read. Each build has its own, in its scratch folder, and nothing that others
 * do can take it away; its files are those of the layout that is kept for the builds that follow, so that it is fetched once.
 */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { linkFolder } from '../../../files/link-folder.ts';
import { copyContent } from '../../../oci/copy/copy-content.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { openImageReader } from '../../../oci/store/open-reader.ts';
import { openLayoutWriter } from '../../../oci/store/layout-writer.ts';
import { type Digest, digestHex } from '../../../model/digest.ts';
import type { ResolvedParent } from '../../builds/build.ts';
import type { PinnedParent } from '../../engines/engine.ts';

export interface ParentPlaces {
  /** In which they are kept: `parentsFolder`. */
  readonly folder: string;
  /** For those of this build; the caller removes it. On the same disk. */
  readonly scratch: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * The layouts of a build's parents. What is fetched is verified by its digest.
 *
 * @throws {OciError} what keeps a parent from being fetched
 */
export async function fetchParents(
  parents: readonly ResolvedParent[],
  places: ParentPlaces,
  connection: ConnectionOptions,
): Promise<readonly PinnedParent[]> {
  mkdirSync(places.folder, { recursive: true });
  const layouts = new Map<Digest, string>();
  const fetched: PinnedParent[] = [];
  for (const parent of parents) {
    const { from, digest } = parent;
    const layout = layouts.get(digest) ?? (await fetchParent(parent, places, connection));
    layouts.set(digest, layout);
    fetched.push({ from, digest, layout });
  }
  return fetched;
}

async function fetchParent(
  { reference, digest }: ResolvedParent,
  { folder, scratch, now }: ParentPlaces,
  connection: ConnectionOptions,
): Promise<string> {
  const kept = join(folder, digestHex(digest));
  const own = join(scratch, digestHex(digest));
  if (takeKept(kept, own, now)) return own;
  const { reader } = await openImageReader(reference, connection);
  try {
    const writer = await openLayoutWriter(own, { isStaged: true });
    try {
      await copyContent(reader, writer, digest, { signal: connection.signal });
    } finally {
      await writer.close();
    }
  } finally {
    await reader.close();
  }
  keep(own, kept, now);
  return own;
}

/** False where none is kept, or it was removed meanwhile. */
function takeKept(kept: string, own: string, now: number): boolean {
  const found = folderAt(kept);
  if (found === null) return false;
  try {
    utimesSync(kept, now, now);
    linkFolder(kept, own);
    // it loses its name before anything of it goes: so this one is whole
    if (folderAt(kept) === found) return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  rmSync(own, { recursive: true, force: true });
  return false;
}

/** Which one it is. Null where there is none. */
function folderAt(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

/** It has its name only when it is whole. Of two processes that fetched the same at once, the first one's is kept. */
function keep(own: string, kept: string, now: number): void {
  const whole = `${own}.kept`;
  linkFolder(own, whole);
  utimesSync(whole, now, now);
  try {
    renameSync(whole, kept);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
