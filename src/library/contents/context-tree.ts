/** The directory of a commit that an image is built from. */
import type { BuildInputs } from '../../definitions/definition.ts';
import { LibraryError } from '../errors.ts';
import type { GitCommit, GitEntryKind, GitTreeEntry } from '../git/git-objects.ts';
import type { GitStore } from '../git/git-store.ts';

const MAX_FILES = 200_000;
const MAX_DEPTH = 100;
const MAX_LINKS = 40;

/** As long as a path of Linux may be. */
export const MAX_LINK_BYTES = 4096;

export interface Context {
  readonly commit: GitCommit;
  /** Identifier of the directory's tree. */
  readonly tree: string;
}

export interface ContextEntry {
  /** Relative, with slashes. */
  readonly path: string;
  readonly kind: GitEntryKind;
  readonly id: string;
}

type ContextStore = Pick<GitStore, 'commit' | 'tree' | 'blob'>;

/** @throws {LibraryError} COMMIT_NOT_FOUND, CONTEXT_INVALID, SOURCE_REPOSITORY_FAILED, GIT_MISSING */
export async function openContext(
  store: ContextStore,
  { gitRepo, gitCommit, directory }: Pick<BuildInputs, 'gitRepo' | 'gitCommit' | 'directory'>,
): Promise<Context> {
  const commit = await store.commit(gitCommit);
  if (commit === null) {
    const message = `commit ${gitCommit.slice(0, 100)} of ${gitRepo} has not been fetched`;
    throw new LibraryError('COMMIT_NOT_FOUND', message, { subject: gitCommit });
  }
  const { kind, id } = await findEntry(store, commit.tree, directory);
  if (kind !== 'directory') throw invalid(`${directory} is a ${kind}, not a directory`);
  return { commit, tree: id };
}

/**
 * Follows a path, and the links on it, from a tree. Nothing outside of that tree is reached.
 *
 * @throws {LibraryError} CONTEXT_INVALID
 */
export async function findEntry(
  store: ContextStore,
  tree: string,
  path: string,
): Promise<Pick<GitTreeEntry, 'kind' | 'id'>> {
  const above: string[] = [];
  let current: Pick<GitTreeEntry, 'kind' | 'id'> = { kind: 'directory', id: tree };
  let links = 0;
  if (path.startsWith('/')) throw invalid(`${path} is not relative`);
  // the next one last: a path may be of a megabyte
  const steps = path.split('/').reverse();
  for (;;) {
    const step = steps.pop();
    if (step === undefined) return current;
    if (step === '' || step === '.') continue;
    if (step === '..') {
      const id = above.pop();
      if (id === undefined) throw invalid(`${path} leads out of it`);
      current = { kind: 'directory', id };
      continue;
    }
    if (current.kind !== 'directory') throw invalid(`${path} goes through a ${current.kind}`);
    const found: GitTreeEntry | undefined = (await store.tree(current.id)).find(({ name }) => name === step);
    if (found === undefined) throw invalid(`there is no ${path} in it`);
    if (found.kind === 'link') {
      links += 1;
      if (links > MAX_LINKS) throw invalid(`${path} goes through more than ${MAX_LINKS} links`);
      const target = await readLink(store, found.id);
      if (target.startsWith('/')) throw invalid(`${path} goes through a link to ${target}`);
      steps.push(...target.split('/').reverse());
      continue;
    }
    above.push(current.id);
    current = found;
  }
}

/** @throws {LibraryError} CONTEXT_INVALID */
export async function readLink(store: ContextStore, id: string): Promise<string> {
  const bytes = await store.blob(id, MAX_LINK_BYTES);
  if (bytes === null || bytes.length === 0 || bytes.includes(0))
    throw invalid('it has a link that leads nowhere a file can be');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Everything in it, a directory before what it contains, in the order of the names' bytes. @throws {LibraryError} CONTEXT_INVALID */
export async function* walkContext(
  store: ContextStore,
  tree: string,
): AsyncGenerator<ContextEntry, void, undefined> {
  let files = 0;
  yield* walk(tree, '', 0);

  async function* walk(
    id: string,
    above: string,
    depth: number,
  ): AsyncGenerator<ContextEntry, void, undefined> {
    if (depth > MAX_DEPTH) throw invalid(`it has directories more than ${MAX_DEPTH} deep`);
    const entries = [...(await store.tree(id))].sort(({ name: a }, { name: b }) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
    for (const entry of entries) {
      files += 1;
      if (files > MAX_FILES) throw invalid(`it has more than ${MAX_FILES} files`);
      const path = `${above}${entry.name}`;
      yield { path, kind: entry.kind, id: entry.id };
      if (entry.kind === 'directory') yield* walk(entry.id, `${path}/`, depth + 1);
    }
  }
}

export function invalid(reason: string): LibraryError {
  return new LibraryError('CONTEXT_INVALID', `the context cannot be used: ${reason}`.slice(0, 1000));
}
