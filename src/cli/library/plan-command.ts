import { type Command, Option } from 'commander';
import { examples } from '../examples.ts';
import { collect } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { architecturesOption } from './architectures-option.ts';
import { addDatabaseOptions, addProgrammeOption } from './programme-option.ts';

/** `hallmark library plan`. */
export function addLibraryPlan(library: Command, terminal: Terminal, finish: Finish): void {
  addDatabaseOptions(addProgrammeOption(library.command('plan')))
    .description('what is to be built, why and by when; what waits for what, and what cannot be built')
    .argument('[reference...]', 'repository or repository:tag; default: all of the programme')
    .addOption(architecturesOption())
    .option('--why', 'every reason, flaw, parent and identity')
    .option('--now <time>', 'plan as of this time, as 2026-12-24T00:00:00Z')
    .addOption(
      new Option(
        '--format <name[=file]>',
        "repeatable; terminal, json; upstream's documents: sources, builds; commands, which are upstream's for each build",
      )
        .argParser(collect)
        .default([], 'terminal'),
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library plan',
        'hallmark library plan --why python:3.13',
        'hallmark library plan --format json --arch arm64v8',
        'hallmark library plan --format sources=sources.json',
        'hallmark library plan redis --format commands=redis.sh',
      ),
    )
    .action(async (references, flags) => {
      const { planProgramme } = await import('../commands/library-plan.ts');
      finish(await planProgramme(references, flags, terminal));
    });
}
