import type { UnmatchedRecord } from '../findings/explain.ts';
import type { Finding } from '../model/finding.ts';
import { escapeTerminal } from './escape.ts';
import { formatDay } from './quantity.ts';
import { SEVERITY_FORMAT, type Style, VERDICT_LABEL } from './style.ts';

/** The full reasoning behind one finding: verdict, steps, records, severity, likelihood of exploitation, risk. */
export function formatExplanation(finding: Finding, style: Style): string {
  const line = (label: string, text: string) => `  ${style.paint('dim', label.padEnd(12))}${text}\n`;
  const safe = escapeTerminal;
  const { severityChoice: severity, epss } = finding;
  const names = finding.aliases.length > 0 ? ` (${safe(finding.aliases.join(', '))})` : '';
  const scored = severity.score === null ? '' : ` ${severity.score.toFixed(1)}`;
  return [
    `${style.paint('bold', safe(finding.id))}${names} in ${safe(finding.package.purl)}\n`,
    line(
      'verdict',
      VERDICT_LABEL[finding.verdict] + (finding.suppressedBy ? `: ${safe(finding.suppressedBy)}` : ''),
    ),
    line('fixed in', safe(formatFix(finding))),
    line(
      'severity',
      `${style.paint(SEVERITY_FORMAT[finding.severity], finding.severity)}${scored} · ${safe(severity.reason)}`,
    ),
    severity.vector === null ? '' : line('', safe(severity.vector)),
    finding.severities.length < 2 ? '' : line('', safe(formatSeverities(finding.severities))),
    finding.weaknesses.length === 0 ? '' : line('weaknesses', safe(finding.weaknesses.join(', '))),
    line('exploited', formatExploitation(finding)),
    line(
      'EPSS',
      epss === null
        ? 'no score'
        : `${(epss.score * 100).toFixed(2)} % within 30 days, above ${(epss.percentile * 100).toFixed(1)} % of all (${formatDay(epss.date)})`,
    ),
    line('risk', `${finding.risk.toFixed(1)} of 100`),
    `\n  ${style.paint('dim', 'because')}\n`,
    ...finding.because.map(
      (reason, index) => `  ${String(index + 1).padStart(3)}. ${safe(reason.message)}\n`,
    ),
    `\n  ${style.paint('dim', 'records')}\n`,
    ...finding.advisories.map((advisory) =>
      safe(
        `    ${advisory.id} · ${advisory.source} · ${VERDICT_LABEL[advisory.verdict]}${
          advisory.fixedIn === null ? '' : `, fixed in ${advisory.fixedIn}`
        }${advisory.modified === null ? '' : ` · ${formatDay(advisory.modified)}`}${
          advisory.url === null ? '' : ` · ${advisory.url}`
        }`,
      ).concat('\n'),
    ),
  ].join('');
}

/** What every source says, the chosen one among them. */
function formatSeverities(severities: Finding['severities']): string {
  return severities
    .map(({ source, level, score }) => `${source} ${level}${score === null ? '' : ` ${score.toFixed(1)}`}`)
    .join(' · ');
}

const EXPLOITATION = {
  none: 'CISA has seen no exploitation',
  poc: 'proof of concept (CISA)',
  active: 'seen in attacks (CISA)',
} as const;

function formatExploitation({ kev, exploitation }: Finding): string {
  const catalog =
    kev === null ? 'not in the KEV catalog' : `known since ${formatDay(kev.dateAdded)} (CISA KEV)`;
  return exploitation === null ? catalog : `${catalog} · ${EXPLOITATION[exploitation.exploitation]}`;
}

function formatFix({ fixedIn, fixedElsewhere }: Finding): string {
  if (fixedIn !== null) return fixedIn;
  if (fixedElsewhere === null) return 'no fixed version is known';
  return `no version that the installation gets; ${fixedElsewhere.version} in ${fixedElsewhere.channel}`;
}

/** Records of the flaw that name a package of the image and still led to no finding, or that there are none at all. */
export function formatUnmatched(
  id: string,
  unmatched: readonly UnmatchedRecord[],
  hasFindings: boolean,
  style: Style,
): string {
  if (unmatched.length === 0) {
    return hasFindings
      ? ''
      : `${escapeTerminal(id)}: no source knows it for any package that was found here.\n`;
  }
  const heading = hasFindings
    ? 'Records that do not match'
    : `${escapeTerminal(id)}: known, and no package is affected`;
  return `${hasFindings ? '\n' : ''}${style.paint('bold', heading)}\n${unmatched
    .map(({ message, source }) => `  ${escapeTerminal(`${message} (${source})`)}\n`)
    .join('')}`;
}
