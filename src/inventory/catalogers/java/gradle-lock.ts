import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText } from '../../evidence.ts';
import { declaredArtifacts, isCoordinate, isVersion } from './coordinates.ts';
import { isTestOrStore } from './source-tree.ts';

/** `group:artifact:version`. */
export type GradleLockRecord = readonly string[];

const MAX_LOCKED = 50_000;

/**
 * What Gradle locked for running an application: `gradle.lockfile` and others of its form, and the files for each
 * configuration of Gradle 4 to 6. Configurations of tests, of tools and of what is only compiled against are left out; so
 * are plug-ins of the build (`buildscript-gradle.lockfile`). Gradle, "Locking Versions".
 */
export const gradleLockCataloger = defineCataloger<GradleLockRecord>({
  name: 'gradle-lock',
  version: 1,
  interests: [
    {
      suffixes: ['.lockfile'],
      accepts: (path) => isLock(path) && !isTestOrStore(path),
      maxBytes: 16 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readLock,
  catalog: declaredArtifacts,
});

function isLock(path: string): boolean {
  const [directory = '', name = ''] = path.split('/').slice(-2);
  if (directory === 'dependency-locks' && name !== path) return isRuntime(name.slice(0, -'.lockfile'.length));
  return (
    /(?:^|[.\-/])gradle\.lockfile$/.test(path) &&
    !/(?:^|\/)(?:buildscript|settings)-gradle\.lockfile$/.test(path)
  );
}

/** `runtimeClasspath` and what build variants call theirs: `releaseRuntimeClasspath`. */
function isRuntime(configuration: string): boolean {
  return /(?:^runtime|Runtime)(?:Classpath)?$/.test(configuration) && !isTest(configuration);
}

function isTest(configuration: string): boolean {
  return /(?:^test|Test)/.test(configuration);
}

function readLock({ path, content }: EvidenceFile): ReadFile<GradleLockRecord> {
  const locked: { readonly artifact: string; readonly configurations: readonly string[] }[] = [];
  for (const line of decodeText(content).split('\n')) {
    const [coordinates = '', configurations] = line.trim().split('=', 2);
    const [group = '', artifact = '', version = '', ...rest] = coordinates.split(':');
    if (rest.length > 0 || !isCoordinate(group) || !isCoordinate(artifact) || !isVersion(version)) continue;
    locked.push({ artifact: coordinates, configurations: configurations?.split(',') ?? ['runtime'] });
  }
  // a project without a runtime class path is of a kind of its own, such as one that only names what others use
  const isUsed = locked.some(({ configurations }) => configurations.some(isRuntime))
    ? isRuntime
    : (configuration: string) => !isTest(configuration);
  const artifacts = locked
    .filter(({ configurations }) => configurations.some(isUsed))
    .map(({ artifact }) => artifact);
  if (artifacts.length <= MAX_LOCKED)
    return { record: artifacts.length > 0 ? artifacts : null, coverage: [] };
  const message = `The lock file names more than ${MAX_LOCKED} artifacts; the rest was left out.`;
  return {
    record: artifacts.slice(0, MAX_LOCKED),
    coverage: [{ code: 'LIMIT_REACHED', message, subject: path }],
  };
}
