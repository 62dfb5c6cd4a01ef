/**
 * Walks a Java archive and those that lie in it. One nested archive is in memory at a time for each level of nesting;
 * of each only the few entries that tell what it is are inflated. A stored archive is read where it lies.
 */
import { readZip, type ZipArchive, type ZipEntry } from '../../../formats/zip.ts';
import {
  type EntryKind,
  isArchiveName,
  kindOf,
  manifestIn,
  mavenEvidenceIn,
  mayTell,
  type MetadataFile,
  readMetadata,
} from './archive-metadata.ts';
import type { ArchiveEvidence } from './archive-identity.ts';
import { MAX_MANIFEST_BYTES } from './manifest.ts';

/** An archive, with what it says about itself. */
export interface WalkedArchive {
  readonly evidence: ArchiveEvidence;
  /** Where it lies in the outermost, `!/` between archives; null for the outermost itself. */
  readonly inside: string | null;
  /** The bytes of the archive, only valid during the visit. */
  readonly bytes: Uint8Array;
  /** Bills of materials in it, by name: CycloneDX as JSON. */
  readonly bills: ReadonlyMap<string, Uint8Array>;
}

export interface WalkLimits {
  /** Archives within archives within archives; an EAR with a WAR with a JAR has three levels. */
  readonly depth: number;
  readonly archives: number;
  /** Entries of one archive. */
  readonly entries: number;
  /** Of the archives that lie in one file, together, inflated. */
  readonly bytes: number;
  /** Of what is parsed of all of them, together. */
  readonly metadataBytes: number;
}

export interface WalkLosses {
  /** Places of archives and metadata that could not be read, each with the reason. */
  readonly unread: readonly string[];
  /** Places at which a limit ended the reading. */
  readonly beyondLimits: readonly string[];
}

/** Metadata of one archive: a shaded one has a few hundred; a list of libraries is bounded as a lock file is. */
const MAX_METADATA_ENTRIES = 5000;
const MAX_METADATA_BYTES: Readonly<Record<Exclude<EntryKind, 'archive'>, number>> = {
  manifest: MAX_MANIFEST_BYTES,
  properties: 64 * 1024,
  pom: 1024 * 1024,
  bill: 64 * 1024 * 1024,
};

/** The place of what concerns the outermost archive as a whole. */
const DIRECTORY = 'its directory';

/** Null for bytes that are no zip archive. */
export function walkArchive(
  path: string,
  bytes: Uint8Array,
  limits: WalkLimits,
  visit: (archive: WalkedArchive) => void,
): WalkLosses | null {
  const unread: string[] = [];
  const beyondLimits: string[] = [];
  let archives = 0;
  let inflated = 0;
  let metadataBytes = 0;

  const outermost = readZip(bytes, { maxEntries: limits.entries, wants: mayTell });
  if (outermost === null) return null;
  walk(outermost, { path, inside: null, bytes }, 1);
  return { unread, beyondLimits };

  function walk(
    zip: ZipArchive,
    place: { path: string; inside: string | null; bytes: Uint8Array },
    depth: number,
  ): void {
    const { path, inside, bytes } = place;
    archives += 1;
    if (zip.cut === 'limit') beyondLimits.push(inside ?? DIRECTORY);
    if (zip.cut === 'damaged') unread.push(`${inside ?? DIRECTORY}: damaged`);
    const nested = zip.entries.filter(({ name }) => isArchiveName(name));
    const { files, bills } = readFiles(zip, inside);
    const manifest = manifestIn(files);
    const evidence = { path, manifest, maven: mavenEvidenceIn(files), isContainer: nested.length > 0 };
    visit({ evidence, inside, bytes, bills });
    for (const entry of nested) open(zip, entry, inside, depth);
  }

  function readFiles(zip: ZipArchive, inside: string | null) {
    const files: MetadataFile[] = [];
    const bills = new Map<string, Uint8Array>();
    for (const entry of zip.entries) {
      const kind = kindOf(entry.name);
      if (kind === null || kind === 'archive') continue;
      if (files.length + bills.size >= MAX_METADATA_ENTRIES) {
        beyondLimits.push(inside ?? DIRECTORY);
        break;
      }
      const left = limits.metadataBytes - metadataBytes;
      const content = read(zip, entry, inside, Math.min(MAX_METADATA_BYTES[kind], left));
      if (content === null) continue;
      metadataBytes += content.length;
      if (kind === 'bill') bills.set(entry.name, content);
      else files.push({ name: entry.name, metadata: readMetadata(kind, content) });
    }
    return { files, bills };
  }

  function open(zip: ZipArchive, entry: ZipEntry, around: string | null, depth: number): void {
    const inside = placeIn(around, entry.name);
    if (depth >= limits.depth || archives >= limits.archives) {
      beyondLimits.push(inside);
      return;
    }
    const content = read(zip, entry, around, Number.MAX_SAFE_INTEGER);
    if (content === null) return;
    const nested = readZip(content, { maxEntries: limits.entries, wants: mayTell });
    if (nested !== null) walk(nested, { path: entry.name, inside, bytes: content }, depth + 1);
    else if (beginsAsZip(content)) unread.push(`${inside}: damaged`);
  }

  function read(
    zip: ZipArchive,
    entry: ZipEntry,
    around: string | null,
    maxBytes: number,
  ): Uint8Array | null {
    const content = zip.read(entry, Math.min(maxBytes, limits.bytes - inflated));
    if (typeof content !== 'string') {
      // what is stored costs nothing: it is part of the file that was read
      if (entry.method !== 0) inflated += content.length;
      return content;
    }
    const place = placeIn(around, entry.name);
    if (content === 'too-large') beyondLimits.push(place);
    else unread.push(`${place}: ${content}`);
    return null;
  }
}

function placeIn(around: string | null, name: string): string {
  return around === null ? name : `${around}!/${name}`;
}

/** True for bytes that were meant to be an archive: other files that are called so are none of ours. */
export function beginsAsZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}
