/**
 * What the lock files of many ecosystems say, and no more: packages by name and version, where they are from, and which
 * others of the same file they need.
 */
import type { Coverage } from '../model/coverage.ts';
import type { Checksum, PackageType } from '../model/package.ts';
import type { Purl } from '../model/purl.ts';
import { type Catalog, type ReadFile, toCatalogedPackage } from './cataloger.ts';
import { withoutCredentials } from './credentials.ts';
import { boundedText, NOTHING, unreadable } from './evidence.ts';

export type LockEntry = {
  readonly name: string;
  readonly version: string;
  readonly purl: Purl;
  /** Of the package's archive. */
  readonly checksums: readonly Pick<Checksum, 'algorithm' | 'hex'>[];
  /** Names of entries of the same file. */
  readonly needs: readonly string[];
};

export type LockRecord = readonly LockEntry[];

/** The largest have some thousand. */
const MAX_ENTRIES = 50_000;

/**
 * The record of a lock file.
 *
 * @param found null for a file that is no lock file of its kind; in it, null for an entry that names no package
 * @param kind what the file should be: `a lock file of Mix`
 */
export function lockReading(
  path: string,
  found: readonly (LockEntry | null)[] | null,
  kind: string,
): ReadFile<LockRecord> {
  if (found === null) {
    const message = `The file is not ${kind}; packages that only it names are missing.`;
    return { record: null, coverage: [unreadable(path, message)] };
  }
  const named = found.filter((entry) => entry !== null);
  const coverage: Coverage[] = [];
  if (named.length < found.length) {
    const message = `${found.length - named.length} entries of ${kind} could not be understood; their packages are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (named.length > MAX_ENTRIES) {
    const message = `The file names more than ${MAX_ENTRIES} packages; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  if (named.length === 0 && coverage.length === 0) return NOTHING;
  return { record: named.length === 0 ? null : named.slice(0, MAX_ENTRIES), coverage };
}

/** Packages that only lock files name, with the edges that each file states. */
export function catalogLocks(type: PackageType): (files: ReadonlyMap<string, LockRecord>) => Catalog {
  return (files) => ({
    packages: [...files].flatMap(([path, entries]) => packagesOf(type, path, entries)),
    coverage: [],
  });
}

function packagesOf(type: PackageType, path: string, entries: LockRecord) {
  const byName = new Map<string, Purl>();
  for (const { name, purl } of entries) if (!byName.has(name)) byName.set(name, purl);
  return entries.map(({ name, version, purl, checksums, needs }) => {
    const dependencies = [...new Set(needs)].sort();
    const requires = dependencies.flatMap((needed) => byName.get(needed) ?? []);
    return toCatalogedPackage({
      type,
      presence: 'declared',
      purl,
      name,
      version,
      checksums,
      evidence: [path],
      dependencies,
      requires: [...new Set(requires)].sort(),
    });
  });
}

/** `git+https://host/a.git@0123abc`: the qualifier `vcs_url` of what came from a repository. purl-spec. */
export function vcsUrl(
  repository: string,
  revision: string | null,
  kind: 'git' | 'hg' | 'svn' = 'git',
): string {
  const address = boundedText(withoutCredentials(repository)) ?? '';
  return `${kind}+${address}${revision === null ? '' : `@${revision}`}`;
}

/** A digest as a file states it, in a list; empty for what is none. */
export function sha256Of(hex: unknown): LockEntry['checksums'] {
  if (typeof hex !== 'string' || !/^[0-9a-f]{64}$/i.test(hex)) return [];
  return [{ algorithm: 'sha256', hex: hex.toLowerCase() }];
}
