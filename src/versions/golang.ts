import { parsedScheme } from './parsed-scheme.ts';
import { compareSemanticVersions, readSemanticVersion } from './semver.ts';

/** Releases of Go itself: `go1.21.3`, `go1.22rc1`, and what follows in `runtime.Version()` of a rebuilt Go. */
const RELEASE = /^go(?<release>\d+(?:\.\d+){0,2})(?:(?<stage>alpha|beta|rc)(?<number>\d+))?(?:[-+ ].*)?$/;

/**
 * Versions of Go modules: semantic versions with or without `v`, as modules and Go's vulnerability database write them
 * in turn. A pseudo-version is a pre-release, and `+incompatible` is build metadata. Go's own releases are read as that
 * database writes them: `go1.22rc1` is `1.22.0-rc.1`. https://go.dev/ref/mod#versions
 */
export const golang = parsedScheme('golang', read, compareSemanticVersions);

function read(version: string): ReturnType<typeof readSemanticVersion> {
  const { release, stage, number } = RELEASE.exec(version)?.groups ?? {};
  if (release === undefined) return readSemanticVersion(version);
  return readSemanticVersion(stage === undefined ? release : `${release}-${stage}.${number}`);
}
