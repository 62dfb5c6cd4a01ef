/** Fields between two per cent signs, as in `%%REPO%%`. docker-library/docs, `update.sh`, `replace_field`. */
import { LibraryError } from '../errors.ts';
import { withoutLastLines } from './texts.ts';

/** The limit of Docker Hub is 25,000 bytes, and its longest page has some 150,000 before it is cut: more is a mistake, or malice. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** In the order in which they are replaced: a text may hold fields that come later. */
export const PAGE_FIELDS = [
  'TAGS',
  'ARCHES',
  'CONTENT',
  'VARIANT',
  'LOGO',
  'COMPOSE',
  'COMPOSE-YAML',
  'LICENSE',
  'ISSUES',
  'GET-HELP',
  'MAINTAINER',
  'IMAGE',
  'REPO',
  'GITHUB-REPO',
] as const;

export type PageField = (typeof PAGE_FIELDS)[number];

/**
 * Puts a value, without line feeds at its end, into every place of a field.
 *
 * @param repository to be named where the page becomes too long
 * @throws {LibraryError} TEXTS_INVALID
 */
export function replaceField(page: string, field: string, value: string, repository: string): string {
  const pieces = page.split(`%%${field}%%`);
  const content = withoutLastLines(value);
  // whoever writes the field a thousand times into a text of a megabyte does not fill our memory
  if (page.length + (pieces.length - 1) * content.length > MOST_CHARACTERS) {
    throw new LibraryError(
      'TEXTS_INVALID',
      `the page of ${repository} becomes longer than ${MOST_CHARACTERS} characters with %%${field}%%`,
      { subject: repository },
    );
  }
  return (field === 'LOGO' ? withoutSpaceAround(pieces) : pieces).join(content);
}

/** Space beside the logo goes with it. */
function withoutSpaceAround(pieces: readonly string[]): readonly string[] {
  return pieces.map((piece, index) => {
    let start = 0;
    let end = piece.length;
    if (index > 0) while (start < end && isSpace(piece[start])) start += 1;
    if (index < pieces.length - 1) while (end > start && isSpace(piece[end - 1])) end -= 1;
    return piece.slice(start, end);
  });
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}
