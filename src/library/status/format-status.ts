import { escapeMarkdown, escapeTerminal } from '../../report/escape.ts';
import type { Style } from '../../report/style.ts';
import { formatTable } from '../../report/table.ts';
import type { ProgrammeStatus } from './programme-status.ts';
import { statusSummary, statusTables, type StatusTable } from './status-lines.ts';

export function formatStatus(status: ProgrammeStatus, style: Style): string {
  const tables = statusTables(status).map(({ title, columns, rows, hint }) => {
    const drawn = columns.map((name, index) => ({
      title: name,
      wraps: true as const,
      text: (row: readonly string[]) => row[index] ?? '',
    }));
    const body = formatTable(drawn, rows, style, '  ');
    return `\n${style.paint('bold', title)}\n${body}${hint === undefined ? '' : `  ${hint}\n`}`;
  });
  return `${escapeTerminal(statusSummary(status))}\n${tables.join('')}`;
}

/** A page for everybody: the figures of the programme, in the open. */
export function formatStatusPage(status: ProgrammeStatus): string {
  const sections = statusTables(status).map(
    ({ title, columns, rows }) => `## ${title}\n\n${table(columns, rows)}`,
  );
  const head = `# Status of ${escapeMarkdown(status.programme)}`;
  const { at } = status;
  return `${[head, escapeMarkdown(statusSummary(status)), ...sections, `As of ${at}.`].join('\n\n')}\n`;
}

function table(columns: StatusTable['columns'], rows: StatusTable['rows']): string {
  return [columns, columns.map(() => '---'), ...rows.map((row) => row.map(escapeMarkdown))]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
