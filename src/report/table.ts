import { escapeTerminal, shorten } from './escape.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Most characters shown; longer text ends in an ellipsis. The last column takes what the width leaves. */
  readonly most?: number;
  /** Of the last column: what does not fit goes on below, and nothing is left out. For sentences. */
  readonly wraps?: true;
  text(row: Row): string;
  paint?(row: Row, text: string): string;
}

const GAP = '  ';
/** Narrower than this a sentence cannot be read. */
const LEAST_WRAPPED = 40;

/** Rows under a dimmed line of titles, every cell escaped; each line ends in a newline. Empty for no rows. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: Style,
  indent = '',
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) =>
    columns.map((column) => shorten(escapeTerminal(column.text(row)), column.most ?? Infinity)),
  );
  const widths = columns.map((column, index) =>
    cells.reduce((most, line) => Math.max(most, (line[index] ?? '').length), column.title.length),
  );
  const last = columns.length - 1;
  const before = indent.length + widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  widths[last] = Math.min(widths[last] ?? 0, Math.max(12, style.width - before));

  const line = (texts: readonly string[], paint: (index: number, text: string) => string) => {
    const padded = texts.map((text, index) => {
      const width = widths[index] ?? 0;
      if (index === last && columns[last]?.wraps === true) {
        const lines = wrap(text, Math.max(LEAST_WRAPPED, width), '');
        return paint(index, lines.replaceAll('\n', `\n${' '.repeat(before)}`));
      }
      const fitted = shorten(text, width);
      const space = ' '.repeat(Math.max(0, width - fitted.length));
      const right = columns[index]?.align === 'right';
      const painted = paint(index, fitted);
      return right ? space + painted : index === last ? painted : painted + space;
    });
    return `${indent}${padded.join(GAP).trimEnd()}\n`;
  };

  const head = line(
    columns.map((column) => column.title),
    (_, text) => style.paint('dim', text),
  );
  const body = rows.map((row, index) =>
    line(cells[index] ?? [], (at, text) => columns[at]?.paint?.(row, text) ?? text),
  );
  return head + body.join('');
}
