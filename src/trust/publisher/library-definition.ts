/**
 * Definition files of Docker Official Images: who maintains a repository, from which sources, and which tags it has.
 * docker-library/official-images, `library/*`; README.md, "Library definition files", and go-dockerlibrary's `manifest`.
 */

export interface LibraryDefinition {
  /** As they stand there: `Tianon Gravi <tianon@debian.org> (@tianon)`. */
  readonly maintainers: readonly string[];
  /** Repositories that images are built from, without `.git`. */
  readonly sources: readonly string[];
  /** Those that are still made: they may move, every other tag has been left where it is. */
  readonly tags: ReadonlySet<string>;
}

const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads a definition; a text says why it is none. */
export function parseLibraryDefinition(text: string): LibraryDefinition | string {
  if (text.length > MAX_LENGTH) return `it has more than ${MAX_LENGTH} characters`;
  const entries = fieldsOf(text);
  if (typeof entries === 'string') return entries;
  const all = (name: string) => entries.filter((field) => field.name === name).map(({ value }) => value);
  const maintainers = all('Maintainers').flatMap(commaList);
  const tags = [...all('Tags'), ...all('SharedTags')].flatMap(commaList);
  if (maintainers.length === 0) return 'it names no maintainers';
  if (tags.length === 0) return 'it has no tags';
  return {
    maintainers,
    sources: [...new Set(all('GitRepo').map((address) => address.replace(/\.git$/, '')))],
    tags: new Set(tags),
  };
}

interface Field {
  readonly name: string;
  readonly value: string;
}

/** As in RFC 2822: a line that begins with a space continues the one before. */
function fieldsOf(text: string): readonly Field[] | string {
  const fields: { name: string; value: string }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.startsWith('#') || line.trim() === '') continue;
    const last = fields.at(-1);
    if (/^\s/.test(line)) {
      if (last === undefined) return `line ${index + 1} continues nothing`;
      last.value += ` ${line.trim()}`;
      continue;
    }
    const match = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
    if (match === null) return `line ${index + 1} is no field`;
    fields.push({ name: match[1] ?? '', value: (match[2] ?? '').trim() });
  }
  return fields;
}

const commaList = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
