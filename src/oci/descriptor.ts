import { z } from 'zod';
import { isDigest, type Digest } from '../model/digest.ts';
import { normalizePlatform, type Platform } from '../model/platform.ts';
import { OciError, type OciErrorCode } from './errors.ts';

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

/** A map of strings without a prototype, so that no name from an image meets a property of `Object`. */
export const stringMap = z
  .unknown()
  .transform((value, context): Readonly<Record<string, string>> => {
    const map: Record<string, string> = Object.create(null);
    if (value === undefined || value === null) return map;
    if (typeof value !== 'object' || Array.isArray(value)) {
      context.addIssue({ code: 'custom', message: 'expected an object of strings' });
      return z.NEVER;
    }
    for (const [name, text] of Object.entries(value)) {
      if (typeof text !== 'string') {
        context.addIssue({ code: 'custom', message: `expected a string for ${JSON.stringify(name)}` });
        return z.NEVER;
      }
      map[name] = text;
    }
    return map;
  })
  .optional()
  .transform((map) => map ?? Object.create(null));

export const digestText = z
  .string()
  .refine(isDigest, 'expected sha256: or sha512: and lower-case hexadecimal digits');

const platform = z
  .object({
    os: z.string().max(100),
    architecture: z.string().max(100),
    variant: z.string().max(100).nullish(),
    'os.version': z.string().max(100).nullish(),
  })
  .transform((found): Platform =>
    normalizePlatform({
      os: found.os,
      architecture: found.architecture,
      ...(found.variant ? { variant: found.variant } : {}),
      ...(found['os.version'] ? { osVersion: found['os.version'] } : {}),
    }),
  );

export const descriptor = z
  .object({
    mediaType: z.string().max(255),
    digest: digestText,
    size: z.int().min(0),
    platform: platform.nullish(),
    artifactType: z.string().max(255).nullish(),
    annotations: stringMap,
  })
  .transform((found): Descriptor => ({
    mediaType: found.mediaType,
    digest: found.digest,
    sizeBytes: found.size,
    platform: found.platform ?? null,
    artifactType: found.artifactType || null,
    annotations: found.annotations,
  }));

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
 * Applies a schema, and names the first field that does not fit.
 *
 * @throws {OciError} MANIFEST_INVALID, or the code that was given
 */
export function applySchema<T>(
  schema: z.ZodType<T>,
  value: unknown,
  subject: string,
  code: OciErrorCode = 'MANIFEST_INVALID',
): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join('.');
  throw new OciError(
    code,
    `${subject} is malformed${field ? ` at "${field.slice(0, 200)}"` : ''}: ${issue?.message ?? 'unreadable'}`,
    { subject },
  );
}
