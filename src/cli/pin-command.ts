import type { Command } from 'commander';
import { examples } from './examples.ts';
import { addConnectionOptions, formatOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';
import { addTrustOptions } from './trust-options.ts';

/** `hallmark pin`. */
export function addPin(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('pin')
    .description('pin the images that files name to digests, keeping the tags readable')
    .argument(
      '<file...>',
      'Dockerfile, Compose file, Kubernetes manifest, GitHub workflow or action, GitLab CI file',
    )
    .option('--update', 'look tags up again where there is a digest already')
    .option('--verify', 'pin only what is trusted, to the digest that was verified')
    .option('--check', 'change nothing; exit with 2 when something is not pinned')
    .addOption(formatOption());
  addConnectionOptions(addTrustOptions(command))
    .addHelpText(
      'after',
      `${examples(
        'hallmark pin Dockerfile compose.yaml',
        'hallmark pin --update .github/workflows/*.yml',
        'hallmark pin --check --update deploy/*.yaml',
        'hallmark pin --verify --policy hallmark-trust.yaml compose.yaml',
      )}\nExit status 2 when an image is left unpinned: what depends on variables has no place\nfor a digest, and with --verify what is not trusted gets none. What is pinned already stays without being verified.\n`,
    )
    .action(async (paths, flags) => {
      const { pin } = await import('./commands/pin.ts');
      finish(await pin(paths, flags, terminal));
    });
}
