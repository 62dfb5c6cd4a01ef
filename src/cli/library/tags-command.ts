import { type Command, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

/** `hallmark library tags`. */
export function addLibraryTags(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('tags'))
    .description('what a tag means, since when and until when it is supported, and which tag to use')
    .argument('<ref>', 'repository, or a tag of it: redis, redis:8-alpine')
    .option('--history', 'every meaning that the tag has had; of a repository, all tags that it once had')
    .addOption(new Option('--arch <name>', 'recommend only what is there for it').choices(ARCHITECTURE_NAMES))
    .option('--lean', 'recommend images with less in them first')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library tags redis',
        'hallmark library tags mongo:latest --history',
        'hallmark library tags python:3 --lean --arch arm64v8',
      ),
    )
    .action(async (reference, flags) => {
      const { tellTags } = await import('../commands/library-tags.ts');
      finish(await tellTags(reference, flags, terminal));
    });
}
