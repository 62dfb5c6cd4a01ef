/** Pieces of pages made of what others wrote: each is cut where it is too long, and nothing in it is markup. */
import { escapeMarkdown, markdownCode, shorten } from '../../report/escape.ts';
import { formatCount } from '../../report/quantity.ts';

/** Of one value, in characters. */
const MOST_CHARACTERS = 500;
/** Of one list within a line. */
export const MOST_ITEMS = 100;
/** Of one table. */
const MOST_ROWS = 2000;

/** For lines and cells of tables. */
export function shownText(text: string): string {
  return escapeMarkdown(shorten(bounded(text), MOST_CHARACTERS));
}

/** As code, for lines: in tables a bar would end the cell even within code. */
export function shownCode(text: string): string {
  return markdownCode(shorten(bounded(text), MOST_CHARACTERS));
}

/** A text of megabytes is not taken apart character by character; a character has two units at most. */
function bounded(text: string): string {
  return text.slice(0, 2 * MOST_CHARACTERS + 2);
}

/** @param address one that needs no escaping, or has it */
export function link(text: string, address: string): string {
  return `[${text}](${address})`;
}

/** Lines of names and values; what has no value is left out. */
export function listOf(lines: readonly (readonly [string, string | null])[]): string {
  return lines
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `-\t**${name}**: ${value}`)
    .join('\n');
}

/** @param rows of cells that are escaped; those that are too many are counted */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.slice(0, MOST_ROWS)].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  const more = rows.length - MOST_ROWS;
  return `${lines.join('\n')}${more > 0 ? `\n\nand ${formatCount(more)} more` : ''}`;
}
