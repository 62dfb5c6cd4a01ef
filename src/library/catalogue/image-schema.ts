/** The record of one image, `NAME/images/ALGORITHM-DIGEST.json`: docs/schema/image-1.schema.json is made from this. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { SeveritySchema } from '../plan/reason-schema.ts';

const text = z.string();
const textOrNull = text.nullable();
const digest = text.regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/).transform((found): Digest => {
  if (!isDigest(found)) throw new TypeError(`${found} matches and is no digest`);
  return found;
});
const id = text.regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const counts = z.partialRecord(SeveritySchema, count);

export const ImageSchema = z.strictObject({
  schema: z.literal('hallmark.image/1'),
  repository: text.describe('its name in the programme'),
  digest,
  architecture: z.enum(ARCHITECTURE_NAMES),
  platform: text,
  mediaType: textOrNull,
  configDigest: digest,
  sizeBytes: count.describe('configuration and layers as they are transferred'),
  created: textOrNull.describe('as the image says'),
  source: z.strictObject({
    repository: text,
    ref: textOrNull.describe('by which the commit was fetched; null where the provenance does not say'),
    commit: text,
    directory: text,
    file: text,
    builder: text.describe('as written; empty for the default'),
    sourceId: id,
    links: z
      .strictObject({ commit: text, directory: text, file: text })
      .nullable()
      .describe('pages of these; null for hosts whose pages are not known'),
  }),
  build: z.strictObject({
    buildId: id,
    generation: z.int().min(1),
    recipeId: id,
    tags: z.array(text).describe('for which it was built'),
    reasons: z.array(text),
    startedAt: textOrNull,
    endedAt: textOrNull,
    parents: z
      .array(z.strictObject({ name: text, digest }))
      .describe('every image that its Dockerfile names, by what it meant'),
    tools: z.record(text, text).describe('versions of what built it'),
  }),
  base: z
    .strictObject({ name: text, digest: digest.nullable() })
    .nullable()
    .describe('of the last stage; null where the image does not say'),
  run: z.strictObject({
    user: textOrNull,
    entrypoint: z.array(text),
    command: z.array(text),
    workingDirectory: textOrNull,
    environment: z.array(text),
    exposedPorts: z.array(text),
    volumes: z.array(text),
    stopSignal: textOrNull,
    healthcheck: z.array(text).nullable(),
    shell: z.array(text),
  }),
  labels: z.record(text, text),
  annotations: z.record(text, text),
  layers: z.array(
    z.strictObject({
      digest,
      diffId: digest,
      mediaType: text,
      sizeBytes: count,
      step: count.nullable().describe('what of the history made it; null where the history does not fit'),
    }),
  ),
  history: z.array(
    z.strictObject({
      createdBy: textOrNull,
      created: textOrNull,
      author: textOrNull,
      comment: textOrNull,
      layer: count.nullable(),
    }),
  ),
  distribution: textOrNull,
  packages: z
    .array(
      z.strictObject({
        name: text,
        version: text,
        type: text,
        architecture: textOrNull,
        source: z.strictObject({ name: text, version: textOrNull }).nullable(),
        licence: textOrNull.describe('SPDX expression'),
        purl: text,
        isOwn: z.boolean().nullable().describe('brought by this image, and not by its base; null: not known'),
      }),
    )
    .nullable()
    .describe('by its bill of materials; null where that cannot be read'),
  admission: z.strictObject({
    at: text.describe('RFC 3339: when the verifier admitted it'),
    checks: z.array(
      z.strictObject({ id: text, result: z.enum(['passed', 'failed', 'not-checked']), because: text }),
    ),
    findings: z
      .strictObject({
        open: counts.describe('flaws that were known of it then'),
        fixable: counts.describe('those that a rebuild could have mended'),
      })
      .nullable()
      .describe('null: they were not looked for'),
    evidence: z.array(z.strictObject({ predicateType: text, digest: digest.describe('of the predicate') })),
    logs: z.array(digest).describe('of its build'),
  }),
});

export type ImageRecord = z.infer<typeof ImageSchema>;

/** The published JSON Schema, draft 2020-12. */
export function imageJsonSchema(): object {
  return { $id: 'hallmark.image/1', ...z.toJSONSchema(ImageSchema, { io: 'input' }) };
}
