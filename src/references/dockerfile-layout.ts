/**
 * Where the instructions of a Dockerfile are. BuildKit takes lines together, and skips comments and the documents within an
 * instruction, by rules of its own; a reader that differs from it sees a `FROM` where there is none, or misses one. So what is
 * no instruction is blanked before the parser reads it. moby/buildkit, `frontend/dockerfile/parser/parser.go`.
 */

/** A document within an instruction: `<<EOF`. */
interface HereDocument {
  readonly terminator: string;
  /** Tabs before the terminator do not count: `<<-EOF`. */
  readonly isIndented: boolean;
}

const DIRECTIVE = /^#\s*([a-z][a-z0-9]*)\s*=\s*(\S.*)$/i;

/** How an instruction begins that may have documents. */
const WITH_DOCUMENTS = /^(?:onbuild\s+)?(?:add|copy|run)\s/i;

/**
 * A text of the same length and the same lines, in which instructions stand where they stood, and everything else is spaces:
 * comments that are no directives, documents within instructions, and white space that only some take for such.
 */
export function blankedDockerfile(text: string): string {
  const lines = text.split('\n');
  const { escape, count } = readDirectives(lines);
  const blanked = lines.slice(0, count).map(spaced);
  const blank = (line: string) => blanked.push(' '.repeat(line.length));
  let at = count;
  while (at < lines.length) {
    const parts: string[] = [];
    for (let isContinued = true; isContinued && at < lines.length; at += 1) {
      const line = lines[at] ?? '';
      if (/^\s*(?:#|$)/.test(line)) {
        blank(line);
        // within an instruction it is skipped
        isContinued = parts.length > 0;
      } else {
        const { said, continues } = readLine(line, escape);
        parts.push(said);
        isContinued = continues;
        blanked.push(blankedLine(line, escape, continues));
      }
    }
    for (const document of documentsOf(parts.join('').trimStart())) {
      for (let isOpen = true; isOpen && at < lines.length; at += 1) {
        const line = lines[at] ?? '';
        isOpen = !ends(line, document);
        blank(line);
      }
    }
  }
  return blanked.join('\n');
}

/** The directives at the top, of which one may name another escape character. */
function readDirectives(lines: readonly string[]): { readonly escape: string; readonly count: number } {
  let escape = '\\';
  let count = 0;
  for (const line of lines) {
    const [, name, value] = DIRECTIVE.exec(line.trim()) ?? [];
    if (name === undefined) break;
    if (name.toLowerCase() === 'escape' && value === '`') escape = value;
    count += 1;
  }
  return { escape, count };
}

/** What a line says without the escape at its end, which continues it unless it is escaped itself. */
function readLine(line: string, escape: string): { readonly said: string; readonly continues: boolean } {
  const whole = withoutEnd(line, '\r');
  const end = withoutEnd(whole, ' \t');
  const continues = end.endsWith(escape) && !end.endsWith(escape + escape);
  return { said: continues ? end.slice(0, -escape.length) : whole, continues };
}

/** In one pass, where an expression would try each run of these characters anew from each of its places. */
function withoutEnd(line: string, characters: string): string {
  let end = line.length;
  while (end > 0 && characters.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

/** With spaces for what parts words, but stands for a line break or for nothing to some. */
function spaced(line: string): string {
  return line.replace(/^[\s\x85]+|[\v\f\r]/g, (space) => ' '.repeat(space.length));
}

/** The parser is to see neither documents nor escapes, but for those that continue a line. */
function blankedLine(line: string, escape: string, continues: boolean): string {
  const seen = spaced(line).replaceAll('<', '_');
  const end = continues ? seen.lastIndexOf(escape) : seen.length;
  const said = seen.slice(0, end).split(escape);
  // white space that is escaped parts no words
  return (
    said.map((part, index) => (index === 0 ? part : `_${part.replace(/^[ \t]/, '_')}`)).join('') +
    seen.slice(end)
  );
}

function ends(line: string, { terminator, isIndented }: HereDocument): boolean {
  const written = withoutEnd(line, '\r');
  return (isIndented ? written.replace(/^\t+/, '') : written) === terminator;
}

/** The documents that follow an instruction, in their order. */
function documentsOf(instruction: string): HereDocument[] {
  if (!instruction.includes('<<') || !WITH_DOCUMENTS.test(instruction) || isJsonForm(instruction)) return [];
  return wordsOf(instruction).flatMap((word) => {
    const [, dash, name] = /^\d*<<(-?)\s*([^<\s][^<]*)$/.exec(word) ?? [];
    return name === undefined ? [] : { terminator: unquoted(name), isIndented: dash === '-' };
  });
}

/** `RUN ["sh", "-c", "cat <<EOF"]`: nothing in it is for a shell. */
function isJsonForm(instruction: string): boolean {
  const start = instruction.indexOf('[');
  if (start === -1 || !/^(?:onbuild\s+)?\w+\s+(?:--\S+\s+)*$/i.test(instruction.slice(0, start)))
    return false;
  try {
    const value: unknown = JSON.parse(instruction.slice(start));
    return Array.isArray(value) && value.every((element) => typeof element === 'string');
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/**
 * Parted by white space outside of quotation marks, which stay; what follows `<<` belongs to it. None where a quotation is not
 * closed or a substitution is none. moby/buildkit, `frontend/dockerfile/shell/lex.go`.
 */
function wordsOf(text: string): readonly string[] {
  const PIECES =
    /(?:<<\s*|<|[^\s'"\\<$]+|\\[^]|\\$|\$(?!\{)|\$\{\w+(?:(?::?[-+?]|[#%/])[^}]*)?\}|'[^']*'|"(?:[^"\\$]|\\[^]|\$(?!\{)|\$\{\w+(?:(?::?[-+?]|[#%/])[^}]*)?\})*")+|\s+/y;
  const words: string[] = [];
  while (PIECES.lastIndex < text.length) {
    const word = PIECES.exec(text)?.[0];
    if (word === undefined) return [];
    words.push(word);
  }
  return words;
}

function unquoted(word: string): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^]?)/g, (_, single, double, escaped) =>
    String(single ?? double?.replace(/\\(["\\$])/g, '$1') ?? escaped),
  );
}
