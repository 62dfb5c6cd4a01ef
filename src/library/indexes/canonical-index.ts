/** The one form of an index, so that the same images give the same digest. docker-library/meta-scripts, `oci.jq`. */
import { isObject } from '../../formats/json.ts';
import {
  ATTESTATION,
  type IndexDocument,
  type IndexEntry,
  indexMediaType,
  type IndexPlatform,
} from './index-document.ts';
import { comparePlatforms } from './platform-order.ts';

const ENTRY_FIELDS = ['mediaType', 'artifactType', 'digest', 'size', 'platform', 'annotations'];
const LAST_ENTRY_FIELDS = ['urls', 'data'];
const PLATFORM_FIELDS = ['os', 'architecture', 'variant', 'os.version'];
const MANIFEST_FIELDS = ['schemaVersion', 'mediaType', 'artifactType', 'manifests', 'config', 'layers'];
const LAST_MANIFEST_FIELDS = ['subject', 'annotations'];

/** Variants that names without one mean. */
const IMPLIED_VARIANTS: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8' };

/** An index over these entries, each in its form and place. */
export function canonicalIndex(entries: readonly IndexEntry[]): IndexDocument {
  const manifests = sortEntries(entries.map(canonicalEntry));
  return { schemaVersion: 2, mediaType: indexMediaType(manifests), manifests };
}

/** Fields of a descriptor in their order; annotations sorted by name. */
export function canonicalEntry(entry: IndexEntry): IndexEntry {
  const { platform, annotations } = entry;
  const mended = {
    ...entry,
    ...(platform ? { platform: canonicalPlatform(platform) } : {}),
    ...(annotations ? { annotations: inOrder(annotations, []) } : {}),
  };
  return inOrder(mended, ENTRY_FIELDS, LAST_ENTRY_FIELDS);
}

/** Fields of a platform in their order, without empty ones; a variant is told where its name implies it. */
export function canonicalPlatform(platform: IndexPlatform): IndexPlatform {
  const variant = platform.variant || IMPLIED_VARIANTS[platform.architecture];
  const fields = Object.entries({ ...platform, variant }).filter(
    ([, value]) => value !== undefined && value !== null,
  );
  return inOrder(Object.fromEntries(fields) as unknown as IndexPlatform, PLATFORM_FIELDS);
}

/** A manifest or index with its fields, descriptors and entries in their order. */
export function canonicalManifest(
  manifest: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { manifests, config, layers, annotations } = manifest;
  const mended = {
    ...manifest,
    ...(Array.isArray(manifests) ? { manifests: sortEntries(manifests.map(canonicalEntry)) } : {}),
    ...(isObject(config) ? { config: canonicalEntry(config as unknown as IndexEntry) } : {}),
    ...(Array.isArray(layers) ? { layers: layers.map(canonicalEntry) } : {}),
    ...(isObject(annotations) ? { annotations: inOrder(annotations, []) } : {}),
  };
  return inOrder(mended, MANIFEST_FIELDS, LAST_MANIFEST_FIELDS);
}

/** By platform; an attestation right after what it is about. */
export function sortEntries(entries: readonly IndexEntry[]): readonly IndexEntry[] {
  const byPlatform = entries.toSorted((a, b) => comparePlatforms(a.platform ?? {}, b.platform ?? {}));
  const places = new Map<unknown, number>();
  for (const [at, { digest }] of byPlatform.entries()) if (!places.has(digest)) places.set(digest, at);
  const place = ({ digest, annotations }: IndexEntry): number => {
    const subject = annotations?.[ATTESTATION.subjectAnnotation];
    const about = places.get(subject);
    // half a place after its subject, and before whatever follows that
    return about === undefined ? (places.get(digest) ?? 0) : about + 0.5;
  };
  return byPlatform.toSorted((a, b) => place(a) - place(b));
}

function inOrder<T extends object>(object: T, first: readonly string[], last: readonly string[] = []): T {
  const rank = (name: string): number => {
    const early = first.indexOf(name);
    return early >= 0 ? early : first.length + 1 + last.indexOf(name);
  };
  const fields = Object.entries(object).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(fields) as T;
}
