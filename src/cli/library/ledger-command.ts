import { type Command, Option } from 'commander';
import { examples } from '../examples.ts';
import { collect } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';
import { addProgrammeOption } from './programme-option.ts';
import { parseWholeNumber } from './whole-number.ts';

/** `hallmark library ledger`. */
export function addLibraryLedger(library: Command, terminal: Terminal, finish: Finish): void {
  addProgrammeOption(library.command('ledger'))
    .description('every publication: which tags came to mean what, why, and what changed in it')
    .argument('[repository...]', 'default: all')
    .addOption(
      new Option('--from <number>', 'the first entry to tell')
        .argParser(parseWholeNumber)
        .default(1, 'the first'),
    )
    .option('--verify', 'check the whole ledger first: each entry against its digest and the one before')
    .option('--file <ledger.jsonl>', "a copy of a ledger, in place of the programme's own")
    .option('--feeds <folder>', 'write all feeds in JSON and Atom as files, with pages of older entries')
    .option('--address <url>', 'where that folder is published')
    .addOption(
      new Option('--format <name[=file]>', 'repeatable; terminal, json (one entry a line), jsonfeed or atom')
        .argParser(collect)
        .default([], 'terminal'),
    )
    .addHelpText(
      'after',
      examples(
        'hallmark library ledger redis --from 100',
        'hallmark library ledger --verify --format json=ledger.jsonl',
        'hallmark library ledger --verify --file ledger.jsonl',
        'hallmark library ledger --feeds pages/feeds --address https://images.example/feeds/',
      ),
    )
    .action(async (repositories, flags) => {
      const { tellLedger } = await import('../commands/library-ledger.ts');
      finish(tellLedger(repositories, flags, terminal));
    });
}
