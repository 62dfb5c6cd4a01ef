/** Which tests a programme has, as one digest: what images passed is told apart from what they would have to pass now. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedFile } from '../../../files/bounded-file.ts';
import { canonicalJson } from '../../../formats/canonical-json.ts';
import { type Digest, digestOf } from '../../../model/digest.ts';
import { LibraryError } from '../../errors.ts';

const MAX_FILES = 10_000;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const EXECUTABLE = 0o111;

/**
 * Of all that lies in a folder of tests: names, contents, and whether it can be executed. A folder that is not there has nothing.
 *
 * @throws {LibraryError} PROGRAMME_INVALID for one that is too large, or cannot be read
 */
export function digestOfTests(folder: string): Digest {
  const invalid = (because: string, cause?: unknown) =>
    new LibraryError('PROGRAMME_INVALID', `the tests in ${folder} cannot be read: ${because}`, {
      subject: folder,
      cause,
    });
  try {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return digestOf(canonicalJson([]));
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    if (names.length > MAX_FILES) throw invalid(`there are more than ${MAX_FILES} files`);
    return digestOf(
      canonicalJson(
        names.flatMap((name) => {
          const file = join(folder, name);
          const found = lstatSync(file);
          if (found.isSymbolicLink()) return [[name, 'link', readlinkSync(file)]];
          if (!found.isFile()) return [];
          const bytes = readBoundedFile(file, MAX_FILE_BYTES);
          if (bytes === null) throw invalid(`${name} has more than ${MAX_FILE_BYTES} bytes`);
          return [[name, (found.mode & EXECUTABLE) === 0 ? 'file' : 'program', digestOf(bytes)]];
        }),
      ),
    );
  } catch (cause) {
    if (cause instanceof LibraryError) throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
}
