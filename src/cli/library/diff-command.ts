import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { collect } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library diff`. */
export function addLibraryDiff(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('diff'))
    .description('what a change of definitions means, and which rules of review it breaks (exit status 2)')
    .argument('[base]', 'commit, or folder of a programme', 'HEAD')
    .argument('[head]', 'commit, or folder of a programme; default: the programme as it is now')
    .option('--acknowledge <rule[:subject]>', 'what is meant as it is; repeatable', collect, [])
    .option('--fetch', 'fetch commits that are missing, and check that they belong to their refs')
    .option('--summary', 'without the differences of files')
    .option('--format <name[=file]>', 'repeatable; terminal, markdown or json', collect, [])
    .addHelpText(
      'after',
      examples(
        'hallmark library diff',
        'hallmark library diff main HEAD --fetch --format markdown=comment.md',
        'hallmark library diff --acknowledge tags.lost:mongo:latest',
      ),
    )
    .action(async (base, head, flags) => {
      const { reviewDefinitions } = await import('../commands/library-diff.ts');
      finish(await reviewDefinitions(base, head ?? null, flags, terminal));
    });
}
