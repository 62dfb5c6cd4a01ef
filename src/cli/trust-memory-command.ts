import { type Command, Option } from 'commander';
import { examples } from './examples.ts';
import type { Finish, Terminal } from './terminal.ts';

/** `hallmark trust history`, `accept` and `forget`. */
export function addTrustMemory(trust: Command, terminal: Terminal, finish: Finish): void {
  trust
    .command('history')
    .description('show what is remembered of a repository: who signs it, and where its tags pointed')
    .argument('<reference>', 'image in a registry; its tag says which tag is shown')
    .addOption(new Option('--format <name>', 'terminal or json').default('terminal'))
    .addHelpText(
      'after',
      examples('hallmark trust history debian:12', 'hallmark trust history --format json ghcr.io/owner/app'),
    )
    .action(async (reference, flags) => {
      const { trustHistory } = await import('./commands/trust-memory.ts');
      finish(trustHistory(reference, flags, terminal));
    });
  trust
    .command('accept')
    .description(
      'accept the change that raised the last alarm: a new signer, source or builder, a tag that moved',
    )
    .argument('<reference>', 'image whose repository is meant')
    .addHelpText('after', examples('hallmark trust accept ghcr.io/owner/app:1.4'))
    .action(async (reference) => {
      const { trustAccept } = await import('./commands/trust-memory.ts');
      finish(trustAccept(reference, terminal));
    });
  trust
    .command('forget')
    .description('forget a repository: its next trusted image is learnt from anew')
    .argument('<reference>', 'image whose repository is meant')
    .addHelpText('after', examples('hallmark trust forget ghcr.io/owner/app'))
    .action(async (reference) => {
      const { trustForget } = await import('./commands/trust-memory.ts');
      finish(trustForget(reference, terminal));
    });
}
