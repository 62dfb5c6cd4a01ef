import type { BuildInputs } from '../../definitions/definition.ts';
import type { GitStore } from '../git/git-store.ts';

/**
 * Fetches the commit of a place if it is not at hand: what is on record of a commit stays when the store of commits is emptied.
 *
 * @throws {LibraryError} COMMIT_NOT_FOUND, SOURCE_REPOSITORY_FAILED, GIT_MISSING
 */
export async function bringCommit(
  store: Pick<GitStore, 'fetch'>,
  { gitRepo, gitFetch, gitCommit }: Pick<BuildInputs, 'gitRepo' | 'gitFetch' | 'gitCommit'>,
): Promise<void> {
  const [failure] = await store.fetch([{ gitRepo, gitFetch, gitCommit }]);
  if (failure !== undefined) throw failure.error;
}
