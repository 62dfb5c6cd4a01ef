import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { REFERENCE } from './list-command.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library fetch`. */
export function addLibraryFetch(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('fetch'))
    .description('fetch the commits that definitions name, and read what is to be known of them')
    .argument('[reference...]', REFERENCE)
    .option('-q, --quiet', 'no progress on stderr')
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark library fetch', 'hallmark library fetch redis python:3.14'))
    .action(async (references, flags) => {
      const { fetchLibrary } = await import('../commands/library-fetch.ts');
      finish(await fetchLibrary(references, flags, terminal));
    });
}
