/** Reads the texts of pages from their folders: one for each repository, and `.template-helpers` for all. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { LibraryError } from '../errors.ts';
import type { Texts } from './texts.ts';

const SHARED = '.template-helpers';
const MAX_FILES = 1_000;
const MAX_TEXT_BYTES = 1024 * 1024;
const TEXT = /\.(?:md|txt|ya?ml)$|^(?:github-repo|logo-url|architecture-url|metadata\.json)$/;
/** Pages that are written here must not be taken for texts. */
const PAGE = 'README.md';
/** The first that there is. */
const LOGOS = ['logo.png', 'logo.svg'] as const;

export interface RepositoryTexts {
  readonly texts: Texts;
  readonly logo: string | null;
}

/**
 * Nothing is run: upstream's `update.sh` of a repository is passed over.
 *
 * @param root the programme's folder of documents; null where it has none
 * @throws {LibraryError} TEXTS_INVALID
 */
export function readRepositoryTexts(root: string | null, repository: string): RepositoryTexts {
  if (root === null) return { texts: new Map(), logo: null };
  const names = fileNames(root, repository);
  return {
    texts: readTexts(root, repository, names),
    logo: LOGOS.find((name) => names.includes(name)) ?? null,
  };
}

/** @throws {LibraryError} TEXTS_INVALID, also where the programme names a folder that is not there */
export function readSharedTexts(root: string | null): Texts {
  if (root === null) return new Map();
  if (!existsSync(root)) throw invalid(root, 'does not exist');
  return readTexts(root, SHARED, fileNames(root, SHARED));
}

/** The bytes of a logo, or of another file of a repository. @throws {LibraryError} TEXTS_INVALID */
export function readDocumentFile(root: string, repository: string, name: string): Buffer {
  const file = join(root, repository, name);
  return reading(file, () => {
    // links among the texts are usual, as several repositories share one; a link that leads elsewhere could publish any file
    const place = realpathSync(file);
    if (!place.startsWith(`${realpathSync(root)}${sep}`))
      throw invalid(file, 'is a link that leads out of its folder');
    const bytes = readBoundedFile(place, MAX_TEXT_BYTES);
    if (bytes === null) throw invalid(file, `has more than ${MAX_TEXT_BYTES} bytes`);
    return bytes;
  });
}

function readTexts(root: string, folder: string, names: readonly string[]): Texts {
  const texts = names.filter((name) => TEXT.test(name) && name !== PAGE);
  return new Map(
    texts.map((name) => [name, decode(readDocumentFile(root, folder, name), join(root, folder, name))]),
  );
}

/** None for a repository without a folder: it has the texts of all. */
function fileNames(root: string, folder: string): readonly string[] {
  const place = join(root, folder);
  if (!existsSync(place)) return [];
  const entries = reading(place, () => readdirSync(place, { withFileTypes: true }));
  if (entries.length > MAX_FILES) throw invalid(place, `has more than ${MAX_FILES} files`);
  return entries.flatMap((entry) => (entry.isFile() || entry.isSymbolicLink() ? [entry.name] : [])).sort();
}

/** What the system refuses is said of the file. */
function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw invalid(file, `cannot be read (${code})`);
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(file, 'is not UTF-8');
  }
}

function invalid(file: string, what: string): LibraryError {
  return new LibraryError('TEXTS_INVALID', `${file} ${what}`, { subject: file });
}
