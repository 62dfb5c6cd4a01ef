import { isObject, type JsonObject } from '../../../formats/json.ts';
import { parseYaml } from '../../../formats/yaml.ts';
import { formatPurl } from '../../../model/purl.ts';
import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, textOf } from '../../evidence.ts';
import { catalogLocks, type LockEntry, type LockRecord, lockReading, vcsUrl } from '../../lock-entry.ts';
import { isOwnSource } from '../../own-source.ts';

/**
 * Pods that `Podfile.lock` names, and `Pods/Manifest.lock`, the copy that CocoaPods keeps of what it last put into `Pods`:
 * that one shows them installed. The subspecs of a pod (`Firebase/Core`) are parts of it and have its version, so that a
 * pod is one package. Left out are pods of the application's own directories, among them those that lie in Node modules.
 * The checksums are of descriptions, not of what was fetched. CocoaPods Core, `lockfile.rb`.
 */
export const podfileLockCataloger = defineCataloger<LockRecord>({
  name: 'podfile-lock',
  version: 1,
  interests: [
    {
      names: ['Podfile.lock'],
      accepts: (path) => isOwnSource(path) && !/(?:^|\/)Pods\//.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
    {
      names: ['Manifest.lock'],
      accepts: (path) => /(?:^|\/)Pods\/[^/]+$/.test(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: catalogPods,
});

function readLock({ path, content }: EvidenceFile): ReadFile<LockRecord> {
  const lock = parseYaml(decodeText(content));
  if (!isObject(lock) || !Array.isArray(lock['PODS']))
    return lockReading(path, null, 'a lock file of CocoaPods');
  const sources = isObject(lock['EXTERNAL SOURCES']) ? lock['EXTERNAL SOURCES'] : {};
  const checkouts = isObject(lock['CHECKOUT OPTIONS']) ? lock['CHECKOUT OPTIONS'] : {};
  const specs = lock['PODS'].map(readSpec);
  const pods = Map.groupBy(specs, (spec) => spec?.pod ?? '');
  const entries = [...pods].flatMap(([name, parts]) => {
    const [first] = parts;
    if (first === undefined || first === null) return parts.map(() => null);
    if (isOfDirectory(sources[name])) return [];
    const needs = parts.flatMap((part) => part?.needs ?? []).filter((needed) => needed !== name);
    return [podEntry(name, first.version, needs, checkouts[name])];
  });
  return lockReading(path, entries, 'a lock file of CocoaPods');
}

interface Spec {
  readonly pod: string;
  readonly version: string;
  /** Pods. */
  readonly needs: readonly string[];
}

/** `NAME (VERSION)`, and with what it needs below it: `NAME/SUBSPEC (VERSION): [NAME (= 1.0), …]`. */
function readSpec(written: unknown): Spec | null {
  const [text, needs] = isObject(written) ? (Object.entries(written)[0] ?? []) : [written, []];
  const [, spec = '', version = ''] = /^(\S+) \(([^()\s]{1,256})\)$/.exec(textOf(text) ?? '') ?? [];
  const pod = podOf(spec);
  if (pod === null) return null;
  return {
    pod,
    version,
    needs: Array.isArray(needs) ? needs.flatMap((need) => podOf(textOf(need) ?? '') ?? []) : [],
  };
}

/** The pod of `NAME`, `NAME/SUBSPEC` and `NAME (~> 1.0)`. CocoaPods Core, `Specification.root_name`. */
function podOf(text: string): string | null {
  return /^[^\s/()"'<>\p{Cc}]{1,200}(?=$|[\s/])/u.exec(text)?.[0] ?? null;
}

function isOfDirectory(source: unknown): boolean {
  return isObject(source) && typeof source[':path'] === 'string';
}

function podEntry(name: string, version: string, needs: readonly string[], checkout: unknown): LockEntry {
  const purl = formatPurl({
    type: 'cocoapods',
    name,
    version,
    qualifiers: { vcs_url: repositoryOf(checkout) },
  });
  return { name, version, purl, checksums: [], needs };
}

/** `{:git: ADDRESS, :commit: ID}` of a pod that came from a repository. */
function repositoryOf(checkout: unknown): string | null {
  const options: JsonObject = isObject(checkout) ? checkout : {};
  const address = textOf(options[':git']);
  return address === null
    ? null
    : vcsUrl(address, textOf(options[':commit'], 100) ?? textOf(options[':tag'], 100));
}

function catalogPods(files: ReadonlyMap<string, LockRecord>): Catalog {
  const { packages, coverage } = catalogLocks('cocoapods')(files);
  return {
    packages: packages.map((pkg) =>
      typeof pkg.evidence[0] === 'string' && pkg.evidence[0].endsWith('Manifest.lock')
        ? { ...pkg, presence: 'installed' as const }
        : pkg,
    ),
    coverage,
  };
}
