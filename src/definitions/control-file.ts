/**
 * The syntax of definition files: paragraphs of fields, as in Debian's control files. Line by line, so that the time is
 * linear whatever the file says. pault.ag/go/debian, `control/parse.go`; docker-library/bashbrew, `pkg/stripper/comments.go`.
 */
import { clearSignedLines, isClearSigned } from './clear-signed.ts';
import { skip, trim, trimEnd } from './go-strings.ts';

/** A line of the file without its line feed. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
}

/** Where a stretch of a value begins in the file. */
export interface Stretch {
  /** Its place in the value. */
  readonly offset: number;
  /** Both are counted from 1. */
  readonly line: number;
  readonly column: number;
}

export interface Field {
  readonly name: string;
  /** With the continuations; then it ends with a line feed, as upstream. */
  readonly value: string;
  readonly line: number;
  /** The first one is that of the field's own line. */
  readonly stretches: readonly [Stretch, ...Stretch[]];
}

export interface Paragraph {
  /** Of its first field, or of what is wrong when there is none. */
  readonly line: number;
  /** In the order of the file, with those that stand there twice; never empty unless something is wrong. */
  readonly fields: readonly Field[];
  /** Lines that are no fields: upstream reads no further than the first one. */
  readonly badLines: readonly Line[];
  /** Continuations of nothing, which upstream ignores. */
  readonly strayLines: readonly Line[];
}

export interface ControlFile {
  readonly paragraphs: readonly Paragraph[];
  /** The text is inside of an OpenPGP signature, which nobody verifies. */
  readonly isSigned: boolean;
}

/** Null for a file that begins as an OpenPGP message and is none. */
export function readControlFile(text: string): ControlFile | null {
  const lines = linesOf(text).filter(isNoComment);
  if (!isClearSigned(lines)) return { paragraphs: paragraphsOf(lines), isSigned: false };
  const signed = clearSignedLines(lines);
  // what escaped the stripper behind a dash is a comment to the reader of paragraphs
  return signed === null
    ? null
    : { paragraphs: paragraphsOf(signed.filter(({ text: line }) => !line.startsWith('#'))), isSigned: true };
}

/** Without those that are but continuations of nothing. */
export function filledParagraphs({ paragraphs }: ControlFile): readonly Paragraph[] {
  return paragraphs.filter(({ fields, badLines }) => fields.length + badLines.length > 0);
}

function linesOf(text: string): Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({ number: index + 1, text: line }));
}

/** Comments go before anything is read: indented ones too, and those between the lines of one value. */
const isNoComment = ({ text }: Line) => text.charAt(skip(text)) !== '#';

interface Growing {
  readonly fields: GrowingField[];
  readonly badLines: Line[];
  readonly strayLines: Line[];
}

interface GrowingField {
  readonly name: string;
  readonly line: number;
  readonly parts: string[];
  length: number;
  readonly stretches: [Stretch, ...Stretch[]];
}

function paragraphsOf(lines: readonly Line[]): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  let growing: Growing = { fields: [], badLines: [], strayLines: [] };
  const finish = () => {
    const [first] = [...growing.fields, ...numbered(growing.badLines), ...numbered(growing.strayLines)];
    if (first !== undefined) {
      paragraphs.push({ ...growing, line: first.line, fields: growing.fields.map(toField) });
    }
    growing = { fields: [], badLines: [], strayLines: [] };
  };
  for (const line of lines) {
    if (line.text === '' || line.text === '\r') finish();
    else if (line.text.startsWith(' ') || line.text.startsWith('\t')) continueWith(growing, line);
    else beginField(growing, line);
  }
  finish();
  return paragraphs;
}

const numbered = (lines: readonly Line[]) => lines.slice(0, 1).map(({ number }) => ({ line: number }));

function beginField({ fields, badLines }: Growing, line: Line): void {
  const { text, number } = line;
  const colon = text.indexOf(':');
  if (colon === -1) {
    badLines.push(line);
    return;
  }
  const value = trim(text.slice(colon + 1));
  const column = colon + 1 + skip(text.slice(colon + 1)) + 1;
  fields.push({
    name: trim(text.slice(0, colon)),
    line: number,
    parts: [value],
    length: value.length,
    stretches: [{ offset: 0, line: number, column }],
  });
}

/** One character is dropped in front; a lone dot is an empty line; the value ends with a line feed. */
function continueWith({ fields, strayLines }: Growing, line: Line): void {
  const field = fields.at(-1);
  if (field === undefined) {
    strayLines.push(line);
    return;
  }
  const own = trimEnd(line.text.slice(1));
  if (field.stretches.length === 1 && field.length > 0) {
    field.parts.push('\n');
    field.length += 1;
  }
  const part = `${own === '.' ? '' : own}\n`;
  field.stretches.push({ offset: field.length, line: line.number, column: 2 });
  field.parts.push(part);
  field.length += part.length;
}

function toField({ name, line, parts, stretches }: GrowingField): Field {
  return { name, line, stretches, value: parts.join('') };
}

/** Where a place in the value of a field stands in the file. By halves: a hostile value has many lines, and many elements. */
export function placeOf({ stretches }: Field, offset: number): Pick<Stretch, 'line' | 'column'> {
  let [found] = stretches;
  let low = 1;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const stretch = stretches[middle];
    if (stretch === undefined || stretch.offset > offset) high = middle;
    else {
      found = stretch;
      low = middle + 1;
    }
  }
  return { line: found.line, column: found.column + offset - found.offset };
}
