import { parsedScheme } from './parsed-scheme.ts';
import { compareWithBuilds, readSemanticVersion, type SemanticVersion } from './semver.ts';

/**
 * Versions of Julia's packages: semantic versions of which builds count, for packages of binaries differ in them
 * (`2.9.14+1`); a pre-release needs no hyphen (`1.2.3rc1`). Julia, base/version.jl, `isless`.
 */
export const julia = parsedScheme('julia', read, compareWithBuilds);

function read(version: string): SemanticVersion | null {
  return readSemanticVersion(version.replace(/^(v?\d+(?:\.\d+){0,2})(?=[a-z])/i, '$1-'));
}
