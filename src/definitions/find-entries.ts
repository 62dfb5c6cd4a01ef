import { ARCHITECTURES, type Architecture } from './architectures.ts';
import type { Definition, Entry } from './definition.ts';

/** The entry that has a tag; all that share it where none has it; none for a tag that is not supported. */
export function findEntries({ entries }: Pick<Definition, 'entries'>, tag: string): readonly Entry[] {
  const own = entries.find(({ tags }) => tags.includes(tag));
  return own === undefined ? entries.filter(({ sharedTags }) => sharedTags.includes(tag)) : [own];
}

/** `redis:8` of every tag, and then of every shared tag. */
export function tagNames(
  repository: string,
  { tags, sharedTags }: Pick<Entry, 'tags' | 'sharedTags'>,
): readonly string[] {
  return [...tags, ...sharedTags].map((tag) => `${repository}:${tag}`);
}

/** `arm64v8/redis:8` of every tag, and then of every shared tag. */
export function architectureTagNames(
  repository: string,
  entry: Pick<Entry, 'tags' | 'sharedTags'>,
  architecture: Architecture,
): readonly string[] {
  return tagNames(`${ARCHITECTURES[architecture].namespace}/${repository}`, entry);
}

/** What a person names: a repository, or a tag of it, in a file of its own or in the library. */
export interface DefinitionReference {
  /** Where it is looked for: a path when it has a slash, else the name of the repository. */
  readonly path: string;
  readonly repository: string;
  /** Null for the whole repository. */
  readonly tag: string | null;
}

/** `redis`, `redis:8`, `./library/redis:8`. docker-library/bashbrew, `manifest/fetch.go`; without its addresses of the web. */
export function parseDefinitionReference(text: string): DefinitionReference {
  const base = text.slice(text.lastIndexOf('/') + 1);
  const colon = base.indexOf(':');
  if (colon <= 0) return { path: text, repository: base, tag: null };
  return {
    path: text.slice(0, text.length - base.length + colon),
    repository: base.slice(0, colon),
    tag: base.slice(colon + 1) || null,
  };
}
