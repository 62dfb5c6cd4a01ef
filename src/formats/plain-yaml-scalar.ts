/** Scalars of plain YAML, which may go on over several lines. See `plain-yaml.ts`. */
import { closingQuote, readLine, type Schema, Unplain } from './plain-yaml-line.ts';
import type { Lines } from './plain-yaml-rows.ts';

/**
 * The value of which `text`, the end of the current line, is the beginning. It goes on as long as lines are further in
 * than `outer`, where the block begins that it belongs to.
 */
export function readScalar(lines: Lines, text: string, schema: Schema, outer: number): unknown {
  const header = /^(?<style>[|>])(?<chomping>[-+]?)$/.exec(text)?.groups;
  if (header !== undefined) return readBlockScalar(lines, header['style'] === '>', header['chomping'] ?? '');
  const whole =
    text.startsWith('"') || text.startsWith("'")
      ? wholeQuoted(lines, text, outer)
      : wholePlain(lines, text, outer);
  lines.next();
  const value = readLine(whole, schema);
  // the scalar goes on
  if ((lines.peek()?.indent ?? 0) > outer) throw new Unplain();
  return value;
}

/** Sections 8.1.1.2 (how line breaks at the end count), 8.1.2 and 8.1.3. */
function readBlockScalar(lines: Lines, isFolded: boolean, chomping: string): string {
  const { rows, blanksBehind } = lines.block();
  if (isFolded && rows[0] === '') throw new Unplain();
  const breaks = chomping === '-' ? 0 : chomping === '+' ? blanksBehind + 1 : 1;
  return (isFolded ? foldBlock(rows) : rows.join('\n')) + '\n'.repeat(breaks);
}

/** Line breaks become spaces, but not beside rows that are further in. */
function foldBlock([first = '', ...rows]: readonly string[]): string {
  let text = first;
  let blanks = 0;
  let keeps = false;
  for (const row of rows) {
    if (row === '') {
      blanks += 1;
      continue;
    }
    const kept = keeps;
    keeps = row.startsWith(' ');
    text += (kept || keeps ? '\n'.repeat(blanks + 1) : lineFold(blanks)) + row;
    blanks = 0;
  }
  return text;
}

/** What a line break with empty rows behind it stands for. Section 6.5. */
function lineFold(blanks: number): string {
  return blanks === 0 ? ' ' : '\n'.repeat(blanks);
}

/** A plain scalar, or a collection in flow style, on one line. */
function wholePlain(lines: Lines, text: string, outer: number): string {
  const isCollection = text.startsWith('[') || text.startsWith('{');
  let whole = text;
  let last = text;
  // a comment ends the scalar
  while (!last.includes(' #')) {
    const next = lines.continuation(outer);
    if (next === null || next.text.startsWith('#')) break;
    // a key, or in a collection an escaped line break, an empty row, or what some take for white space
    if (last.endsWith(':')) throw new Unplain();
    if (isCollection && (endsInEscape(last) || next.blanks > 0 || /[^\S ]/.test(next.text))) {
      throw new Unplain();
    }
    last = next.text;
    whole += lineFold(next.blanks) + last;
  }
  return whole;
}

/** A quoted scalar on one line, its escapes as they are but for those of line breaks. Section 7.3. */
function wholeQuoted(lines: Lines, text: string, outer: number): string {
  const quote = text[0] ?? '';
  let whole = text;
  let last = { text, hasSpaceBehind: lines.peek()?.hasSpaceBehind ?? false };
  for (
    let isOpen = closingQuote(text, 1, quote) < 0;
    isOpen;
    isOpen = closingQuote(last.text, 0, quote) < 0
  ) {
    const next = lines.continuation(outer);
    if (next === null) throw new Unplain();
    const isEscaped = quote === '"' && endsInEscape(last.text);
    // white space behind the backslash is what it escapes, and empty rows are read in more than one way
    if (isEscaped && (last.hasSpaceBehind || next.blanks > 0)) throw new Unplain();
    whole = isEscaped ? whole.slice(0, -1) + next.text : whole + lineFold(next.blanks) + next.text;
    last = next;
  }
  return whole;
}

function endsInEscape(text: string): boolean {
  let start = text.length;
  while (text[start - 1] === '\\') start -= 1;
  return (text.length - start) % 2 === 1;
}
