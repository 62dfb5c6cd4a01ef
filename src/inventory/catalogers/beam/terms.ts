/**
 * Reads terms as Erlang and Elixir write them into files, without evaluating anything. What kind a term is matters to no
 * reader of such files: atoms, strings, binaries and numbers all become text, tuples and lists become lists, and the
 * entries of maps and keyword lists become pairs. Erlang Reference Manual, "Data Types"; Elixir, "Syntax reference".
 */
import { END, giveUp, type Lexicon, readTokens, type Tokens } from '../../../formats/tokens.ts';

export type Term = string | readonly Term[];

/** Lock files and application resources need seven. */
const MAX_DEPTH = 50;

const LEXICONS = {
  erlang: {
    space: /(?:\s|%[^\n]*)*/y,
    token:
      /[{}[\](),|.]|<<|>>|#\{|=>|"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[$/][\w-]+|[+-]?[\p{L}\p{N}_@]+(?:[.#@][\p{L}\p{N}_@]+)*/suy,
  },
  // a key of a keyword list has its colon behind it, an atom before it
  elixir: {
    space: /(?:\s|#[^\n]*)*/y,
    token:
      /[{}[\](),]|<<|>>|%\{|=>|:?"[^"\\]*(?:\\.[^"\\]*)*"(?::(?=\s))?|:?[+-]?[\p{L}\p{N}_@]+(?:\.[\p{L}\p{N}_@]+)*[?!]?(?::(?=\s))?/suy,
  },
} as const satisfies Record<string, Lexicon>;

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
  ['(', ')'],
  ['#{', '}'],
  ['%{', '}'],
]);

/** What parts terms; each term of a file ends with a full stop. */
const SEPARATORS: ReadonlySet<string> = new Set([',', '|', '.']);

/** The terms in a text; null for what cannot be read. */
export function parseTerms(text: string, dialect: keyof typeof LEXICONS): readonly Term[] | null {
  return readTokens(text, LEXICONS[dialect], (tokens) => readSequence(tokens, END, 0));
}

function readSequence(tokens: Tokens, closing: string, depth: number): readonly Term[] {
  if (depth > MAX_DEPTH) giveUp();
  const terms: Term[] = [];
  for (let token = tokens.next(); token !== closing; token = tokens.next()) {
    if (SEPARATORS.has(token)) continue;
    const term = readTerm(tokens, token, depth);
    const isKey = token.length > 1 && token.endsWith(':');
    if (!isKey && tokens.peek() !== '=>') {
      terms.push(term);
      continue;
    }
    if (!isKey) tokens.next();
    terms.push([term, readTerm(tokens, tokens.next(), depth)]);
  }
  return terms;
}

function readTerm(tokens: Tokens, token: string, depth: number): Term {
  const closing = CLOSING.get(token);
  if (closing !== undefined) return readSequence(tokens, closing, depth + 1);
  if (token === '<<') return readBinary(tokens);
  if (!/^[:$+-]?["'\p{L}\p{N}_@]/u.test(token)) giveUp();
  const parts = [textOfToken(token)];
  // strings that follow each other are one
  while (token.startsWith('"') && tokens.peek().startsWith('"')) parts.push(textOfToken(tokens.next()));
  return parts.join('');
}

/** `<<"text">>`, `<<"text"/utf8>>`; the bytes of other binaries are of no interest. */
function readBinary(tokens: Tokens): string {
  const parts: string[] = [];
  for (let token = tokens.next(); token !== '>>'; token = tokens.next()) {
    if (token === END) giveUp();
    if (token.startsWith('"')) parts.push(textOfToken(token));
  }
  return parts.join('');
}

/** An atom without its colon, a string without its quotes and with what its escapes mean. */
function textOfToken(token: string): string {
  const [, quote, written = ''] = /^[:$]?(["']?)(.*?)\1:?$/s.exec(token) ?? [];
  return quote ? written.replaceAll(/\\(?:x\{([\da-f]{1,6})\}|(.))/gis, unescape) : written;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

function unescape(_match: string, code: string | undefined, character: string | undefined): string {
  if (character !== undefined) return ESCAPES.get(character) ?? character;
  const point = Number.parseInt(code ?? '', 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
}

/** The value of the first pair that has the key, in a list of pairs; undefined when there is none. */
export function valueOf(pairs: Term | undefined, key: string): Term | undefined {
  if (!Array.isArray(pairs)) return undefined;
  const found = pairs.find((pair: Term) => Array.isArray(pair) && pair.length === 2 && pair[0] === key);
  return found?.[1];
}

/** The texts in a list; none for what is no list. */
export function textsOf(term: Term | undefined): readonly string[] {
  return Array.isArray(term) ? term.filter((element: Term) => typeof element === 'string') : [];
}
