/**
 * What the lock files of all package managers for npm's packages come down to: entries that lead to each other. Which of
 * them count depends on the tool: those that it did not mark as development, or those to which a project's own
 * dependencies lead.
 */
import type { Coverage } from '../../../model/coverage.ts';
import type { Purl } from '../../../model/purl.ts';
import { type Catalog, type CatalogedPackage, toCatalogedPackage } from '../../cataloger.ts';
import { unreadable } from '../../evidence.ts';
import type { LockedChecksum } from './integrity.ts';
import { npmPurl } from './npm-fields.ts';

/** A package as an entry of a lock file tells of it. */
export type LockedFacts = {
  /** Its own, where the project knows it by an alias. */
  readonly name: string;
  /** Empty where the lock names no version but a repository, an archive or a directory: see `origin`. */
  readonly version: string;
  /** Where it comes from when that is not a registry: a Git address or an archive's. */
  readonly origin: string | null;
  /** Address of the registry that it comes from when that is not npm's. */
  readonly registry: string | null;
  readonly licences: readonly string[];
  readonly checksums: readonly LockedChecksum[];
  /** Names of what it needs, as far as these are not those of the entries that it leads to. */
  readonly dependencies: readonly string[];
};

/** An entry of a lock file. */
export type LockEntry = {
  /** Null for what is no package but leads to some: the project itself and its workspaces. */
  readonly pkg: LockedFacts | null;
  /** Indices of the entries that it needs. */
  readonly needs: readonly number[];
};

export type LockedPackage = LockedFacts & {
  /** Indices of the packages that it needs. */
  readonly requires: readonly number[];
};

export type LockReading = {
  readonly packages: readonly LockedPackage[];
  /** Entries that could not be understood. */
  readonly damaged: number;
  /** True when the list was cut at `MAX_PACKAGES`. */
  readonly cut: boolean;
};

/** Stands where an entry is left out on purpose, or was not understood: nothing is found there, and nothing behind it. */
export const NO_ENTRY: LockEntry = { pkg: null, needs: [] };

/** The largest known lock files have some ten thousand. */
const MAX_PACKAGES = 100_000;

/** A package of which the lock says little. */
export function lockedFacts(
  known: Pick<LockedFacts, 'name' | 'version'> & Partial<LockedFacts>,
): LockedFacts {
  return { origin: null, registry: null, licences: [], checksums: [], dependencies: [], ...known };
}

/**
 * The packages to which the roots lead. Entries of one package in several places, or with several peers, become one.
 *
 * @param roots indices of entries
 */
export function reachablePackages(
  entries: readonly LockEntry[],
  roots: Iterable<number>,
  damaged: number,
): LockReading {
  const identities = entries.map(({ pkg }) => (pkg === null ? null : identityOf(pkg)));
  const found = new Map<string, { readonly facts: LockedFacts; readonly needs: Set<string> }>();
  const pending = [...new Set(roots)];
  const seen = new Set(pending);
  let cut = false;
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const { pkg, needs } = entries[index] ?? NO_ENTRY;
    for (const need of needs) {
      if (seen.has(need)) continue;
      seen.add(need);
      pending.push(need);
    }
    const identity = identities[index] ?? null;
    if (pkg === null || identity === null) continue;
    const known = found.get(identity);
    if (known === undefined && found.size >= MAX_PACKAGES) {
      cut = true;
      continue;
    }
    const needed = needs.flatMap((need) => identities[need] ?? []);
    if (known === undefined) found.set(identity, { facts: pkg, needs: new Set(needed) });
    else for (const need of needed) known.needs.add(need);
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  const places = new Map(sorted.map(([identity], index) => [identity, index]));
  const packages = sorted.map(([, { facts, needs }]): LockedPackage => {
    const requires = [...needs].flatMap((need) => places.get(need) ?? []).sort((a, b) => a - b);
    const names = requires.flatMap((place) => sorted[place]?.[1].facts.name ?? []);
    return { ...facts, dependencies: [...new Set([...facts.dependencies, ...names])].sort(), requires };
  });
  return { packages, damaged, cut };
}

/** Two entries of which this is the same have the same purl. */
function identityOf({ name, version, origin, registry }: LockedFacts): string {
  return `${name}\0${version}\0${origin ?? ''}\0${registry ?? ''}`;
}

/** Packages that the lock file declares, and what it does not tell. */
export function catalogLocked(reading: LockReading, path: string): Catalog {
  const purls = reading.packages.map(lockedPurl);
  return {
    packages: reading.packages.map((locked, index) => toDeclared(locked, index, purls, path)),
    coverage: lossesOf(reading, path),
  };
}

function toDeclared(
  locked: LockedPackage,
  index: number,
  purls: readonly Purl[],
  path: string,
): CatalogedPackage {
  const { name, version, licences, checksums, dependencies, requires } = locked;
  return toCatalogedPackage({
    type: 'npm',
    presence: 'declared',
    purl: purls[index] ?? lockedPurl(locked),
    name,
    version,
    licences,
    checksums,
    evidence: [path],
    dependencies,
    requires: requires.flatMap((need) => purls[need] ?? []),
  });
}

/** purl-spec, "Known qualifiers key/value pairs". */
export function lockedPurl({ name, version, origin, registry }: LockedFacts): Purl {
  if (origin === null) return npmPurl(name, version, { repository_url: registry });
  return npmPurl(name, version, origin.startsWith('git') ? { vcs_url: origin } : { download_url: origin });
}

function lossesOf({ packages, damaged, cut }: LockReading, path: string): readonly Coverage[] {
  const coverage: Coverage[] = [];
  if (damaged > 0) {
    const message = `${damaged} entries of the lock file could not be understood; their packages are missing.`;
    coverage.push(unreadable(path, message));
  }
  if (cut) {
    const message = `The lock file names more than ${packages.length} packages; the rest was left out.`;
    coverage.push({ code: 'LIMIT_REACHED', message, subject: path });
  }
  return coverage;
}
