import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ChosenEngine } from '../../library/reproduction/reproduce-programme.ts';
import { examples } from '../examples.ts';
import { formatOption } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { architecturesOption } from './architectures-option.ts';
import { addActingOptions, addProgrammeOption } from './programme-option.ts';
import { parseWholeNumber } from './whole-number.ts';

const EXPLANATION = `
Each image is built again from the same commit on the same parents, with the same arguments and time, in a folder of its own; nothing of
it is kept or sent anywhere. It is compared with the image that stands, down to single files, and what came out is remembered for
"hallmark library status". See docs/reproducibility.md.

Exit status: 0 all could be compared, whatever came out; 1 some could not be built again or compared; 2 some are not identical, with
--require identical; 3 wrong usage.
`;

/** `hallmark library reproduce`. */
export function addLibraryReproduce(library: Command, terminal: Terminal, finish: Finish): void {
  const command = addProgrammeOption(library.command('reproduce'))
    .description('build images again, with the same or another engine, and tell in what they differ')
    .argument('[reference...]', 'repository or repository:tag; default: all that stand')
    .addOption(architecturesOption())
    .addOption(
      new Option(
        '--engine <name>',
        'buildah, buildkit, or a program (docs/engines.md); default: reproduction.engines of programme.yaml, else what made the image',
      ).argParser((name) => engineNamed(name, terminal)),
    )
    .addOption(
      new Option(
        '--most <number>',
        'fields and files of an image that are told one by one; the rest is counted',
      )
        .argParser(parseWholeNumber)
        .default(20),
    )
    .addOption(
      new Option('--require <kind>', 'exit status 2 when an image is not so').choices(['identical']),
    );
  addActingOptions(command)
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark library reproduce',
        'hallmark library reproduce --engine buildkit redis',
        'hallmark library reproduce --arch amd64 --require identical --format json=reproduction.json',
      ) + EXPLANATION,
    )
    .action(async (references, flags) => {
      const { reproduceImages } = await import('../commands/library-reproduce.ts');
      finish(await reproduceImages(references, flags, terminal));
    });
}

function engineNamed(name: string, { workingDirectory }: Terminal): ChosenEngine {
  if (name === 'buildah' || name === 'buildkit') return { kind: name };
  return { kind: 'command', command: [resolve(workingDirectory, name)] };
}
