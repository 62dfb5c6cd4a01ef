import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type TarFile, writeTar } from '../tar/tar-writer.ts';
import type { ImageWriter } from './image-store.ts';
import { openLayoutWriter, written } from './layout-writer.ts';

const CHUNK_BYTES = 1024 * 1024;

export interface ArchiveWriter {
  readonly writer: ImageWriter;
  /** Where the layout is gathered; what else is put there is packed too. */
  readonly directory: string;
}

/**
 * An OCI layout in a tar archive. It is gathered in a directory beside the archive's place and packed when it is complete:
 * an archive that is there already is replaced as a whole, and stays as it is when anything fails. The same images give the
 * same bytes.
 *
 * @throws {OciError} DESTINATION_NOT_WRITTEN
 */
export async function openArchiveWriter(path: string): Promise<ArchiveWriter> {
  const file = resolve(path);
  const scratch = await written(path, () => mkdtemp(join(dirname(file), '.hallmark-')));
  const directory = join(scratch, 'layout');
  const layout = await openLayoutWriter(directory, { isStaged: true });
  const writer: ImageWriter = {
    ...layout,
    name: path,
    async complete() {
      await layout.complete?.();
      await written(path, async () => {
        const partial = join(scratch, basename(file));
        const files = await filesOf(directory);
        await pipeline(writeTar(files), createWriteStream(partial, { flags: 'wx', flush: true }));
        await rename(partial, file);
      });
    },
    async close() {
      await layout.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
  return { writer, directory };
}

/** What an archive holds of a layout, in an order that depends on the content alone. */
async function filesOf(directory: string): Promise<TarFile[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = found
    .map((entry) => ({
      path: join(entry.parentPath, entry.name).slice(directory.length + 1),
      isDirectory: entry.isDirectory(),
    }))
    .filter(({ path }) => !path.startsWith('.'))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(
    paths.map(async ({ path, isDirectory }) => {
      if (isDirectory) return { path: `${path}/`, content: null };
      const { size } = await stat(join(directory, path));
      return {
        path,
        content: {
          sizeBytes: size,
          open: () => createReadStream(join(directory, path), { highWaterMark: CHUNK_BYTES }),
        },
      };
    }),
  );
}
