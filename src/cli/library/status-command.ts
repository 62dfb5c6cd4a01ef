import { type Command, Option } from 'commander';
import { examples } from '../examples.ts';
import { collect } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addDatabaseOptions, addProgrammeOption } from './programme-option.ts';

/** `hallmark library status`. */
export function addLibraryStatus(library: Command, terminal: Terminal, finish: Finish): void {
  addDatabaseOptions(addProgrammeOption(library.command('status')))
    .description('what is built, queued, failing, held back and late, and how well the programme does')
    .argument('[repository...]', 'whose images are listed; default: all')
    .addOption(
      new Option('--format <name[=file]>', 'repeatable; terminal, json or markdown')
        .argParser(collect)
        .default([], 'terminal'),
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library status',
        'hallmark library status redis',
        'hallmark library status --format markdown=STATUS.md',
      ),
    )
    .action(async (repositories, flags) => {
      const { tellStatus } = await import('../commands/library-status.ts');
      finish(await tellStatus(repositories, flags, terminal));
    });
}
