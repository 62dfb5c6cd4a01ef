import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { addConnectionOptions } from '../options.ts';
import type { Finish, Terminal } from '../terminal.ts';

const FORM = `
Each object of the stream is { "type": "manifest" or "blob", "refs": [where to], "lookup": { DIGEST: where its parts are }, "data" }, as
docker-library/meta-scripts has it for its deploy tool. "data" is JSON, or bytes in base64; without it what lookup names is copied. The
key "" of lookup is for everything that has no place of its own. Parts come before what names them.

Exit status: 0 all is there, 1 something is not, 3 wrong usage.
`;

/** `hallmark library deploy`. */
export function addLibraryDeploy(library: Command, terminal: Terminal, finish: Finish): void {
  addConnectionOptions(library.command('deploy'))
    .description('push, copy and tag manifests and blobs by a stream of JSON objects, as upstream deploys')
    .argument('[file]', 'file with the stream; - or nothing for standard input')
    .option('--dry-run', 'print the objects that are not there yet, and write nothing')
    .option('--parallel', 'several objects at once; an object still waits for its parts')
    .addHelpText(
      'after',
      examples(
        'hallmark library deploy --dry-run objects.json',
        'hallmark library deploy --parallel --plain-http registry.example objects.json',
      ) + FORM,
    )
    .action(async (file, flags) => {
      const { deployObjects } = await import('../commands/library-deploy.ts');
      finish(await deployObjects(file ?? '-', flags, terminal));
    });
}
