import { type Command, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import { collect, formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

/** What commands that read definitions are given. */
export const REFERENCE =
  'repository, repository:tag, or path of a definition file; default: all of the programme';

/** `hallmark library list`. */
export function addLibraryList(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('list'))
    .description('list the tags of definitions')
    .argument('[reference...]', REFERENCE)
    .option('--all', 'every definition of the programme, before those that are named')
    .option('--uniq', 'only the first tag of each entry')
    .option('--repos', 'names of repositories in place of their tags')
    .option('--build-order', 'parents before their children, as their Dockerfiles say')
    .addOption(
      new Option(
        '--arch <name>',
        'only entries for this architecture; default of the options below: amd64',
      ).choices(ARCHITECTURE_NAMES),
    )
    .option('--arch-filter', 'only entries for the architecture')
    .option('--apply-constraints', 'only what a host of the architecture builds')
    .addOption(
      new Option('--constraint <name>', 'repeatable; a constraint that the host meets')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--exclusive-constraints', 'the host builds only entries with constraints')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library list redis',
        'hallmark library list --uniq --arch arm64v8',
        'hallmark library list --apply-constraints --arch windows-amd64 --constraint windowsservercore-ltsc2025',
      ),
    )
    .action(async (references, flags) => {
      const { listDefinitions } = await import('../commands/library-list.ts');
      finish(await listDefinitions(references, flags, terminal));
    });
}
