/**
 * Which artifacts an archive is made of. In order of trust: what Maven wrote into it (`pom.properties`, then `pom.xml`),
 * the file name and path in the form of Maven's repository, the manifest. An archive with several `pom.properties` is
 * shaded: each names an artifact that it holds, and the one that agrees with the file name or the manifest is its own.
 */
import { type ArchiveName, isAttachment, parseArchiveName } from './archive-name.ts';
import { isCoordinate, isVersion, type MavenArtifact } from './coordinates.ts';
import { knownGroup, tomcatArtifact } from './known-groups.ts';
import type { Manifest } from './manifest.ts';
import type { Pom } from './pom.ts';
import { repositoryPlace } from './repository-place.ts';

/** What Maven wrote into an archive about one artifact, below `META-INF/maven/GROUP/ARTIFACT`. */
export interface MavenEvidence {
  /** Path of the one of the two files that tells the artifact. */
  readonly path: string;
  readonly properties: Pick<MavenArtifact, 'group' | 'artifact' | 'version'> | null;
  readonly pom: Pom | null;
}

export interface ArchiveEvidence {
  /** Path of the archive, in the image or in the archive around it. */
  readonly path: string;
  readonly manifest: Manifest | null;
  readonly maven: readonly MavenEvidence[];
  /** Other archives lie in it. */
  readonly isContainer: boolean;
}

export interface IdentifiedArtifact extends MavenArtifact {
  /** What tells more about it. */
  readonly pom: Pom | null;
  /** Path of what tells it, in the archive; null where manifest and file name do. */
  readonly toldBy: string | null;
}

export interface ArchiveIdentity {
  /** The archive itself; null when nothing tells, or it is a mere container for others. */
  readonly own: IdentifiedArtifact | null;
  /** What was shaded into it. */
  readonly shaded: readonly IdentifiedArtifact[];
}

const NOBODY: ArchiveIdentity = { own: null, shaded: [] };

export function identifyArchive(archive: ArchiveEvidence): ArchiveIdentity {
  const { manifest, maven, isContainer } = archive;
  const { stem, packaging } = fileNameOf(archive.path);
  if (isAttachment(stem) || isPartOfRuntime(manifest)) return NOBODY;
  const name = parseArchiveName(stem, statedVersions(manifest));
  const named = maven.flatMap((evidence) => toArtifact(evidence) ?? []);
  const main = mainOf(named, { stem, name, manifest });
  const shaded = uniqueArtifacts(named.filter((artifact) => artifact !== main));
  if (main !== null) {
    const classifier = classifierOf(stem, main) ?? null;
    return { own: { ...main, classifier, packaging }, shaded };
  }
  const own = identifyWithoutMaven(archive.path, name, manifest ?? {});
  // an application whose parts are known, or a file that is only called an archive
  const isUnknown = own.version === '' && (isContainer || shaded.length > 0 || manifest === null);
  return { own: isUnknown ? null : { ...own, packaging, pom: null, toldBy: null }, shaded };
}

/** The extension is the artifact's packaging; Jenkins calls `jpi` what Maven calls `hpi`. */
function fileNameOf(path: string): { readonly stem: string; readonly packaging: string | null } {
  const file = path.slice(path.lastIndexOf('/') + 1).slice(-255);
  const dot = file.lastIndexOf('.');
  const stem = dot < 0 ? file : file.slice(0, dot);
  const extension = dot < 0 ? '' : file.slice(dot + 1);
  return {
    stem,
    packaging: extension === 'jar' || extension === '' ? null : extension === 'jpi' ? 'hpi' : extension,
  };
}

/** Archives of the Java runtime itself (`rt.jar`, `jrt-fs.jar`), which its `release` file names as a whole. */
function isPartOfRuntime(manifest: Manifest | null): boolean {
  return manifest?.['implementation-title'] === 'Java Runtime Environment';
}

function statedVersions(manifest: Manifest | null): readonly string[] {
  const { 'implementation-version': own, 'bundle-version': bundle } = manifest ?? {};
  return [own, bundle].flatMap((text) => firstVersion(text) ?? []);
}

/** `9.10.0 695c0ac8 - 2024-02-14`, `1.0 (private-user)`: the version comes first. */
function firstVersion(text: string | undefined): string | null {
  const word = text?.split(/[\s(]/, 1)[0] ?? '';
  return isVersion(word) ? word : null;
}

function toArtifact({ path, properties, pom }: MavenEvidence): IdentifiedArtifact | null {
  const artifact = properties?.artifact ?? pom?.artifact;
  if (artifact === undefined || !isCoordinate(artifact)) return null;
  return {
    group: properties?.group ?? pom?.group ?? null,
    artifact,
    version: properties?.version || pom?.version || '',
    classifier: null,
    packaging: null,
    pom,
    toldBy: path,
  };
}

interface NameAndManifest {
  readonly stem: string;
  readonly name: ArchiveName;
  readonly manifest: Manifest | null;
}

function mainOf(named: readonly IdentifiedArtifact[], archive: NameAndManifest): IdentifiedArtifact | null {
  let best: IdentifiedArtifact | null = null;
  let bestRank = 0;
  for (const artifact of named) {
    const rank = rankOf(artifact, archive);
    const isBetter =
      rank > bestRank || (rank === bestRank && artifact.artifact.length > (best?.artifact.length ?? 0));
    if (rank > 0 && isBetter) [best, bestRank] = [artifact, rank];
  }
  if (best !== null || named.length > 1) return best;
  const [only = null] = named;
  // an archive that was renamed; unless its name tells a version that is another artifact's
  return archive.name.version === '' || archive.name.version === only?.version ? only : null;
}

/** How well an artifact agrees with the archive that it is in; 0 for not at all. */
function rankOf(artifact: IdentifiedArtifact, { stem, name, manifest }: NameAndManifest): number {
  const names = [
    artifact.artifact,
    `${artifact.group}.${artifact.artifact}`,
    `${artifact.group}-${artifact.artifact}`,
  ];
  for (const own of names) {
    const full = `${own}-${artifact.version}`;
    if (stem === full || stem.startsWith(`${full}-`)) return 4;
  }
  if (names.includes(stem) || names.includes(name.artifact)) return 3;
  const titles = [
    manifest?.['implementation-title'],
    manifest?.['extension-name'],
    manifest?.['short-name'],
    symbolicName(manifest ?? {}),
  ];
  return titles.some((title) => title !== undefined && names.includes(title)) ? 2 : 0;
}

/** What stands in the file name behind artifact and version. */
function classifierOf(stem: string, { artifact, version }: IdentifiedArtifact): string | undefined {
  const full = `${artifact}-${version}-`;
  return version !== '' && stem.startsWith(full) && isCoordinate(stem.slice(full.length))
    ? stem.slice(full.length)
    : undefined;
}

/** Several builds leave the same files in a shaded archive. */
function uniqueArtifacts(artifacts: readonly IdentifiedArtifact[]): readonly IdentifiedArtifact[] {
  return [
    ...new Map(artifacts.map((one) => [`${one.group}\0${one.artifact}\0${one.version}`, one])).values(),
  ];
}

function identifyWithoutMaven(
  path: string,
  name: ArchiveName,
  manifest: Manifest,
): Omit<MavenArtifact, 'packaging'> {
  const placed = repositoryPlace(path);
  if (placed !== null) return placed;
  if (isPlugin(manifest)) return jenkinsPlugin(manifest);
  const version =
    name.version || (statedVersions(manifest)[0] ?? firstVersion(manifest['specification-version']) ?? '');
  const title = manifest['implementation-title'];
  const tomcat = tomcatArtifact(name.artifact, { symbolicName: symbolicName(manifest), title });
  const artifact = tomcat ?? name.artifact;
  const known = knownGroup(artifact, version) ?? statedGroup(artifact, manifest);
  // as Quarkus names its files
  const short =
    known !== null && artifact.startsWith(`${known}.`) ? artifact.slice(known.length + 1) : artifact;
  return {
    group: known,
    artifact: asCoordinate(short),
    version: isVersion(version) ? version : '',
    classifier: name.classifier,
  };
}

/** Whether the manifest is that of a plug-in of Jenkins. maven-hpi-plugin, "hpi:hpi". */
export function isPlugin(manifest: Manifest | null): boolean {
  return manifest?.['short-name'] !== undefined && manifest['plugin-version'] !== undefined;
}

/** Who builds a plug-in by hand is added to its version: `1.0-SNAPSHOT (private-jane)`. */
function jenkinsPlugin(manifest: Manifest): Omit<MavenArtifact, 'packaging'> {
  const group = manifest['group-id'];
  return {
    group: group !== undefined && isCoordinate(group) ? group : null,
    artifact: asCoordinate(manifest['short-name'] ?? ''),
    version: firstVersion(manifest['plugin-version']) ?? '',
    classifier: null,
  };
}

/**
 * The group, where the manifest states it by convention: as Nebula's title `group#artifact;version`, as Maven's
 * `Implementation-Vendor-Id` (Maven Archiver, "Manifest"), or as the symbolic name of a bundle without the artifact
 * (maven-bundle-plugin, "Default behavior"). A vendor or package name that only resembles a group is not one.
 */
function statedGroup(artifact: string, manifest: Manifest): string | null {
  const nebula = /^([A-Za-z0-9_.-]{1,200})#/.exec(manifest['implementation-title'] ?? '')?.[1];
  const vendor = manifest['implementation-vendor-id'];
  const bundle = symbolicName(manifest);
  const ofBundle = bundle?.endsWith(`.${artifact}`) ? bundle.slice(0, -artifact.length - 1) : undefined;
  return [nebula, vendor, ofBundle].find((group) => group !== undefined && isCoordinate(group)) ?? null;
}

/** Without its directives. OSGi Core 8, 3.2.1.25. */
function symbolicName(manifest: Manifest): string | undefined {
  return manifest['bundle-symbolicname']?.split(';', 1)[0]?.trim();
}

/** A file name may hold anything; what cannot be an artifact's name is kept readable. */
function asCoordinate(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 200) || '_';
}
