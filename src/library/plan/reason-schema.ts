/** Reasons for builds as a schema: in plans, ledgers and records. */
import { z } from 'zod';
import { SEVERITY_RANK, type SeverityLevel } from '../../model/severity.ts';

const text = z.string();
const recipe = text.regex(/^[0-9a-f]{64}$/).describe('identity of what builds and examines');
export const SeveritySchema = z.enum(Object.keys(SEVERITY_RANK) as [SeverityLevel, ...SeverityLevel[]]);

const AdvisoryFixSchema = z.strictObject({
  vulnerability: text,
  package: text,
  installed: text.describe('the version that is there'),
  fixed: text.describe('the version that is not affected'),
  severity: SeveritySchema,
});

export const BuildReasonSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('new') }),
  z.strictObject({ kind: z.literal('source-changed') }),
  z.strictObject({
    kind: z.literal('parent-changed'),
    parents: z.array(text).describe('as Dockerfiles write them'),
  }),
  z.strictObject({ kind: z.literal('recipe-changed'), from: recipe, to: recipe }),
  z.strictObject({ kind: z.literal('advisory'), fixes: z.array(AdvisoryFixSchema) }),
  z.strictObject({
    kind: z.literal('age'),
    builtAt: text.describe('RFC 3339'),
    maximumSeconds: z.number().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('requested'), by: text, at: text.describe('RFC 3339'), note: text }),
  z
    .strictObject({ kind: z.literal('revoked') })
    .describe('the image that it had was admitted, and is refused by now'),
  z
    .strictObject({ kind: z.literal('put-back'), by: text, at: text.describe('RFC 3339') })
    .describe('published by hand in place of a newer image of the same source'),
]);
