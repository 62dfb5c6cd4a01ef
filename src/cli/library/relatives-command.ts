import { type Command, InvalidArgumentError, Option } from 'commander';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { examples } from '../examples.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';

const COMMANDS = {
  parents: 'what images are built on, over all levels',
  children: 'what is built on images, over all levels',
} as const;

/** `hallmark library parents` and `hallmark library children`. */
export function addLibraryRelatives(library: Command, terminal: Terminal, finish: Finish): void {
  for (const [name, description] of Object.entries(COMMANDS)) {
    addProgrammeOption(library.command(name))
      .description(description)
      .argument('<reference...>', 'repository or repository:tag; of children also an image from outside')
      .addOption(
        new Option('--depth <levels>', 'levels to go; 0 for all').argParser(parseLevels).default(0, 'all'),
      )
      .addOption(new Option('--arch <name>', 'only on this architecture').choices(ARCHITECTURE_NAMES))
      .addHelpText(
        'after',
        examples(`hallmark library ${name} python:3.13`, `hallmark library ${name} --depth 1 debian`),
      )
      .action(async (references, flags) => {
        const { listRelatives } = await import('../commands/library-relatives.ts');
        finish(await listRelatives(name === 'parents' ? 'parents' : 'children', references, flags, terminal));
      });
  }
}

function parseLevels(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It is a number of levels, or 0.');
  return Number(text);
}
