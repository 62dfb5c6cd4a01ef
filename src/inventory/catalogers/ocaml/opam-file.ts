/**
 * Reads the fields of files in opam's format, without evaluating anything: of each, the texts in its value, whatever lists and
 * formulas they stand in, and with each text what its braces say. opam manual, "Common file format".
 */
import { END, giveUp, type Lexicon, readTokens, type Tokens } from '../../../formats/tokens.ts';

export interface OpamText {
  readonly text: string;
  /** Words, operators and quoted texts in the braces behind it: `with-test`, `=`, `"1.0"`. */
  readonly options: readonly string[];
}

export type OpamFields = ReadonlyMap<string, readonly OpamText[]>;

const LEXICON: Lexicon = {
  space: /(?:\s|#[^\n]*|\(\*[^]*?\*\))*/y,
  token: /"""[^]*?"""|"(?!"")[^"\\]*(?:\\[^][^"\\]*)*"|""|[[\](){}:]|[!<>=]=?|[|&?]|[\w+-]+(?::[\w+-]+)*/y,
};

/** Null for what cannot be read. */
export function parseOpam(text: string): OpamFields | null {
  return readTokens(text, LEXICON, readFields);
}

function readFields(tokens: Tokens): OpamFields {
  const fields = new Map<string, readonly OpamText[]>();
  for (let token = tokens.next(); token !== END; token = tokens.next()) {
    if (!/^[A-Za-z]/.test(token)) giveUp();
    if (tokens.peek() === ':') {
      tokens.next();
      fields.set(token, readValue(tokens));
    } else {
      // a section, with or without a name
      if (tokens.peek().startsWith('"')) tokens.next();
      if (tokens.next() !== '{') giveUp();
      readBraces(tokens);
    }
  }
  return fields;
}

const OPENING: ReadonlySet<string> = new Set(['[', '(']);
const CLOSING: ReadonlySet<string> = new Set([']', ')']);

function readValue(tokens: Tokens): readonly OpamText[] {
  const texts: OpamText[] = [];
  let depth = 0;
  do {
    const token = tokens.next();
    if (token === END || token === ':') giveUp();
    if (OPENING.has(token)) depth += 1;
    else if (CLOSING.has(token)) depth -= 1;
    else if (token === '{') {
      const options = readBraces(tokens);
      const last = texts.pop();
      if (last !== undefined) texts.push({ ...last, options });
    } else if (token.startsWith('"')) texts.push({ text: textOfToken(token), options: [] });
  } while (depth > 0 || tokens.peek() === '{');
  return depth < 0 ? giveUp() : texts;
}

/** What stands between the opening brace, already taken, and the one that closes it. */
function readBraces(tokens: Tokens): readonly string[] {
  const found: string[] = [];
  for (let depth = 1; depth > 0;) {
    const token = tokens.next();
    if (token === END) giveUp();
    if (token === '{') depth += 1;
    else if (token === '}') depth -= 1;
    else found.push(token);
  }
  return found;
}

/** `"text"`, `"""text"""`; a backslash at the end of a line joins it with the next. */
export function textOfToken(token: string): string {
  const quotes = token.startsWith('"""') ? 3 : 1;
  return token
    .slice(quotes, -quotes)
    .replaceAll(/\\(?:\n[ \t]*|([^]))/g, (_match, c: string | undefined) => c ?? '');
}

/** The first text of a field; null when there is none. */
export function firstText(fields: OpamFields, name: string): string | null {
  return fields.get(name)?.[0]?.text ?? null;
}

/** Names in `depends` but for those that tests, documentation, development or the build alone need. */
export function runtimeNeeds(fields: OpamFields): readonly OpamText[] {
  return (fields.get('depends') ?? []).filter(
    ({ options }) => !options.some((option) => NOT_AT_RUN_TIME.has(option)),
  );
}

const NOT_AT_RUN_TIME: ReadonlySet<string> = new Set([
  'with-test',
  'with-doc',
  'with-dev-setup',
  'with-tools',
  'dev',
  'build',
]);
