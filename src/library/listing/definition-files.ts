import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseDefinitionReference } from '../../definitions/find-entries.ts';
import { LibraryError } from '../errors.ts';
import { definitionNames, openSettings } from '../programme/open-programme.ts';

/** A file that a person named, or one of all. */
export interface DefinitionFile {
  /** Of the repository. */
  readonly name: string;
  readonly file: string;
  /** Null for the whole repository. */
  readonly tag: string | null;
}

export interface DefinitionPlaces {
  /** The programme's folder. */
  readonly folder: string;
  /** Paths are relative to it. */
  readonly workingDirectory: string;
}

/**
 * The files that references name, in their order: `redis`, `redis:8`, `./library/redis:8`. What has a slash is a path first, and
 * then a file of the library. Without references it is all files of the library. docker-library/bashbrew, `manifest/fetch.go`.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND, PROGRAMME_NOT_FOUND, PROGRAMME_INVALID
 */
export function definitionFiles(
  references: readonly string[],
  { folder, workingDirectory }: DefinitionPlaces,
): readonly DefinitionFile[] {
  if (references.length === 0) {
    const settings = openSettings(folder);
    return definitionNames(settings).map((name) => ({ name, file: join(settings.library, name), tag: null }));
  }
  return references.map((reference) => {
    const { path, repository, tag } = parseDefinitionReference(reference);
    const given = resolve(workingDirectory, path);
    if (path.includes('/') && isFile(given)) return { name: repository, file: given, tag };
    const { library } = openSettings(folder);
    const file = join(library, path);
    if (isFile(file)) return { name: repository, file, tag };
    throw new LibraryError(
      'DEFINITION_NOT_FOUND',
      `unable to find a manifest named ${JSON.stringify(path)} (in ${library})`,
      { subject: reference },
    );
  });
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
