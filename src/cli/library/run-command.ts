import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addActingOptions, addDatabaseOptions, addProgrammeOption } from './programme-option.ts';

const ROLES = `
Roles:
  build     makes images and puts them into quarantine; needs a credential for quarantine only
  verify    examines what lies there and signs for what it admits; reads quarantine, needs its own key
  publish   signs what the verifier has signed for, and moves tags; the only one that writes to public repositories

Each can be a process of its own, under a user of its own, on the machine that has the folder of the programme's state.
`;

const EXIT_STATUS = `
Exit status: 0 whatever could be done is done; 1 a build, an examination or a publication failed, is put off after a failure, or is
blocked, or a part of the programme could not be read; 3 wrong usage, settings or keys.
`;

/** `hallmark library run`, `build` and `watch`. */
export function addLibraryRun(library: Command, terminal: Terminal, finish: Finish): void {
  addRunOptions(library.command('run'))
    .description('build, examine and publish whatever there is to do, and end')
    .addOption(rolesOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library run',
        'hallmark library run --role build',
        'hallmark library run --db advisories.sqlite',
      ) +
        ROLES +
        EXIT_STATUS,
    )
    .action(async (flags) => {
      const { runOnce } = await import('../commands/library-run.ts');
      finish(await runOnce(flags, terminal));
    });
  addRunOptions(library.command('build'))
    .description('build what there is to build, into quarantine; nothing is examined or published')
    .argument(
      '[reference...]',
      'repository or repository:tag that is asked for by hand, though nothing else asks for it',
    )
    .option('--note <text>', 'why it is asked for')
    .addHelpText(
      'after',
      examples(
        'hallmark library build',
        'hallmark library build python:3.11',
        "hallmark library build --note 'the mirror was broken' redis",
      ) + EXIT_STATUS,
    )
    .action(async (references, flags) => {
      const { buildOnce } = await import('../commands/library-run.ts');
      finish(await buildOnce(references, flags, terminal));
    });
  addRunOptions(library.command('watch'))
    .description(
      'the same as run without an end: goes on when definitions, outside images or advisories change',
    )
    .addOption(rolesOption())
    .addOption(
      new Option(
        '--listen <address>',
        'hear of pushes from registries: notifications to http://ADDRESS/events, as 127.0.0.1:5050',
      ).argParser(parseAddress),
    )
    .option(
      '--listen-secret <variable>',
      'environment variable with the Authorization header that notifications must have',
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library watch',
        'hallmark library watch --role build',
        'hallmark library watch --listen 127.0.0.1:5050 --listen-secret NOTIFICATION_TOKEN',
      ) + ROLES,
    )
    .action(async (flags) => {
      const { watch } = await import('../commands/library-run.ts');
      finish(await watch(flags, terminal));
    });
}

function addRunOptions(command: Command): Command {
  return addActingOptions(addDatabaseOptions(addProgrammeOption(command))).addOption(formatOption());
}

function rolesOption(): Option {
  return new Option('--role <name>', 'repeatable; only this part of the work')
    .choices(['build', 'verify', 'publish'])
    .argParser(collectRole)
    .default([], 'all three');
}

function collectRole(value: string, before: readonly string[]): readonly string[] {
  if (!['build', 'verify', 'publish'].includes(value))
    throw new InvalidArgumentError('Use build, verify or publish.');
  return [...before, value];
}

function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:]+)\]|([^:\s]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3] ?? Number.NaN);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || !(port <= 65_535)) throw new InvalidArgumentError('Write it as 127.0.0.1:5050.');
  return { host, port };
}
