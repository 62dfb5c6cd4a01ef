/** What the verifier found, as `hallmark library verify` tells it. */
import * as z from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../../model/severity.ts';

const Counts = z.partialRecord(z.enum(Object.keys(SEVERITY_RANK) as SeverityLevel[]), z.int().min(0));

const Image = z
  .strictObject({
    name: z.string().describe('The first of its tags.'),
    architecture: z.enum(ARCHITECTURE_NAMES),
    buildId: z.string(),
    generation: z.int().min(1),
    reference: z.string().describe('Where it lies in quarantine.'),
    digest: z.string(),
    verdict: z
      .enum(['admitted', 'rejected', 'unproven', 'unexamined', 'undecided'])
      .describe(
        'Unproven: it was admitted, and no statement that the verifier signed says so any more. Undecided: it was admitted, and quarantine could not be asked whether it still is.',
      ),
    unproven: z
      .array(z.string())
      .readonly()
      .describe('Why it is not proven, or what kept quarantine from being asked.'),
    checks: z
      .array(
        z.strictObject({
          id: z.string(),
          result: z.enum(['passed', 'failed', 'not-checked']),
          because: z.string(),
        }),
      )
      .readonly(),
    findings: z
      .strictObject({ open: Counts, fixable: Counts.describe('Those that a rebuild could mend.') })
      .nullable()
      .describe('Null: flaws were not looked for.'),
    at: z.string().nullable().describe('RFC 3339: when it was examined; null where it was not.'),
  })
  .readonly();

export type VerifiedImage = z.infer<typeof Image>;

export const VerificationDocument = z.strictObject({
  schema: z.literal('hallmark.library-verification/1'),
  images: z.array(Image).readonly(),
});

export type VerificationDocument = z.infer<typeof VerificationDocument>;

export function toVerificationDocument(images: readonly VerifiedImage[]): VerificationDocument {
  return { schema: 'hallmark.library-verification/1', images };
}

/** The published JSON Schema, draft 2020-12. */
export function verificationJsonSchema(): object {
  return { $id: 'hallmark.library-verification/1', ...z.toJSONSchema(VerificationDocument) };
}
