import { LibraryError } from '../errors.ts';
import type { GitStore } from '../git/git-store.ts';
import { type DockerfileImages, imagesOfDockerfile } from '../dockerfiles/dockerfile-images.ts';
import { contextChecksum } from './context-checksum.ts';
import { findEntry, invalid, openContext } from './context-tree.ts';
import type { Contents, ContentUse } from './contents.ts';
import { contentKey, type RecordedContents, type RecordedFacts, toContents } from './recorded-contents.ts';
import { IMPORT_BUILDER } from '../../definitions/definition.ts';

const MAX_DOCKERFILE_BYTES = 4 * 1024 * 1024;

const NO_DOCKERFILE: DockerfileImages = { froms: ['scratch'], lastStageFrom: 'scratch' };

/** A place in the definitions whose facts could not be had. */
export interface ContentProblem {
  readonly use: ContentUse;
  /** COMMIT_NOT_FOUND, CONTEXT_INVALID, DOCKERFILE_INVALID or SOURCE_REPOSITORY_FAILED; without the name of the place. */
  readonly error: LibraryError;
}

export interface ContentReading {
  readonly contents: Contents;
  /** What was recorded, and what has been read now: worth keeping when anything was read. */
  readonly recorded: RecordedContents;
  /** How many facts were read now. */
  readonly read: number;
  readonly problems: readonly ContentProblem[];
}

/**
 * The facts of every place in the definitions: those on record, and the others read from the store. What cannot be read is a
 * problem of the places that need it, and the others go on.
 *
 * @param store where everything is on record, it is not asked
 * @throws {LibraryError} GIT_MISSING
 */
export async function readContents(
  uses: readonly ContentUse[],
  store: GitStore,
  recorded: RecordedContents,
): Promise<ContentReading> {
  const known = new Map(recorded);
  const failed = new Map<string, LibraryError>();
  const problems: ContentProblem[] = [];
  const reader = createFactReader(store);
  for (const use of uses) {
    const key = contentKey(use.inputs);
    if (known.has(key)) continue;
    let failure = failed.get(key);
    if (failure === undefined) {
      const facts = await reader(use.inputs);
      if (!(facts instanceof LibraryError)) {
        known.set(key, facts);
        continue;
      }
      failure = facts;
      failed.set(key, failure);
    }
    problems.push({ use, error: failure });
  }
  return { contents: toContents(known), recorded: known, read: known.size - recorded.size, problems };
}

type FactReader = (inputs: ContentUse['inputs']) => Promise<RecordedFacts | LibraryError>;

/** Reads what many commits have in common once. */
function createFactReader(store: GitStore): FactReader {
  const remembered: GitStore = {
    ...store,
    commit: remember((id) => store.commit(id)),
    tree: remember((id) => store.tree(id)),
  };
  const checksumOf = remember((tree) => contextChecksum(remembered, tree));
  const imagesOf = remember((blob) => readDockerfile(store, blob));
  return async (inputs) => {
    const { gitCommit, directory, file, builder } = inputs;
    try {
      const { commit, tree } = await openContext(remembered, inputs);
      const found = await findEntry(remembered, tree, file);
      if (found.kind !== 'file' && found.kind !== 'executable') throw invalid(`${file} is a ${found.kind}`);
      const images = builder === IMPORT_BUILDER ? NO_DOCKERFILE : await imagesOf(found.id);
      const facts = { checksum: await checksumOf(tree), ...images, epoch: commit.epoch };
      return { gitCommit, directory, file, builder, ...facts };
    } catch (error) {
      if (!(error instanceof LibraryError) || error.code === 'GIT_MISSING') throw error;
      return error;
    }
  };
}

async function readDockerfile(store: GitStore, blob: string): Promise<DockerfileImages> {
  const bytes = await store.blob(blob, MAX_DOCKERFILE_BYTES);
  if (bytes === null) throw invalid(`the Dockerfile has more than ${MAX_DOCKERFILE_BYTES} bytes`);
  return imagesOfDockerfile(new TextDecoder().decode(bytes));
}

/** Asks once for each identifier: what it names never changes. */
function remember<T>(ask: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (id) => {
    const answer = answers.get(id) ?? ask(id);
    answers.set(id, answer);
    return answer;
  };
}

/** One line for each entry and reason, with all architectures that it keeps the facts from. */
export function describeProblems(problems: readonly ContentProblem[]): readonly string[] {
  const alike = Map.groupBy(problems, ({ use: { repository, entry }, error: { code, message } }) =>
    JSON.stringify([code, `${repository}:${entry}`, message]),
  );
  return [...alike.values()].flatMap((places) => {
    const architectures = places.map(({ use }) => use.architecture).join(', ');
    return places
      .slice(0, 1)
      .map(
        ({ use, error }) =>
          `${error.code}: ${use.repository}:${use.entry} on ${architectures}: ${error.message}`,
      );
  });
}
