import { dirname, resolve } from 'node:path';
import type { ExitStatus } from '../../model/errors.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import { parseStrictJson } from '../../oci/strict-json.ts';
import { OciError } from '../../oci/errors.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { plural } from '../../report/quantity.ts';
import type { Style } from '../../report/style.ts';
import { TrustReportSchema } from '../../report/trust-report-schema.ts';
import { TrustError } from '../../trust/errors.ts';
import { readTrustPolicy } from '../../trust/policy/locate-policy.ts';
import { readPolicyText } from '../../trust/policy/policy-file.ts';
import { type CaseResult, type Change, simulatePolicies, testCase } from '../../trust/policy/simulate.ts';
import { parsePolicyTest } from '../../trust/policy/test-file.ts';
import type { Terminal } from '../terminal.ts';
import { answer, locate, type PolicyFlags } from './trust-policy.ts';

/** Holds the policy to a list of cases. Exit status 2 when one comes out differently. */
export function testPolicy(file: string, flags: PolicyFlags, terminal: Terminal): ExitStatus {
  const { policy } = locate(flags, terminal);
  const path = resolve(terminal.workingDirectory, file);
  const { cases } = parsePolicyTest(readPolicyText(path), file);
  const results = cases.map(({ name, report, expect, rule }) => {
    const [recorded, ...others] = readReports(resolve(dirname(path), report), report);
    if (recorded === undefined || others.length > 0) throw invalid(report, 'has not exactly one report');
    return testCase(policy, { name: name ?? report, verdict: expect, rule: rule ?? null, report: recorded });
  });
  const failed = results.filter(({ passed }) => !passed).length;
  answer(flags, terminal, results, (style) => [
    ...results.flatMap((result) => formatCase(result, style)),
    failed === 0
      ? `${plural(results.length, 'case')}, all as expected`
      : `${failed} of ${plural(results.length, 'case')} differ`,
  ]);
  return failed === 0 ? 0 : 2;
}

function formatCase({ name, expected, got, passed }: CaseResult, style: Style): readonly string[] {
  if (passed) return [`${style.paint('green', 'as expected')}  ${escapeTerminal(name)}: ${got.verdict}`];
  return [
    `${style.paint('red', 'different')}  ${escapeTerminal(name)}: expected ${expected}, got ${got.verdict}`,
    ...[got.rule === null ? 'no rule' : `rule ${got.rule}`, got.because, ...got.caveats].map(
      (line) => `  ${escapeTerminal(line)}`,
    ),
  ];
}

/** Shows for which recorded verifications another policy says something else. */
export function simulate(
  after: string,
  reports: readonly string[],
  flags: PolicyFlags,
  terminal: Terminal,
): ExitStatus {
  const { workingDirectory } = terminal;
  const old = locate(flags, terminal).policy;
  const next = readTrustPolicy(resolve(workingDirectory, after), after).policy;
  const recorded = reports.flatMap((file) => readReports(resolve(workingDirectory, file), file));
  const changes = simulatePolicies(old, next, recorded);
  answer(flags, terminal, changes, (style) => [
    ...changes.flatMap((change) => formatChange(change, style)),
    `${plural(recorded.length, 'verification')}, ${changes.length} of them change`,
  ]);
  return 0;
}

function formatChange({ reference, before, after }: Change, style: Style): readonly string[] {
  const verdict =
    before.verdict === after.verdict
      ? after.verdict
      : `${before.verdict} → ${style.paint('bold', after.verdict)}`;
  const rule = before.rule === after.rule ? '' : ` (rule ${before.rule ?? 'none'} → ${after.rule ?? 'none'})`;
  return [
    `${escapeTerminal(reference)}: ${verdict}${escapeTerminal(rule)}`,
    ...[after.because, ...after.caveats].map((line) => `  ${escapeTerminal(line)}`),
  ];
}

/** What `hallmark verify --format json` writes: a report, or several. */
function readReports(path: string, name: string): readonly TrustReport[] {
  const value = parseReport(readPolicyText(path), name);
  const several = typeof value === 'object' && value !== null && 'reports' in value ? value.reports : [value];
  if (!Array.isArray(several)) throw invalid(name, 'has no list of reports');
  return several.map((each) => {
    const parsed = TrustReportSchema.safeParse(each);
    // the schema checks what the type says, digests among it
    if (parsed.success) return parsed.data as unknown as TrustReport;
    const [issue] = parsed.error.issues;
    throw invalid(name, `${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
  });
}

/** Bytes of reports that are read: provenance may be large. */
const MAX_BYTES = 64 * 1024 * 1024;

function parseReport(text: string, name: string): unknown {
  try {
    return parseStrictJson(Buffer.from(text), { subject: name, maxBytes: MAX_BYTES });
  } catch (error) {
    if (error instanceof OciError) throw invalid(name, 'is not strict JSON', error);
    throw error;
  }
}

const invalid = (file: string, reason: string, cause?: unknown): TrustError =>
  new TrustError('RECORDING_INVALID', `${file} ${reason}`, { subject: file, cause });
