import type { Architecture } from '../../definitions/architectures.ts';
import type { ConnectionOptions } from '../../oci/registry/connection.ts';
import type { ImageReader } from '../../oci/store/image-store.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';

/** Where builders put images, by architecture. */
export interface QuarantineReaders {
  readonly of: (architecture: Architecture) => Promise<ImageReader>;
  readonly close: () => Promise<void>;
}

/** Each is opened when it is first asked for. @param quarantine `registry/path` */
export function createQuarantineReaders(
  quarantine: string,
  connection: ConnectionOptions,
): QuarantineReaders {
  const readers = new Map<Architecture, Promise<ImageReader>>();
  return {
    of(architecture) {
      const found =
        readers.get(architecture) ??
        openImageReader(`${quarantine}/${architecture}`, connection).then(({ reader }) => reader);
      readers.set(architecture, found);
      return found;
    },
    async close() {
      await Promise.all((await Promise.all(readers.values())).map((reader) => reader.close()));
    },
  };
}
