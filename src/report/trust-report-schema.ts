/**
 * The report of a verification as a schema: what `docs/schema/trust-1.schema.json` is made from (`npm run make:docs`) and what
 * the tests hold reports against. Within version 1 fields are only added.
 */
import { z } from 'zod';
import { VERDICT_CODES, type VerdictCode } from '../model/trust-report.ts';

const text = z.string();
const maybe = z.string().nullable();
const digest = z
  .string()
  .regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/)
  .describe('algorithm:hex');
const count = z.int().nonnegative();
const basis = z
  .enum(['verified', 'declared'])
  .describe('declared: anybody who could push the image could have written it');

const check = z.strictObject({
  id: text.describe('docs/trust-checks.md explains each'),
  outcome: z.enum(['passed', 'failed', 'not-checked']),
  evidence: digest.nullable().describe('what it was asked of; null for the image as a whole'),
  reason: text,
  specification: text.describe('address of what the check follows'),
});

export const SignerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('key'),
    name: text,
    keyId: digest.describe('of the SubjectPublicKeyInfo'),
  }),
  z.strictObject({
    kind: z.literal('certificate'),
    root: text.describe('the Sigstore trust root'),
    identity: z.strictObject({
      issuer: maybe,
      subject: z.strictObject({ kind: z.enum(['uri', 'email', 'other']), value: text }),
      extensions: z.record(text, text).describe('of Fulcio, by name'),
    }),
  }),
  z.strictObject({ kind: z.literal('x509'), subject: text, store: text, fingerprint: digest }),
]);

const statement = z.strictObject({
  type: text,
  subjects: z.array(z.strictObject({ name: maybe, digests: z.record(text, text) })),
  predicateType: text,
  predicate: z.unknown(),
});

const endorsement = z.strictObject({
  signer: SignerSchema,
  subject: digest,
  meaning: z.enum(['signature', 'attestation']),
  statement: statement.nullable(),
  evidence: digest,
  through: z.array(digest),
  times: z.array(z.strictObject({ source: z.enum(['log', 'timestamp-authority']), at: text, by: text })),
  isLogged: z.boolean(),
  claimedReference: maybe,
  expires: maybe,
});

const provenance = z.strictObject({
  evidence: digest,
  about: digest,
  basis,
  format: text,
  buildType: maybe,
  builder: maybe,
  source: z.strictObject({ uri: maybe, commit: maybe, ref: maybe, path: maybe }).nullable(),
  level: z.strictObject({ build: z.int().min(0).max(3), because: text }),
  startedOn: maybe,
  finishedOn: maybe,
  materials: z.array(
    z.strictObject({ kind: z.enum(['source', 'image', 'other']), name: text, digest: maybe }),
  ),
  parameters: z.array(z.strictObject({ name: text, value: text })),
  isHermetic: z.boolean().nullable(),
  isReproducible: z.boolean().nullable(),
});

const graph = z.strictObject({
  nodes: z.array(
    z.strictObject({
      id: text,
      kind: z.enum(['artifact', 'builder', 'source', 'image', 'other']),
      name: text,
      version: maybe.describe('digest or commit'),
    }),
  ),
  edges: z.array(
    z.strictObject({
      from: text.describe('id of a node'),
      to: text.describe('id of a node'),
      relation: z.enum(['built-by', 'built-from', 'uses', 'lists']),
      basis,
    }),
  ),
});

/** The document of `hallmark verify --format json`. */
export const TrustReportSchema = z.strictObject({
  schema: z.literal('hallmark.trust/1'),
  tool: z.strictObject({ name: z.literal('hallmark'), version: text }),
  reference: text,
  repository: maybe,
  tag: maybe,
  digest: digest.nullable().describe('what the reference led to: use this, not the tag'),
  images: z.array(z.strictObject({ digest, platform: maybe })),
  verdict: z.enum(['trusted', 'untrusted', 'unknown', 'error']),
  code: z.enum(Object.keys(VERDICT_CODES) as [VerdictCode, ...VerdictCode[]]),
  because: text,
  policy: z
    .strictObject({
      policy: text,
      digest: digest.nullable().describe('of its file, or of what was asked for'),
      rule: text,
      requirements: z.array(z.strictObject({ asks: text, isMet: z.boolean(), reason: text })),
    })
    .nullable(),
  claims: z.array(
    z.strictObject({
      question: z.enum(['who', 'from-what', 'current']),
      topic: text,
      statement: text,
      basis,
      evidence: digest.nullable(),
    }),
  ),
  checks: z.array(check),
  notChecked: z.array(check),
  evidence: z.array(
    z.strictObject({
      digest,
      manifest: digest.nullable(),
      format: text,
      mediaType: text,
      places: z.array(text),
      about: digest,
      result: z.enum(['holds', 'fails', 'undecided', 'unsigned']),
    }),
  ),
  endorsements: z.array(endorsement),
  believed: z.array(digest).describe('evidence of signers whom the rule names'),
  subjects: z.array(
    z.strictObject({
      digest,
      mediaType: text,
      sizeBytes: count,
      role: z.enum(['index', 'image', 'attestation']),
      platform: maybe,
      parent: digest.nullable(),
    }),
  ),
  gaps: z.array(z.strictObject({ code: text, about: digest, evidence: digest.nullable(), message: text })),
  provenance: z.array(provenance),
  graph: graph.describe('the provenance, and that of base images that were verified too, as a graph'),
  publisher: z.strictObject({
    class: z.enum(['official', 'verified-publisher', 'organisation', 'self-signed', 'unknown']),
    basis,
    name: maybe,
    because: text,
    evidence: digest.nullable(),
  }),
  freshness: z.strictObject({
    asOf: text,
    trustRoots: z.array(
      z.strictObject({
        name: text,
        origin: z.enum(['bundled', 'tuf', 'file']),
        updated: maybe,
        ageDays: count.nullable(),
        expires: maybe,
      }),
    ),
    newestEvidence: maybe,
    tag: z
      .strictObject({ firstSeen: text, previous: digest.nullable(), movedAt: maybe, times: count })
      .nullable(),
  }),
  get bases() {
    return z.array(TrustReportSchema).describe('reports of base images, where they were verified too');
  },
});

/** The published JSON Schema, draft 2020-12. */
export function trustReportJsonSchema(): object {
  return { $id: 'hallmark.trust/1', ...z.toJSONSchema(TrustReportSchema) };
}
