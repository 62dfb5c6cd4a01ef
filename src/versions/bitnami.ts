import { compareIdentifiers, compareLists, compareReleases } from './order.ts';
import { parsedScheme } from './parsed-scheme.ts';
import { readSemanticVersion, type SemanticVersion } from './semver.ts';

/**
 * Versions of Bitnami's packages: what follows the hyphen is the revision of Bitnami's build, so that `1.2.3-1` is newer
 * than `1.2.3`. https://github.com/bitnami/go-version
 */
export const bitnami = parsedScheme('bitnami', readSemanticVersion, compareBitnamiVersions);

function compareBitnamiVersions(a: SemanticVersion, b: SemanticVersion): number {
  return compareReleases(a.core, b.core) || compareLists(a.preRelease, b.preRelease, compareIdentifiers);
}
