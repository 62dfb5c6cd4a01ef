import { Unplain, withoutSpacesBehind } from './plain-yaml-line.ts';

export interface Line {
  readonly indent: number;
  /** Without the indentation, and white space at the end; not empty, and no comment. */
  readonly text: string;
  /** White space stood at its end. */
  readonly hasSpaceBehind: boolean;
}

/** A row on which a scalar goes on; it may look like a comment. */
interface Continuation extends Line {
  /** How many empty rows lie before it. */
  readonly blanks: number;
}

/** The rows of a block scalar, without its indentation and the empty ones at the end. */
export interface BlockRows {
  readonly rows: readonly string[];
  /** How many empty rows followed. */
  readonly blanksBehind: number;
}

export type Lines = ReturnType<typeof createLines>;

/** Goes through the lines of plain YAML that say something; see `plain-yaml.ts`. */
export function createLines(text: string) {
  const rows = text.split('\n');
  let at = 0;
  let current: Line | null = null;
  skipDocumentMark();
  advance();

  /** A row of a scalar may hold any character but those that some take for white space or a line break. */
  function contentAt(index: number): string {
    const written = rows[index] ?? '';
    const row = written.endsWith('\r') && index < rows.length - 1 ? written.slice(0, -1) : written;
    if (/[\t\r\uFEFF]/.test(row)) throw new Unplain();
    return row;
  }

  function rowAt(index: number): string {
    const row = contentAt(index);
    // white space to some and an error or text to others
    if (/[^\S ]/.test(row)) throw new Unplain();
    return row;
  }

  /** Before the first document, alone on its line. Section 9.1.4. */
  function skipDocumentMark(): void {
    let first = 0;
    while (first < rows.length && /^ *(?:#|$)/.test(rowAt(first))) first += 1;
    if (rowAt(first) === '---') at = first + 1;
  }

  function advance(): void {
    for (current = null; at < rows.length && current === null; at += 1) {
      const row = rowAt(at);
      const indent = indentOf(row);
      if (indent === row.length || row[indent] === '#') continue;
      // directives, and the marks of documents
      if (indent === 0 && /^(?:%|---|\.\.\.)/.test(row)) throw new Unplain();
      current = toLine(row, indent);
    }
  }

  return {
    peek: () => current,

    next(): Line {
      const line = current;
      if (line === null) throw new Unplain();
      advance();
      return line;
    },

    /** What stands behind the dash of an element is a line of its own, further in. */
    enter(offset: number): void {
      if (current === null) throw new Unplain();
      current = { ...current, indent: current.indent + offset, text: current.text.slice(offset) };
    },

    /** The row after the current line, which stays the current one, if it is further in than `outer`. */
    continuation(outer: number): Continuation | null {
      for (let index = at; index < rows.length; index += 1) {
        const row = contentAt(index);
        const indent = indentOf(row);
        if (indent === row.length) continue;
        if (indent <= outer) return null;
        const blanks = index - at;
        at = index + 1;
        return { ...toLine(row, indent), blanks };
      }
      return null;
    },

    /** Takes the current line, and the block scalar that hangs below it. Section 8.1. */
    block(): BlockRows {
      const outer = current?.indent ?? 0;
      const end = { at, inner: -1, widest: 0 };
      const found: string[] = [];
      for (; end.at < rows.length; end.at += 1) {
        const row = contentAt(end.at);
        const indent = indentOf(row);
        const isBlank = indent === row.length;
        if (isBlank && end.inner < 0) {
          end.widest = Math.max(end.widest, indent);
          found.push('');
          continue;
        }
        if (end.inner < 0) end.inner = indent;
        if (!isBlank && indent < end.inner) break;
        found.push(row.slice(end.inner));
      }
      if (end.inner <= outer || end.widest > end.inner) throw new Unplain();
      at = end.at;
      advance();
      // what follows the last line break of the text is no row
      if (end.at === rows.length && found.at(-1) === '') found.pop();
      const count = found.length;
      while (found.at(-1) === '') found.pop();
      return { rows: found, blanksBehind: count - found.length };
    },
  };
}

function indentOf(row: string): number {
  let indent = 0;
  while (row.codePointAt(indent) === 0x20) indent += 1;
  return indent;
}

function toLine(row: string, indent: number): Line {
  const written = row.slice(indent);
  const text = withoutSpacesBehind(written);
  return { indent, text, hasSpaceBehind: text.length < written.length };
}
