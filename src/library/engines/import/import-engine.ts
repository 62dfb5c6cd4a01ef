/**
 * `Builder: oci-import`: the directory of the commit holds an image already, and nothing of it is run. Either a layout, whose image
 * keeps its digest, or (our addition) the archive of a root file system, which becomes an image of one layer.
 */
import type { BuildEngine } from '../engine.ts';
import { importLayout } from './import-layout.ts';
import { importRootArchive, isRootArchive } from './import-root-archive.ts';

/** Counted up when the same context would give another image. */
const VERSION = '1';

export function importEngine(): BuildEngine {
  return {
    describe: async () => ({ name: 'oci-import', version: VERSION, parts: {} }),
    build: (request) => (isRootArchive(request.file) ? importRootArchive(request) : importLayout(request)),
  };
}
