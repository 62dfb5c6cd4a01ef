import type { Assessment } from '../model/assessment.ts';
import type { Coverage } from '../model/coverage.ts';
import { VERDICTS } from '../model/finding.ts';
import { escapeTerminal } from './escape.ts';
import { countSeverities, formatFindings } from './findings-table.ts';
import { formatDatabase } from './database-line.ts';
import { formatCount, plural } from './quantity.ts';
import { countSecrets } from './secrets.ts';
import { type Style, VERDICT_LABEL } from './style.ts';
import { formatTriage } from './triage.ts';
import { wrap } from './wrap.ts';

/** The list of findings that filters left of an assessment, and how many they hid. */
export function formatScan(shown: Assessment, style: Style): string {
  const severities = countSeverities(shown.findings, style);
  const distribution = shown.distribution?.prettyName ?? 'unknown distribution';
  return [
    `${style.paint('bold', escapeTerminal(shown.image.reference))}\n`,
    `${escapeTerminal(distribution)} · ${plural(shown.packages.length, 'package')} · ${plural(shown.findings.length, 'finding')}${
      severities === '' ? '' : `: ${severities}`
    }\n`,
    shown.findings.length === 0 ? '' : `\n${formatFindings(shown.findings, style)}`,
    formatHidden(shown, style),
    shown.secrets.length === 0 ? '' : `\n${style.paint('red', countSecrets(shown.secrets))}\n`,
    formatTriage(shown, style),
    formatCoverageList(shown, style),
    formatDatabase(shown, style),
  ].join('');
}

function formatHidden({ findings, verdictCounts }: Assessment, style: Style): string {
  const hidden = VERDICTS.map((verdict) => ({
    verdict,
    count: verdictCounts[verdict] - findings.filter((finding) => finding.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
  if (hidden.length === 0) return '';
  const text = hidden
    .map(({ verdict, count }) => `${formatCount(count)} ${VERDICT_LABEL[verdict]}`)
    .join(', ');
  return `\n${style.paint('dim', `Not listed: ${text} (--verdict all)`)}\n`;
}

/** Every entry of the coverage, because a list that is missing something must say what. */
export function formatCoverageList({ coverage }: Pick<Assessment, 'coverage'>, style: Style): string {
  if (coverage.length === 0) return '';
  return `\n${style.paint('bold', 'Not covered')}\n${coverage.map((entry) => formatCoverage(entry, style)).join('')}`;
}

/** Code, what it is about where the sentence does not name it, and the sentence. */
export function formatCoverage({ code, subject, message }: Coverage, style: Style): string {
  const about = message.includes(subject) ? '' : `${escapeTerminal(subject)}: `;
  const [first = '', ...rest] = wrap(
    `${code} ${about}${escapeTerminal(message)}`,
    style.width - 2,
    '    ',
  ).split('\n');
  return `  ${[first.replace(code, style.paint('yellow', code)), ...rest].join('\n')}\n`;
}
