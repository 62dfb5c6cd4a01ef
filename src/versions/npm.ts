import SemVer from 'semver/classes/semver.js';
import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readSemanticVersion, type SemanticVersion } from './semver.ts';

/**
 * Versions of npm packages, read as npm reads them: node-semver in its loose mode, which forgives `v1.2.3`, `=1.2.3`,
 * `1.2.3beta` and leading zeros. Advisories also state what it refuses, `0`, `1.5` and `1.5.1.2`: those are read as the
 * scheme `semver` reads them, and stand in the one order of semantic versions.
 */
export const npm = parsedScheme('npm', readNpmVersion, compareSemanticVersions);

function readNpmVersion(version: string): SemanticVersion | null {
  try {
    const { major, minor, patch, prerelease, build } = new SemVer(version, { loose: true });
    return { core: [major, minor, patch].map(String), preRelease: prerelease.map(String), build };
  } catch {
    return readSemanticVersion(version);
  }
}
