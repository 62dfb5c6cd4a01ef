/** From what a policy file states to what is evaluated. What the file says was checked for its shape before. */
import { parseDigest } from '../../model/digest.ts';
import { type FulcioExtension } from '../../model/trust.ts';
import type { TrustedKey } from '../material/material.ts';
import { predicateTypesOf } from '../statements/predicate-types.ts';
import type {
  Authority,
  AuthorityWindow,
  IdentityPattern,
  ProvenanceExpectation,
  Requirement,
  RuleDefinition,
  SummaryExpectation,
  TextPattern,
  TrustRule,
} from './policy.ts';
import type { StatedAuthority, StatedPattern, StatedRequirement, StatedRule } from './policy-schema.ts';

/** @param key of an authority that is one, as loaded */
export function toAuthority(stated: StatedAuthority, key: TrustedKey | null): Authority {
  if (key !== null) {
    const { id, from, to, distrustedFrom, needsLog } = key;
    return { kind: 'key', keyId: id, from, to, distrustedFrom, needsLog };
  }
  const window = toWindow(stated);
  const { certificate, x509 } = stated;
  if (certificate !== undefined) return { kind: 'certificate', ...toIdentity(certificate), ...window };
  return { kind: 'x509', store: x509?.store ?? '', subject: x509?.subject ?? {}, ...window };
}

export function toWindow({ from, to, distrust, log }: StatedAuthority): AuthorityWindow {
  return {
    from: from ?? null,
    to: to ?? null,
    distrustedFrom: distrust ?? null,
    needsLog: log === 'required',
  };
}

type StatedIdentity = NonNullable<StatedAuthority['certificate']>;

/** Fields of a policy that are extensions of a certificate. Fulcio, docs/oid-info.md. */
const EXTENSION_OF = {
  callerWorkflow: 'buildConfigUri',
  repository: 'sourceRepositoryUri',
  repositoryId: 'sourceRepositoryId',
  owner: 'sourceRepositoryOwnerUri',
  ownerId: 'sourceRepositoryOwnerId',
  ref: 'sourceRepositoryRef',
  runner: 'runnerEnvironment',
  trigger: 'buildTrigger',
  visibility: 'sourceRepositoryVisibility',
} as const satisfies Partial<Record<keyof StatedIdentity, FulcioExtension>>;

function toIdentity(stated: StatedIdentity): IdentityPattern {
  const extensions = Object.entries(EXTENSION_OF).flatMap(([field, extension]) => {
    const pattern = stated[field as keyof typeof EXTENSION_OF];
    return pattern === undefined ? [] : [[extension, toPattern(pattern)] as const];
  });
  const san = stated.san === undefined ? null : toPattern(stated.san);
  return {
    root: stated.root ?? null,
    issuer: toPattern(stated.issuer),
    subject: stated.workflow === undefined ? san : workflowSubject(stated.workflow, stated.repository),
    extensions: Object.fromEntries(extensions),
  };
}

/**
 * The subject of a workflow's certificate is its address with `@` and the ref. A path lies in the repository beside it, which
 * `faultsOf` has made sure is an exact one.
 */
function workflowSubject(workflow: string, repository: StatedPattern | undefined): TextPattern {
  const isPath = !isAddress(workflow) && typeof repository === 'string';
  const address = isPath ? `${repository}/${workflow}` : workflow;
  // the at sign is the boundary: release.yml never admits release.yml-evil
  return address.includes('@') ? { kind: 'exact', text: address } : { kind: 'glob', glob: `${address}@**` };
}

export const isAddress = (workflow: string): boolean => workflow.startsWith('https://');

function toPattern(stated: StatedPattern): TextPattern {
  return typeof stated === 'string' ? { kind: 'exact', text: stated } : { kind: 'glob', glob: stated.glob };
}

export interface RuleSource {
  /** Where the rule stands; null for one that is built in. */
  readonly place: string | null;
  readonly definition: RuleDefinition | null;
}

export function toRule(stated: StatedRule, { place, definition }: RuleSource): TrustRule {
  const [first = ''] = stated.repositories;
  return {
    name: stated.name ?? first,
    repositories: stated.repositories,
    signedAs: stated.signedAs ?? null,
    references: stated.references,
    tags: stated.tags.map(({ tag, ref, movement }) => ({
      tag: toPattern(tag),
      ref: ref ?? null,
      movement: movement ?? null,
    })),
    definition,
    requirements: (stated.require ?? []).map(toRequirement),
    always: stated.always ?? null,
    expires: stated.expires ?? null,
    place,
  };
}

function toRequirement({ signature, attestation }: StatedRequirement): Requirement {
  const asked = signature ?? attestation;
  const expectation = attestation?.provenance;
  return {
    meaning: signature === undefined ? 'attestation' : 'signature',
    by: asked?.by ?? [],
    threshold: asked?.threshold ?? 1,
    predicateTypes: (attestation?.type ?? []).flatMap((type) => predicateTypesOf(type) ?? []),
    on: asked?.on ?? 'either',
    maxAgeSeconds: asked?.maxAge === undefined ? null : toSeconds(asked.maxAge),
    provenance: expectation === undefined ? null : toExpectation(expectation),
    summary: attestation?.summary === undefined ? null : toSummary(attestation.summary),
  };
}

type StatedSummary = NonNullable<NonNullable<StatedRequirement['attestation']>['summary']>;

const toSummary = ({ verifier, resource, levels, policy }: StatedSummary): SummaryExpectation => ({
  verifier,
  resource: resource ?? null,
  levels,
  policy: policy === undefined ? null : parseDigest(policy),
});

type StatedExpectation = NonNullable<NonNullable<StatedRequirement['attestation']>['provenance']>;

function toExpectation(stated: StatedExpectation): ProvenanceExpectation {
  const { source, builder, ref, workflow, level, parameters } = stated;
  return {
    source: source === undefined ? null : toPattern(source),
    builder: builder === undefined ? null : toPattern(builder),
    ref: ref === undefined ? null : toPattern(ref),
    workflow: workflow === undefined ? null : toPattern(workflow),
    level: level ?? null,
    parameters:
      parameters === undefined
        ? null
        : Object.fromEntries(
            Object.entries(parameters).map(([name, value]) => [
              name,
              value === true ? null : toPattern(value),
            ]),
          ),
  };
}

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };

const toSeconds = (duration: string): number =>
  Number(duration.slice(0, -1)) * (SECONDS[duration.slice(-1)] ?? 0);
