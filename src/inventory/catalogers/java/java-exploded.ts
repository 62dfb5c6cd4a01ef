import { type Catalog, defineCataloger, type EvidenceFile, type ReadFile } from '../../cataloger.ts';
import { factsOf } from './archive-facts.ts';
import { type ArchiveIdentity, identifyArchive, isPlugin } from './archive-identity.ts';
import {
  kindOf,
  manifestIn,
  mavenEvidenceIn,
  type Metadata,
  type MetadataFile,
  readMetadata,
} from './archive-metadata.ts';
import { toMavenPackage } from './coordinates.ts';
import { MAX_MANIFEST_BYTES, type Manifest } from './manifest.ts';

/**
 * Archives that were unpacked: web applications as a server deploys them, plug-ins of Jenkins, layers of Spring Boot,
 * bundles of OSGi. The directory that holds `META-INF` is the archive. A manifest alone counts where it names a plug-in
 * or bundle, or an artifact whose group it tells: most others say nothing but who ran the build.
 */
export const javaExplodedCataloger = defineCataloger<Metadata>({
  name: 'java-exploded',
  version: 1,
  interests: [
    {
      names: ['MANIFEST.MF', 'pom.properties', 'pom.xml'],
      accepts: (path) => metadataAt(path) !== null,
      maxBytes: MAX_MANIFEST_BYTES,
    },
  ],
  unit: (path) => metadataAt(path)?.directory ?? path,
  read: readFile,
  catalog: catalogExploded,
});

/** The directory of the unpacked archive, and what the file is in it. */
function metadataAt(path: string) {
  const start = path.startsWith('META-INF/') ? 0 : path.indexOf('/META-INF/') + 1;
  const kind = kindOf(path.slice(start));
  const isMetadata = kind === 'manifest' || kind === 'properties' || kind === 'pom';
  return isMetadata ? { directory: path.slice(0, Math.max(start - 1, 0)), kind } : null;
}

function readFile({ path, content }: EvidenceFile): ReadFile<Metadata> {
  const kind = metadataAt(path)?.kind;
  return { record: kind === undefined ? null : readMetadata(kind, content), coverage: [] };
}

/** The files of one unpacked archive. */
function catalogExploded(files: ReadonlyMap<string, Metadata>): Catalog {
  const metadata: readonly MetadataFile[] = [...files].map(([name, metadata]) => ({ name, metadata }));
  const [first = ''] = files.keys();
  const manifest = manifestIn(metadata);
  const manifestPath = metadata.find(({ metadata }) => metadata.kind === 'manifest')?.name;
  const identity = identifyArchive({
    path: `${metadataAt(first)?.directory ?? ''}.jar`,
    manifest,
    maven: mavenEvidenceIn(metadata),
    isContainer: false,
  });
  const own = isCertain(identity.own, manifest) ? identity.own : null;
  const packages = [own, ...identity.shaded].flatMap((artifact) => {
    const evidence = artifact?.toldBy ?? manifestPath;
    if (artifact === null || evidence === undefined) return [];
    const packaging = artifact === own && isPlugin(manifest) ? 'hpi' : artifact.packaging;
    const facts = factsOf(artifact.pom, artifact === own ? manifest : null);
    return toMavenPackage({ ...artifact, packaging }, { ...facts, evidence: [evidence] });
  });
  return { packages, coverage: [] };
}

/** Whether more tells the artifact than the name of a directory. */
function isCertain(own: ArchiveIdentity['own'], manifest: Manifest | null): boolean {
  const isBundle =
    manifest?.['bundle-symbolicname'] !== undefined && manifest['bundle-version'] !== undefined;
  return own !== null && (own.toldBy !== null || own.group !== null || isPlugin(manifest) || isBundle);
}
