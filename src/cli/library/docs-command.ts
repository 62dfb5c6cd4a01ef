import { type Command, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';
import { parseWholeNumber } from './whole-number.ts';

/** `hallmark library docs`. */
export function addLibraryDocs(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('docs'))
    .description('write the page of each repository, its repository.json, and a page of the whole programme')
    .argument('[repository...]', 'default: all')
    .option(
      '-o, --output <folder>',
      'where the pages are; only what differs is written. Default: pages.folder of programme.yaml',
    )
    .option('--check', 'write nothing; exit with 2 when a page differs')
    .addOption(
      new Option('--arch <name>', 'pages about one architecture, as arm64v8/redis/README.md').choices(
        ARCHITECTURE_NAMES,
      ),
    )
    .addOption(
      new Option('--limit <bytes>', 'trim longer pages; Docker Hub takes 25000').argParser(parseWholeNumber),
    )
    .addOption(
      new Option(
        '--images',
        'also a page for each tag and each image; quarantine is asked for images that have none. Default: pages.images',
      ).conflicts('arch'),
    )
    .option('--sizes', 'ask the registry for sizes that are not known yet')
    .option('--offline', 'no connection but to loopback registries')
    .addHelpText(
      'after',
      examples(
        'hallmark library docs --output pages',
        'hallmark library docs redis --output pages --limit 25000',
        'hallmark library docs --output pages --check',
        'hallmark library docs --output pages --images',
      ),
    )
    .action(async (repositories, flags) => {
      const { writeProgrammeDocuments } = await import('../commands/library-docs.ts');
      finish(await writeProgrammeDocuments(repositories, flags, terminal));
    });
}
