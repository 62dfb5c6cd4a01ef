import { type Command, Option } from 'commander';
import { examples } from './examples.ts';
import { addConnectionOptions, collect, formatOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';

/** `hallmark base-index`. */
export function addBaseIndex(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('base-index')
    .description('the index of base images, by which layers are told from those of the base')
    .addHelpText(
      'after',
      examples(
        'hallmark base-index build debian:12 alpine:3.20 node:22',
        'hallmark base-index build registry.corp/base:1=oci-dir:./base',
        'hallmark base-index list',
      ),
    );
  const build = command
    .command('build')
    .description('index images, for all their platforms; reads manifests and configurations, no layers')
    .argument('<image...>', 'image, or NAME=IMAGE to index it under another name')
    .option('--output <file>', 'index to write; default: the one that every command uses')
    .addOption(
      new Option('--merge <file>', 'repeatable; index whose images are taken over')
        .argParser(collect)
        .default([], 'none'),
    );
  addConnectionOptions(build)
    .addHelpText(
      'after',
      examples(
        'hallmark base-index build --output bases.json debian:12 oci-archive:base.tar',
        'hallmark base-index build --merge bases.json --output bases.json debian:13',
      ),
    )
    .action(async (references, flags) => {
      const { buildBaseIndex } = await import('./commands/base-index.ts');
      finish(await buildBaseIndex(references, flags, terminal));
    });
  command
    .command('list')
    .description('show the images of an index')
    .option('--base-index <file>', 'an index other than the one in use')
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark base-index list --format json'))
    .action(async (flags) => {
      const { listBaseIndex } = await import('./commands/base-index.ts');
      finish(listBaseIndex(flags, terminal));
    });
}
