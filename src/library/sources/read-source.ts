import type { BuildInputs } from '../../definitions/definition.ts';
import { bringCommit } from '../contents/bring-commit.ts';
import { contextChecksum } from '../contents/context-checksum.ts';
import { openContext } from '../contents/context-tree.ts';
import { contentKey } from '../contents/recorded-contents.ts';
import type { GitStore } from '../git/git-store.ts';
import { sourceIdOf } from './source-id.ts';
import type { SourceId } from './source.ts';

/**
 * The identity of what a commit holds in a directory.
 *
 * @throws {LibraryError} COMMIT_NOT_FOUND, CONTEXT_INVALID, SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export type ReadSource = (inputs: BuildInputs) => Promise<SourceId>;

/**
 * Reads it from the commit itself, whatever is on record of it: for those who sign, since a record may be forged. Commits never change,
 * so each is read once.
 *
 * @param isFetched whether commits that are not at hand are fetched
 */
export function createSourceReader(
  store: GitStore,
  { isFetched }: { readonly isFetched: boolean },
): ReadSource {
  const known = new Map<string, SourceId>();
  return async (inputs) => {
    const key = contentKey(inputs);
    const before = known.get(key);
    if (before !== undefined) return before;
    if (isFetched) await bringCommit(store, inputs);
    const { tree } = await openContext(store, inputs);
    const sourceId = sourceIdOf(await contextChecksum(store, tree), inputs.file, inputs.builder);
    known.set(key, sourceId);
    return sourceId;
  };
}
