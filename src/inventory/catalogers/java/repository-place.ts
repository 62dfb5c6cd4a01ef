import { isCoordinate, isVersion, type MavenArtifact } from './coordinates.ts';

/** Directories that hold a repository: Maven's own, Karaf's, that of a `.kar`, and Debian's. */
const ROOTS = new Set(['maven-repo', 'maven-repository', 'repository', 'system']);

/**
 * The artifact of a file that lies where Maven's repository layout puts it,
 * `GROUP/AS/PATH/artifact/version/artifact-version[-classifier].ext`, or Gradle's cache,
 * `files-2.1/group/artifact/version/SHA1/file`; null for a file elsewhere.
 * Maven, "Repository Layout - Default".
 */
export function repositoryPlace(path: string): Omit<MavenArtifact, 'packaging'> | null {
  const parts = path.split('/');
  const file = parts.pop() ?? '';
  const stem = file.slice(0, Math.max(file.lastIndexOf('.'), 0));
  return inMavenRepository(parts, stem) ?? inGradleCache(parts, stem);
}

function inMavenRepository(parts: readonly string[], stem: string): Omit<MavenArtifact, 'packaging'> | null {
  const [artifact = '', version = ''] = parts.slice(-2);
  const root = parts.findLastIndex((part) => ROOTS.has(part));
  const group = root < 0 ? [] : parts.slice(root + 1, -2);
  return group.length === 0 ? null : checked(group.join('.'), artifact, version, stem);
}

function inGradleCache(parts: readonly string[], stem: string): Omit<MavenArtifact, 'packaging'> | null {
  const [cache, group = '', artifact = '', version = ''] = parts.slice(-5);
  return cache === 'files-2.1' ? checked(group, artifact, version, stem) : null;
}

function checked(
  group: string,
  artifact: string,
  version: string,
  stem: string,
): Omit<MavenArtifact, 'packaging'> | null {
  const full = `${artifact}-${version}`;
  const isPlaced = stem === full || stem.startsWith(`${full}-`);
  if (!isPlaced || !isCoordinate(group) || !isCoordinate(artifact) || !isVersion(version)) return null;
  const classifier = stem.slice(full.length + 1);
  return { group, artifact, version, classifier: isCoordinate(classifier) ? classifier : null };
}
