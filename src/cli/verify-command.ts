import { type Command, Option } from 'commander';
import { examples } from './examples.ts';
import { addConnectionOptions, collect, formatOption, platformOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';
import { addTrustOptions } from './trust-options.ts';

const VERDICTS = `
Exit status: 0 trusted, 1 it could not be decided, 2 untrusted: what was found does not hold or is not what was asked for,
3 wrong usage, 4 unknown: there is no evidence, or nobody said whom to believe.
`;

/** `hallmark verify`. */
export function addVerify(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('verify')
    .description(
      'who made this image, from what, and is it what it claims to be? Verified, with what was not checked',
    )
    .argument('[reference...]', 'images: in a registry, oci-dir:FOLDER or oci-archive:FILE')
    .addOption(
      new Option('--all <file>', 'repeatable; verify every image that a Dockerfile, Compose file, … names')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(platformOption())
    .option('--as <reference>', 'by whose rule it is judged: the name of an image in a layout or a mirror')
    .addOption(
      new Option('--evidence <file>', 'repeatable; Sigstore bundle or envelope besides what is attached')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('--evidence-from <repository>', 'repeatable; where else evidence about the image is kept')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--base-images', 'verify the images that provenance names as its bases too')
    .option('--no-memory', 'neither compare with nor remember what was seen of this image before')
    .option(
      '--provenance',
      'show how it was built: what went into it, as a tree, and what the build was told',
    )
    .option('--checks', 'list every check, not the failed ones alone')
    .option('--vsa <file>', 'write the predicate of a verification summary, where the image is trusted')
    .option('--verifier <uri>', 'who verified, as the summary is to say')
    .addOption(formatOption());
  addConnectionOptions(addTrustOptions(command))
    .addHelpText(
      'after',
      examples(
        'hallmark verify --key release.pub registry.example/app:1.4',
        'hallmark verify --certificate-issuer https://token.actions.githubusercontent.com \\',
        '    --certificate-repository https://github.com/acme/app ghcr.io/acme/app:1.4',
        'hallmark verify --policy hallmark-trust.yaml --all compose.yaml',
        'hallmark verify --offline --key release.pub oci-archive:app.tar',
        'hallmark verify --vsa app.vsa.json --verifier https://acme.example/ingress registry.example/app:1.4',
      ) + VERDICTS,
    )
    .action(async (references, flags) => {
      const { verify } = await import('./commands/verify.ts');
      finish(await verify(references, flags, terminal));
    });
}
