/**
 * Reads files that are made of assignments and tables of Lua, as rockspecs, manifests and lock files of LuaRocks are, without
 * evaluating anything but texts that are put together of others. Lua 5.4 Reference Manual, sections 3.1, 3.4.9;
 * LuaRocks, "Rockspec format".
 */
import { END, giveUp, type Lexicon, readTokens, type Tokens } from '../../../formats/tokens.ts';

/** Elements of a list have the keys `1`, `2` and so on. */
export type LuaTable = ReadonlyMap<string, LuaValue>;
export type LuaValue = string | LuaTable;

/** Rockspecs need five. */
const MAX_DEPTH = 50;

/** Comments and texts in long brackets that do not end are no tokens at all, or each would be looked for to the end anew. */
const LEXICON: Lexicon = {
  space: /(?:\s|--\[(=*)\[[^]*?\]\1\]|--(?!\[=*\[)[^\n]*)*/y,
  token:
    /[{}\](),;=]|\[(=*)\[[^]*?\]\1\]|\[(?!=*\[)|\.\.|"[^"\\\n]*(?:\\[^][^"\\\n]*)*"|'[^'\\\n]*(?:\\[^][^'\\\n]*)*'|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*|-?\d[\w.]*/y,
};

/** What is assigned at the top of a file, or the table that it returns; null for what is more than that. */
export function parseLuaTables(text: string): LuaTable | null {
  return readTokens(text.replace(/^#[^\n]*/, ''), LEXICON, readChunk);
}

function readChunk(tokens: Tokens): LuaTable {
  const variables = new Map<string, LuaValue>();
  for (let token = tokens.next(); token !== END; token = tokens.next()) {
    if (token === ';') continue;
    if (token === 'return') {
      const value = readValue(tokens, variables, 0);
      if (tokens.peek() === ';') tokens.next();
      return typeof value === 'string' || tokens.peek() !== END ? giveUp() : value;
    }
    const name = token === 'local' ? tokens.next() : token;
    if (!/^[A-Za-z_]\w*$/.test(name) || tokens.next() !== '=') giveUp();
    variables.set(name, readValue(tokens, variables, 0));
  }
  return variables;
}

/** A value, and what `..` adds to it. */
function readValue(tokens: Tokens, variables: LuaTable, depth: number): LuaValue {
  const first = readOperand(tokens, variables, depth);
  const parts = [first];
  while (tokens.peek() === '..') {
    tokens.next();
    parts.push(readOperand(tokens, variables, depth));
  }
  if (parts.length === 1) return first;
  const joined = parts.map((part) => (typeof part === 'string' ? part : giveUp())).join('');
  // a text doubled by each line of a file would grow without bounds
  return joined.length > MAX_JOINED ? giveUp() : joined;
}

const MAX_JOINED = 10_000;

function readOperand(tokens: Tokens, variables: LuaTable, depth: number): LuaValue {
  const token = tokens.next();
  if (token === '{') return readTable(tokens, variables, depth + 1);
  if (/^["']/.test(token))
    return token.slice(1, -1).replaceAll(/\\([^])/g, (_match, c: string) => ESCAPES.get(c) ?? c);
  const long = /^\[(=*)\[\r?\n?/.exec(token);
  if (long !== null) return token.slice(long[0].length, -2 - (long[1]?.length ?? 0));
  if (/^-?\d|^(?:true|false|nil)$/.test(token)) return token;
  return variables.get(token) ?? giveUp();
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

/** After the opening brace: `name = value`, `["key"] = value` and values alone. Section 3.4.9. */
function readTable(tokens: Tokens, variables: LuaTable, depth: number): LuaTable {
  if (depth > MAX_DEPTH) giveUp();
  const table = new Map<string, LuaValue>();
  for (let count = 1; tokens.peek() !== '}';) {
    const token = tokens.peek();
    if (token === ',' || token === ';') {
      tokens.next();
    } else if (token === '[') {
      tokens.next();
      const key = readValue(tokens, variables, depth);
      if (typeof key !== 'string' || tokens.next() !== ']' || tokens.next() !== '=') giveUp();
      else table.set(key, readValue(tokens, variables, depth));
    } else if (/^[A-Za-z_]/.test(token)) {
      const value = readNamed(tokens, variables, depth);
      table.set(value.key ?? String(count), value.value);
      if (value.key === null) count += 1;
    } else {
      table.set(String(count), readValue(tokens, variables, depth));
      count += 1;
    }
  }
  tokens.next();
  return table;
}

/** `name = value`, or `name` as a value: a variable, or a word like `true`. */
function readNamed(
  tokens: Tokens,
  variables: LuaTable,
  depth: number,
): { key: string | null; value: LuaValue } {
  const name = tokens.next();
  if (tokens.peek() === '=') {
    tokens.next();
    return { key: name, value: readValue(tokens, variables, depth) };
  }
  const value = variables.get(name) ?? (/^(?:true|false|nil)$/.test(name) ? name : giveUp());
  return { key: null, value };
}

/** The text at a key; null when there is none. */
export function textAt(table: LuaValue | undefined, key: string): string | null {
  const value = tableOf(table)?.get(key);
  return typeof value === 'string' ? value : null;
}

/** A value that is a table; undefined for others. */
export function tableOf(value: LuaValue | undefined): LuaTable | undefined {
  return typeof value === 'string' ? undefined : value;
}
