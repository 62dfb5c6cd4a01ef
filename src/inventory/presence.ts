/**
 * A lock file names what was to be installed. Where the image shows that installed, the installed packages are
 * the truth, and what else the lock names was left out on purpose: for development, for another system. Only where
 * nothing of it is found, as in an application that was bundled or compiled, is the lock file all that tells.
 */
import type { Package } from '../model/package.ts';
import { applicationOf } from './catalogers/javascript/node-modules.ts';
import { nameKey } from './name-key.ts';

type Found = Pick<Package, 'purl' | 'type' | 'name' | 'presence' | 'evidence'>;

/**
 * Of a lock file's packages so many must be installed to believe that the file was carried out. Of Node modules fewer:
 * they lie where the lock file's are to be, and some lock files do not tell what is only for development.
 */
const PROOF = 0.5;
const PROOF_IN_PLACE = 0.2;

/** Most directories above a lock file in which its modules may lie: an image chooses how deep its paths are. */
const MAX_DIRECTORIES = 64;

/** Drops the declared packages whose lock file or manifest is known to be installed. */
export function dropInstalledDeclarations<P extends Found>(packages: readonly P[]): readonly P[] {
  const [installed, declared] = [new Set<string>(), [] as P[]];
  for (const pkg of packages) {
    if (pkg.presence === 'declared') declared.push(pkg);
    else installed.add(`${nameOf(pkg)}\0${servedPlace(pkg)}`);
  }
  const carriedOut = new Set<string>();
  for (const [declaration, named] of Map.groupBy(declared, declarationOf)) {
    const places = servingPlaces(named[0]);
    const found = named.filter((pkg) =>
      places.some((place) => installed.has(`${nameOf(pkg)}\0${place}`)),
    ).length;
    const proof = named[0]?.type === 'npm' ? PROOF_IN_PLACE : PROOF;
    if (found >= named.length * proof) carriedOut.add(declaration);
  }
  if (carriedOut.size === 0) return packages;
  return packages.filter((pkg) => pkg.presence === 'installed' || !carriedOut.has(declarationOf(pkg)));
}

const nameOf = ({ type, name }: Found) => nameKey(type, name);

/** What a file declares of one registry: JSR's packages leave no trace where Deno keeps those of npm. */
function declarationOf({ purl, type, evidence }: Found): string {
  const registry = /[?&]repository_url=([^&#]*)/.exec(purl)?.[1] ?? '';
  return `${type}\0${evidence[0]?.path ?? ''}\0${registry}`;
}

/**
 * Where what is installed is found from. A Node module serves the application whose `node_modules` or Plug'n'Play map it
 * is in, and what lies deeper: npm's own modules, which are in most images, say nothing of an application that was
 * bundled. Packages of other ecosystems serve all.
 */
function servedPlace(pkg: Found): string {
  return pkg.type === 'npm' ? placeOf(pkg) : '';
}

function servingPlaces(pkg: Found | undefined): readonly string[] {
  if (pkg?.type !== 'npm') return [''];
  const places = [placeOf(pkg)];
  for (let place = placeOf(pkg); place !== '' && places.length < MAX_DIRECTORIES;) {
    place = place.slice(0, Math.max(place.lastIndexOf('/'), 0));
    places.push(place);
  }
  return places;
}

function placeOf({ evidence }: Found): string {
  const path = evidence[0]?.path ?? '';
  return applicationOf(path) ?? path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
