/** The entries of a Java archive that tell what it is, and how they are recognised in a directory of many thousands. */
import { decodeText } from '../../evidence.ts';
import { isCoordinate, isVersion } from './coordinates.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { parsePom, type Pom } from './pom.ts';
import { parseProperties } from './java-properties.ts';
import type { MavenEvidence } from './archive-identity.ts';

/** Extensions of archives that are, or hold, Java code. */
export const ARCHIVE_EXTENSIONS = [
  'jar',
  'war',
  'ear',
  'aar',
  'hpi',
  'jpi',
  'kar',
  'lpkg',
  'nar',
  'par',
  'rar',
  'sar',
] as const;

/** Longer paths name no file that a class path leads to. */
const MAX_NAME_BYTES = 1000;

const ENDINGS = [
  'META-INF/MANIFEST.MF',
  '/pom.properties',
  '/pom.xml',
  '.cdx.json',
  ...ARCHIVE_EXTENSIONS.map((extension) => `.${extension}`),
].map((ending) => Buffer.from(ending));

/** Endings by their last byte, so that almost all of many thousand names cost one look. */
const BY_LAST_BYTE = Map.groupBy(ENDINGS, (ending) => ending.at(-1) ?? 0);

/** Whether the name, from `start` to `end` in `bytes`, may be one of these entries; asked for all of an archive. */
export function mayTell(bytes: Uint8Array, start: number, end: number): boolean {
  const endings = BY_LAST_BYTE.get(bytes[end - 1] ?? 0);
  return (
    endings !== undefined &&
    end - start <= MAX_NAME_BYTES &&
    endings.some((ending) => endsWith(bytes, end, ending))
  );
}

function endsWith(bytes: Uint8Array, end: number, ending: Uint8Array): boolean {
  const start = end - ending.length;
  return start >= 0 && ending.every((byte, index) => bytes[start + index] === byte);
}

export type EntryKind = 'archive' | 'manifest' | 'properties' | 'pom' | 'bill';

/** What an entry of that name is; null when it tells nothing. */
export function kindOf(name: string): EntryKind | null {
  if (name === 'META-INF/MANIFEST.MF') return 'manifest';
  if (isArchiveName(name)) return 'archive';
  // at any depth: below WEB-INF/classes, BOOT-INF/classes, or where an agent hides what it brings
  if (/(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(name)) return 'properties';
  if (/(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/.test(name)) return 'pom';
  return /^META-INF\/sbom\/[^/]+\.cdx\.json$/.test(name) ? 'bill' : null;
}

export function isArchiveName(name: string): boolean {
  return ARCHIVE_EXTENSIONS.some((extension) => name.endsWith(`.${extension}`));
}

/** What a file tells, in plain JSON. */
export type Metadata =
  | { readonly kind: 'manifest'; readonly manifest: Manifest }
  | { readonly kind: 'properties'; readonly properties: MavenEvidence['properties'] }
  | { readonly kind: 'pom'; readonly pom: Pom | null };

/** A file of an archive, or of an unpacked one. */
export interface MetadataFile {
  readonly name: string;
  readonly metadata: Metadata;
}

/** What a file of that kind tells; nothing is reported, for what cannot be read here tells nothing. */
export function readMetadata(kind: Metadata['kind'], content: Uint8Array): Metadata {
  switch (kind) {
    case 'manifest':
      return { kind, manifest: parseManifest(content) };
    case 'properties':
      return { kind, properties: toCoordinates(parseProperties(decodeText(content))) };
    case 'pom':
      // one that cannot be read still leaves what pom.properties says: only licences and the like are missing
      return { kind, pom: parsePom(decodeText(content)) };
  }
}

function toCoordinates(values: ReadonlyMap<string, string>): MavenEvidence['properties'] {
  const artifact = values.get('artifactId');
  if (artifact === undefined || !isCoordinate(artifact)) return null;
  const group = values.get('groupId');
  const version = values.get('version') ?? '';
  return {
    group: group !== undefined && isCoordinate(group) ? group : null,
    artifact,
    version: isVersion(version) ? version : '',
  };
}

/** The manifest among the files of one archive. */
export function manifestIn(files: readonly MetadataFile[]): Manifest | null {
  for (const { metadata } of files) if (metadata.kind === 'manifest') return metadata.manifest;
  return null;
}

/** `pom.properties` and `pom.xml` of one directory are about one artifact. */
export function mavenEvidenceIn(files: readonly MetadataFile[]): readonly MavenEvidence[] {
  const found = new Map<string, MavenEvidence>();
  for (const { name, metadata } of files) {
    if (metadata.kind === 'manifest') continue;
    const directory = name.slice(0, name.lastIndexOf('/'));
    const { properties = null, pom = null, path = name } = found.get(directory) ?? {};
    found.set(
      directory,
      metadata.kind === 'pom'
        ? { path, properties, pom: metadata.pom }
        : { path: name, properties: metadata.properties, pom },
    );
  }
  return [...found.values()];
}
