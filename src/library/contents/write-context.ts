import { chmod, lutimes, mkdir, open, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildInputs } from '../../definitions/definition.ts';
import type { GitStore } from '../git/git-store.ts';
import { type ContextEntry, openContext, readLink, walkContext } from './context-tree.ts';

/**
 * Writes the files that an image is built from, as a checkout would, with the modes of the scrubbed tar and the time of the
 * commit. Every folder is made anew and no name occurs twice in one, so nothing is ever written through a link; links are
 * written as they are, wherever they lead: who builds must not follow them out of the folder. Submodules are empty folders.
 *
 * @param folder which is made, and must not be there
 * @throws {LibraryError} COMMIT_NOT_FOUND, CONTEXT_INVALID, SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function writeContext(
  store: GitStore,
  inputs: Pick<BuildInputs, 'gitRepo' | 'gitCommit' | 'directory'>,
  folder: string,
): Promise<void> {
  const { commit, tree } = await openContext(store, inputs);
  const places = [folder];
  await mkdir(folder);
  await chmod(folder, 0o775);
  for await (const entry of walkContext(store, tree)) {
    const place = join(folder, entry.path);
    await writeEntry(store, entry, place);
    places.push(place);
  }
  // what is written into a folder changes its time: folders come last
  for (const place of places.toReversed()) await lutimes(place, commit.epoch, commit.epoch);
}

async function writeEntry(store: GitStore, { kind, id }: ContextEntry, place: string): Promise<void> {
  if (kind === 'link') return await symlink(await readLink(store, id), place);
  if (kind === 'directory' || kind === 'submodule') {
    await mkdir(place);
    return await chmod(place, 0o775);
  }
  const file = await open(place, 'wx');
  try {
    await store.streamBlob(id, {
      async chunk(bytes) {
        await file.writeFile(bytes);
      },
    });
    await file.chmod(kind === 'executable' ? 0o775 : 0o664);
  } finally {
    await file.close();
  }
}
