import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { REFERENCE } from './list-command.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library cat`. */
export function addLibraryCat(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('cat'))
    .description('print definitions in their canonical form, as "bashbrew cat" does')
    .argument('[reference...]', REFERENCE)
    .option('--all', 'every definition of the programme, before those that are named')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library cat redis',
        'hallmark library cat redis:latest',
        'hallmark library cat --format json debian',
      ),
    )
    .action(async (references, flags) => {
      const { catDefinitions } = await import('../commands/library-cat.ts');
      finish(catDefinitions(references, flags, terminal));
    });
}
