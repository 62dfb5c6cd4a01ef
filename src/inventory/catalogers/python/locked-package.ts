import type { Purl } from '../../../model/purl.ts';
import { objectsIn, textsIn, isObject, type JsonObject } from '../../../formats/json.ts';
import { textOf } from '../../evidence.ts';
import { comparableName } from '../../name-key.ts';
import { isPythonName, pypiPurl } from './names.ts';
import type { Origin } from './origin.ts';

/** A distribution that a lock file names. */
export type LockedPackage = {
  readonly name: string;
  /** Empty where the file names no version but a repository or an archive. */
  readonly version: string;
  readonly origin: Origin | null;
  /** Digests of all archives that an installation on Linux may choose from: which it takes, the file does not say. */
  readonly sha256: readonly string[];
  readonly needs: readonly LockedNeed[];
};

/** What a distribution needs; with the version where several of the name are locked, for different Pythons. */
export type LockedNeed = {
  readonly name: string;
  readonly version: string | null;
};

export type LockReading = {
  readonly packages: readonly LockedPackage[];
  /** Entries that could not be understood. */
  readonly damaged: number;
};

/** A lock file's entry as a distribution with the fields that all formats write alike; null for what names none. */
export function lockedPackage(
  entry: JsonObject,
  rest: Omit<LockedPackage, 'name' | 'version'>,
): LockedPackage | null {
  const name = entry['name'];
  if (typeof name !== 'string' || !isPythonName(name)) return null;
  return { name, version: versionOf(entry['version']), ...rest };
}

export function versionOf(value: unknown): string {
  return textOf(value, 256) ?? '';
}

/** Parts distributions from entries that name none. */
export function toReading(entries: readonly (LockedPackage | null)[]): LockReading {
  const packages = entries.filter((entry) => entry !== null);
  return { packages, damaged: entries.length - packages.length };
}

/** More versions of one name than the Pythons and systems that a lock is for. */
const MAX_VARIANTS = 64;

/** Finds what is needed among what is locked: all versions of the name where the need does not say which. */
export function locate<T>(
  entries: readonly T[],
  identify: (entry: T) => LockedNeed,
): (need: LockedNeed) => readonly T[] {
  const byName = Map.groupBy(entries, (entry) => comparableName('pypi', identify(entry).name));
  return ({ name, version }) =>
    // a lock in which everything has one name does not get to multiply
    (byName.get(comparableName('pypi', name)) ?? [])
      .slice(0, MAX_VARIANTS)
      .filter((entry) => version === null || identify(entry).version === version);
}

/** The purls of what each distribution of a lock file needs and the file locks too. */
export function requiredPurls(packages: readonly LockedPackage[]): (pkg: LockedPackage) => readonly Purl[] {
  const located = locate(packages, (pkg) => pkg);
  return (pkg) => {
    const purls = new Set(pkg.needs.flatMap(located).map(lockedPurl));
    purls.delete(lockedPurl(pkg));
    return [...purls].sort();
  };
}

export function lockedPurl({ name, version, origin }: LockedPackage): Purl {
  return pypiPurl(name, version, origin);
}

/** More archives than any release has. */
const MAX_DIGESTS = 1000;

/** The digests in texts that end in `sha256:` and 64 digits; sorted. */
export function sha256Digests(texts: readonly string[]): readonly string[] {
  const hexes = texts
    .slice(0, MAX_DIGESTS)
    .map((text) => /sha256:([0-9a-f]{64})$/i.exec(text)?.[1]?.toLowerCase())
    .filter((hex) => hex !== undefined);
  return [...new Set(hexes)].sort();
}

/** From lists of tables with a hash (`hash`, or `hashes.sha256`) and the archive's name (`file`, `name`, or in `url`). */
export function archiveDigests(...lists: readonly unknown[]): readonly string[] {
  const archives = lists.flatMap((list) => (isObject(list) ? [list] : objectsIn(list)));
  return sha256Digests(archives.filter(isForLinux).flatMap(hashTexts));
}

function hashTexts({ hash, hashes }: JsonObject): readonly string[] {
  if (isObject(hashes)) return textsIn([hashes['sha256']]).map((hex) => `sha256:${hex}`);
  return textsIn([hash]);
}

/** A source archive, or a wheel that is not for macOS, Windows or a phone alone. Platform compatibility tags. */
function isForLinux({ file, name, url, path }: JsonObject): boolean {
  const archive = textsIn([file, name, url, path])[0]?.split(/[#?]/, 1)[0] ?? '';
  return !archive.endsWith('.whl') || /(?:linux|any)[^-/]*\.whl$/.test(archive);
}
