import { isDigest, type Digest } from '../model/digest.ts';
import { normalizePlatform, type Platform } from '../model/platform.ts';
import { OciError, type OciErrorCode } from './errors.ts';
import {
  applyShape,
  count,
  mapped,
  object,
  optional,
  record,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from './shape.ts';

/** A reference to content by type, digest and size. OCI image spec, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** In an index: what the manifest runs on. Null when the index does not say. */
  readonly platform: Platform | null;
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Absent and null are an empty map. */
export const stringMap: Shape<Readonly<Record<string, string>>> = mapped(
  optional(record(string())),
  (found) => found ?? Object.create(null),
);

export const digestText: Shape<Digest> = refined(
  string(),
  isDigest,
  'sha256: or sha512: and lower-case hexadecimal digits',
);

const platform = mapped(
  object({
    os: string(100),
    architecture: string(100),
    variant: optional(string(100)),
    'os.version': optional(string(100)),
  }),
  (found): Platform =>
    normalizePlatform({
      os: found.os,
      architecture: found.architecture,
      ...(found.variant ? { variant: found.variant } : {}),
      ...(found['os.version'] ? { osVersion: found['os.version'] } : {}),
    }),
);

export const descriptor: Shape<Descriptor> = mapped(
  object({
    mediaType: string(255),
    digest: digestText,
    size: count,
    platform: optional(platform),
    artifactType: optional(string(255)),
    annotations: stringMap,
  }),
  ({ size, artifactType, ...found }) => ({
    ...found,
    sizeBytes: size,
    artifactType: artifactType || null,
  }),
);

/**
 * Refuses fields that differ from a known one only in case. Docker and containerd read JSON without regard to case, so
 * that `Layers` beside `layers` is one image for them and another one for us.
 *
 * @throws {OciError} MANIFEST_INVALID
 */
export function refuseCaseVariants(value: unknown, fields: readonly string[], subject: string): void {
  if (typeof value !== 'object' || value === null) return;
  const known = new Map(fields.map((field) => [field.toLowerCase(), field]));
  for (const name of Object.keys(value)) {
    const field = known.get(name.toLowerCase());
    if (field !== undefined && field !== name) {
      throw new OciError(
        'MANIFEST_INVALID',
        `${subject} writes the field "${field}" as ${JSON.stringify(name)}`,
        {
          subject,
        },
      );
    }
  }
}

/**
 * Reads a document by its shape, and names the first field that does not fit.
 *
 * @throws {OciError} MANIFEST_INVALID, or the code that was given
 */
export function readShape<T>(
  shape: Shape<T>,
  value: unknown,
  subject: string,
  code: OciErrorCode = 'MANIFEST_INVALID',
): T {
  const found = applyShape(shape, value);
  if (!(found instanceof ShapeMismatch)) return found;
  const { place, message } = found;
  const at = place === '' ? '' : ` at "${place.slice(0, 200)}"`;
  throw new OciError(code, `${subject} is malformed${at}: ${message}`, { subject });
}
