import { chooseDefinitions, type DefinitionChoice } from '../../library/listing/choose-definitions.ts';
import type { DefinitionPlaces } from '../../library/listing/definition-files.ts';
import type { BrokenRepository } from '../../library/programme/programme.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import type { Terminal } from '../terminal.ts';
import { programmeFolder, type ProgrammeFlags } from './programme-option.ts';

/** What commands that print definitions take. */
export interface DefinitionFlags extends ProgrammeFlags {
  readonly all?: boolean;
  readonly format: readonly string[];
}

export function placesOf(flags: ProgrammeFlags, terminal: Terminal): DefinitionPlaces {
  return { folder: programmeFolder(flags, terminal), workingDirectory: terminal.workingDirectory };
}

/** All that are in the programme when none is named, and before those that are when both are asked for. */
export function chosenDefinitions(
  references: readonly string[],
  flags: DefinitionFlags,
  terminal: Terminal,
): DefinitionChoice {
  const places = placesOf(flags, terminal);
  const named = chooseDefinitions(references, places);
  if (flags.all !== true || references.length === 0) return named;
  const all = chooseDefinitions([], places);
  return { chosen: [...all.chosen, ...named.chosen], broken: [...all.broken, ...named.broken] };
}

/** Names definitions that cannot be read; 3 when there are some. */
export function tellBroken(broken: readonly BrokenRepository[], { stderr }: Terminal): ExitStatus {
  for (const { name, problems } of broken) {
    for (const problem of problems) stderr.write(`${escapeTerminal(`${name}: ${problem}`)}\n`);
  }
  return broken.length === 0 ? 0 : 3;
}
