import { OciError } from '../errors.ts';
import type { ImageSource, OpenedImages, OpenOptions } from '../image.ts';
import { openArchive, type Archive } from './archive.ts';
import { parseLocation } from './location.ts';
import { layoutOptions, openLayout, readLayoutIndex, type LayoutChoice } from './oci-layout.ts';

/** Opens images of an archive that holds an OCI layout. The archive belongs to the result, also on failure. */
export async function openOciArchive(
  archive: Archive,
  choice: LayoutChoice,
  reference: string,
  options: OpenOptions,
): Promise<OpenedImages> {
  try {
    const index = await readLayoutIndex(archive, options.signal);
    if (index === null) {
      throw new OciError('ARCHIVE_INVALID', `${archive.name} is not an OCI archive: it has no index.json`, {
        subject: archive.name,
      });
    }
    const images = await openLayout(index, choice, layoutOptions(archive, reference, options));
    return { images, close: () => archive.close() };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

export const ociArchiveSource: ImageSource = {
  scheme: 'oci-archive',
  means: 'An image in a tar archive of an OCI layout, also compressed: oci-archive:PATH[:TAG].',
  async open(location, reference, options) {
    const chosen = await parseLocation(location);
    return openOciArchive(await openArchive(chosen.path, options), chosen, reference, options);
  },
};
