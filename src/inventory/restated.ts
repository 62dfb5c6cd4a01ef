/**
 * A program can say of itself which of the distribution's packages it is from. Where the package database knows that
 * package this is one thing said twice, on Fedora by every program of the system. What is left was copied out of another
 * image, or its database was removed.
 */
import { type Package, SYSTEM_TYPES } from '../model/package.ts';
import type { Cataloger } from './cataloger.ts';
import { findFileOwners } from './ownership.ts';

/** The names of the catalogers whose packages restate a database. */
export function restatingCatalogers(catalogers: readonly Cataloger[]): ReadonlySet<string> {
  return new Set(catalogers.flatMap(({ name, restatesDatabase }) => (restatesDatabase ? [name] : [])));
}

/**
 * Drops what a database of the same kind lists, under its own name or as a source, in the same version; and what was
 * said only by files that such a package owns.
 *
 * @param resolve follows the symbolic links of the final file system
 */
export function dropRestated<P extends Package>(
  packages: readonly P[],
  restating: ReadonlySet<string>,
  resolve: (path: string) => string,
): readonly P[] {
  const isNote = ({ type, cataloger }: P) => SYSTEM_TYPES.has(type) && restating.has(cataloger);
  const known = new Set<P>();
  for (const [type, notes] of Map.groupBy(packages.filter(isNote), (note) => note.type)) {
    const listed = packages.filter((pkg) => pkg.type === type && !isNote(pkg));
    const names = new Set(listed.flatMap(namesOf));
    const paths = notes.flatMap(({ evidence }) => evidence.map(({ path }) => path));
    const owners = findFileOwners(paths, listed, resolve);
    for (const note of notes) {
      const isListed = namesOf(note).some((name) => names.has(name));
      if (isListed || note.evidence.every(({ path }) => owners.has(path))) known.add(note);
    }
  }
  return known.size === 0 ? packages : packages.filter((pkg) => !known.has(pkg));
}

/** A package's own name and that of its source, each with its version; notes write no epoch. */
function namesOf({ name, version, source }: Package): readonly string[] {
  const own = `${name}\0${withoutEpoch(version)}`;
  return source === null ? [own] : [own, `${source.name}\0${withoutEpoch(source.version ?? version)}`];
}

function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}
