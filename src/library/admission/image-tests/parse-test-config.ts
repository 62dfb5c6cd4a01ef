/**
 * Reads the tables of `config.sh`, a script of bash that is never run: assignments to arrays with literal keys and values, which is
 * all that official-images has in it. Anything else (expansions, commands) is refused at its line.
 */
import { LibraryError } from '../../errors.ts';
import type { TestTables } from './test-tables.ts';

const TABLES = ['globalTests', 'testAlias', 'imageTests', 'globalExcludeTests', 'explicitTests'] as const;
type TableName = (typeof TABLES)[number];

interface Item {
  /** Empty in a list. */
  readonly key: string;
  readonly value: string;
}

/** @throws {LibraryError} PROGRAMME_INVALID with the line */
export function parseTestConfig(text: string, file: string): TestTables {
  const tables = readTables(text, file);
  const words = (name: TableName): readonly string[] =>
    tables[name].flatMap(({ value }) => value.split(/\s+/).filter((word) => word !== ''));
  const imageTests = new Map<string, readonly string[]>();
  for (const { key, value } of tables.imageTests) {
    imageTests.set(key, [
      ...(imageTests.get(key) ?? []),
      ...value.split(/\s+/).filter((word) => word !== ''),
    ]);
  }
  const keys = (name: TableName): readonly string[] =>
    tables[name].filter(({ value }) => value !== '').map(({ key }) => key);
  return {
    globalTests: words('globalTests'),
    aliases: new Map(tables.testAlias.map(({ key, value }) => [key, value])),
    imageTests,
    excluded: new Set(keys('globalExcludeTests')),
    explicit: new Set(keys('explicitTests')),
  };
}

/** A place in the text. */
interface Cursor {
  readonly text: string;
  readonly file: string;
  at: number;
}

function readTables(text: string, file: string): Record<TableName, Item[]> {
  const tables: Record<TableName, Item[]> = {
    globalTests: [],
    testAlias: [],
    imageTests: [],
    globalExcludeTests: [],
    explicitTests: [],
  };
  const cursor: Cursor = { text, file, at: 0 };
  for (skipBlank(cursor); cursor.at < text.length; skipBlank(cursor)) {
    const name = take(cursor, /[A-Za-z]+/y);
    if (!isTable(name)) throw refusal(cursor, `${JSON.stringify(name.slice(0, 50))} is no table of tests`);
    const key = peek(cursor) === '[' ? readKey(cursor) : null;
    const operator = take(cursor, /\+?=/y);
    if (operator === '') throw refusal(cursor, 'an assignment was expected');
    const isAdded = operator === '+=';
    const table = tables[name];
    if (key !== null) addItem(table, { key, value: readValue(cursor) }, isAdded);
    else {
      if (!isAdded) table.length = 0;
      for (const item of readList(cursor)) addItem(table, item, false);
    }
  }
  return tables;
}

/** A later value under the same key takes the place of the earlier one, or is added to it. */
function addItem(table: Item[], item: Item, isAdded: boolean): void {
  const at = item.key === '' ? -1 : table.findIndex(({ key }) => key === item.key);
  const before = table[at];
  if (before === undefined) table.push(item);
  else table[at] = isAdded ? { ...item, value: before.value + item.value } : item;
}

function readList(cursor: Cursor): readonly Item[] {
  if (take(cursor, /\(/y) === '') throw refusal(cursor, 'a list in brackets was expected');
  const items: Item[] = [];
  for (skipBlank(cursor); peek(cursor) !== ')'; skipBlank(cursor)) {
    if (cursor.at >= cursor.text.length) throw refusal(cursor, 'a list does not end');
    const key = peek(cursor) === '[' ? readKey(cursor) : '';
    if (key !== '' && take(cursor, /=/y) === '') throw refusal(cursor, `the key ${key} has no value`);
    items.push({ key, value: readValue(cursor) });
  }
  cursor.at += 1;
  return items;
}

function readKey(cursor: Cursor): string {
  const found = take(cursor, /\[[A-Za-z0-9:._/-]+\]/y);
  if (found === '') throw refusal(cursor, 'a key of letters, digits and : . _ / - was expected');
  return found.slice(1, -1);
}

/** A word, or a text in quotes; nothing that bash would expand. */
function readValue(cursor: Cursor): string {
  const quoted = take(cursor, /'[^']*'|"[^"$`\\]*"/y);
  if (quoted !== '') return quoted.slice(1, -1);
  const word = take(cursor, /[A-Za-z0-9:._/+-]+/y);
  if (word === '') throw refusal(cursor, 'a plain word or a text in quotes was expected');
  return word;
}

/** White space and comments. */
function skipBlank(cursor: Cursor): void {
  while (take(cursor, /\s+|#[^\n]*/y) !== '');
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0] ?? '';
  cursor.at += found.length;
  return found;
}

const peek = ({ text, at }: Cursor): string => text.charAt(at);

const isTable = (name: string): name is TableName => (TABLES as readonly string[]).includes(name);

function refusal({ text, at, file }: Cursor, what: string): LibraryError {
  const line = text.slice(0, at).split('\n').length;
  return new LibraryError(
    'PROGRAMME_INVALID',
    `${file}:${line}: ${what}; scripts of tests are read, and never run`,
    {
      subject: file,
    },
  );
}
