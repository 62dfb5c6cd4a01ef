import { resolve } from 'node:path';
import type { ExitStatus } from '../../model/errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { describeAsked, describeAuthority } from '../../trust/policy/describe.ts';
import { explainPolicy, type PolicyExplanation } from '../../trust/policy/explain.ts';
import type { Loss } from '../../trust/policy/import/imported.ts';
import { importPolicy } from '../../trust/policy/import/import-policy.ts';
import type { ImportedForm } from '../../trust/policy/imported-forms.ts';
import { lintPolicy, type Looseness } from '../../trust/policy/lint.ts';
import { type LocatedPolicy, requireTrustPolicy } from '../../trust/policy/locate-policy.ts';
import { readPolicyText } from '../../trust/policy/policy-file.ts';
import type { TrustRule } from '../../trust/policy/policy.ts';
import { policyName } from '../../trust/policy/repository-pattern.ts';
import { writeTargets } from '../formats.ts';
import { styleFor, type Terminal } from '../terminal.ts';

export interface PolicyFlags {
  readonly policy?: string;
  readonly format: 'terminal' | 'json';
}

export function locate({ policy }: Pick<PolicyFlags, 'policy'>, terminal: Terminal): LocatedPolicy {
  return requireTrustPolicy({ given: policy, ...terminal });
}

/** Writes a value as JSON, or as lines for people, which are escaped already. */
export function answer(
  flags: PolicyFlags,
  terminal: Terminal,
  value: unknown,
  format: (style: Style) => readonly string[],
): void {
  const { stdout, environment } = terminal;
  const text = () =>
    flags.format === 'json' ? formatJson(value) : `${format(styleFor(stdout, environment)).join('\n')}\n`;
  stdout.write(text());
}

export function showPolicy(flags: PolicyFlags, terminal: Terminal): ExitStatus {
  const { policy, file } = locate(flags, terminal);
  answer(flags, terminal, { file, ...policy }, (style) => [
    `${style.paint('bold', escapeTerminal(file))}: ${plural(policy.rules.length, 'rule')}; repositories without one: ${policy.fallback}`,
    '',
    ...Object.entries(policy.authorities).map(([name, authority]) =>
      escapeTerminal(`${name}: ${describeAuthority(authority)}`),
    ),
    ...policy.rules.flatMap((rule) => ['', ...describeRule(rule, style)]),
  ]);
  return 0;
}

function describeRule(
  { name, repositories, always, requirements, place }: TrustRule,
  style: Style,
): readonly string[] {
  const where = style.paint('dim', escapeTerminal(place ?? 'built in'));
  return [
    `${style.paint('bold', escapeTerminal(name))}  ${where}`,
    ...repositories.map((pattern) => `  ${escapeTerminal(pattern)}`),
    ...(always === null
      ? requirements.map((each) => `  - ${escapeTerminal(describeAsked(each))}`)
      : [`  - ${always}`]),
  ];
}

export function explainImage(image: string, flags: PolicyFlags, terminal: Terminal): ExitStatus {
  const { registry, repository } = parseReference(image);
  const explanation = explainPolicy(locate(flags, terminal).policy, policyName(registry, repository));
  answer(flags, terminal, explanation, (style) => formatExplanation(explanation, style));
  return 0;
}

function formatExplanation(
  { repository, rule, decides, passedOver }: PolicyExplanation,
  style: Style,
): readonly string[] {
  const heading = `${style.paint('bold', escapeTerminal(repository))}: ${escapeTerminal(decides)}`;
  if (rule === null) return [heading];
  return [
    heading,
    '',
    escapeTerminal(`rule ${rule.name}, by its pattern ${rule.pattern} (${rule.place ?? 'built in'})`),
    ...rule.asks.map((asks) => `  - ${escapeTerminal(asks)}`),
    ...Object.entries(rule.authorities).map(([name, who]) => escapeTerminal(`  ${name} is ${who}`)),
    ...passedOver.map((other) =>
      style.paint(
        'dim',
        escapeTerminal(`less specific: rule ${other.rule}, ${other.pattern} (${other.place ?? 'built in'})`),
      ),
    ),
  ];
}

/** Exit status 2 when a stranger gets in. */
export function lint(flags: PolicyFlags, terminal: Terminal): ExitStatus {
  const found = lintPolicy(locate(flags, terminal).policy);
  answer(flags, terminal, found, (style) =>
    found.length === 0 ? ['Nothing is loose.'] : found.flatMap((each) => formatLooseness(each, style)),
  );
  return found.some(({ severity }) => severity === 'warning') ? 2 : 0;
}

function formatLooseness({ where, severity, message, admits }: Looseness, style: Style): readonly string[] {
  const word = style.paint(severity === 'warning' ? 'yellow' : 'dim', severity);
  return [`${word} ${escapeTerminal(`${where}: ${message}`)}`, `  admits ${escapeTerminal(admits)}`];
}

export interface ImportFlags {
  readonly from: ImportedForm;
  readonly allowWeaker?: boolean;
  readonly output?: string;
}

/** Writes the policy; what is lost goes to standard error. */
export function importFile(file: string, flags: ImportFlags, terminal: Terminal): ExitStatus {
  const { stdout, stderr, environment, workingDirectory } = terminal;
  const content = readPolicyText(resolve(workingDirectory, file));
  const { yaml, losses } = importPolicy(content, {
    form: flags.from,
    name: file,
    allowsWeaker: flags.allowWeaker === true,
  });
  const style = styleFor(stderr, environment);
  for (const loss of losses) stderr.write(formatLoss(loss, style));
  writeTargets([{ format: 'yaml', file: flags.output ?? null }], () => yaml, stdout);
  return 0;
}

function formatLoss({ item, reason, effect }: Loss, style: Style): string {
  const word = style.paint(effect === 'weaker' ? 'yellow' : 'dim', effect);
  return `${word} ${escapeTerminal(`${item}: ${reason}`)}\n`;
}
