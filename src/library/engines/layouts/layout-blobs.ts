/** Layouts as stores, where their index does not count. */
import { open, stat } from 'node:fs/promises';
import { type FileStore, missingFile } from '../../../oci/sources/file-store.ts';
import { readRange } from '../../../oci/sources/host-file.ts';
import type { ImageReader } from '../../../oci/store/image-store.ts';
import { layoutReader } from '../../../oci/store/layout-reader.ts';
import { contextFile, findContextFile } from '../context-file.ts';

/** What the blobs of a layout hold, by digest alone. */
export function blobReader(files: FileStore): ImageReader {
  const nothing = { kind: 'index', mediaType: '', manifests: [], annotations: {} } as const;
  return layoutReader(files, nothing, async () => {});
}

/** Commits have layouts whose blobs are links to files beside them; those are followed, and none that leads out. */
export function contextStore(context: string): FileStore {
  const store: FileStore = {
    name: context,
    async sizeOf(path) {
      const place = await findContextFile(context, path);
      return place === null ? null : (await stat(place)).size;
    },
    async *open(path, signal) {
      const sizeBytes = await store.sizeOf(path);
      if (sizeBytes === null) throw missingFile(store, path);
      const place = await contextFile(context, path);
      const handle = await open(place);
      try {
        yield* readRange({ name: place, handle }, 0, sizeBytes, signal);
      } finally {
        await handle.close();
      }
    },
  };
  return store;
}
