/** Tag histories from the git repository of a programme. Each content of a file is parsed once, however often it comes back. */
import { DefinitionError } from '../../definitions/errors.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import {
  fileVersions,
  readTexts,
  type DefinitionRepository,
  type FileVersion,
} from './definition-repository.ts';
import {
  makeTagHistory,
  tagMeanings,
  type DefinitionVersion,
  type TagHistory,
  type TagMeanings,
} from './tag-history.ts';

/**
 * The history of one definition file.
 *
 * @param file from the repository's folder on: `library/redis`
 */
export async function readTagHistory(
  repository: DefinitionRepository,
  revision: string,
  file: string,
): Promise<TagHistory> {
  for await (const { history } of readTagHistories(repository, revision, file)) return history;
  return makeTagHistory([]);
}

/** The histories of all files in a folder, one after the other, so that no more than one is held. */
export async function* readTagHistories(
  repository: DefinitionRepository,
  revision: string,
  path: string,
): AsyncGenerator<{ readonly file: string; readonly history: TagHistory }, void, undefined> {
  const files = [...(await fileVersions(repository, revision, path))];
  const texts = readTexts(
    repository,
    files.flatMap(([, versions]) => blobsOf(versions)),
  );
  for (const [file, versions] of files) {
    const meanings = new Map<string, DefinitionVersion['meanings']>();
    for (const blob of blobsOf(versions)) {
      const { value } = await texts.next();
      meanings.set(blob, readMeanings(typeof value?.text === 'string' ? value.text : null));
    }
    const known = versions.map(({ commit, at, blob, isLink }) => ({
      point: { commit, at },
      meanings:
        blob === null && !isLink
          ? ('absent' as const)
          : (meanings.get(blob ?? '') ?? ('unreadable' as const)),
    }));
    yield { file, history: makeTagHistory(known) };
  }
}

function blobsOf(versions: readonly FileVersion[]): readonly string[] {
  return [...new Set(versions.flatMap(({ blob }) => blob ?? []))];
}

function readMeanings(text: string | null): TagMeanings | 'unreadable' {
  if (text === null) return 'unreadable';
  try {
    return tagMeanings(parseDefinition(text, { name: 'a former version' }));
  } catch (error) {
    if (error instanceof DefinitionError) return 'unreadable';
    throw error;
  }
}
