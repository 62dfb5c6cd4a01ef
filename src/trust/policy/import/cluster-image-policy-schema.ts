import { z } from 'zod';

const text = z.string().max(10_000);

const Identity = z.strictObject({
  issuer: text.optional(),
  subject: text.optional(),
  issuerRegExp: text.optional(),
  subjectRegExp: text.optional(),
});

const Key = z.strictObject({
  data: text.optional(),
  kms: text.optional(),
  secretRef: z.record(text, text).optional(),
  hashAlgorithm: text.optional(),
});

const Condition = z.strictObject({
  type: text.optional(),
  data: text.optional(),
  remote: z.unknown().optional(),
  configMapRef: z.unknown().optional(),
  fetchConfigFile: z.boolean().optional(),
  includeSpec: z.boolean().optional(),
  includeObjectMeta: z.boolean().optional(),
  includeTypeMeta: z.boolean().optional(),
});

const Authority = z.strictObject({
  name: text.optional(),
  key: Key.optional(),
  keyless: z
    .strictObject({
      url: text.optional(),
      identities: z.array(Identity).max(100).default([]),
      'ca-cert': z.unknown().optional(),
      trustRootRef: text.optional(),
      insecureIgnoreSCT: z.boolean().optional(),
    })
    .optional(),
  static: z.strictObject({ action: z.enum(['pass', 'fail']), message: text.optional() }).optional(),
  source: z.array(z.unknown()).max(100).optional(),
  ctlog: z.strictObject({ url: text.optional(), trustRootRef: text.optional() }).optional(),
  rfc3161timestamp: z.unknown().optional(),
  signatureFormat: text.optional(),
  attestations: z
    .array(z.strictObject({ name: text.optional(), predicateType: text, policy: Condition.optional() }))
    .max(100)
    .default([]),
});

/** As much of it as says whom to trust; unknown fields are refused, so that nothing is lost unseen. */
export const ClusterImagePolicySchema = z.strictObject({
  apiVersion: text.regex(/^policy\.sigstore\.dev\//, 'policy.sigstore.dev/…'),
  kind: z.literal('ClusterImagePolicy'),
  metadata: z.object({ name: text.min(1).max(300) }),
  spec: z.strictObject({
    images: z
      .array(z.strictObject({ glob: text }))
      .min(1)
      .max(1_000),
    authorities: z.array(Authority).max(100).default([]),
    policy: Condition.optional(),
    mode: z.enum(['enforce', 'warn']).optional(),
    match: z.array(z.unknown()).max(1_000).optional(),
  }),
  status: z.unknown().optional(),
});

export type ClusterImagePolicy = z.infer<typeof ClusterImagePolicySchema>;
export type ClusterAuthority = ClusterImagePolicy['spec']['authorities'][number];
