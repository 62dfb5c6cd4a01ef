/** The document of `hallmark copy` and `hallmark pull`: docs/schema/copy-1.schema.json is made from this. */
import { z } from 'zod';

const digest = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
const count = z.int().min(0);

export const CopyOutcomeSchema = z.strictObject({
  schema: z.literal('hallmark.copy/1'),
  source: z.string().describe('as the user wrote it'),
  destination: z.string().describe('as the user wrote it'),
  tag: z.string().nullable().describe('at the destination; null for the digest alone'),
  verification: z
    .looseObject({ schema: z.literal('hallmark.trust/1') })
    .nullable()
    .describe('as trust-1.schema.json describes it; null where the user asked not to verify'),
  copy: z
    .strictObject({
      digest: digest.describe('of what was copied: of one platform where one was chosen'),
      mediaType: z.string(),
      manifests: count,
      blobs: count.describe('sent from one store to the other'),
      mounted: count.describe('taken over within a registry'),
      skipped: count.describe('there already'),
      bytes: count.describe('of the blobs that were sent'),
      foreign: z.array(digest).describe('layers that may not be passed on: named, and not copied'),
      evidence: z.array(
        z.strictObject({
          about: digest.describe('the manifest that it was found for'),
          digest: digest.nullable().describe('null where a list could not be read'),
          artifactType: z.string().nullable(),
          tag: z.string().nullable().describe("cosign's, where it lies behind one"),
          outcome: z.enum(['copied', 'present', 'missing', 'left-behind']),
          reason: z.string().nullable().describe('why it was not copied'),
        }),
      ),
    })
    .nullable()
    .describe('null where the verdict was not "trusted": nothing was written'),
});

/** The published JSON Schema, draft 2020-12. */
export function copyOutcomeJsonSchema(): object {
  return { $id: 'hallmark.copy/1', ...z.toJSONSchema(CopyOutcomeSchema) };
}
