import { formatPurl } from '../../../model/purl.ts';
import {
  type ArchivedEvidence,
  type Catalog,
  type CatalogedPackage,
  toCatalogedPackage,
} from '../../cataloger.ts';

/** What Maven allows in a group and in an artifact's name. Maven Model, `DefaultModelValidator`. */
export function isCoordinate(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,200}$/.test(text);
}

/** A single version; ranges (`[1,2)`) and what a build did not fill in are none. Gradle writes `unspecified`. */
export function isVersion(text: string): boolean {
  return /^[A-Za-z0-9_.+~-]{1,200}$/.test(text) && text !== 'unspecified' && text !== 'unknown';
}

/** An artifact of Maven, of what its evidence tells. */
export type MavenArtifact = {
  /** Null when it is not known: then the name is the artifact's alone. */
  readonly group: string | null;
  readonly artifact: string;
  /** Empty when it is not known. */
  readonly version: string;
  readonly classifier: string | null;
  /** `war`, `hpi`; null for a jar. */
  readonly packaging: string | null;
};

/** `group:artifact`, as Maven writes it and advisories name it. */
export function artifactName({ group, artifact }: Pick<MavenArtifact, 'group' | 'artifact'>): string {
  return group === null ? artifact : `${group}:${artifact}`;
}

/** purl-spec, `maven`: the group is the namespace, the type `jar` goes without saying. */
export function toMavenPackage(
  artifact: MavenArtifact,
  facts: Partial<CatalogedPackage> & { readonly evidence: readonly (string | ArchivedEvidence)[] },
): CatalogedPackage {
  return toCatalogedPackage({
    ...facts,
    type: 'maven',
    purl: formatPurl({
      type: 'maven',
      namespace: artifact.group,
      name: artifact.artifact,
      version: artifact.version,
      qualifiers: { classifier: artifact.classifier, type: artifact.packaging },
    }),
    name: artifactName(artifact),
    version: artifact.version,
  });
}

/** The artifacts that lock files and manifests name, each as `group:artifact:version`, by path of the file. */
export function declaredArtifacts(files: ReadonlyMap<string, readonly string[]>): Catalog {
  const packages = [...files].flatMap(([path, named]) =>
    named.map((coordinates) => {
      const [group = '', artifact = '', version = ''] = coordinates.split(':');
      const unsaid = { classifier: null, packaging: null };
      return toMavenPackage(
        { group, artifact, version, ...unsaid },
        { presence: 'declared', evidence: [path] },
      );
    }),
  );
  return { packages, coverage: [] };
}
