/** What an image was examined as: read from the commit by whoever signs, and held against the definitions by whoever publishes. */
import type { BuildInputs } from '../../definitions/definition.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { AdmissionCheck, ExaminedSource } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { held } from './checks.ts';

/** @throws {LibraryError} what keeps the commit from being read */
export async function examineSource(
  { repository, entry, build }: Pick<BuiltImageFacts, 'repository' | 'entry' | 'build'>,
  readSource: ReadSource,
): Promise<{ readonly source: ExaminedSource; readonly check: AdmissionCheck }> {
  const { gitRepo, gitCommit, directory, file, builder } = entry;
  const sourceId = await readSource(entry);
  const problem = sourceId === build.sourceId ? null : `it is ${sourceId}, expected ${build.sourceId}`;
  return {
    source: { repository, sourceId, gitRepo, gitCommit, directory, file, builder },
    check: held('source', problem, `it is what ${placeOf(entry)} holds`),
  };
}

/**
 * Whether an image was built from what the definitions name. The repository does not count, and neither does the commit where another one
 * holds the same.
 *
 * @throws {LibraryError} what keeps a commit from being read
 */
export async function isBuiltFrom(
  source: ExaminedSource,
  inputs: BuildInputs,
  readSource: ReadSource,
): Promise<boolean> {
  const fields = ['gitCommit', 'directory', 'file', 'builder'] as const;
  if (fields.every((field) => source[field] === inputs[field])) return true;
  return (await readSource(inputs)) === source.sourceId;
}

/** `Dockerfile in debian of 1111…`. */
export function placeOf({ file, directory, gitCommit }: Omit<BuildInputs, 'gitFetch'>): string {
  return `${file}${directory === '.' ? '' : ` in ${directory}`} of ${gitCommit}`;
}
