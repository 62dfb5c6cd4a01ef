/** `hallmark library …`: the programme of images. Each command lies in a file of `library/`. */
import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { Finish, Terminal } from './terminal.ts';

export function addLibrary(program: Command, _terminal: Terminal, _finish: Finish): void {
  program
    .command('library')
    .description('a programme of images: definitions, plans, builds, publications')
    .addHelpText('after', examples('hallmark library list', 'hallmark library plan'));
}
