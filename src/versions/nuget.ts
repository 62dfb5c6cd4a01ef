import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readSemanticVersion, type SemanticVersion } from './semver.ts';

/**
 * NuGet's versions: semantic versions of one to four numbers, of which absent ones are 0; pre-releases in any case,
 * metadata does not count. https://learn.microsoft.com/nuget/concepts/package-versioning
 */
export const nuget = parsedScheme('nuget', readNugetVersion, compareSemanticVersions);

function readNugetVersion(version: string): SemanticVersion | null {
  const parts = /^\d/.test(version) ? readSemanticVersion(version.toLowerCase()) : null;
  return parts !== null && parts.core.length <= 4 ? parts : null;
}
