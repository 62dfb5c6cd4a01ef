/** The command line: every command with its options and help. Each action loads its own code when it is run. */
import { Command, Option } from 'commander';
import { OPEN_VERDICTS } from '../model/finding.ts';
import { PACKAGE_TYPES } from '../model/package.ts';
import { escapeTerminal } from '../report/escape.ts';
import { addBaseIndex } from './base-index-command.ts';
import { addCopy, addPull } from './copy-command.ts';
import { addDatabase } from './database-command.ts';
import { examples } from './examples.ts';
import {
  addAdvisoryOptions,
  addImageOptions,
  layersOption,
  parseSeverity,
  parseVerdicts,
  REFERENCES,
} from './options.ts';
import { addLibrary } from './library-command.ts';
import { addPin } from './pin-command.ts';
import { addKey, addSign } from './sign-command.ts';
import type { Finish, Terminal } from './terminal.ts';
import { addTrust } from './trust-command.ts';
import { addVerify } from './verify-command.ts';
import { addVex } from './vex-command.ts';

const EXIT_STATUS = `
Exit status: 0 done, 1 failed, 2 a gate was not met, 3 wrong usage, 4 could not tell.
`;

export function createProgram(version: string, terminal: Terminal, finish: Finish): Command {
  const program = new Command('hallmark')
    .description('Who made this image, what is in it, what is really in it, is it what you think it is?')
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
      outputError: (text, write) => write(text.split('\n').map(escapeTerminal).join('\n')),
    })
    .showHelpAfterError('(add --help for help)')
    .helpCommand(false)
    .addHelpText(
      'after',
      `${REFERENCES}\n` +
        examples(
          'hallmark inspect debian:12',
          'hallmark scan --fail-on high --fixed ghcr.io/owner/app:1.4',
          'hallmark sbom oci-dir:./image',
        ) +
        EXIT_STATUS,
    );

  addInspect(program, terminal, finish);
  addVerify(program, terminal, finish);
  addPull(program, terminal, finish);
  addCopy(program, terminal, finish);
  addScan(program, terminal, finish);
  addPackages(program, terminal, finish);
  addSecrets(program, terminal, finish);
  addHistory(program, terminal, finish);
  addSbom(program, terminal, finish);
  addExplain(program, terminal, finish);
  addDatabase(program, terminal, finish);
  addBaseIndex(program, terminal, finish);
  addPin(program, terminal, finish);
  addVex(program, terminal, finish);
  addSign(program, terminal, finish);
  addKey(program, terminal, finish);
  addLibrary(program, terminal, finish);
  addTrust(program, terminal, finish);
  addCache(program, terminal, finish);
  addCompletion(program, terminal, finish);
  return program;
}

function addInspect(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('inspect')
    .description('answer the five questions about an image on one screen');
  addAdvisoryOptions(addImageOptions(command, ['terminal', 'json']))
    .option('--files', 'JSON: list the files that each package owns')
    .option('--file-digests', 'JSON: list every file with its SHA-256, which costs time and memory')
    .addHelpText(
      'after',
      examples('hallmark inspect debian:12', 'hallmark inspect --format json=report.json dir:/'),
    )
    .action(async (reference, flags) => {
      const { inspect } = await import('./commands/inspect.ts');
      finish(await inspect(reference, flags, terminal));
    });
}

function addScan(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program.command('scan').description('list the known flaws in an image, riskiest first');
  addAdvisoryOptions(addImageOptions(command, ['terminal', 'json']))
    .option('--severity <level>', 'only this severity and above', parseSeverity)
    .addOption(new Option('--fixed', 'only findings that have a fix').conflicts('unfixed'))
    .option('--unfixed', 'only findings that have no fix')
    .addOption(
      new Option('--verdict <list>', 'which verdicts to list: all, or some by comma')
        .argParser(parseVerdicts)
        .default(OPEN_VERDICTS, 'all that leave the flaw in the image'),
    )
    .option('--fail-on <level>', 'exit with 2 when a listed finding is this severe or more', parseSeverity)
    .option('--all-layers', 'packages of lower layers too, even where upper layers removed them')
    .addOption(layersOption())
    .option('--files', 'JSON: list the files that each package owns')
    .option('--file-digests', 'JSON: list every file with its SHA-256, which costs time and memory')
    .addHelpText(
      'after',
      examples(
        'hallmark scan node:22',
        'hallmark scan --layers own app:1.4',
        'hallmark scan --severity high --fixed docker-archive:app.tar',
        'hallmark scan --vex app.openvex.json --config exceptions.yaml app:1.4',
        'hallmark scan --fail-on critical --format json=scan.json --format terminal app:1.4',
      ) + EXIT_STATUS,
    )
    .action(async (reference, flags) => {
      const { scan } = await import('./commands/scan.ts');
      finish(await scan(reference, flags, terminal));
    });
}

function addPackages(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('packages')
    .description('list every package with its version, source and layer');
  addImageOptions(command, ['terminal', 'json', 'purl'])
    .addOption(new Option('--type <type>', 'only packages of this type').choices(PACKAGE_TYPES))
    .addOption(layersOption())
    .option('--files', 'JSON: list the files that each package owns')
    .option('--file-digests', 'JSON: list every file with its SHA-256, which costs time and memory')
    .option('--require-coverage', 'exit with 4 when something was not covered')
    .addHelpText(
      'after',
      examples('hallmark packages alpine:3.20', 'hallmark packages --type npm --format purl oci-dir:./image'),
    )
    .action(async (reference, flags) => {
      const { packages } = await import('./commands/packages.ts');
      finish(await packages(reference, flags, terminal));
    });
}

function addSecrets(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('secrets')
    .description('list keys, tokens and passwords that the image gives away, in every layer');
  addImageOptions(command, ['terminal', 'json'])
    .option('--severity <level>', 'only this severity and above', parseSeverity)
    .option('--fail-on <level>', 'exit with 2 when a secret is this severe or more', parseSeverity)
    .addOption(layersOption())
    .addHelpText(
      'after',
      examples('hallmark secrets app:1.4', 'hallmark secrets --fail-on medium oci-dir:./image') + EXIT_STATUS,
    )
    .action(async (reference, flags) => {
      const { secrets } = await import('./commands/secrets.ts');
      finish(await secrets(reference, flags, terminal));
    });
}

function addHistory(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('history')
    .description('show the build steps, their layers and what each added');
  addImageOptions(command, ['terminal', 'json'])
    .option('--full', 'do not shorten steps and lists of packages')
    .addHelpText('after', examples('hallmark history debian:12', 'hallmark history --full oci-dir:./image'))
    .action(async (reference, flags) => {
      const { history } = await import('./commands/history.ts');
      finish(await history(reference, flags, terminal));
    });
}

const BILL_FORMATS = [
  'cyclonedx-json',
  'cyclonedx-xml',
  'spdx-json',
  'spdx-tag-value',
  'syft-json',
  'github',
];

const BILL_FORMAT_HELP = `
Formats, with the versions that may be asked for (cyclonedx-json@1.7):
  cyclonedx-json   CycloneDX 1.4, 1.5, 1.6 (default), 1.7; cyclonedx for short
  cyclonedx-xml    the same in XML
  spdx-json        SPDX 2.2, 2.3 (default), 3.0; spdx for short
  spdx-tag-value   SPDX 2.2, 2.3 (default) as lines of text
  syft-json        what Syft writes and Grype reads
  github           a snapshot for GitHub's dependency submission API
`;

function addSbom(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program.command('sbom').description('write a software bill of materials');
  addImageOptions(command, BILL_FORMATS)
    .option('--files', 'list the files that each package owns')
    .option('--require-coverage', 'exit with 4 when something was not covered')
    .addHelpText(
      'after',
      examples(
        'hallmark sbom debian:12 > debian.cdx.json',
        'hallmark sbom --format cyclonedx-xml@1.4 app:1.4',
        'hallmark sbom --format spdx=app.spdx.json --format cyclonedx=app.cdx.json app:1.4',
      ) + BILL_FORMAT_HELP,
    )
    .action(async (reference, flags) => {
      const { sbom } = await import('./commands/sbom.ts');
      finish(await sbom(reference, flags, terminal));
    });
}

function addExplain(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('explain')
    .description('show the full reasoning about one vulnerability in an image');
  addAdvisoryOptions(addImageOptions(command, ['terminal', 'json']))
    .argument('<id>', 'CVE, GHSA or distribution identifier')
    .addHelpText('after', examples('hallmark explain debian:12 CVE-2024-12797'))
    .action(async (reference, id, flags) => {
      const { explain } = await import('./commands/explain.ts');
      finish(await explain(reference, id, flags, terminal));
    });
}

function addCache(program: Command, terminal: Terminal, finish: Finish): void {
  const cache = program
    .command('cache')
    .description('the cache of layer results')
    .addHelpText('after', examples('hallmark cache status', 'hallmark cache clear'));
  cache
    .command('status')
    .description('show where it is and how much it holds')
    .option('--cache-dir <folder>', 'another cache')
    .addHelpText('after', examples('hallmark cache status'))
    .action(async (flags) => {
      const { cacheStatus } = await import('./commands/cache.ts');
      finish(cacheStatus(flags, terminal));
    });
  cache
    .command('clear')
    .description('remove every cached layer result')
    .option('--cache-dir <folder>', 'another cache')
    .addHelpText('after', examples('hallmark cache clear --cache-dir /var/cache/hallmark'))
    .action(async (flags) => {
      const { cacheClear } = await import('./commands/cache.ts');
      finish(cacheClear(flags, terminal));
    });
}

function addCompletion(program: Command, terminal: Terminal, finish: Finish): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      examples(
        'source <(hallmark completion bash)',
        'hallmark completion fish > ~/.config/fish/completions/hallmark.fish',
      ),
    )
    .action(async (shell) => {
      const { completion } = await import('./commands/completion.ts');
      finish(completion(shell, program, terminal));
    });
}
