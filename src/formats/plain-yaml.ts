/**
 * The regular part of YAML that programs write: mappings and lists in block style, scalars and collections in flow style
 * on one line, literal blocks. A lock file of 5 MB is read in a fraction of a second, where the general reader of
 * `yaml.ts` needs more than ten. Whatever is not plainly of this form (anchors, tags, several documents, scalars over
 * several lines) is left to the general reader. YAML 1.2.2, core schema.
 */
import { addEntry, readLine, splitKey, Unplain } from './plain-yaml-line.ts';

/** Deeper nesting is left to the general reader too. */
const MAX_DEPTH = 64;

/** The value in a text of plain YAML; null where the text is not plain, whether or not it is YAML. */
export function parsePlainYaml(text: string): { readonly value: unknown } | null {
  try {
    const lines = createLines(text);
    const value = readBlock(lines, 0);
    return lines.peek() === null ? { value } : null;
  } catch (error) {
    if (error instanceof Unplain) return null;
    throw error;
  }
}

interface Line {
  readonly indent: number;
  /** Without the indentation, and white space at the end; not empty, and no comment. */
  readonly text: string;
}

type Lines = ReturnType<typeof createLines>;

/** Goes through the lines that say something. */
function createLines(text: string) {
  const rows = text.split('\n');
  let at = 0;
  let current: Line | null = null;
  advance();

  function rowAt(index: number): string {
    const written = rows[index] ?? '';
    const row = written.endsWith('\r') && index < rows.length - 1 ? written.slice(0, -1) : written;
    // white space to some and an error or text to others
    if (/[^\S ]/.test(row)) throw new Unplain();
    return row;
  }

  function advance(): void {
    for (current = null; at < rows.length && current === null; at += 1) {
      const row = rowAt(at);
      const indent = indentOf(row);
      if (indent === row.length || row[indent] === '#') continue;
      // directives, and the marks of documents
      if (indent === 0 && /^(?:%|---|\.\.\.)/.test(row)) throw new Unplain();
      current = { indent, text: row.slice(indent).trimEnd() };
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
      current = { indent: current.indent + offset, text: current.text.slice(offset) };
    },

    /** Takes the current line, and the literal block that hangs below it. Section 8.1.2. */
    literal(chomping: '' | '-'): string {
      const outer = current?.indent ?? 0;
      const end = { at, inner: -1 };
      const found: string[] = [];
      for (; end.at < rows.length; end.at += 1) {
        const row = rowAt(end.at);
        const indent = indentOf(row);
        const isBlank = indent === row.length;
        if (isBlank && end.inner < 0) throw new Unplain();
        if (end.inner < 0) end.inner = indent;
        if (!isBlank && indent < end.inner) break;
        found.push(row.slice(end.inner));
      }
      if (end.inner <= outer) throw new Unplain();
      at = end.at;
      advance();
      while (found.at(-1) === '') found.pop();
      return found.join('\n') + (chomping === '-' ? '' : '\n');
    },
  };
}

function indentOf(row: string): number {
  let indent = 0;
  while (row.codePointAt(indent) === 0x20) indent += 1;
  return indent;
}

function isElement({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ');
}

function readBlock(lines: Lines, depth: number): unknown {
  const first = lines.peek();
  if (first === null || depth > MAX_DEPTH) throw new Unplain();
  const value = isElement(first) ? readList(lines, first.indent, depth) : readMap(lines, first.indent, depth);
  // a line between the indentation of this block and that of the one around it
  if ((lines.peek()?.indent ?? 0) > first.indent) throw new Unplain();
  return value;
}

function readList(lines: Lines, indent: number, depth: number): unknown[] {
  const list: unknown[] = [];
  for (let line = lines.peek(); line?.indent === indent && isElement(line); line = lines.peek()) {
    const rest = line.text.slice(1).trimStart();
    if (rest === '') {
      lines.next();
      list.push(readChild(lines, indent, depth));
    } else if (rest === '-' || rest.startsWith('- ') || isEntry(rest)) {
      lines.enter(line.text.length - rest.length);
      list.push(readBlock(lines, depth + 1));
    } else {
      list.push(readScalar(lines, rest));
    }
  }
  return list;
}

function isEntry(text: string): boolean {
  return !text.startsWith('{') && !text.startsWith('[') && splitKey(text) !== null;
}

function readMap(lines: Lines, indent: number, depth: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (let line = lines.peek(); line?.indent === indent && !isElement(line); line = lines.peek()) {
    const { key, rest } = readKey(lines, line);
    if (rest !== '') {
      addEntry(map, key, readScalar(lines, rest));
      continue;
    }
    lines.next();
    const below = lines.peek();
    const isList = below !== null && below.indent === indent && isElement(below);
    addEntry(map, key, isList ? readList(lines, indent, depth) : readChild(lines, indent, depth));
  }
  return map;
}

/** The key of the current line; one that is too long to stand before its colon has a line of its own. Section 8.2.2. */
function readKey(lines: Lines, line: Line): { readonly key: string; readonly rest: string } {
  if (line.text.startsWith('? ')) {
    const key = readLine(lines.next().text.slice(2).trimStart());
    const value = lines.peek();
    if (typeof key !== 'string' || value?.indent !== line.indent) throw new Unplain();
    if (value.text !== ':' && !value.text.startsWith(': ')) throw new Unplain();
    return { key, rest: value.text.slice(1).trimStart() };
  }
  const entry = splitKey(line.text);
  if (entry === null) throw new Unplain();
  return entry;
}

/** What hangs below a key or dash; null when nothing does. */
function readChild(lines: Lines, indent: number, depth: number): unknown {
  const below = lines.peek();
  return below !== null && below.indent > indent ? readBlock(lines, depth + 1) : null;
}

/** The value at the end of the current line. */
function readScalar(lines: Lines, text: string): unknown {
  if (text === '|' || text === '|-') return lines.literal(text === '|' ? '' : '-');
  const { indent } = lines.next();
  const value = readLine(text);
  // the scalar goes on
  if ((lines.peek()?.indent ?? 0) > indent) throw new Unplain();
  return value;
}
