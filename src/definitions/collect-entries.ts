import type { Paragraph } from './control-file.ts';
import { type Entry, perArchitectureFields } from './definition.ts';
import type { Refuse } from './errors.ts';
import { quote } from './go-strings.ts';

interface Growing {
  readonly entry: Entry;
  readonly tags: string[];
  readonly sharedTags: Set<string>;
}

/**
 * Entries in the order of the file. No tag may name two of them, while several may share one. What is built from the same
 * inputs as an entry before is that entry with more tags: its maintainers are the first one's.
 */
export function collectEntries(
  paragraphs: readonly Paragraph[],
  readEntry: (paragraph: Paragraph) => Entry,
  refuse: Refuse,
): Entry[] {
  const collected: Growing[] = [];
  const byInputs = new Map<string, number>();
  const byTag = new Map<string, number>();
  /** The first entry that shares a tag. */
  const bySharedTag = new Map<string, number>();
  for (const paragraph of paragraphs) {
    const entry = readEntry(paragraph);
    checkTags(
      entry,
      (tag, kind) => {
        const index = (kind === 'tag' ? byTag : bySharedTag).get(tag);
        return index === undefined ? null : (collected[index]?.tags ?? null);
      },
      refuse,
    );
    const inputs = inputsKey(entry);
    const index = byInputs.get(inputs) ?? collected.length;
    byInputs.set(inputs, index);
    const same = collected[index];
    if (same === undefined)
      collected.push({ entry, tags: [...entry.tags], sharedTags: new Set(entry.sharedTags) });
    else {
      same.tags.push(...entry.tags);
      for (const tag of entry.sharedTags) same.sharedTags.add(tag);
    }
    for (const tag of entry.tags) byTag.set(tag, index);
    for (const tag of entry.sharedTags) bySharedTag.set(tag, Math.min(index, bySharedTag.get(tag) ?? index));
  }
  return collected.map(({ entry, tags, sharedTags }) => ({ ...entry, tags, sharedTags: [...sharedTags] }));
}

type TagKind = 'tag' | 'shared tag';

function checkTags(
  { tags, sharedTags, line }: Entry,
  /** Tags of the entry that has it. */
  ownerOf: (tag: string, kind: TagKind) => readonly string[] | null,
  refuse: Refuse,
): void {
  const named = `Tags ${listed(tags)}`;
  const conflict = (message: string) => refuse('duplicate-tag', line, `${named} includes ${message}`);
  const seen = new Set<string>();
  for (const tag of tags) {
    const owner = ownerOf(tag, 'tag');
    if (owner !== null) conflict(`duplicate tag: ${quote(tag)} (duplicated in ${listed(owner)})`);
    const sharer = ownerOf(tag, 'shared tag');
    if (sharer !== null) {
      conflict(`tag conflicting with a shared tag: ${quote(tag)} (shared tag in ${listed(sharer)})`);
    }
    if (seen.has(tag)) conflict(`duplicate tag: ${quote(tag)}`);
    seen.add(tag);
  }
  for (const tag of sharedTags) {
    const owner = ownerOf(tag, 'tag');
    if (owner !== null) conflict(`conflicting shared tag: ${quote(tag)} (duplicated in ${listed(owner)})`);
    if (seen.has(tag)) conflict(`duplicate tag: ${quote(tag)} (in SharedTags)`);
  }
}

const listed = (tags: readonly string[]) => quote(tags.join(', '));

/** Equal for entries that are built from the same. */
export function inputsKey(entry: Entry): string {
  return JSON.stringify([
    perArchitectureFields(entry),
    entry.architectures.join(', '),
    entry.gitRepo,
    entry.gitFetch,
    entry.gitCommit,
    entry.directory,
    entry.file,
    entry.builder,
    entry.constraints.join(', '),
  ]);
}
