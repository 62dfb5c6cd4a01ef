import SemVer from 'semver/classes/semver.js';
import { unreadableVersion, type VersionScheme } from './scheme.ts';

/**
 * Versions of npm packages, read as npm reads them: node-semver in its loose mode, which forgives `v1.2.3`, `=1.2.3`,
 * `1.2.3beta` and leading zeros, and refuses numbers above 2^53 - 1 and more than 256 characters.
 */
export const npm: VersionScheme = {
  name: 'npm',
  isValid(version) {
    try {
      read(version);
      return true;
    } catch {
      return false;
    }
  },
  compare: (a, b) => read(a).compare(read(b)),
};

function read(version: string): SemVer {
  try {
    return new SemVer(version, { loose: true });
  } catch (cause) {
    throw unreadableVersion('npm', version, cause);
  }
}
