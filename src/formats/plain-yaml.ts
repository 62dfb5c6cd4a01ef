/**
 * The regular part of YAML that programs write: mappings and lists in block style, scalars of all styles, collections in
 * flow style on one line. A lock file of 5 MB is read in a fraction of a second, where the general reader of `yaml.ts`
 * needs more than ten. Whatever is not plainly of this form (anchors, tags, several documents, collections over several
 * lines) is left to the general reader. YAML 1.2.2.
 */
import { addEntry, readLine, type Schema, splitKey, Unplain } from './plain-yaml-line.ts';
import { createLines, type Line, type Lines } from './plain-yaml-rows.ts';
import { readScalar } from './plain-yaml-scalar.ts';

const NOTHING = { failsafe: '', core: null } as const satisfies Record<Schema, unknown>;

/** Deeper nesting is left to the general reader too. */
const MAX_DEPTH = 64;

/** The value in a text of plain YAML; null where the text is not plain, whether or not it is YAML. */
export function parsePlainYaml(text: string, schema: Schema = 'core'): { readonly value: unknown } | null {
  try {
    const lines = createLines(text);
    const value = readBlock(lines, 0, schema);
    return lines.peek() === null ? { value } : null;
  } catch (error) {
    if (error instanceof Unplain) return null;
    throw error;
  }
}

function isElement({ text }: Line): boolean {
  return text === '-' || text.startsWith('- ');
}

function readBlock(lines: Lines, depth: number, schema: Schema): unknown {
  const first = lines.peek();
  if (first === null || depth > MAX_DEPTH) throw new Unplain();
  const value = isElement(first)
    ? readList(lines, first.indent, depth, schema)
    : readMap(lines, first.indent, depth, schema);
  // a line between the indentation of this block and that of the one around it
  if ((lines.peek()?.indent ?? 0) > first.indent) throw new Unplain();
  return value;
}

function readList(lines: Lines, indent: number, depth: number, schema: Schema): unknown[] {
  const list: unknown[] = [];
  for (let line = lines.peek(); line?.indent === indent && isElement(line); line = lines.peek()) {
    const rest = line.text.slice(1).trimStart();
    if (rest === '') {
      lines.next();
      list.push(readChild(lines, indent, depth, schema));
    } else if (rest === '-' || rest.startsWith('- ') || isEntry(rest, schema)) {
      lines.enter(line.text.length - rest.length);
      list.push(readBlock(lines, depth + 1, schema));
    } else {
      list.push(readScalar(lines, rest, schema, indent));
    }
  }
  return list;
}

function isEntry(text: string, schema: Schema): boolean {
  return !text.startsWith('{') && !text.startsWith('[') && splitKey(text, schema) !== null;
}

function readMap(lines: Lines, indent: number, depth: number, schema: Schema): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (let line = lines.peek(); line?.indent === indent && !isElement(line); line = lines.peek()) {
    const { key, rest } = readKey(lines, line, schema);
    if (rest !== '') {
      addEntry(map, key, readScalar(lines, rest, schema, indent));
      continue;
    }
    lines.next();
    const below = lines.peek();
    const isList = below !== null && below.indent === indent && isElement(below);
    addEntry(
      map,
      key,
      isList ? readList(lines, indent, depth, schema) : readChild(lines, indent, depth, schema),
    );
  }
  return map;
}

/** The key of the current line; one that is too long to stand before its colon has a line of its own. Section 8.2.2. */
function readKey(lines: Lines, line: Line, schema: Schema): { readonly key: string; readonly rest: string } {
  if (line.text.startsWith('? ')) {
    const key = readLine(lines.next().text.slice(2).trimStart(), schema);
    const value = lines.peek();
    if (typeof key !== 'string' || value?.indent !== line.indent) throw new Unplain();
    if (value.text !== ':' && !value.text.startsWith(': ')) throw new Unplain();
    return { key, rest: value.text.slice(1).trimStart() };
  }
  const entry = splitKey(line.text, schema);
  if (entry === null) throw new Unplain();
  return entry;
}

/** What hangs below a key or dash. */
function readChild(lines: Lines, indent: number, depth: number, schema: Schema): unknown {
  const below = lines.peek();
  if (below === null || below.indent <= indent) return NOTHING[schema];
  const isBlock = isElement(below) || below.text.startsWith('? ') || isEntry(below.text, schema);
  return isBlock ? readBlock(lines, depth + 1, schema) : readScalar(lines, below.text, schema, indent);
}
