import type { Finding, Verdict } from '../model/finding.ts';
import { type SeverityLevel, SEVERITY_RANK } from '../model/severity.ts';
import { formatTable } from './table.ts';
import { SEVERITY_FORMAT, type Style, VERDICT_LABEL } from './style.ts';

/** Which findings a list shows; every condition must hold. */
export interface FindingFilter {
  readonly verdicts: ReadonlySet<Verdict>;
  /** Least severity; `unknown` always passes a bound up to medium, for it may be anything. */
  readonly severity?: SeverityLevel;
  /** Only findings for which a fixed version exists (true) or does not (false). */
  readonly fixed?: boolean;
}

/** At least as severe as `bound`. */
export function isAtLeast(level: SeverityLevel, bound: SeverityLevel): boolean {
  return SEVERITY_RANK[level] >= SEVERITY_RANK[bound];
}

export function filterFindings(findings: readonly Finding[], filter: FindingFilter): readonly Finding[] {
  return findings.filter(
    (finding) =>
      filter.verdicts.has(finding.verdict) &&
      (filter.severity === undefined || isAtLeast(finding.severity, filter.severity)) &&
      (filter.fixed === undefined || (finding.fixedIn !== null) === filter.fixed),
  );
}

/** One line a finding, riskiest first as the assessment orders them. */
export function formatFindings(findings: readonly Finding[], style: Style, indent = ''): string {
  return formatTable<Finding>(
    [
      { title: 'RISK', align: 'right', text: (finding) => finding.risk.toFixed(1) },
      {
        title: 'VULNERABILITY',
        text: (finding) => finding.id,
        paint: (_, text) => style.paint('bold', text),
      },
      {
        title: 'SEVERITY',
        text: (finding) => finding.severity,
        paint: (finding, text) => style.paint(SEVERITY_FORMAT[finding.severity], text),
      },
      { title: 'PACKAGE', most: 32, text: (finding) => finding.package.name },
      { title: 'INSTALLED', most: 26, text: (finding) => finding.package.version },
      { title: 'FIXED IN', most: 26, text: (finding) => finding.fixedIn ?? '-' },
      { title: 'VERDICT', text: formatVerdict },
    ],
    findings,
    style,
    indent,
  );
}

function formatVerdict(finding: Finding): string {
  const marks = [
    finding.malicious ? 'malicious' : null,
    finding.kev === null ? null : finding.kev.ransomware ? 'exploited, ransomware' : 'exploited',
    finding.fixedElsewhere === null ? null : `fix only in ${finding.fixedElsewhere.channel}`,
    finding.suppressedBy,
  ].filter((mark) => mark !== null);
  const label = VERDICT_LABEL[finding.verdict];
  return marks.length === 0 ? label : `${label} (${marks.join('; ')})`;
}

/** `3 critical, 12 high`, most severe first; empty for no findings. */
export function countSeverities(findings: readonly Finding[], style: Style): string {
  const counts = new Map<SeverityLevel, number>();
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => SEVERITY_RANK[b] - SEVERITY_RANK[a])
    .map(([level, count]) => style.paint(SEVERITY_FORMAT[level], `${count} ${level}`))
    .join(', ');
}
