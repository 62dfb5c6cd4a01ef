import { isObject, type JsonObject, parseJsonObject, textsIn } from '../../../formats/json.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { conanPurl, parseReference } from './conan-reference.ts';
import { sectionLines } from './sections.ts';

/**
 * Packages that only files of Conan name: `conan.lock` of Conan 2 (format 0.5, a list) and of Conan 1 (0.4, a graph), and
 * where there is none, the exact versions in `conanfile.txt`. Tools for building are left out. Conan, "Lockfiles".
 */
export const conanLockCataloger = defineCataloger<LockRecord>({
  name: 'conan-lock',
  version: 1,
  interests: [
    {
      names: ['conan.lock', 'conanfile.txt'],
      accepts: (path) => isOwnSource(path) && !/(?:^|\/)\.conan2?\//.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/') + 1),
  read: readLock,
  catalog: catalogDirectory,
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const text = decodeText(content);
  if (path.endsWith('.txt')) {
    const required = sectionLines(text).get('requires');
    if (required === undefined) return NOTHING;
    const exact = required.filter((line) => !line.includes('['));
    return lockReading(path, exact.map(listedEntry), 'a list of requirements of Conan');
  }
  const lock = parseJsonObject(text);
  const graph = lock?.['graph_lock'];
  const nodes = isObject(graph) ? graph['nodes'] : null;
  if (isObject(nodes)) return lockReading(path, graphEntries(nodes), 'a lock file of Conan');
  const requires = lock?.['requires'];
  const listed = Array.isArray(requires) ? requires.map(listedEntry) : null;
  return lockReading(path, listed, 'a lock file of Conan');
}

/** Packages in the context `build` are tools; a node without `ref` is the application. */
function graphEntries(nodes: JsonObject): readonly (LockEntry | null)[] {
  return Object.values(nodes)
    .filter((node) => !isObject(node) || (node['context'] !== 'build' && !isApplication(node)))
    .map((node) => {
      const needs = isObject(node) ? textsIn(node['requires']) : [];
      return toEntry(
        referenceOf(node),
        needs.flatMap((id) => (Object.hasOwn(nodes, id) ? (referenceOf(nodes[id]) ?? []) : [])),
      );
    });
}

function referenceOf(node: unknown): string | null {
  return isObject(node) ? textOf(node['ref']) : null;
}

function isApplication({ ref, path }: JsonObject): boolean {
  return ref === undefined || typeof path === 'string';
}

function listedEntry(reference: unknown): LockEntry | null {
  return toEntry(textOf(reference), []);
}

function toEntry(text: string | null, needs: readonly string[]): LockEntry | null {
  const reference = parseReference(text ?? '');
  if (reference === null) return null;
  const { name, version } = reference;
  const purl = conanPurl(reference);
  return {
    name,
    version,
    purl,
    checksums: [],
    needs: needs.flatMap((need) => parseReference(need)?.name ?? []),
  };
}

/** What a lock file says is more than what was asked for. */
function catalogDirectory(files: ReadonlyMap<string, LockRecord>): Catalog {
  const locks = [...files].filter(([path]) => path.endsWith('.lock'));
  return catalogLocks('conan')(locks.length > 0 ? new Map(locks) : files);
}
