/**
 * Definition files of Docker Official Images: who maintains a repository, from which sources, and which tags it has.
 * docker-library/official-images, `library/*`; README.md, "Library definition files", and go-dockerlibrary's `manifest`.
 */

export interface LibraryDefinition {
  /** As they stand there: `Tianon Gravi <tianon@debian.org> (@tianon)`. */
  readonly maintainers: readonly string[];
  /** Repositories that images are built from, without `.git`. */
  readonly sources: readonly string[];
  /**
   * The tags of each entry, with those that it shares with others. They are still made and may move; every other tag has been
   * left where it is.
   */
  readonly entries: readonly (readonly string[])[];
}

/** Numbers of the entries that list a tag: several share it; none where it is not made any more. */
export function entriesOf({ entries }: LibraryDefinition, tag: string): readonly number[] {
  return entries.flatMap((tags, index) => (tags.includes(tag) ? [index] : []));
}

const MAX_LENGTH = 4 * 1024 * 1024;

/** Reads a definition; a text says why it is none. */
export function parseLibraryDefinition(text: string): LibraryDefinition | string {
  if (text.length > MAX_LENGTH) return `it has more than ${MAX_LENGTH} characters`;
  const fields = fieldsOf(text);
  if (typeof fields === 'string') return fields;
  const all = (name: string) => fields.filter((field) => field.name === name).map(({ value }) => value);
  const maintainers = all('Maintainers').flatMap(commaList);
  const tagged = fields.filter(({ name }) => name === 'Tags' || name === 'SharedTags');
  const entries = [...Map.groupBy(tagged, ({ paragraph }) => paragraph).values()];
  if (maintainers.length === 0) return 'it names no maintainers';
  if (entries.length === 0) return 'it has no tags';
  return {
    maintainers,
    sources: [...new Set(all('GitRepo').map((address) => address.replace(/\.git$/, '')))],
    entries: entries.map((group) => group.flatMap(({ value }) => commaList(value))),
  };
}

interface Field {
  /** Which of those that empty lines divide. */
  readonly paragraph: number;
  readonly name: string;
  readonly value: string;
}

/** As in RFC 2822: a line that begins with a space continues the one before. */
function fieldsOf(text: string): readonly Field[] | string {
  const fields: { paragraph: number; name: string; value: string }[] = [];
  let paragraph = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') paragraph += 1;
    if (line.startsWith('#') || line.trim() === '') continue;
    const last = fields.at(-1);
    if (/^\s/.test(line)) {
      if (last === undefined) return `line ${index + 1} continues nothing`;
      last.value += ` ${line.trim()}`;
      continue;
    }
    const match = /^([A-Za-z0-9-]+):(.*)$/.exec(line);
    if (match === null) return `line ${index + 1} is no field`;
    fields.push({ paragraph, name: match[1] ?? '', value: (match[2] ?? '').trim() });
  }
  return fields;
}

const commaList = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
