import { type Command, Option } from 'commander';
import { IMPORTED_FORMS } from '../trust/policy/imported-forms.ts';
import { examples } from './examples.ts';
import type { Finish, Terminal } from './terminal.ts';

const policyOption = (): Option =>
  new Option('--policy <file>', 'trust policy; default: hallmark-trust.yaml here or of the user');
const formatOption = (): Option =>
  new Option('--format <name>', 'terminal or json').choices(['terminal', 'json']).default('terminal');

/** `hallmark trust policy`. */
export function addTrustPolicy(trust: Command, terminal: Terminal, finish: Finish): void {
  const policy = trust
    .command('policy')
    .description('trust policies: look at them, test them, try changes, take over those of other programs')
    .addHelpText(
      'after',
      examples('hallmark trust policy explain ghcr.io/owner/app', 'hallmark trust policy lint'),
    );
  policy
    .command('show')
    .description('show the policy that is in force: its authorities and rules')
    .addOption(policyOption())
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust policy show'))
    .action(async (flags) => {
      const { showPolicy } = await import('./commands/trust-policy.ts');
      finish(showPolicy(flags, terminal));
    });
  policy
    .command('explain')
    .description('say which rule decides about an image, why that one, and what it asks')
    .argument('<image>', 'image in a registry')
    .addOption(policyOption())
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust policy explain ghcr.io/owner/app:1.4'))
    .action(async (image, flags) => {
      const { explainImage } = await import('./commands/trust-policy.ts');
      finish(explainImage(image, flags, terminal));
    });
  policy
    .command('lint')
    .description('name what a policy lets through that is hardly meant; exit with 2 when a stranger gets in')
    .addOption(policyOption())
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust policy lint --policy hallmark-trust.yaml'))
    .action(async (flags) => {
      const { lint } = await import('./commands/trust-policy.ts');
      finish(lint(flags, terminal));
    });
  policy
    .command('test')
    .description(
      'hold a policy to a list of cases, each with a recorded verification; exit with 2 on a difference',
    )
    .argument('<file>', 'list of cases, in YAML')
    .addOption(policyOption())
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust policy test trust-cases.yaml'))
    .action(async (file, flags) => {
      const { testPolicy } = await import('./commands/trust-policy-trial.ts');
      finish(testPolicy(file, flags, terminal));
    });
  policy
    .command('simulate')
    .description('show what another policy would change for recorded verifications')
    .argument('<policy>', 'policy to compare with the one in force')
    .argument('<report...>', 'what "hallmark verify --format json" wrote')
    .addOption(policyOption())
    .addOption(formatOption())
    .addHelpText('after', examples('hallmark trust policy simulate stricter.yaml reports/*.json'))
    .action(async (after, reports, flags) => {
      const { simulate } = await import('./commands/trust-policy-trial.ts');
      finish(simulate(after, reports, flags, terminal));
    });
  policy
    .command('import')
    .description('write the policy of another program in the form of Hallmark, and name what is lost')
    .argument('<file>', 'policy.json, ClusterImagePolicy, trustpolicy.json or source policy')
    .addOption(new Option('--from <form>', 'what it is').choices(IMPORTED_FORMS).makeOptionMandatory())
    .option('--allow-weaker', 'also when the result admits what the original did not')
    .option('-o, --output <file>', 'file to write; default: standard output')
    .addHelpText(
      'after',
      examples(
        'hallmark trust policy import --from containers-policy -o hallmark-trust.yaml /etc/containers/policy.json',
      ),
    )
    .action(async (file, flags) => {
      const { importFile } = await import('./commands/trust-policy.ts');
      finish(importFile(file, flags, terminal));
    });
}
