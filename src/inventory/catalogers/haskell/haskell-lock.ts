import { isObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading, vcsUrl } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';
import { hackagePurl, isHaskellName, isHaskellVersion, splitPackageId } from './haskell-package.ts';

/**
 * Packages that only files of cabal and Stack name: `cabal.project.freeze`, and what an application adds to Stack's
 * snapshot, `stack.yaml.lock` or, without that, `stack.yaml`. The packages of the snapshot itself are in neither. None of
 * them tells what is for tests.
 */
export const haskellLockCataloger = defineCataloger<LockRecord>({
  name: 'haskell-lock',
  version: 1,
  interests: [
    {
      names: ['cabal.project.freeze', 'stack.yaml', 'stack.yaml.lock'],
      accepts: (path) => isOwnSource(path) && !/(?:^|\/)\.stack(?:-work)?\//.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path.slice(0, path.lastIndexOf('/') + 1),
  read: readLock,
  catalog: catalogDirectory,
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const text = decodeText(content);
  if (path.endsWith('.freeze')) return lockReading(path, frozen(text), 'a freeze file of cabal');
  const file = parseYaml(text);
  if (path.endsWith('.lock')) {
    const packages = isObject(file) ? (file['packages'] ?? []) : null;
    if (!Array.isArray(packages)) return lockReading(path, null, 'a lock file of Stack');
    const completed = packages.map((entry: unknown) => (isObject(entry) ? entry['completed'] : null));
    return lockReading(path, completed.map(toEntry), 'a lock file of Stack');
  }
  const extra = isObject(file) ? (file['extra-deps'] ?? []) : null;
  if (extra === null) return lockReading(path, null, 'a project file of Stack');
  // directories and archives say nothing of what is in them
  return Array.isArray(extra)
    ? lockReading(path, extra.map(toEntry).filter(Boolean), 'a project file')
    : NOTHING;
}

/** `constraints: any.aeson ==2.0.3.0,` and flags of packages. Cabal User Guide, "cabal freeze". */
function frozen(text: string): readonly LockEntry[] | null {
  if (!/^(?:constraints|index-state|active-repositories)\s*:/m.test(text)) return null;
  return text
    .split(/[\n,]/)
    .map((line) => /^(?:\s*constraints:)?\s*(?:any\.)?([\w-]+)\s*==\s*([\d.]+)\s*$/.exec(line))
    .flatMap((match) => namedEntry(match?.[1] ?? '', match?.[2] ?? '') ?? []);
}

/**
 * `hackage: NAME-VERSION@sha256:HEX,SIZE`, whose digest is that of the package's description and not of the package, or a
 * repository with `commit`. Stack, "Package locations", "Lock files".
 */
function toEntry(location: unknown): LockEntry | null {
  if (typeof location === 'string') return hackageEntry(location);
  if (!isObject(location)) return null;
  const hackage = textOf(location['hackage']);
  if (hackage !== null) return hackageEntry(hackage);
  const repository = textOf(location['git']) ?? textOf(location['hg']);
  const kind = typeof location['hg'] === 'string' ? 'hg' : 'git';
  const vcs_url = repository === null ? undefined : vcsUrl(repository, textOf(location['commit'], 100), kind);
  return namedEntry(textOf(location['name']) ?? '', textOf(location['version']) ?? '', vcs_url);
}

function hackageEntry(text: string): LockEntry | null {
  const id = splitPackageId(text.split('@', 1)[0] ?? '');
  return id === null ? null : namedEntry(id.name, id.version);
}

function namedEntry(name: string, version: string, vcs_url?: string): LockEntry | null {
  if (!isHaskellName(name) || !isHaskellVersion(version)) return null;
  return { name, version, purl: hackagePurl(name, version, vcs_url), checksums: [], needs: [] };
}

/** A lock file says what its project file says, with more certainty. */
function catalogDirectory(files: ReadonlyMap<string, LockRecord>): Catalog {
  const locks = [...files].filter(([path]) => !files.has(`${path}.lock`));
  return catalogLocks('hackage')(new Map(locks));
}
