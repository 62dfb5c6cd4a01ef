/** Prints definitions as upstream does. docker-library/bashbrew, `manifest/rfc2822.go`, `String` and `ClearDefaults`. */
import {
  DEFAULTS,
  type Definition,
  type DefinitionBlock,
  type Entry,
  perArchitectureFields,
} from './definition.ts';
import { formatMaintainer } from './maintainer.ts';

/**
 * What `bashbrew cat` prints of a repository, without a line feed at the end: no defaults in the first paragraph, and nothing
 * inherited in the others. Added maintainers and constraints are an exception upstream: they are printed with the inherited ones.
 */
export function formatDefinition({ global, entries }: Definition): string {
  return [formatBlock(global, DEFAULTS), ...entries.map((entry) => formatBlock(entry, global))].join('\n\n');
}

/** What `bashbrew cat` prints of tags: the entries with everything that they inherit. */
export function formatEntries(entries: readonly Entry[]): string {
  return entries.map((entry) => formatBlock(entry, null)).join('\n\n');
}

/** @param defaults what is equal there is left out; null to print everything */
export function formatBlock(
  block: DefinitionBlock & Partial<Pick<Entry, 'tags'>>,
  defaults: DefinitionBlock | null,
): string {
  const inherited = defaults === null ? null : fieldsOf(defaults);
  return [...fieldsOf(block)]
    .filter(([name, value]) => value !== '' && inherited?.get(name) !== value)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

/** Every field by its name, in the order of print. */
function fieldsOf(block: DefinitionBlock & Partial<Pick<Entry, 'tags'>>): ReadonlyMap<string, string> {
  return new Map([
    ['Maintainers', block.maintainers.map(formatMaintainer).join(', ')],
    ['Tags', (block.tags ?? []).join(', ')],
    ['SharedTags', block.sharedTags.join(', ')],
    ['Architectures', block.architectures.join(', ')],
    ['GitRepo', block.gitRepo],
    ['GitFetch', block.gitFetch],
    ['GitCommit', block.gitCommit],
    ['Directory', block.directory],
    ['File', block.file],
    ['Builder', block.builder],
    ...perArchitectureFields(block),
    ['Constraints', block.constraints.join(', ')],
  ]);
}
