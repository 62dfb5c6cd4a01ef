import type { Endorsement, Statement } from '../../model/trust.ts';
import { isFuture } from '../clock-skew.ts';
import { describeSigner } from '../identity/describe-signer.ts';
import { identityMismatch } from '../identity/match-identity.ts';
import { checkProvenance } from '../provenance/check-provenance.ts';
import { tagReferences } from '../tags/tag-statement.ts';
import { checkVsa, VSA_TYPE } from '../statements/vsa.ts';
import { predicateNameOf, TAG_TYPE } from '../statements/predicate-types.ts';
import { describeTypes } from './describe.ts';
import type { Authority, ProvenanceExpectation, Requirement, TextPattern, TrustRule } from './policy.ts';
import type { PolicyFacts } from './policy-facts.ts';
import { readNamedReference } from './named-reference.ts';
import { ruleOfTag } from './tag-rules.ts';

/** Why an endorsement is not what a requirement asks of an authority. */
export interface Miss {
  readonly text: string;
  /** The less, the nearer it came. */
  readonly weight: number;
}

export interface MissContext {
  readonly facts: PolicyFacts;
  readonly rule: TrustRule;
  /** The repository that signed bytes have to name where they name one. */
  readonly signedAs: string;
}

interface Named {
  readonly name: string;
  readonly authority: Authority;
}

/** Null when the endorsement counts; else the first thing that is wrong, beside which the later ones do not matter. */
export function missOf(
  endorsement: Endorsement,
  named: Named,
  requirement: Requirement,
  context: MissContext,
): Miss | null {
  const who = describeSigner(endorsement.signer);
  // in the order in which a mistake is likelier to be one of the image than one of the policy
  const reasons = [
    () => meaningMiss(endorsement, requirement),
    () => identityMiss(endorsement, named),
    () => referenceMiss(endorsement, context),
    () => tagMiss(endorsement, context),
    () => timeMiss(endorsement, named, requirement, context.facts.now),
    () => provenanceMiss(endorsement, requirement, context),
    () => summaryMiss(endorsement, named, requirement, context),
  ];
  for (const [index, reason] of reasons.entries()) {
    const text = reason();
    if (text !== null)
      return { text: `${describeMeaning(endorsement)} by ${who}: ${text}`, weight: reasons.length - index };
  }
  return null;
}

const describeMeaning = ({ meaning, statement }: Endorsement): string =>
  meaning === 'signature'
    ? 'signature'
    : `attestation ${predicateNameOf(statement?.predicateType ?? 'without a type')}`;

/** An attestation says what its predicate says, and never "this is mine". */
function meaningMiss({ meaning, statement }: Endorsement, requirement: Requirement): string | null {
  if (meaning !== requirement.meaning)
    return `expected ${requirement.meaning === 'signature' ? 'a signature' : 'an attestation'}`;
  if (meaning === 'signature') return null;
  const type = statement?.predicateType ?? null;
  if (type !== null && requirement.predicateTypes.includes(type)) return null;
  return `expected ${describeTypes(requirement.predicateTypes)}, got ${type === null ? 'no type' : JSON.stringify(type)}`;
}

function identityMiss({ signer, isLogged }: Endorsement, { name, authority }: Named): string | null {
  const mismatch = identityMismatch(signer, authority);
  if (mismatch !== null) return `it is not ${name}: ${mismatch}`;
  return authority.needsLog && !isLogged
    ? `${name} counts only with an entry in a log, and none was verified`
    : null;
}

/** Stops evidence of one repository from being replayed in another that has the same digest. */
function referenceMiss(endorsement: Endorsement, { rule, signedAs, facts }: MissContext): string | null {
  const { references } = rule;
  if (references === 'ignored') return null;
  const { claimedReference, statement } = endorsement;
  const names = claimedReference === null ? tagReferences(statement) : [claimedReference];
  if (names.length === 0) {
    return references === 'agrees' ? null : `expected it to name ${signedAs}, and it names no repository`;
  }
  const tags: string[] = [];
  for (const name of names) {
    const claimed = readNamedReference(name);
    if (claimed === null) return `it names ${JSON.stringify(name)}, which is no repository`;
    if (claimed.name !== signedAs) return `expected it to name ${signedAs}, got ${claimed.name}`;
    if (claimed.tag !== null) tags.push(claimed.tag);
  }
  if (references !== 'exact' || facts.tag === null || tags.includes(facts.tag)) return null;
  return `expected the tag ${facts.tag}, got ${tags.length === 0 ? 'none' : tags.join(', ')}`;
}

/**
 * A tag of a release must come from the release, as in buildx's default policy. The certificate says from where; where a key
 * signed provenance, that does.
 */
function tagMiss({ signer, statement }: Endorsement, context: MissContext): string | null {
  // who says what a tag means may do so from anywhere: it says nothing of what the image was built from
  if (statement?.predicateType === TAG_TYPE) return null;
  const wanted = refOfTag(context);
  if (wanted === null || (signer.kind !== 'certificate' && isProvenance(statement))) return null;
  const ref = signer.kind === 'certificate' ? (signer.identity.extensions.sourceRepositoryRef ?? null) : null;
  const { tag } = context.facts;
  return ref === wanted ? null : `the tag ${tag ?? ''} must come from ${wanted}, got ${ref ?? 'no git ref'}`;
}

/** The git ref that the tag in question must have been signed from; null where no rule ties it to one. */
function refOfTag({ rule, facts: { tag } }: MissContext): string | null {
  if (tag === null) return null;
  return ruleOfTag(rule, tag)?.ref?.replaceAll('{tag}', () => tag) ?? null;
}

const isProvenance = (statement: Statement | null): boolean =>
  statement !== null && predicateNameOf(statement.predicateType) === 'slsa-provenance';

function timeMiss(
  { times, expires }: Endorsement,
  { name, authority }: Named,
  { maxAgeSeconds }: Requirement,
  now: number,
): string | null {
  // the earliest: anybody can have an old signature stamped again, nobody can have it stamped before it was made
  const signedAt = times.map(({ at }) => Date.parse(at)).sort((a, b) => a - b);
  const [earliest] = signedAt;
  const { from, to, distrustedFrom } = authority;
  // what is no time compares as neither earlier nor later: asked the wrong way round it would pass
  if (signedAt.some(Number.isNaN)) return 'when it was signed cannot be read';
  if (expires !== null && !(now < Date.parse(expires))) return `it expired at ${expires}`;
  if (distrustedFrom !== null && !(earliest !== undefined && earliest < Date.parse(distrustedFrom))) {
    return `${name} is distrusted since ${distrustedFrom}, and nothing proves that it is older`;
  }
  const signed = earliest ?? now;
  if (from !== null && signed < Date.parse(from))
    return `${name} counts from ${from}, and it is of ${toTime(signed)}`;
  if (to !== null && signed > Date.parse(to))
    return `${name} counted until ${to}, and it is of ${toTime(signed)}`;
  if (maxAgeSeconds === null) return null;
  if (earliest === undefined) return 'nobody but the signer says how old it is';
  if (isFuture(earliest, now)) return `it is of ${toTime(earliest)}, which is yet to come`;
  return now - earliest > maxAgeSeconds * 1_000 ? `it is of ${toTime(earliest)}, which is too old` : null;
}

const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

/** Provenance that contradicts its own certificate counts for nothing, whatever is expected of it. */
function provenanceMiss(
  endorsement: Endorsement,
  { meaning, provenance }: Requirement,
  context: MissContext,
): string | null {
  if (meaning !== 'attestation' || !isProvenance(endorsement.statement)) return null;
  // with a certificate its own word counts, which the provenance must agree with
  const ref = endorsement.signer.kind === 'certificate' ? null : refOfTag(context);
  const checks = [
    ...checkProvenance(endorsement, provenance),
    ...(ref === null ? [] : checkProvenance(endorsement, { ...NOTHING_MORE, ref: exactly(ref) })),
  ];
  return checks.find(({ outcome }) => outcome === 'failed')?.reason ?? null;
}

const exactly = (text: string): TextPattern => ({ kind: 'exact', text });

const NOTHING_MORE: ProvenanceExpectation = {
  source: null,
  builder: null,
  ref: null,
  workflow: null,
  level: null,
  parameters: null,
};

/** A summary by itself only says that somebody looked: it must be of this repository, by this verifier, and have passed. */
function summaryMiss(
  endorsement: Endorsement,
  { authority }: Named,
  { summary, maxAgeSeconds }: Requirement,
  { signedAs, facts }: MissContext,
): string | null {
  if (endorsement.statement?.predicateType !== VSA_TYPE) return null;
  if (summary === null) return 'a verification summary counts only where a policy says what it has to say';
  const wrong = checkVsa(endorsement, {
    verifiers: [{ authority, verifierId: summary.verifier }],
    resourceUri: summary.resource ?? signedAs,
    levels: summary.levels,
    policyDigest: summary.policy,
    maxAgeSeconds,
    now: new Date(facts.now),
  }).find(({ outcome }) => outcome !== 'passed');
  return wrong?.reason ?? null;
}
