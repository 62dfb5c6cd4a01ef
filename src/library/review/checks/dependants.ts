/** Images of the whole programme that are built on a tag which a change takes away. */
import { inputsFor, type Definition } from '../../../definitions/definition.ts';
import type { Contents } from '../../contents/contents.ts';
import type { DefinitionChange } from '../definition-change.ts';
import { listNames, type ReviewFinding } from './checks.ts';

/** Only of images whose commits have been read: of others it is not known what they are built on. */
export function checkDependants(
  { repository, lost }: DefinitionChange,
  definitions: ReadonlyMap<string, Definition>,
  contents: Contents,
): ReviewFinding[] {
  const dependants = new Map(lost.map(({ tag }) => [`${repository}:${tag}`, new Set<string>()]));
  if (dependants.size === 0) return [];
  for (const [name, { entries }] of definitions) {
    for (const entry of entries) {
      for (const architecture of entry.architectures) {
        for (const from of contents.factsOf(inputsFor(entry, architecture))?.froms ?? []) {
          dependants.get(from)?.add(`${name}:${entry.tags[0] ?? ''}`);
        }
      }
    }
  }
  return [...dependants].flatMap(([from, names]) => {
    if (names.size === 0) return [];
    return {
      check: 'from.lost' as const,
      repository,
      entry: null,
      architectures: [],
      subject: from,
      message: `${listNames([...names])} ${names.size === 1 ? 'is' : 'are'} built on ${from}, which is gone`,
      place: null,
    };
  });
}
