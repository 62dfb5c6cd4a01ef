import { createHash } from 'node:crypto';
import type { GitStore } from '../git/git-store.ts';
import { invalid, readLink, walkContext } from './context-tree.ts';
import type { ContextChecksum } from './contents.ts';
import { padding, scrubbedHeader } from './scrubbed-header.ts';

/** As large as layers are that are kept in git. */
const MAX_CONTEXT_BYTES = 16 * 1024 ** 3;

/**
 * SHA-256 of the scrubbed tar of a directory: `reproducibleGitChecksum`.
 *
 * @param tree identifier of the directory's tree
 * @throws {LibraryError} CONTEXT_INVALID, SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function contextChecksum(store: GitStore, tree: string): Promise<ContextChecksum> {
  const hash = createHash('sha256');
  await writeContextTar(store, tree, (bytes) => void hash.update(bytes));
  return hash.digest('hex') as ContextChecksum;
}

/**
 * The scrubbed tar of a directory: without times, owners and the blocks at an archive's end, as bashbrew's `context` writes it.
 *
 * @param tree identifier of the directory's tree
 * @throws {LibraryError} CONTEXT_INVALID, SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function writeContextTar(
  store: GitStore,
  tree: string,
  write: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> {
  let total = 0;
  for await (const { path, kind, id } of walkContext(store, tree)) {
    const header = (sizeBytes: number, target = ''): Buffer => {
      total += sizeBytes;
      if (total > MAX_CONTEXT_BYTES) throw invalid(`it has more than ${MAX_CONTEXT_BYTES} bytes`);
      try {
        return scrubbedHeader({ path, kind, sizeBytes, target });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw invalid(`${path}: ${error.message}`);
      }
    };
    if (kind === 'link') await write(header(0, await readLink(store, id)));
    else if (kind === 'directory' || kind === 'submodule') await write(header(0));
    else {
      let rest: Uint8Array = new Uint8Array(0);
      await store.streamBlob(id, {
        begin(sizeBytes) {
          rest = padding(sizeBytes);
          return write(header(sizeBytes));
        },
        chunk: write,
      });
      await write(rest);
    }
  }
}
