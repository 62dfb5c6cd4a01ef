import type { Assessment } from '../model/assessment.ts';
import type { TriageUse, UnusedVexStatement, VexDocumentUse } from '../model/triage.ts';
import { escapeTerminal } from './escape.ts';
import { formatCount, plural } from './quantity.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Statements that decided nothing, of which a list shows some: a vendor's document has thousands. */
const SHOWN_STATEMENTS = 10;

/** What exceptions, overrides and VEX did, and which of them did nothing; empty where there are none. */
export function formatTriage(
  { exceptions, overrides, vex }: Pick<Assessment, 'exceptions' | 'overrides' | 'vex'>,
  style: Style,
): string {
  return [
    formatUses('Exceptions', exceptions, style),
    formatUses('Overrides', overrides, style),
    formatVex(vex, style),
  ].join('');
}

function formatUses(title: string, uses: readonly TriageUse[], style: Style): string {
  const here = uses.filter(({ state }) => state !== 'elsewhere');
  if (here.length === 0) return '';
  const lines = here.map((use) =>
    formatLine(`${stateWords(use)} ${useWords(use)}`, use.state !== 'applied', style),
  );
  return `\n${style.paint('bold', title)}\n${lines.join('')}`;
}

function stateWords({ state, expires, findings }: TriageUse): string {
  switch (state) {
    case 'applied':
      return `${plural(findings, 'finding')}:`;
    case 'expired':
      return `expired on ${expires ?? ''}${findings === 0 ? '' : `, ${plural(findings, 'finding')} open again`}:`;
    case 'unused':
    case 'elsewhere':
      return 'decided nothing:';
  }
}

function useWords({ vulnerabilities, decides, owner, reason, expires, place, state }: TriageUse): string {
  const until = expires === null || state === 'expired' ? '' : ` until ${expires}`;
  return `${vulnerabilities.join(', ')} ${decides.replace('-', ' ')} by ${owner}${until}: ${reason} (${place})`;
}

function formatVex({ documents, unused }: Assessment['vex'], style: Style): string {
  if (documents.length === 0) return '';
  const shown = unused.slice(0, SHOWN_STATEMENTS);
  const rest = unused.length - shown.length;
  return [
    `\n${style.paint('bold', 'VEX')}\n`,
    ...documents.map((document) => formatLine(documentWords(document), !document.applied, style)),
    ...documents.flatMap(({ faults, place }) =>
      faults.slice(0, SHOWN_STATEMENTS).map((fault) => formatLine(`${place}: ${fault}`, true, style)),
    ),
    ...shown.map((statement) => formatLine(unusedWords(statement), true, style)),
    rest === 0 ? '' : formatLine(`${formatCount(rest)} more statements decided nothing`, true, style),
  ].join('');
}

function documentWords({
  author,
  format,
  origin,
  place,
  applied,
  statements,
  findings,
}: VexDocumentUse): string {
  const what = `${format} by ${author ?? 'an unnamed author'} (${origin} ${place}), ${plural(statements, 'statement')}`;
  return applied
    ? `${plural(findings, 'finding')}: ${what}`
    : `not applied: ${what}; --vex-from signed applies what the trust policy believes, --vex-from image all`;
}

const UNUSED: Readonly<Record<UnusedVexStatement['reason'], string>> = {
  'product-not-here': 'no such product here',
  'flaw-not-found': 'nothing was found with the flaw',
  superseded: 'a later or stronger statement decides',
  unjustified: 'it does not say why, so it is not applied',
};

function unusedWords({ vulnerability, status, product, reason }: UnusedVexStatement): string {
  return `decided nothing: ${vulnerability} ${status.replaceAll('_', ' ')} in ${product}: ${UNUSED[reason]}`;
}

function formatLine(text: string, isWarning: boolean, style: Style): string {
  const lines = wrap(escapeTerminal(text), style.width - 2, '    ').trimEnd();
  const mark = isWarning ? style.paint('yellow', '!') : ' ';
  return `${mark} ${lines}\n`;
}
