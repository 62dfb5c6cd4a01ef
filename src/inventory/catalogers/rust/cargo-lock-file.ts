/**
 * `Cargo.lock`: a table `package` for each crate. A dependency is written as short as it can be without doubt: `name`,
 * `name version` or `name version (source)`. The first two formats, until 2020, write all three always, and the first
 * keeps checksums in a table `metadata`; the fourth writes revisions of Git in URLs' spelling.
 * The Cargo Book, "Cargo.toml vs Cargo.lock"; cargo, `src/cargo/core/resolver/encode.rs`.
 */
import { objectsIn, isObject, type JsonObject, textsIn } from '../../../formats/json.ts';
import { parseToml } from '../../../formats/toml.ts';
import { isCrateName } from './cargo-package.ts';

export type LockedCrate = {
  readonly name: string;
  readonly version: string;
  /** `registry+https://…`, `git+https://…#revision`; null for a directory: the application's own crates. */
  readonly source: string | null;
  /** SHA-256 of the crate's archive, lower case. */
  readonly sha256: string | null;
  /** Places in the list. */
  readonly dependencies: readonly number[];
};

export interface CargoLockFile {
  readonly crates: readonly LockedCrate[];
  /** Entries that name no crate. */
  readonly damaged: number;
  readonly cut: boolean;
}

/** The largest have some thousand. */
const MAX_CRATES = 50_000;
const MAX_VERSION_LENGTH = 256;
const MAX_SOURCE_LENGTH = 2000;

/** Null for what is no TOML. */
export function parseCargoLock(text: string): CargoLockFile | null {
  const lock = parseToml(text);
  if (lock === null) return null;
  // until 2017 the application's own crate had a table of its own
  const all = [...objectsIn([lock['root']]), ...objectsIn(lock['package'])];
  const named = all.filter(isNamed);
  const kept = named.slice(0, MAX_CRATES);
  const places = placesByName(kept);
  const sums = isObject(lock['metadata']) ? lock['metadata'] : {};
  return {
    crates: kept.map((entry) => toCrate(entry, places, sums)),
    damaged: all.length - named.length,
    cut: kept.length < named.length,
  };
}

type NamedEntry = JsonObject & {
  readonly name: string;
  readonly version: string;
  readonly source?: string;
};

function isNamed(entry: JsonObject): entry is NamedEntry {
  const { name, version, source } = entry;
  return (
    typeof name === 'string' &&
    isCrateName(name) &&
    typeof version === 'string' &&
    version.length <= MAX_VERSION_LENGTH &&
    (source === undefined || (typeof source === 'string' && source.length <= MAX_SOURCE_LENGTH))
  );
}

/** Every way to write a dependency, and the first crate that it can mean; a revision (`#…`) may be left out. */
function placesByName(entries: readonly NamedEntry[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, { name, version, source }] of entries.entries()) {
    const exact = `${name} ${version} (${source ?? ''})`;
    const written = [exact, exact.replace(/#[^#]*\)$/, ')'), `${name} ${version}`, name];
    for (const text of written) if (!places.has(text)) places.set(text, place);
  }
  return places;
}

function toCrate(entry: NamedEntry, places: ReadonlyMap<string, number>, sums: JsonObject): LockedCrate {
  const { name, version, source = null } = entry;
  const sum = entry['checksum'] ?? sums[`checksum ${name} ${version} (${source ?? ''})`];
  return {
    name,
    version,
    source,
    sha256: typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum) ? sum : null,
    dependencies: textsIn(entry['dependencies']).flatMap((text) => places.get(text) ?? []),
  };
}
