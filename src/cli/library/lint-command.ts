import { type Command, Option } from 'commander';
import { examples } from '../examples.ts';
import { collect } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { REFERENCE } from './list-command.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library lint`. */
export function addLibraryLint(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('lint'))
    .description('check definitions strictly, with line and column; exit with 2 when there are errors')
    .argument('[reference...]', REFERENCE)
    .addOption(
      new Option('--format <name[=file]>', 'repeatable; terminal, json or github (annotations of a workflow)')
        .argParser(collect)
        .default([], 'terminal'),
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library lint',
        'hallmark library lint ./library/redis',
        'hallmark library lint --format github',
      ),
    )
    .action(async (references, flags) => {
      const { lintDefinitions } = await import('../commands/library-lint.ts');
      finish(lintDefinitions(references, flags, terminal));
    });
}
