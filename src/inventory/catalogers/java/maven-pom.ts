import { defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { decodeText, NOTHING } from '../../evidence.ts';
import { declaredArtifacts } from './coordinates.ts';
import { parsePom } from './pom.ts';
import { isTestOrStore } from './source-tree.ts';

/** `group:artifact:version`. */
export type MavenPomRecord = readonly string[];

/**
 * What the `pom.xml` of a source tree names directly: dependencies for running, whose version stands in the same file, in
 * its properties or its dependency management. What a parent or an imported bill decides is not there to be read, and
 * dependencies of dependencies are in no file of Maven at all.
 */
export const mavenPomCataloger = defineCataloger<MavenPomRecord>({
  name: 'maven-pom',
  version: 1,
  interests: [
    {
      names: ['pom.xml'],
      accepts: (path) => !/(?:^|\/)META-INF\//.test(path) && !isTestOrStore(path),
      maxBytes: 4 * 1024 * 1024,
    },
  ],
  unit: (path) => path,
  read: readProject,
  catalog: declaredArtifacts,
});

function readProject({ content }: EvidenceFile): ReadFile<MavenPomRecord> {
  const needed = (parsePom(decodeText(content))?.dependencies ?? [])
    .filter(({ scope, version }) => version !== null && (scope === 'compile' || scope === 'runtime'))
    .map(({ group, artifact, version }) => `${group}:${artifact}:${version}`);
  return needed.length === 0 ? NOTHING : { record: [...new Set(needed)], coverage: [] };
}
