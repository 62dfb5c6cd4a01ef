import { type Command, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import { addConnectionOptions } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';
import { parseWholeNumber } from './whole-number.ts';

const PLACES = `
A reference without a registry is one of the programme: the log is the one on this machine, also while the build goes on, and of builds
that failed. With a registry it is the log that was published beside the image. With --key it is shown only if provenance that the key
signed names its digest; without, nobody vouches for it.

Colours are left out, and whatever else could act on a terminal is escaped; --format json has every character.

Exit status: 0 told, 1 there is no such log, 2 the key does not vouch for it, 3 wrong usage.
`;

/** `hallmark library log`. */
export function addLibraryLog(library: Command, terminal: Terminal, finish: Finish): void {
  addConnectionOptions(addProgrammeOption(library.command('log')))
    .description('what a build said: of the newest attempt to build an image, or of a published image')
    .argument('<reference>', 'repository or repository:tag of the programme, or registry/repository:tag')
    .addOption(
      new Option('--arch <name>', 'architecture; default: any, of an index that of this machine').choices(
        ARCHITECTURE_NAMES,
      ),
    )
    .addOption(
      new Option('--attempt <number>', 'not the newest attempt, but this one').argParser(parseWholeNumber),
    )
    .option('--all', 'list the attempts: when, what came of them, why they were made, where their logs are')
    .option('--follow', 'go on until the build has ended')
    .option('--key <file>', "the publisher's public key, by which provenance has to name the log")
    .addOption(
      new Option('--format <name>', 'for people or for programs')
        .choices(['terminal', 'json'])
        .default('terminal'),
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library log redis:8',
        'hallmark library log redis:8 --arch arm64v8 --follow',
        'hallmark library log redis --all',
        'hallmark library log registry.example/library/redis:8 --key publisher.pub',
      ) + PLACES,
    )
    .action(async (reference, flags) => {
      const { tellLog } = await import('../commands/library-log.ts');
      finish(await tellLog(reference, flags, terminal));
    });
}
