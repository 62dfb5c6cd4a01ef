/** Fields of one paragraph by lower-case name; continuation lines are joined with newlines. */
export type Paragraph = ReadonlyMap<string, string>;

/**
 * Reads the paragraphs of Debian's control format, keeping only the fields that are asked for. deb822(5).
 *
 * @param wanted names of fields, lower case
 */
export function* parseParagraphs(text: string, wanted: ReadonlySet<string>): Generator<Paragraph> {
  let fields = new Map<string, string>();
  let current: string | null = null;
  for (const line of linesOf(text)) {
    const first = line.charCodeAt(0);
    if (Number.isNaN(first)) {
      if (fields.size > 0) yield fields;
      fields = new Map();
      current = null;
    } else if (first === SPACE || first === TAB) {
      if (current === null) continue;
      fields.set(current, `${fields.get(current) ?? ''}\n${line.trim()}`);
    } else if (first !== HASH) {
      const colon = line.indexOf(':');
      const name = colon > 0 ? line.slice(0, colon).toLowerCase() : '';
      current = wanted.has(name) ? name : null;
      if (current !== null) fields.set(current, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;

/** Lines without their ends; a line of blanks alone counts as empty, as it parts paragraphs too. */
function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    yield /^\s*$/.test(line) ? '' : line;
    start = end + 1;
  }
}
