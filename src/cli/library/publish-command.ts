import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

const RULES = `
Only what the verifier has signed for is published, and only with every required architecture. The images of a tag are all of the
source that the definitions name now; others are waited for until publishDeadline. Tags that the definitions lost are retired: they
stay, and say so. Whatever was interrupted is finished first. No tag goes back to an image of the same source that was examined before
the one it means, unless --allow-older asks for it: the ledger says who did.

Exit status: 0 done, 1 something failed, 2 something is not admitted, 3 wrong usage.
`;

/** `hallmark library publish`. */
export function addLibraryPublish(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('publish'))
    .description('publish what the verifier has admitted: sign it, copy it, move tags, write the ledger')
    .argument('[reference...]', 'repository or repository:tag; default: all of the programme')
    .option('--dry-run', 'only tell what would be published; needs no key')
    .option('--allow-older', 'let tags go back to older images of the same source: of what is named, once')
    .option('--offline', 'no connections but to loopback registries')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library publish --dry-run',
        'hallmark library publish redis python:3.13',
        'hallmark library publish --allow-older redis:8',
        'hallmark library publish --format json',
      ) + RULES,
    )
    .action(async (references, flags) => {
      const { publishImages } = await import('../commands/library-publish.ts');
      finish(await publishImages(references, flags, terminal));
    });
}
