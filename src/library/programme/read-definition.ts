import type { Definition } from '../../definitions/definition.ts';
import { DefinitionError } from '../../definitions/errors.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { isRepositoryName } from '../../definitions/values.ts';

export interface UnreadableDefinition {
  /** Sentences. */
  readonly problems: readonly string[];
}

/** The text of a file, or why it has none: `is not UTF-8`. */
export type DefinitionText = string | { readonly reason: string };

/**
 * Reads a definition by the name of its file, wherever that is: in a folder, or at a commit. What is wrong with it is said, never
 * thrown: a copy that an editor left, `redis~`, could be built, and never published.
 */
export function readDefinition(name: string, text: DefinitionText): Definition | UnreadableDefinition {
  if (!isRepositoryName(name))
    return { problems: [`${JSON.stringify(name)} cannot be the name of a repository`] };
  if (typeof text !== 'string') return { problems: [`${name} ${text.reason}`] };
  try {
    return parseDefinition(text, { name });
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    return { problems: [error.message] };
  }
}

export function isReadable(definition: Definition | UnreadableDefinition): definition is Definition {
  return 'entries' in definition;
}
