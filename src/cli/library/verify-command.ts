import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addActingOptions, addDatabaseOptions, addProgrammeOption } from './programme-option.ts';

const RULES = `
Every image that waits in quarantine is examined: its bytes and digests, platform, the layers of the image below, annotations, tests,
bills of materials, secrets, and flaws that a rebuild could mend. Images that were examined by another gate, or by other tests, than those
of now are examined again, and so are those of which flaws were not known. What passes is signed for, and only that is ever published. Then the
newest image of each tag that is defined, of the source that it has now, is told with what was found, and whether the verifier's
signature still proves it.

Exit status: 0 all are admitted and proven, 1 some could not be examined, or quarantine could not be asked, 2 some are rejected or
unproven, 3 wrong usage.
`;

/** `hallmark library verify`. */
export function addLibraryVerify(library: Command, terminal: Terminal, finish: Finish): void {
  const command = addProgrammeOption(library.command('verify'))
    .description('examine what is in quarantine, sign for what is admitted, and tell what was found')
    .argument('[reference...]', 'repository or repository:tag to tell of; default: all of the programme')
    .option(
      '--read-only',
      'examine nothing: tell what was found before, and prove it; needs only the public key',
    );
  addActingOptions(addDatabaseOptions(command))
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library verify',
        'hallmark library verify --read-only redis',
        'hallmark library verify --format json',
      ) + RULES,
    )
    .action(async (references, flags) => {
      const { verifyImages } = await import('../commands/library-verify.ts');
      finish(await verifyImages(references, flags, terminal));
    });
}
