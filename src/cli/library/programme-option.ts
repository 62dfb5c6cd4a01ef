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

/** What every command takes that acts for a programme; `acting-options.ts` says what follows. */
export function addActingOptions(command: Command): Command {
  return command
    .option('--offline', 'no connections but to loopback registries')
    .option('-q, --quiet', 'do not tell what happens on standard error');
}

/** What every command takes that looks for flaws. */
export function addDatabaseOptions(command: Command): Command {
  return command
    .option('--db <file>', 'advisory database to use (see: hallmark db)')
    .option('--no-db', 'look for no flaws');
}

/** The folder that was chosen; absolute. */
export function programmeFolder({ programme }: ProgrammeFlags, { workingDirectory }: Terminal): string {
  return resolve(workingDirectory, programme);
}
