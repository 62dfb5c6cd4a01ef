import type { Command } from 'commander';
import { examples } from './examples.ts';
import { configurationOption, formatOption } from './options.ts';
import type { Finish, Terminal } from './terminal.ts';

/** `hallmark vex`. */
export function addVex(program: Command, terminal: Terminal, finish: Finish): void {
  const command = program
    .command('vex')
    .description('VEX documents: check them, and make one of your exceptions')
    .addHelpText(
      'after',
      examples('hallmark vex check app.openvex.json', 'hallmark vex export --output app.openvex.json'),
    );
  command
    .command('check')
    .description('read VEX documents and list their statements; exit with 3 when something in them is wrong')
    .argument('<path...>', 'document in OpenVEX, CSAF VEX or CycloneDX, or folder with some')
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark vex check --format json app.openvex.json'))
    .action(async (paths, flags) => {
      const { checkVex } = await import('./commands/vex.ts');
      finish(await checkVex(paths, flags, terminal));
    });
  command
    .command('export')
    .description('write the exceptions of the configuration as an OpenVEX document')
    .addOption(configurationOption())
    .option('-o, --output <file>', 'file to write; default: standard output')
    .addHelpText('after', examples('hallmark vex export --config .hallmark.yaml --output app.openvex.json'))
    .action(async (flags) => {
      const { exportVex } = await import('./commands/vex.ts');
      finish(await exportVex(flags, terminal));
    });
}
