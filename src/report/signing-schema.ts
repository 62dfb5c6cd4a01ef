/** The document of `hallmark sign` and `hallmark attest`: docs/schema/signing-1.schema.json is made from this. */
import { z } from 'zod';
import { SignerSchema } from './trust-report-schema.ts';

const digest = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);

const target = z.strictObject({
  digest: digest.describe('the manifest'),
  role: z.enum(['index', 'image', 'attestation']),
  platform: z
    .strictObject({
      os: z.string(),
      architecture: z.string(),
      variant: z.string().optional(),
      osVersion: z.string().optional(),
    })
    .nullable(),
  outcome: z
    .enum(['attached', 'present', 'planned'])
    .describe('present: the same signer had said the same before; planned: with --dry-run'),
  predicateType: z.string().nullable().describe('of a statement; null for signatures'),
  evidence: digest.nullable().describe("the bundle, or the layer in cosign's older format"),
  manifest: digest.nullable().describe('what attaches it'),
  tag: z.string().nullable().describe("cosign's, where it lies behind one"),
  signer: SignerSchema.nullable().describe('as verification found it; null where nothing was signed now'),
  times: z.array(
    z.strictObject({ source: z.enum(['log', 'timestamp-authority']), at: z.string(), by: z.string() }),
  ),
  logIndexes: z.array(z.string()),
});

export const SigningOutcomeSchema = z.strictObject({
  schema: z.literal('hallmark.signing/1'),
  reference: z.string().describe('as the user wrote it'),
  digest: digest.describe('what the reference led to, read once'),
  form: z.enum(['bundle', 'cosign-tag', 'cosign-referrer']),
  predicateType: z.string().nullable().describe('of an attestation'),
  targets: z.array(target),
  tag: z
    .strictObject({
      repository: z.string(),
      tags: z.array(z.string()),
      version: z.int().min(1),
      issued: z.string().describe('RFC 3339'),
      expires: z.string().describe('RFC 3339'),
    })
    .nullable()
    .describe('what was signed of the tag'),
  disclosures: z
    .array(
      z.strictObject({
        service: z.enum(['certificate-authority', 'transparency-log', 'timestamp-authority']),
        url: z.string(),
        isPublished: z.boolean().describe('for everybody, as a rule for ever'),
        facts: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      }),
    )
    .describe('what became known to services, or would with --dry-run'),
});

/** The published JSON Schema, draft 2020-12. */
export function signingOutcomeJsonSchema(): object {
  return { $id: 'hallmark.signing/1', ...z.toJSONSchema(SigningOutcomeSchema) };
}
