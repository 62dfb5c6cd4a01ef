/**
 * The version resource of a portable executable: who made it, what it is called, and its version, as texts and as four
 * numbers. Windows shows it as the properties of a file; .NET compilers write one into every assembly.
 *
 * Resources are a tree of three levels, kind, name and language, with data at its leaves. The one of kind RT_VERSION is
 * a tree of its own, in which each node has a length, a key in UTF-16, a value, and children on 32-bit boundaries.
 * Microsoft, "PE Format", "The .rsrc Section"; "VS_VERSIONINFO", "StringFileInfo".
 */
import { viewOf, withinBounds } from './bytes.ts';
import { PE_DIRECTORY, type PeFile } from './pe.ts';

export interface VersionResource {
  /** As fixed numbers: `8.0.324.11423`. Null where the resource has only texts. */
  readonly fileVersion: string | null;
  readonly productVersion: string | null;
  /** `CompanyName`, `FileDescription`, `ProductName`, `ProductVersion` …; of several languages the first. */
  readonly texts: ReadonlyMap<string, string>;
}

const RT_VERSION = 16;
const SUBDIRECTORY = 0x80000000;
/** More entries than any directory has that was not made to be slow. */
const MAX_ENTRIES = 4096;
const FIXED_SIGNATURE = 0xfeef04bd;
const FIXED_BYTES = 52;

/** Null for an executable without a version resource, or with one that cannot be read. */
export function readVersionResource(file: PeFile): VersionResource | null {
  return withinBounds(() => {
    const bytes = versionResource(file);
    const root = bytes && readNode(bytes, 0);
    if (!root || root.key !== 'VS_VERSION_INFO') return null;
    const texts = new Map<string, string>();
    for (const info of childrenOf(bytes, root)) {
      if (info.key !== 'StringFileInfo') continue;
      for (const table of childrenOf(bytes, info)) {
        for (const { key, value, end } of childrenOf(bytes, table)) {
          if (!texts.has(key)) texts.set(key, utf16Text(bytes.subarray(value, end)).trim());
        }
      }
    }
    return { ...fixedVersions(bytes.subarray(root.value, root.value + root.valueBytes)), texts };
  });
}

/** The bytes of the first version resource, whatever its name and language. */
function versionResource(file: PeFile): Uint8Array | null {
  const resources = file.directory(PE_DIRECTORY.resources);
  if (resources.length === 0) return null;
  const view = viewOf(resources);
  const names = resourceEntry(view, 0, RT_VERSION);
  const languages = names && resourceEntry(view, names - SUBDIRECTORY, null);
  const leaf = languages && resourceEntry(view, languages - SUBDIRECTORY, null);
  if (!leaf || leaf >= SUBDIRECTORY) return null;
  return file.at(view.getUint32(leaf, true)).subarray(0, view.getUint32(leaf + 4, true));
}

/** What the entry with that number, or the first one, of a directory leads to. Out of bounds for a leaf's offset. */
function resourceEntry(view: DataView, directory: number, id: number | null): number | null {
  const named = view.getUint16(directory + 12, true);
  const count = Math.min(named + view.getUint16(directory + 14, true), MAX_ENTRIES);
  for (let index = 0; index < count; index += 1) {
    const entry = directory + 16 + index * 8;
    if (id === null || view.getUint32(entry, true) === id) return view.getUint32(entry + 4, true);
  }
  return null;
}

/** Offsets are relative to the resource, to whose beginning all alignment is. */
interface VersionNode {
  readonly key: string;
  readonly value: number;
  readonly valueBytes: number;
  readonly end: number;
}

function readNode(bytes: Uint8Array, start: number): VersionNode | null {
  const view = viewOf(bytes);
  const length = view.getUint16(start, true);
  if (length < 6) return null;
  const end = Math.min(start + length, bytes.length);
  const key = utf16Text(bytes.subarray(start + 6, end));
  const isText = view.getUint16(start + 4, true) === 1;
  return {
    key,
    value: aligned(start + 6 + (key.length + 1) * 2),
    // of texts it counts characters, but not every compiler knows that
    valueBytes: view.getUint16(start + 2, true) * (isText ? 2 : 1),
    end,
  };
}

/** Each node is at least six bytes long, so that this ends. */
function* childrenOf(bytes: Uint8Array, parent: VersionNode): Generator<VersionNode> {
  let start = aligned(parent.value + parent.valueBytes);
  while (start + 6 <= parent.end) {
    const node = readNode(bytes, start);
    if (node === null) return;
    yield node;
    start = aligned(node.end);
  }
}

function aligned(offset: number): number {
  return (offset + 3) & ~3;
}

/** Up to the first NUL. */
function utf16Text(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-16le').decode(bytes.subarray(0, bytes.length & ~1));
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/** VS_FIXEDFILEINFO. */
function fixedVersions(fixed: Uint8Array): Pick<VersionResource, 'fileVersion' | 'productVersion'> {
  const view = viewOf(fixed);
  if (fixed.length < FIXED_BYTES || view.getUint32(0, true) !== FIXED_SIGNATURE) {
    return { fileVersion: null, productVersion: null };
  }
  const version = (at: number) =>
    [at + 2, at, at + 6, at + 4].map((part) => view.getUint16(part, true)).join('.');
  return { fileVersion: version(8), productVersion: version(16) };
}
