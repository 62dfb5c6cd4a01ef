import { type Command, InvalidArgumentError, Option } from 'commander';
import { examples } from './examples.ts';
import type { Finish, Terminal } from './terminal.ts';

const formatOption = (): Option => new Option('--format <name>', 'terminal or json').default('terminal');

function parseMirror(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '') return url;
  throw new InvalidArgumentError('Give the address of a TUF repository: https://tuf.example.com.');
}

/** `hallmark trust root show`, `update`, `export` and `import`. */
export function addTrustRoot(trust: Command, terminal: Terminal, finish: Finish): void {
  const root = trust
    .command('root')
    .description('the authorities and logs that keyless signatures are verified with')
    .addHelpText(
      'after',
      examples(
        'hallmark trust root show',
        'hallmark trust root update',
        'hallmark trust root update --name acme --mirror https://tuf.acme.example --root acme-root.json',
        'hallmark trust root export public-good.json',
      ),
    );
  root
    .command('show')
    .description(
      'list the trust roots in use: where they come from, how old they are, until when they are vouched for',
    )
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust root show', 'hallmark trust root show --format json'))
    .action(async (flags) => {
      const { showTrustRoots } = await import('./commands/trust-root.ts');
      finish(showTrustRoots(flags, terminal));
    });
  root
    .command('update')
    .description(
      'fetch the current trust roots from their TUF repositories and verify them; nothing else ever fetches them',
    )
    .option(
      '--name <name>',
      'only this one; with --root, what to call a new one (default: the host of --mirror)',
    )
    .option('--mirror <address>', 'TUF repository to fetch from', parseMirror)
    .option('--root <file>', 'root.json of a deployment of your own, obtained in a way that you trust')
    .option('-q, --quiet', 'no progress on stderr')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark trust root update',
        'hallmark trust root update --mirror https://tuf.acme.example --root acme-root.json',
        'hallmark trust root update --name public-good --mirror https://mirror.corp/sigstore-tuf',
      ),
    )
    .action(async (flags) => {
      const { updateTrustRoots } = await import('./commands/trust-root.ts');
      finish(await updateTrustRoots(flags, terminal));
    });
  root
    .command('export')
    .description(
      'write a trust root, with all that is needed to verify it, to one file for a machine without network',
    )
    .argument('<file>', 'file to write')
    .option('--name <name>', 'which one', 'public-good')
    .addHelpText('after', examples('hallmark trust root export public-good.json'))
    .action(async (file, flags) => {
      const { exportTrustRoot } = await import('./commands/trust-root.ts');
      finish(exportTrustRoot(file, flags, terminal));
    });
  root
    .command('import')
    .description(
      'verify a trust root that was exported elsewhere, from the root that is trusted here, and use it',
    )
    .argument('<file>', 'file that trust root export wrote')
    .option('--root <file>', 'root.json to begin with, of a deployment that is not known here yet')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        'hallmark trust root import public-good.json',
        'hallmark trust root import acme.json --root acme-root.json',
      ),
    )
    .action(async (file, flags) => {
      const { importTrustRootCommand } = await import('./commands/trust-root.ts');
      finish(await importTrustRootCommand(file, flags, terminal));
    });
}
