import type { Check, TrustVerdict } from '../../model/trust.ts';
import type { TrustReport, VerdictCode } from '../../model/trust-report.ts';
import type { EvidenceGap } from '../../oci/evidence/evidence-manifest.ts';
import type { EvidenceOutcome } from '../evidence/evidence.ts';
import type { RequirementResult, TrustRule } from '../policy/policy.ts';
import type { SignedTag } from '../tags/signed-tag.ts';

/** Everything that a verdict follows from. */
export interface VerdictInput {
  /** What the policy says of the repository, once its rule was applied. */
  readonly decision: {
    /** Null when no rule speaks of the repository. */
    readonly rule: Pick<TrustRule, 'name' | 'always' | 'expires'> | null;
    readonly requirements: readonly RequirementResult[];
    /** What the policy says of repositories without a rule. */
    readonly fallback: 'unknown' | 'refuse' | 'allow';
    readonly signedTag: Pick<SignedTag, 'checks'> | null;
  };
  readonly outcomes: readonly JudgedEvidence[];
  readonly gaps: readonly JudgedGap[];
  /** Checks of what was learnt before: a signer, a source or a tag that changed. */
  readonly alarms: readonly Check[];
  /** Reports of base images, where they were verified too. */
  readonly bases: readonly Pick<TrustReport, 'reference' | 'verdict' | 'because'>[];
}

/** As much of an outcome as a verdict follows from, so that recorded ones serve as well. */
export type JudgedEvidence = Omit<EvidenceOutcome, 'evidence'> & {
  readonly evidence: Pick<EvidenceOutcome['evidence'], 'digest'>;
};

export interface JudgedGap {
  /** One of EVIDENCE_GAPS. */
  readonly code: string;
  readonly message: string;
}

export interface Verdict {
  readonly verdict: TrustVerdict;
  readonly code: VerdictCode;
  readonly because: string;
}

/** Gaps behind which good evidence may be; the others are evidence that is not what it claims to be. */
const MAY_HIDE_EVIDENCE: ReadonlySet<string> = new Set<EvidenceGap['code']>([
  'EVIDENCE_TOO_MUCH',
  'INDEX_INCOMPLETE',
  'EVIDENCE_TOO_LARGE',
  'EVIDENCE_MISSING',
]);

/**
 * The verdict. Where a rule exists nothing but evidence that meets it is trusted; that there is no evidence (`unknown`) is
 * never confused with evidence that does not hold (`untrusted`).
 */
export function decideVerdict(input: VerdictInput): Verdict {
  const { rule, fallback } = input.decision;
  const always = rule === null ? (fallback === 'unknown' ? null : fallback) : rule.always;
  if (always === 'refuse') return says('untrusted', 'REFUSED_BY_RULE', refusal(rule));
  const found = always === 'allow' ? says('trusted', 'ALLOWED_BY_RULE', allowance(rule)) : byEvidence(input);
  // what does not hold says more than what has changed; what is not there any more is said by an alarm
  if (found.verdict === 'untrusted' || found.verdict === 'error') return found;
  const ofTag = input.decision.signedTag?.checks.filter(({ id }) => id === 'tag.signed') ?? [];
  const alarm = [...ofTag, ...input.alarms].find(({ outcome }) => outcome === 'failed');
  if (alarm !== undefined) return says('untrusted', 'ALARM', alarm.reason);
  const base = input.bases.find(({ verdict }) => verdict === 'untrusted');
  if (base === undefined) return found;
  const because = `its base image ${base.reference} is untrusted: ${base.because}`;
  return says('untrusted', 'BASE_NOT_TRUSTED', because);
}

function byEvidence({ decision: { rule, requirements }, outcomes, gaps }: VerdictInput): Verdict {
  const unmet = requirements.find(({ isMet }) => !isMet);
  // of what was not looked at nobody has said that it is not what would run
  const unseen = gaps.find(({ code }) => code === 'INDEX_INCOMPLETE');
  if (rule !== null && unseen !== undefined) return says('error', 'EVIDENCE_UNREADABLE', unseen.message);
  // a rule that asks for nothing proves nothing
  if (rule !== null && requirements.length > 0 && unmet === undefined) {
    return says('trusted', 'REQUIREMENTS_MET', 'everything that the rule asks for holds');
  }
  return withoutTrust(outcomes, gaps, unmet ?? null);
}

function withoutTrust(
  outcomes: readonly JudgedEvidence[],
  gaps: readonly JudgedGap[],
  unmet: RequirementResult | null,
): Verdict {
  const failing = outcomes.find(({ result }) => result === 'fails');
  const isSound = outcomes.some(({ endorsements }) => endorsements.length > 0);
  const unread = gaps.find(({ code }) => MAY_HIDE_EVIDENCE.has(code));
  const misleading = gaps.find(({ code }) => !MAY_HIDE_EVIDENCE.has(code));
  // where a rule is not met, what could not be read might have met it: nobody can tell
  if (unread !== undefined && (unmet !== null || !isSound)) {
    return says('error', 'EVIDENCE_UNREADABLE', unread.message);
  }
  if (isSound && unmet !== null) return says('untrusted', 'REQUIREMENT_NOT_MET', unmet.reason);
  if (isSound) {
    const because =
      'there is sound evidence, but no rule says whom to believe: name a key, an identity or a policy';
    return says('unknown', 'NO_RULE', because);
  }
  if (failing !== undefined) return says('untrusted', 'EVIDENCE_DOES_NOT_HOLD', firstFailure(failing));
  if (misleading !== undefined) return says('untrusted', 'EVIDENCE_DOES_NOT_HOLD', misleading.message);
  if (outcomes.some(({ result }) => result === 'undecided')) {
    const because = 'there is evidence, but no key or trust root is given that it can be verified with';
    return says('unknown', 'NOT_VERIFIABLE', because);
  }
  const unsigned = outcomes.filter(({ result }) => result === 'unsigned').length;
  const beside =
    unsigned === 0 ? '' : `; what is attached (${unsigned}) is not signed, so anybody could have written it`;
  return says('unknown', 'NO_EVIDENCE', `nothing that is signed speaks for this image${beside}`);
}

const says = (verdict: TrustVerdict, code: VerdictCode, because: string): Verdict => ({
  verdict,
  code,
  because,
});

const refusal = (rule: Pick<TrustRule, 'name' | 'expires'> | null): string =>
  rule === null
    ? 'the policy refuses repositories without a rule'
    : `the rule "${rule.name}" refuses the repository${rule.expires === null ? '' : `: it holds until ${rule.expires}`}`;

const allowance = (rule: Pick<TrustRule, 'name'> | null): string =>
  rule === null
    ? 'the policy allows repositories without a rule, whatever evidence there is'
    : `the rule "${rule.name}" allows the repository, whatever evidence there is`;

function firstFailure({ checks, evidence }: JudgedEvidence): string {
  const failed = checks.find(({ outcome }) => outcome === 'failed');
  return failed === undefined ? `the evidence ${evidence.digest} does not hold` : failed.reason;
}
