/**
 * The lock file of Yarn 1, in a syntax of its own: a line `name@range, name@range:` and indented below it the fields of
 * the package that answers these, each a word, a space and a value; `dependencies:` with lines further in. What is not
 * plain is quoted as in JSON. yarnpkg/yarn, "lockfile/parse".
 */
import { parseJson } from '../../../formats/json.ts';
import { checksumOf, checksumsOf } from './integrity.ts';
import { lockedFacts, type LockEntry, NO_ENTRY } from './locked-packages.ts';
import { aliasTarget, isNpmName, originOf } from './npm-fields.ts';
import { createFinder, nameOf, type YarnLock } from './yarn-descriptors.ts';

interface Block {
  readonly descriptors: readonly string[];
  readonly fields: Map<string, string>;
  readonly needs: (readonly [name: string, range: string])[];
}

/** Reads the lock file; lines that are none of it count as damaged. */
export function readClassicLock(text: string): YarnLock {
  const { blocks, damagedLines } = readBlocks(text);
  const descriptors = blocks.flatMap((block, index) =>
    block.descriptors.map((descriptor): [string, number] => [descriptor, index]),
  );
  const find = createFinder(descriptors);
  let damaged = damagedLines;
  const entries = blocks.map((block): LockEntry => {
    const needs = block.needs.flatMap(([name, range]) => find(name, range));
    const entry = toEntry(block, needs);
    if (entry === null) damaged += 1;
    return entry ?? NO_ENTRY;
  });
  return { entries, descriptors, projects: [], main: null, damaged };
}

function readBlocks(text: string): { readonly blocks: readonly Block[]; readonly damagedLines: number } {
  const blocks: Block[] = [];
  let damagedLines = 0;
  let inNeeds = false;
  for (const row of text.split('\n')) {
    const line = row.trimEnd();
    const words = wordsOf(line);
    if (line === '' || line.startsWith('#')) continue;
    const block = blocks.at(-1);
    const isOpening = line.endsWith(':');
    if (words === null || words.length === 0) damagedLines += 1;
    else if (!line.startsWith(' ')) {
      if (isOpening) blocks.push({ descriptors: words, fields: new Map(), needs: [] });
      else damagedLines += 1;
    } else if (line.startsWith('    ')) {
      if (inNeeds) block?.needs.push([words[0] ?? '', words[1] ?? '']);
    } else {
      inNeeds = isOpening && (words[0] === 'dependencies' || words[0] === 'optionalDependencies');
      block?.fields.set(words[0] ?? '', words[1] ?? '');
    }
  }
  return { blocks, damagedLines };
}

/** The words of a line, parted by spaces and commas, without the colon at its end; null for one that cannot be read. */
function wordsOf(line: string): readonly string[] | null {
  const words: string[] = [];
  for (let at = 0; at < line.length;) {
    if (' ,:'.includes(line[at] ?? '')) {
      at += 1;
      continue;
    }
    const end = line[at] === '"' ? quoteEnd(line, at) : bareEnd(line, at);
    const written = line.slice(at, end);
    const word = written.startsWith('"') ? parseJson(written) : written;
    if (typeof word !== 'string') return null;
    words.push(word);
    at = end;
  }
  return words;
}

function quoteEnd(line: string, start: number): number {
  let end = start + 1;
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** A bare word may have colons in it (`npm:`), but none at its end. */
function bareEnd(line: string, start: number): number {
  let end = start;
  while (end < line.length && line[end] !== ' ' && line[end] !== ',') end += 1;
  return end === line.length && line.endsWith(':') ? end - 1 : end;
}

/** Null for a block that names no package. */
function toEntry({ descriptors, fields }: Block, needs: readonly number[]): LockEntry | null {
  const [descriptor = ''] = descriptors;
  const imported = nameOf(descriptor);
  const range = descriptor.slice(imported.length + 1);
  const name = aliasTarget(range)?.name ?? imported;
  if (!isNpmName(name)) return null;
  const resolved = fields.get('resolved') ?? null;
  // a directory of the project
  if (resolved === null && /^(?:file|link):/.test(range)) return { pkg: null, needs };
  const [, address = null, sha1 = ''] = /^([^#]*)#([\da-f]{40})$/.exec(resolved ?? '') ?? [];
  const integrity = checksumsOf(fields.get('integrity'));
  const isArchive = address !== null && !/^git[+:]|\.git$/.test(address);
  const pkg = lockedFacts({
    name,
    version: (fields.get('version') ?? '').slice(0, 256),
    origin: originOf(isArchive ? address : resolved),
    checksums: integrity.length === 0 && isArchive ? checksumOf('sha1', sha1) : integrity,
  });
  return { pkg, needs };
}
