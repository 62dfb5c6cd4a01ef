/** JSON forms of `hallmark library list` and `cat`. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { type Entry, inputsFor } from '../../definitions/definition.ts';
import { formatDefinition, formatEntries } from '../../definitions/format.ts';
import type { ChosenDefinition } from './choose-definitions.ts';
import type { ListedEntry } from './list-entries.ts';

const Architecture = z.enum(ARCHITECTURE_NAMES);
const Texts = z.array(z.string()).readonly();

const Inputs = z
  .object({
    gitRepo: z.string(),
    gitFetch: z.string(),
    gitCommit: z.string(),
    directory: z.string(),
    file: z.string(),
    builder: z.string(),
  })
  .readonly();

const Maintainer = z
  .object({ name: z.string(), contact: z.string().nullable(), handle: z.string() })
  .readonly();

export const ListDocument = z
  .object({
    schema: z.literal('hallmark.definition-list/1'),
    entries: z
      .array(
        z
          .object({
            repository: z.string(),
            tags: Texts,
            sharedTags: Texts,
            architectures: z.array(Architecture).readonly(),
            constraints: Texts,
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type ListDocument = z.infer<typeof ListDocument>;

export const DefinitionsDocument = z
  .object({
    schema: z.literal('hallmark.definitions/1'),
    repositories: z
      .array(
        z
          .object({
            repository: z.string(),
            maintainers: z.array(Maintainer).readonly(),
            entries: z
              .array(
                z
                  .object({
                    /** Of its paragraph in the file, counted from 1. */
                    line: z.number().int(),
                    tags: Texts,
                    sharedTags: Texts,
                    maintainers: z.array(Maintainer).readonly(),
                    constraints: Texts,
                    /** What each architecture is built from, with everything that is inherited. */
                    architectures: z.partialRecord(Architecture, Inputs).readonly(),
                  })
                  .readonly(),
              )
              .readonly(),
          })
          .readonly(),
      )
      .readonly(),
  })
  .readonly();
export type DefinitionsDocument = z.infer<typeof DefinitionsDocument>;

export function toListDocument(listed: readonly ListedEntry[]): ListDocument {
  return {
    schema: 'hallmark.definition-list/1',
    entries: listed.map(({ repository, entry: { tags, sharedTags, architectures, constraints } }) => ({
      repository,
      tags,
      sharedTags,
      architectures,
      constraints,
    })),
  };
}

export function toDefinitionsDocument(chosen: readonly ChosenDefinition[]): DefinitionsDocument {
  return {
    schema: 'hallmark.definitions/1',
    repositories: chosen.map(({ repository: { name, definition }, entries }) => ({
      repository: name,
      maintainers: definition.global.maintainers,
      entries: entries.map(toEntry),
    })),
  };
}

function toEntry(entry: Entry): DefinitionsDocument['repositories'][number]['entries'][number] {
  const { line, tags, sharedTags, maintainers, constraints, architectures } = entry;
  return {
    line,
    tags,
    sharedTags,
    maintainers,
    constraints,
    architectures: Object.fromEntries(architectures.map((name) => [name, inputsFor(entry, name)])),
  };
}

/** What `bashbrew cat` prints of one argument after the other; empty for none. */
export function formatDefinitions(chosen: readonly ChosenDefinition[]): string {
  return chosen
    .map(({ repository, tag, entries }) =>
      tag === null ? formatDefinition(repository.definition) : formatEntries(entries),
    )
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
    .join('\n\n');
}
