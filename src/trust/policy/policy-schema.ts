/** The file `hallmark-trust.yaml`. Its JSON Schema is made from this one: docs/schema/trust-policy-1.schema.json. */
import { z } from 'zod';
import { isDigest } from '../../model/digest.ts';
import { predicateTypesOf } from '../statements/predicate-types.ts';
import { BUILT_IN_NAMES } from './built-in.ts';
import { parseRepositoryPattern } from './repository-pattern.ts';

export const POLICY_SCHEMA = 'hallmark.trust-policy/1';

const Words = z.string().trim().min(1).max(2_000);
const Name = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'a name of letters, digits, dots and dashes');
const Time = z.iso
  .datetime({ offset: true, error: 'a time such as 2027-01-31T00:00:00Z' })
  .describe('RFC 3339');
const Duration = z
  .string()
  .regex(/^[1-9]\d{0,5}(?:m|h|d|w)$/, 'a duration such as 90m, 12h, 30d or 8w')
  .describe('minutes, hours, days or weeks');

const PATTERN = 'an exact text, or { glob: … } with * that stops at slashes and ** that does not';
const ExactText = z
  .string()
  .min(1)
  .max(2_000)
  .refine((text) => !text.includes('*'), 'an exact text has no *; write { glob: … } for a pattern');
const Glob = z.strictObject({ glob: z.string().min(1).max(2_000) });
const Pattern = z.union([ExactText, Glob], { error: PATTERN }).describe(PATTERN);

const Window = {
  from: Time.optional().describe('the authority counts from then on'),
  to: Time.optional().describe('and until then'),
  distrust: Time.optional().describe('time of compromise: only what was provably signed before it counts'),
  log: z
    .literal('required')
    .optional()
    .describe('only what has a verified entry in a transparency log counts'),
};

const Certificate = z
  .strictObject({
    root: Name.optional().describe('Sigstore trust root; left out: any that is trusted'),
    issuer: Pattern.describe('OIDC issuer'),
    san: Pattern.optional().describe(
      'subject alternative name: an email address or the address of a workflow',
    ),
    workflow: ExactText.optional().describe(
      'the workflow that signs, at any ref: its address, or its path in the repository that is named. ' +
        'Of a reusable workflow it is the called one',
    ),
    callerWorkflow: Pattern.optional().describe('the workflow that calls it, with its ref'),
    repository: Pattern.optional().describe(
      'address of the source repository: of a reusable workflow the caller',
    ),
    repositoryId: Pattern.optional().describe(
      'its number, which a new repository of the same name does not have',
    ),
    owner: Pattern.optional().describe('address of the owner of the source repository'),
    ownerId: Pattern.optional().describe('its number'),
    ref: Pattern.optional().describe('git ref of the source: refs/heads/main'),
    runner: Pattern.optional().describe('github-hosted or self-hosted'),
    trigger: Pattern.optional().describe('what started the run: push, workflow_dispatch'),
    visibility: Pattern.optional().describe('of the source repository: public, private or internal'),
  })
  .refine(({ san, workflow }) => san === undefined || workflow === undefined, {
    error: 'san and workflow exclude each other: both are the subject of the certificate',
  })
  .refine(({ root: _root, issuer: _issuer, ...rest }) => Object.keys(rest).length > 0, {
    error:
      'an issuer alone admits everybody who has an account there: name an owner, a repository, a workflow or a san',
  });

const X509 = z.strictObject({
  store: z
    .string()
    .regex(/^(?:ca|signingAuthority|tsa):[a-zA-Z0-9_.-]{1,100}$/, 'a store such as ca:acme')
    .describe("as Notation's: ca:acme, signingAuthority:acme"),
  subject: z
    .record(z.string().regex(/^[A-Z][A-Za-z0-9.]*$/, 'an attribute such as C, ST, O or CN'), Words)
    .optional()
    .describe('attributes that the subject must have; left out: any certificate of the store'),
});

const Authority = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe('public key: a file beside the policy, or its PEM'),
    certificate: Certificate.optional().describe('an identity that a Sigstore authority certified'),
    x509: X509.optional().describe('a certificate that chains to a store, as Notation has them'),
    ...Window,
  })
  .refine(
    ({ key, certificate, x509 }) =>
      [key, certificate, x509].filter((each) => each !== undefined).length === 1,
    {
      error: 'exactly one of key, certificate and x509 must be given',
    },
  );

const By = z.union([Name.transform((name) => [name]), z.array(Name).min(1).max(100)], {
  error: 'the name of an authority, or a list of names',
});
const PREDICATE =
  'a predicate type: an address, or a short name such as slsa-provenance, spdx, cyclonedx, openvex, vuln, vsa, tag';
const Predicate = z.string().refine((text) => predicateTypesOf(text) !== null, PREDICATE);

const Asked = {
  by: By.describe('authorities of which any may speak'),
  threshold: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('how many of them must agree, each by another key or identity'),
  on: z
    .enum(['index', 'image', 'either'])
    .default('either')
    .describe('what must be spoken for; an index speaks for the images that it lists, never the reverse'),
  maxAge: Duration.optional().describe(
    'oldest time, vouched for by a log or timestamp authority, that is accepted',
  ),
};

const Provenance = z.strictObject({
  source: Pattern.optional().describe('address of the source repository'),
  builder: Pattern.optional().describe('identifier of the builder'),
  ref: Pattern.optional().describe('git ref of the source, as the provenance has it: refs/heads/main'),
  workflow: Pattern.optional().describe('path of the workflow in its repository'),
  level: z
    .union([z.literal(1), z.literal(2), z.literal(3)], { error: '1, 2 or 3' })
    .optional()
    .describe("lowest SLSA build level, by Hallmark's own table of builders"),
  parameters: z
    .record(
      z.string().max(500),
      z.union([Pattern, z.literal(true)], { error: `${PATTERN}, or true for any value` }),
    )
    .optional()
    .describe('the external parameters that there may be; others fail'),
});

const Summary = z.strictObject({
  verifier: z
    .string()
    .min(1)
    .max(2_000)
    .describe('identifier of the verifier for which the authorities speak'),
  resource: z
    .string()
    .min(1)
    .max(2_000)
    .optional()
    .describe("what was verified; left out: the repository's name"),
  levels: z
    .array(z.string().min(1).max(200))
    .max(20)
    .default([])
    .describe('SLSA_BUILD_LEVEL_2: this or a higher one'),
  policy: z.string().refine(isDigest, 'a digest').optional().describe("digest of the verifier's policy"),
});

const Requirement = z
  .strictObject({
    signature: z.strictObject(Asked).optional().describe('somebody says: this is mine'),
    attestation: z
      .strictObject({
        type: z
          .union([Predicate.transform((type) => [type]), z.array(Predicate).min(1).max(50)], {
            error: PREDICATE,
          })
          .describe(PREDICATE),
        ...Asked,
        provenance: Provenance.optional().describe('what provenance must say'),
        summary: Summary.optional().describe('what a verification summary must say; needed for the type vsa'),
      })
      .optional()
      .describe('somebody says what the predicate says, and nothing else'),
  })
  .refine(({ signature, attestation }) => (signature === undefined) !== (attestation === undefined), {
    error: 'exactly one of signature and attestation must be given',
  });

const Repository = z.string().superRefine((text, context) => {
  const pattern = parseRepositoryPattern(text);
  if ('fault' in pattern)
    context.addIssue({ code: 'custom', message: `${JSON.stringify(text.slice(0, 200))} ${pattern.fault}` });
});

const Rule = z
  .strictObject({
    name: Words.optional().describe('for reports; left out: the first repository'),
    repositories: z
      .array(Repository.describe('registry/path, with * within a component and ** alone at the end'))
      .min(1)
      .max(1_000),
    signedAs: Repository.optional().describe(
      'where a mirror serves it: what the evidence names. Ends in /** where the repositories do',
    ),
    references: z
      .enum(['agrees', 'required', 'exact', 'ignored'])
      .default('agrees')
      .describe(
        'what the repository that signed bytes name must be: this one if named; named and this one; with its tag; any',
      ),
    tags: z
      .array(
        z
          .strictObject({
            tag: Pattern,
            ref: z
              .string()
              .min(1)
              .max(500)
              .optional()
              .describe('git ref that it must be signed from; {tag} is the tag: refs/tags/v{tag}'),
            movement: z
              .enum(['immutable', 'floating'])
              .optional()
              .describe('whether it may move: never, or forward; left out: as its name says'),
          })
          .refine(({ ref, movement }) => ref !== undefined || movement !== undefined, {
            error: 'one of ref and movement must be given',
          }),
      )
      .max(100)
      .default([])
      .describe('what tags are built from and how they may move; the first that matches counts'),
    definition: z
      .string()
      .min(1)
      .max(2_000)
      .optional()
      .describe(
        'definition file of a Docker Official Image, beside the policy: tags move only as it lists them',
      ),
    require: z.array(Requirement).min(1).max(50).optional().describe('all of these must hold'),
    always: z.enum(['allow', 'refuse']).optional().describe('whatever evidence there is'),
    reason: Words.optional().describe('why; needed beside always: allow'),
    expires: Time.optional().describe('from then on the rule refuses'),
  })
  .refine(({ require, always }) => (require === undefined) !== (always === undefined), {
    error: 'exactly one of require and always must be given',
  })
  .refine(({ always, reason }) => always !== 'allow' || reason !== undefined, {
    error: 'always: allow needs a reason',
  });

export const PolicyFile = z
  .strictObject({
    schema: z.literal(POLICY_SCHEMA),
    default: z
      .enum(['unknown', 'refuse', 'allow'])
      .default('unknown')
      .describe('of repositories without a rule'),
    use: z.array(z.enum(BUILT_IN_NAMES)).max(10).default([]).describe('rules that Hallmark brings along'),
    roots: z
      .record(
        Name,
        z.strictObject({ trustedRoot: z.string().min(1).max(2_000).describe('trusted_root.json') }),
      )
      .default({})
      .describe('Sigstore deployments of your own'),
    stores: z
      .record(
        z.string().regex(/^(?:ca|signingAuthority|tsa):[a-zA-Z0-9_.-]{1,100}$/, 'a store such as ca:acme'),
        z.array(z.string().min(1).max(2_000)).min(1).max(100),
      )
      .default({})
      .describe('files with the certificates that chains may end in'),
    authorities: z.record(Name, Authority).default({}).describe('somebody whose word counts, by name'),
    rules: z.array(Rule).max(1_000).default([]),
  })
  .describe('Trust policy of Hallmark, version 1');

export type PolicyFile = z.infer<typeof PolicyFile>;
export type StatedAuthority = PolicyFile['authorities'][string];
export type StatedRule = PolicyFile['rules'][number];
export type StatedRequirement = NonNullable<StatedRule['require']>[number];
export type StatedPattern = z.infer<typeof Pattern>;

/** The published JSON Schema, draft 2020-12. */
export function trustPolicyJsonSchema(): object {
  return { $id: POLICY_SCHEMA, ...z.toJSONSchema(PolicyFile, { io: 'input' }) };
}
