import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { cpanPurl, splitPathname } from './cpan-distribution.ts';

/**
 * Distributions that only a `cpanfile.snapshot` of Carton names. What is needed, a module, is followed to the distribution
 * that provides it. It does not tell what is for tests. Carton, `lib/Carton/Snapshot/Emitter.pm`.
 */
export const cpanLockCataloger = defineCataloger<LockRecord>({
  name: 'cpan-lock',
  version: 1,
  interests: [{ names: ['cpanfile.snapshot'], accepts: isOwnSource, maxBytes: 8 * 1024 * 1024 }],
  unit: (path) => path,
  read: readSnapshot,
  catalog: catalogLocks('cpan'),
});

interface Block {
  pathname: string;
  readonly provides: string[];
  readonly requirements: string[];
}

function readSnapshot({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const text = decodeText(content);
  const found = /^DISTRIBUTIONS\s*$/m.test(text) ? entriesOf(blocksOf(text)) : null;
  return lockReading(path, found, 'a snapshot of Carton');
}

/** Two blanks before a distribution, four before its fields, six before modules and their versions. */
function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let list: string[] = [];
  for (const line of text.split('\n')) {
    const block = blocks.at(-1);
    const [, indent = '', word = '', rest = ''] = /^( +)(\S+)(?: (\S+))?/.exec(line) ?? [];
    if (indent.length === 2) blocks.push({ pathname: '', provides: [], requirements: [] });
    else if (block === undefined) continue;
    else if (indent.length === 6) list.push(word);
    else if (word === 'pathname:') block.pathname = rest;
    else if (word === 'provides:') list = block.provides;
    else if (word === 'requirements:') list = block.requirements;
  }
  return blocks;
}

function entriesOf(blocks: readonly Block[]): readonly (LockEntry | null)[] {
  const providers = new Map<string, string>();
  const found = blocks.map((block) => ({ ...block, distribution: splitPathname(block.pathname) }));
  for (const { distribution, provides } of found) {
    for (const module of provides) if (distribution !== null) providers.set(module, distribution.name);
  }
  return found.map(({ distribution, requirements }) => {
    if (distribution === null) return null;
    const { name, version, author } = distribution;
    const needs = requirements
      .flatMap((module) => providers.get(module) ?? [])
      .filter((need) => need !== name);
    return { name, version, purl: cpanPurl(distribution, author), checksums: [], needs };
  });
}
