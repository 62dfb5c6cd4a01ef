import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';

/** What every command of a programme takes. */
export interface ProgrammeFlags {
  readonly programme: string;
}

export function addProgrammeOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--programme <folder>',
      'folder with programme.yaml, or with a folder library of definitions',
    ).default('.', 'the working directory'),
  );
}

/** The folder that was chosen; absolute. */
export function programmeFolder({ programme }: ProgrammeFlags, { workingDirectory }: Terminal): string {
  return resolve(workingDirectory, programme);
}
