/** A parent as a layout of nothing but itself: buildah takes a layout's only image, and cannot choose by digest. */
import { mkdir, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseManifest } from '../../../oci/manifest.ts';
import { directoryStore } from '../../../oci/sources/oci-directory.ts';
import type { PinnedParent } from '../engine.ts';
import { blobReader } from './layout-blobs.ts';
import { writeLayoutFiles } from './layout-delivery.ts';
import { invalidLayout } from './layout-validation.ts';

/**
 * Makes the folder; blobs stay where they are.
 *
 * @throws {LibraryError} LAYOUT_INVALID when the parent's manifest is not in its layout
 */
export async function writeParentLayout(
  folder: string,
  { from, digest, layout }: PinnedParent,
): Promise<void> {
  const stored = await blobReader(directoryStore(layout)).readManifest(digest);
  const refuse = (because: string): Error =>
    invalidLayout(`the layout of the parent ${from}`, [{ rule: 'blob', because }]);
  if (stored === null) throw refuse(`it has no manifest ${digest}`);
  const { kind, mediaType } = parseManifest(stored.bytes, undefined, `the manifest ${digest}`);
  if (kind === 'index') throw refuse(`${digest} is an index, and no image`);
  await mkdir(folder, { recursive: true });
  await symlink(resolve(layout, 'blobs'), join(folder, 'blobs'));
  await writeLayoutFiles(folder, [], [{ mediaType, digest, size: stored.bytes.length }]);
}
