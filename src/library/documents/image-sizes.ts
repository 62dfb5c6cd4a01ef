/** How large published images are, asked of their registry once and remembered. */
import type { Digest } from '../../model/digest.ts';
import { parseStored } from '../../oci/copy/image-parts.ts';
import type { Manifest } from '../../oci/manifest.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { meantImages } from '../ledger/meant-images.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';

const memoryName = (image: Digest) => `size ${image}`;

/** In bytes, compressed; null for images that nobody has asked for, and where what was remembered is damaged. */
export function recallSize(state: Pick<ProgrammeState, 'recall'>, image: Digest): number | null {
  const remembered = state.recall(memoryName(image)) ?? '';
  return /^\d{1,15}$/.test(remembered) ? Number(remembered) : null;
}

/** Of configuration and layers, compressed. */
export function transferredBytes({ config, layers }: Pick<Manifest, 'config' | 'layers'>): number {
  return [config, ...layers].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

export function rememberSize(state: Pick<ProgrammeState, 'remember'>, image: Digest, bytes: number): void {
  state.remember(memoryName(image), String(bytes));
}

/**
 * Asks for the images of supported tags whose size is not known. One that the registry does not have any more stays without.
 *
 * @throws {OciError} what the registry throws
 */
export async function lookUpSizes(
  tags: TagStates,
  state: Pick<ProgrammeState, 'recall' | 'remember'>,
  { registry }: Pick<ProgrammeSettings, 'registry'>,
  connection: ConnectionOptions,
): Promise<void> {
  for (const [repository, images] of unknownImages(tags, state)) {
    const [first] = images;
    if (first === undefined) continue;
    const { reader } = await openImageReader(`${registry.public}/${repository}@${first}`, connection);
    try {
      for (const image of images) {
        const stored = await reader.readManifest(image, connection.signal);
        const manifest = stored === null ? null : parseStored(stored);
        if (manifest?.kind !== 'manifest') continue;
        rememberSize(state, image, transferredBytes(manifest));
      }
    } finally {
      await reader.close();
    }
  }
}

function unknownImages(
  tags: TagStates,
  state: Pick<ProgrammeState, 'recall'>,
): ReadonlyMap<string, readonly Digest[]> {
  return new Map(
    [...tags].map(([repository, states]) => {
      const digests = meantImages(states.values()).map(({ digest }) => digest);
      return [repository, digests.filter((digest) => recallSize(state, digest) === null)];
    }),
  );
}
