import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OciError } from '../errors.ts';
import type { ImageSource } from '../image.ts';
import { unreadable } from './host-file.ts';

export const rootDirectorySource: ImageSource = {
  scheme: 'dir',
  means: 'A root file system in a directory: dir:PATH; dir:/ is this machine.',
  async open(location, reference) {
    const directory = resolve(location);
    const found = await stat(directory).catch((error: unknown) => {
      throw new OciError('ROOT_UNREADABLE', unreadable(directory, error).message, {
        subject: directory,
        cause: error,
      });
    });
    if (!found.isDirectory()) {
      throw new OciError('ROOT_UNREADABLE', `${directory} is not a directory`, {
        subject: directory,
        remedy: 'Use oci-archive: or docker-archive: for an archive, dir: for an unpacked root file system.',
      });
    }
    return { images: [{ kind: 'root-file-system', reference, directory }], close: async () => {} };
  },
};
