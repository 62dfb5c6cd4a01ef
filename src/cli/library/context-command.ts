import { type Command, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library context`. */
export function addLibraryContext(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('context'))
    .description('the files that an image is built from: their checksum, or a tar of them')
    .argument('<reference>', 'repository:tag, or path of a definition file with a tag')
    .addOption(new Option('--arch <name>', 'architecture').choices(ARCHITECTURE_NAMES).default('amd64'))
    .option('-o, --output <file>', 'write the tar, without times and owners')
    .option('--sha256', 'print the checksum of the tar; this is done unless --output is given')
    .addHelpText(
      'after',
      examples(
        'hallmark library context --arch arm64v8 redis:8',
        'hallmark library context --output context.tar redis:8',
      ),
    )
    .action(async (reference, flags) => {
      const { showContext } = await import('../commands/library-context.ts');
      finish(await showContext(reference, flags, terminal));
    });
}
