/** Which packages and images the entries of a configuration are for. */
import { matchesGlob } from '../../model/glob.ts';
import type { Package } from '../../model/package.ts';
import { findInterval } from '../../versions/interval.ts';
import { VersionError } from '../../versions/scheme.ts';
import type { ImageIdentity } from '../vex/image-identity.ts';
import { meansPackage, readPurl, versionScheme } from '../vex/purl-agreement.ts';
import type { PackagePattern } from './configuration.ts';

export function matchesPackage({ purl, versions }: PackagePattern, pkg: Package): boolean {
  const stated = readPurl(purl);
  if (stated === null) return false;
  const isNamed = purl.includes('*') ? matchesWildcards(stated, pkg) : meansPackage(stated, pkg);
  return isNamed && (versions === null || isAmong(versions, pkg));
}

function matchesWildcards(stated: NonNullable<ReturnType<typeof readPurl>>, pkg: Package): boolean {
  const own = readPurl(pkg.purl);
  if (own === null || own.type !== stated.type) return false;
  const path = ({ namespace, name }: typeof own) => (namespace === null ? name : `${namespace}/${name}`);
  if (!matchesGlob(path(own), path(stated))) return false;
  return stated.version === null || matchesGlob(pkg.version, stated.version);
}

/** False for a version that cannot be compared: an exception never covers what is not known to be meant. */
function isAmong(versions: NonNullable<PackagePattern['versions']>, pkg: Package): boolean {
  const scheme = versionScheme(pkg.type);
  if (scheme === null) return false;
  try {
    return findInterval(scheme, pkg.version, versions).interval !== null;
  } catch (error) {
    if (error instanceof VersionError) return false;
    throw error;
  }
}

/** By the places where it was found, or the files that it owns. */
export function matchesPath(pattern: string, { evidence, files }: Package): boolean {
  return (
    evidence.some(({ path }) => matchesGlob(path, pattern)) ||
    files.some((file) => matchesGlob(file, pattern))
  );
}

/** A digest; or a repository, in full or as Docker shortens it, with a tag where the pattern has one; or the reference. */
export function matchesImage(pattern: string, image: ImageIdentity): boolean {
  if (image.digests.has(pattern.replace(/^.*@/, ''))) return true;
  if (matchesGlob(image.reference, pattern)) return true;
  const hasTag = pattern.lastIndexOf(':') > pattern.lastIndexOf('/');
  return image.names.some(({ repository, tag }) =>
    [repository, familiar(repository)].some((name) => {
      if (!hasTag) return matchesGlob(name, pattern);
      return tag !== null && matchesGlob(`${name}:${tag}`, pattern);
    }),
  );
}

function familiar(repository: string): string {
  return repository.replace(/^docker\.io\/(?:library\/)?/, '');
}
