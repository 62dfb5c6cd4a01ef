import { type Command, Option } from 'commander';
import { examples } from './examples.ts';
import { addConnectionOptions, formatOption, platformOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';
import { addTrustOptions } from './trust-options.ts';

const VERDICTS = `
The image is verified first (see: hallmark verify), and what was verified is copied, by its digest, with everything that is attached
to it. Nothing is rewritten. Without a trusted verdict nothing is written.

Exit status: 0 copied, 1 failed, or the verdict is an error, 2 untrusted, 3 wrong usage, 4 unknown: there is no evidence, or nobody
said whom to believe.
`;

const DESTINATIONS = `
Destinations: a repository of a registry with tag, oci-dir:FOLDER[:TAG], oci-archive:FILE[:TAG] (docker load and podman load read it).
Without a tag the source's tag is kept.
`;

function addCopyOptions(command: Command): Command {
  command
    .addOption(platformOption())
    .addOption(new Option('--all-platforms', 'every image of an index').conflicts('platform'))
    .option('--no-verify', 'copy whatever is there, without asking whom to trust')
    .option('--as <image>', 'by whose rule it is judged: the name of an image in a layout or a mirror')
    .addOption(formatOption());
  return addConnectionOptions(addTrustOptions(command));
}

/** `hallmark copy`. */
export function addCopy(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('copy')
    .description('verify an image, then copy it with its signatures and attestations; default: all platforms')
    .argument('<source>', 'image in a registry, oci-dir:FOLDER or oci-archive:FILE')
    .argument('<destination>', 'where to, as below');
  addCopyOptions(command)
    .addHelpText(
      'after',
      DESTINATIONS +
        examples(
          'hallmark copy --key release.pub registry.example/app:1.4 mirror.corp/app:1.4',
          'hallmark copy --policy hallmark-trust.yaml ghcr.io/acme/app:1.4 oci-archive:app.tar',
          'hallmark copy --no-verify oci-archive:app.tar localhost:5000/app:1.4',
        ) +
        VERDICTS,
    )
    .action(async (source, destination, flags) => {
      const { copy } = await import('./commands/copy.ts');
      finish(await copy(source, destination, flags, terminal));
    });
}

/** `hallmark pull`. */
export function addPull(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('pull')
    .description(
      'verify an image, then fetch it into a layout or archive with its evidence and the verdict; default: what runs here',
    )
    .argument('<source>', 'image in a registry, oci-dir:FOLDER or oci-archive:FILE')
    .argument('<destination>', 'oci-dir:FOLDER[:TAG] or oci-archive:FILE[:TAG]');
  addCopyOptions(command)
    .addHelpText(
      'after',
      examples(
        'hallmark pull --key release.pub registry.example/app:1.4 oci-dir:./app',
        'hallmark pull --all-platforms --policy hallmark-trust.yaml ghcr.io/acme/app:1.4 oci-archive:app.tar',
      ) +
        '\nThe verdict lies beside the image, in hallmark/ALGORITHM-HEX.verdict.json of the layout.\n' +
        VERDICTS,
    )
    .action(async (source, destination, flags) => {
      const { pull } = await import('./commands/copy.ts');
      finish(await pull(source, destination, flags, terminal));
    });
}
