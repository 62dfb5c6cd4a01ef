/** What Syft keeps of a package beside the fields that all have, by kind of package. Syft, `schema/json`, schema 16. */
import type { Package } from '../../model/package.ts';

export interface ArtifactMetadata {
  readonly metadataType: string;
  readonly metadata: object;
}

/** Null for packages of which Grype needs no more than their purl. What nobody knows is 0 or empty, as in Syft. */
export function artifactMetadata(pkg: Package): ArtifactMetadata | null {
  switch (pkg.type) {
    case 'deb':
      return { metadataType: 'dpkg-db-entry', metadata: dpkgEntry(pkg) };
    case 'apk':
      return { metadataType: 'apk-db-entry', metadata: apkEntry(pkg) };
    case 'rpm':
      return { metadataType: 'rpm-db-entry', metadata: rpmEntry(pkg) };
    case 'maven':
      return { metadataType: 'java-archive', metadata: javaArchive(pkg) };
    case 'npm':
      return { metadataType: 'javascript-npm-package', metadata: npmPackage(pkg) };
    default:
      return null;
  }
}

/** The source is named where it is not the package itself, and its version where that is not the package's. */
function dpkgEntry({ name, version, source, architecture, supplier, dependencies }: Package): object {
  return {
    package: name,
    source: source?.name ?? '',
    version,
    sourceVersion: source?.version === version ? '' : (source?.version ?? ''),
    architecture: architecture ?? '',
    maintainer: supplier ?? '',
    installedSize: 0,
    depends: dependencies,
    files: [],
  };
}

function apkEntry({ name, version, source, architecture, supplier, ...pkg }: Package): object {
  return {
    package: name,
    originPackage: source?.name ?? '',
    maintainer: supplier ?? '',
    version,
    architecture: architecture ?? '',
    url: pkg.homepage ?? '',
    description: pkg.description ?? '',
    size: 0,
    installedSize: 0,
    pullDependencies: pkg.dependencies,
    provides: [],
    pullChecksum: '',
    gitCommitOfApkPort: '',
    files: [],
  };
}

function rpmEntry({
  name,
  version,
  source,
  architecture,
  supplier,
  modularityLabel,
  dependencies,
}: Package): object {
  const [, epoch, upstream = '', release = ''] = /^(?:(\d{1,9}):)?(.*?)(?:-([^-]*))?$/s.exec(version) ?? [];
  return {
    name,
    version: upstream,
    epoch: epoch === undefined ? null : Number(epoch),
    architecture: architecture ?? '',
    release,
    sourceRpm: source === null ? '' : `${[source.name, source.version].filter(Boolean).join('-')}.src.rpm`,
    size: 0,
    vendor: supplier ?? '',
    ...(modularityLabel === null ? {} : { modularityLabel }),
    requires: dependencies,
    files: [],
  };
}

function javaArchive({ name, version, evidence }: Package): object {
  const [groupId, artifactId] = splitMavenName(name);
  const [main] = evidence;
  const place = [main?.path ?? '', ...(main?.inside?.split('!/') ?? [])].join(':');
  return {
    virtualPath: `/${place}`,
    ...(groupId === '' ? {} : { pomProperties: { path: '', name: '', groupId, artifactId, version } }),
  };
}

function npmPackage({ name, version, supplier, homepage, description }: Package): object {
  return {
    name,
    version,
    author: supplier ?? '',
    homepage: homepage ?? '',
    description: description ?? '',
    url: '',
    private: false,
  };
}

/** `group:artifact`, of which Syft takes the artifact for the name. */
export function splitMavenName(name: string): readonly [groupId: string, artifactId: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}
