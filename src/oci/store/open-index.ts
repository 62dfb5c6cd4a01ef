/**
 * Indexes that are added to: the one that stands in for a referrers API, and the list of a layout. Nothing that others wrote
 * into them is lost, also where it is not known here.
 */
import type { Digest } from '../../model/digest.ts';
import { descriptor, readShape, stringMap } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES, MEDIA_TYPES, parseManifest } from '../manifest.ts';
import { anything, list, object, optional, record, string } from '../shape.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { StoredManifest } from './image-store.ts';

/** A descriptor as it is written in an index. */
export type ListedEntry = Readonly<Record<string, unknown>> & { readonly digest: Digest };

export interface OpenIndex {
  /** Fields of the index itself. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly entries: readonly ListedEntry[];
}

export const EMPTY_INDEX: OpenIndex = { fields: {}, entries: [] };

const openIndex = object({ manifests: optional(list(record(anything))) });

/**
 * @param what for messages
 * @throws {OciError} MANIFEST_INVALID
 */
export function parseOpenIndex(bytes: Uint8Array, what: string): OpenIndex {
  const document = parseManifest(bytes, undefined, what);
  if (document.kind !== 'index') {
    throw new OciError('MANIFEST_INVALID', `${what} is not an index`, { subject: what });
  }
  const value = parseStrictJson(bytes, { subject: what, maxBytes: MAX_MANIFEST_BYTES });
  const written = readShape(openIndex, value, what).manifests ?? [];
  const entries = document.manifests.map(({ digest }, index) => ({ ...written[index], digest }));
  return { fields: value as OpenIndex['fields'], entries };
}

/**
 * The index with these entries in place of its own.
 *
 * @throws {OciError} MANIFEST_INVALID when it would be larger than anybody reads
 */
export function formatOpenIndex({ fields }: OpenIndex, entries: Iterable<ListedEntry>, what: string): Buffer {
  const bytes = Buffer.from(
    JSON.stringify({ ...fields, schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [...entries] }),
  );
  if (bytes.length <= MAX_MANIFEST_BYTES) return bytes;
  const message = `${what} would have ${bytes.length} bytes; at most ${MAX_MANIFEST_BYTES} are read`;
  throw new OciError('MANIFEST_INVALID', message, { subject: what });
}

const attachedShape = object({
  subject: optional(descriptor),
  artifactType: optional(string(255)),
  config: optional(object({ mediaType: string(255) })),
  annotations: stringMap,
});

/** What a manifest is attached to, and how a list names it. */
export interface AttachedEntry {
  readonly subject: Digest;
  readonly entry: ListedEntry;
}

/**
 * The entry for a manifest or index with a subject. Its type and annotations are those of the manifest: who lists only some
 * types must not miss it. OCI distribution spec, "Pushing Manifests with Subject".
 *
 * @throws {OciError} MANIFEST_INVALID when it has no subject
 */
export function attachedEntry({ bytes, mediaType, digest }: StoredManifest): AttachedEntry {
  const what = `the manifest ${digest}`;
  const value = parseStrictJson(bytes, { subject: what, maxBytes: MAX_MANIFEST_BYTES });
  const { subject, artifactType, config, annotations } = readShape(attachedShape, value, what);
  if (subject === null) {
    throw new OciError('MANIFEST_INVALID', `${what} names no subject that it could be attached to`, {
      subject: what,
    });
  }
  const type = artifactType || config?.mediaType;
  const hasAnnotations = Object.keys(annotations).length > 0;
  return {
    subject: subject.digest,
    entry: {
      mediaType,
      digest,
      size: bytes.byteLength,
      ...(type ? { artifactType: type } : {}),
      ...(hasAnnotations ? { annotations } : {}),
    },
  };
}
