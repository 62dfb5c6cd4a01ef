import type { Digest } from '../../model/digest.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { Check, Endorsement } from '../../model/trust.ts';
import type {
  AppliedRule,
  Freshness,
  Publisher,
  ReportedCheck,
  ReportedEvidence,
  ReportedProvenance,
  ReportedSubject,
  TrustReport,
} from '../../model/trust-report.ts';
import type { EvidenceGap } from '../../oci/evidence/evidence-manifest.ts';
import { check, CHECKS } from '../checks/checks.ts';
import { makeClaims } from './claims.ts';
import type { EvidenceOutcome, KnownSubject, Subjects } from '../evidence/evidence.ts';
import { imageCheck } from '../checks/image-checks.ts';
import type { TrustMaterial } from '../material/material.ts';
import { baseImagesOf } from '../provenance/base-images.ts';
import { toProvenanceGraph } from '../provenance/provenance-graph.ts';
import { describeAsked } from '../policy/describe.ts';
import type { PolicyDecision } from '../policy/evaluate.ts';
import { namesDigest } from '../policy/policy-facts.ts';
import type { TrustPolicy } from '../policy/policy.ts';
import type { FoundProvenance } from './find-provenance.ts';
import { type Speakers, type SpokenFor, spokenFor } from './spoken-for.ts';
import { decideVerdict } from './verdict.ts';

/** Everything that a report is made of, verified and evaluated. */
export interface ReportFacts {
  readonly toolVersion: string;
  readonly reference: string;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly root: Digest;
  /** The images that are to be used. */
  readonly images: readonly KnownSubject[];
  readonly subjects: Subjects;
  readonly outcomes: readonly EvidenceOutcome[];
  readonly gaps: readonly EvidenceGap[];
  readonly material: TrustMaterial;
  readonly policy: Pick<TrustPolicy, 'name' | 'digest'>;
  readonly decision: PolicyDecision;
  /** Those of signers whom the rule names. */
  readonly believed: readonly Endorsement[];
  /** Those of signers whom it does not name; empty where there is no rule that names anybody. */
  readonly strangers: ReadonlySet<Endorsement>;
  readonly speakers: Speakers;
  readonly provenance: FoundProvenance;
  readonly publisher: Publisher;
  /** Checks against what was learnt before. */
  readonly alarms: readonly Check[];
  readonly tagHistory: Freshness['tag'];
  /** Null: base images were not to be verified. */
  readonly bases: VerifiedBases | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface VerifiedBases {
  readonly reports: readonly TrustReport[];
  /** Those that were not verified, and why. */
  readonly notChecked: readonly Check[];
}

const DAY_MS = 86_400_000;

/** The report of a verification. Pure: the same facts give the same report. */
export function makeReport(facts: ReportFacts): TrustReport {
  const { outcomes, subjects, gaps, decision, provenance, publisher, alarms, root, bases } = facts;
  const endorsements = outcomes.flatMap((outcome) => outcome.endorsements);
  const checks = [
    ...outcomes.flatMap((outcome) => outcome.checks),
    ...provenance.checks,
    ...alarms,
    ...checksOfImage(facts, endorsements),
  ].map(withSpecification);
  const spoken = spokenFor(facts.speakers, endorsements);
  const freshness = freshnessOf(facts, spoken);
  const reports = bases?.reports ?? [];
  return {
    schema: 'hallmark.trust/1',
    tool: { name: 'hallmark', version: facts.toolVersion },
    reference: facts.reference,
    repository: facts.repository,
    tag: facts.tag,
    digest: root,
    images: facts.images.map(({ digest, platform }) => ({
      digest,
      platform: platform === null ? null : formatPlatform(platform),
    })),
    ...decideVerdict({ decision, outcomes, gaps, alarms, bases: reports }),
    policy: appliedRule(facts),
    claims: makeClaims({
      spoken,
      speakers: facts.speakers,
      strangers: facts.strangers,
      provenance: provenance.provenance,
      publisher,
      signedTag: decision.signedTag,
      freshness,
    }),
    checks: checks.filter(({ outcome }) => outcome !== 'not-checked'),
    notChecked: checks.filter(({ outcome }) => outcome === 'not-checked'),
    evidence: outcomes.map(toReportedEvidence),
    endorsements,
    believed: [...new Set(facts.believed.map(({ evidence }) => evidence))],
    subjects: subjects.all.map(toReportedSubject),
    gaps: gaps.map(({ code, about, evidence, message }) => ({ code, about, evidence, message })),
    provenance: provenance.provenance,
    graph: toProvenanceGraph(
      [...provenance.provenance, ...reports.flatMap(provenanceWithin)],
      new Map(reports.flatMap(subjectsWithin).map(({ digest, parent }) => [digest, parent])),
    ),
    publisher,
    freshness,
    bases: reports,
  };
}

/** Of an image and of the images below it. */
function provenanceWithin({ provenance, bases }: TrustReport): readonly ReportedProvenance[] {
  return [...provenance, ...bases.flatMap(provenanceWithin)];
}

function subjectsWithin({ subjects, bases }: TrustReport): readonly ReportedSubject[] {
  return [...subjects, ...bases.flatMap(subjectsWithin)];
}

function appliedRule({ decision: { rule, requirements }, policy }: ReportFacts): AppliedRule | null {
  if (rule === null) return null;
  return {
    policy: policy.name,
    digest: policy.digest,
    rule: rule.name,
    requirements: requirements.map(({ requirement, isMet, reason }) => ({
      asks: describeAsked(requirement),
      isMet,
      reason,
    })),
  };
}

/** What concerns the image and no single piece of evidence; most of it is left to say that it was not checked. */
function checksOfImage(facts: ReportFacts, endorsements: readonly Endorsement[]): Check[] {
  const { tag, decision, material, bases, provenance, now } = facts;
  const checks: Check[] = [];
  if (decision.signedTag !== null) checks.push(...decision.signedTag.checks);
  else if (tag !== null) checks.push(imageCheck('tag.signed', 'not-checked', whyNotAsked(facts)));
  checks.push(
    imageCheck('image.content', 'not-checked', 'no layer was read; whoever pulls by this digest checks them'),
  );
  if (bases === null && provenance.read.some((one) => baseImagesOf(one.provenance).length > 0)) {
    checks.push(check('provenance.bases', 'not-checked', null, '--base-images verifies base images too'));
  }
  for (const { verdict, reference, because } of bases?.reports ?? []) {
    const outcome = verdict === 'trusted' ? 'passed' : verdict === 'untrusted' ? 'failed' : 'not-checked';
    checks.push(check('provenance.bases', outcome, null, `${reference} is ${verdict}: ${because}`));
  }
  checks.push(...(bases?.notChecked ?? []));
  for (const { name, origin, updated, expires } of material.sigstore) {
    const from = { bundled: 'came with this program', tuf: 'was fetched', file: 'was given as a file' }[
      origin
    ];
    const when = updated === null ? '' : ` and is of ${updated}`;
    // old, but not wrong: what was known then still verifies, and what was withdrawn since is not known
    const isExpired = expires !== null && Date.parse(expires) <= now;
    const until = isExpired ? `, and expired at ${expires}: its publisher vouches for it no more` : '';
    const reason = `${name} ${from}${when}${until}; "hallmark trust root update" asks for a newer one`;
    checks.push(imageCheck('root.current', 'not-checked', reason));
  }
  if (endorsements.length > 0) {
    checks.push(
      imageCheck(
        'key.revocation',
        'not-checked',
        'nobody was asked whether keys or certificates are revoked',
      ),
    );
  }
  return checks;
}

const whyNotAsked = ({ reference, tag }: ReportFacts): string =>
  namesDigest(reference)
    ? 'the digest was given: whatever the tag means now, it did not lead to the image'
    : `no rule names anybody who could say what the tag ${tag ?? ''} means: whoever may push could move it`;

function withSpecification(check: Check): ReportedCheck {
  const definitions: Readonly<Record<string, { readonly specification: string }>> = CHECKS;
  const specification = definitions[check.id]?.specification;
  if (specification === undefined) throw new Error(`the check ${check.id} is not in the table of checks`);
  return { ...check, specification };
}

function freshnessOf(
  { material, now, tagHistory, strangers }: ReportFacts,
  spoken: readonly SpokenFor[],
): Freshness {
  const times = spoken
    .filter(({ endorsement }) => !strangers.has(endorsement))
    .flatMap(({ endorsement }) => endorsement.times.map(({ at }) => at))
    .sort();
  return {
    asOf: new Date(now).toISOString(),
    trustRoots: material.sigstore.map(({ name, origin, updated, expires }) => ({
      name,
      origin,
      updated,
      ageDays: updated === null ? null : Math.max(0, Math.floor((now - Date.parse(updated)) / DAY_MS)),
      expires,
    })),
    newestEvidence: times.at(-1) ?? null,
    tag: tagHistory,
  };
}

function toReportedEvidence({ evidence, result }: EvidenceOutcome): ReportedEvidence {
  const { digest, manifest, format, mediaType, places, about } = evidence;
  return { digest, manifest, format, mediaType, places, about, result };
}

function toReportedSubject({
  digest,
  mediaType,
  sizeBytes,
  role,
  platform,
  parent,
}: KnownSubject): ReportedSubject {
  return {
    digest,
    mediaType,
    sizeBytes,
    role,
    platform: platform === null ? null : formatPlatform(platform),
    parent,
  };
}

/** The report of an image that could not be had, or of which not even the list of evidence could be read. */
export function makeUnreadableReport(
  named: Pick<ReportFacts, 'toolVersion' | 'reference' | 'repository' | 'tag' | 'now'>,
  because: string,
): TrustReport {
  const { toolVersion, reference, repository, tag, now } = named;
  return {
    schema: 'hallmark.trust/1',
    tool: { name: 'hallmark', version: toolVersion },
    reference,
    repository,
    tag,
    digest: null,
    images: [],
    verdict: 'error',
    code: 'IMAGE_UNREADABLE',
    because,
    policy: null,
    claims: [],
    checks: [],
    notChecked: [],
    evidence: [],
    endorsements: [],
    believed: [],
    subjects: [],
    gaps: [],
    provenance: [],
    graph: { nodes: [], edges: [] },
    publisher: {
      class: 'unknown',
      basis: 'declared',
      name: null,
      because: 'the image could not be read',
      evidence: null,
    },
    freshness: { asOf: new Date(now).toISOString(), trustRoots: [], newestEvidence: null, tag: null },
    bases: [],
  };
}
