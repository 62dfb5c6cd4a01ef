/**
 * Verification summaries: somebody verified an artifact and says how that came out, so that others need not do it again.
 * SLSA 1.1, "Verification Summary Attestation".
 */
import { isTime } from '../../formats/time.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import type { Check, Endorsement, Statement } from '../../model/trust.ts';
import { applyShape, list, object, optional, record, ShapeMismatch, string } from '../../oci/shape.ts';
import { isFuture } from '../clock-skew.ts';
import { check, type CheckId } from '../checks/checks.ts';
import { matchesIdentity } from '../identity/match-identity.ts';
import type { Authority } from '../policy/policy.ts';

export const VSA_TYPE = 'https://slsa.dev/verification_summary/v1';

const text = string(4096);
const digests = record(text);
const MAX_ITEMS = 1000;

const PREDICATE = object({
  verifier: object({ id: text }),
  timeVerified: text,
  resourceUri: text,
  policy: optional(object({ uri: optional(text), digest: optional(digests) })),
  inputAttestations: optional(list(object({ uri: optional(text), digest: optional(digests) }), MAX_ITEMS)),
  verificationResult: text,
  verifiedLevels: optional(list(text, MAX_ITEMS)),
});

export interface VerificationSummary {
  readonly verifierId: string;
  /** RFC 3339. */
  readonly timeVerified: string;
  readonly resourceUri: string;
  readonly policy: { readonly uri: string | null; readonly digest: Digest | null };
  readonly inputs: readonly Digest[];
  /** `PASSED` or `FAILED`; anything else is no pass. */
  readonly result: string;
  readonly verifiedLevels: readonly string[];
}

/** Reads the predicate of a statement; a mismatch says what in it is not as the format asks. */
export function readVsa({
  predicateType,
  predicate,
}: Pick<Statement, 'predicateType' | 'predicate'>): VerificationSummary | ShapeMismatch {
  if (predicateType !== VSA_TYPE) return new ShapeMismatch('predicateType', `expected ${VSA_TYPE}`);
  return applyShape((value, place) => {
    const { verifier, policy, inputAttestations, verificationResult, verifiedLevels, ...rest } = PREDICATE(
      value,
      place,
    );
    if (!isTime(rest.timeVerified)) throw new ShapeMismatch('timeVerified', 'expected a time of RFC 3339');
    return {
      ...rest,
      verifierId: verifier.id,
      policy: { uri: policy?.uri ?? null, digest: sha256In(policy?.digest ?? {}) },
      inputs: (inputAttestations ?? []).flatMap(({ digest }) => sha256In(digest ?? {}) ?? []),
      result: verificationResult,
      verifiedLevels: verifiedLevels ?? [],
    };
  }, predicate);
}

function sha256In(found: Readonly<Record<string, string>>): Digest | null {
  const digest = `sha256:${found['sha256'] ?? ''}`;
  return isDigest(digest) ? digest : null;
}

export interface VsaExpectation {
  /** Who may speak for which verifier: a signer alone could name any verifier, and a verifier's name anybody can write. */
  readonly verifiers: readonly { readonly authority: Authority; readonly verifierId: string }[];
  /** What the summary has to be about: the repository, as the verifier names it. */
  readonly resourceUri: string;
  /** `SLSA_BUILD_LEVEL_2`: this one of its track, or a higher one; other names must be there as they are. */
  readonly levels: readonly string[];
  /** Null: any policy. */
  readonly policyDigest: Digest | null;
  /** Seconds; null: any age. */
  readonly maxAgeSeconds: number | null;
  readonly now: Date;
}

/** Checks a summary whose signature and subject were verified before. */
export function checkVsa(endorsement: Endorsement, expectation: VsaExpectation): readonly Check[] {
  const { evidence, statement } = endorsement;
  const answer = (id: CheckId, isPassed: boolean, reason: string): Check =>
    check(id, isPassed ? 'passed' : 'failed', evidence, reason);
  if (statement === null)
    return [answer('vsa.readable', false, 'expected a verification summary, got a bare signature')];
  const summary = readVsa(statement);
  if (summary instanceof ShapeMismatch) {
    const place = summary.place === '' ? 'the predicate' : summary.place;
    return [answer('vsa.readable', false, `${place}: ${summary.message}`)];
  }
  const { verifierId, resourceUri, result, policy } = summary;
  const mayBeSpokenFor = expectation.verifiers.some(
    (pair) => pair.verifierId === verifierId && matchesIdentity(endorsement.signer, pair.authority),
  );
  return [
    answer('vsa.readable', true, 'every field is as its format asks'),
    answer(
      'vsa.verifier',
      mayBeSpokenFor,
      mayBeSpokenFor
        ? `the signer may speak for ${verifierId}`
        : `the signer and the verifier ${verifierId} are no pair that is accepted`,
    ),
    answer(
      'vsa.resource',
      resourceUri === expectation.resourceUri,
      `expected ${expectation.resourceUri}, got ${resourceUri}`,
    ),
    answer('vsa.result', result === 'PASSED', `expected PASSED, got ${result}`),
    ...checkLevels(summary, expectation.levels, answer),
    checkAge(summary, expectation, answer),
    ...(expectation.policyDigest === null
      ? []
      : [
          answer(
            'vsa.policy',
            policy.digest === expectation.policyDigest,
            `expected the policy ${expectation.policyDigest}, got ${policy.digest ?? 'none'}`,
          ),
        ]),
  ];
}

type Answer = (id: CheckId, isPassed: boolean, reason: string) => Check;

function checkLevels(
  { verifiedLevels }: VerificationSummary,
  wanted: readonly string[],
  answer: Answer,
): readonly Check[] {
  const fault = levelsFault(verifiedLevels);
  if (fault !== null) return [answer('vsa.levels', false, fault)];
  const stated = verifiedLevels.length === 0 ? 'none' : verifiedLevels.join(', ');
  return wanted.map((level) =>
    answer('vsa.levels', reaches(verifiedLevels, level), `expected ${level} or more, got ${stated}`),
  );
}

interface TrackLevel {
  readonly track: string;
  /** Null: unevaluated. */
  readonly level: number | null;
}

function parseLevel(name: string): TrackLevel | null {
  const match = /^SLSA_([A-Z]+)_LEVEL_(?:(\d)|(UNEVALUATED))$/.exec(name);
  if (match === null) return null;
  const [, track = '', digit] = match;
  return { track, level: digit === undefined ? null : Number(digit) };
}

/** At most one level of a track, and no name of one's own that looks like SLSA's. */
function levelsFault(levels: readonly string[]): string | null {
  const tracks = new Set<string>();
  for (const name of levels) {
    const found = parseLevel(name);
    if (found === null && name.startsWith('SLSA_')) return `${name} is no level that SLSA has`;
    if (found === null) continue;
    if (tracks.has(found.track)) return `there are two levels of the track ${found.track}`;
    tracks.add(found.track);
  }
  return null;
}

/** A level includes the lower ones of its track. */
function reaches(levels: readonly string[], wanted: string): boolean {
  const asked = parseLevel(wanted);
  if (asked === null || asked.level === null) return levels.includes(wanted);
  const { track, level } = asked;
  return levels.some((name) => {
    const found = parseLevel(name);
    return found !== null && found.track === track && found.level !== null && found.level >= level;
  });
}

function checkAge(
  { timeVerified }: VerificationSummary,
  { maxAgeSeconds, now }: VsaExpectation,
  answer: Answer,
): Check {
  const at = Date.parse(timeVerified);
  if (isFuture(at, now.getTime())) return answer('vsa.age', false, `${timeVerified} lies in the future`);
  if (maxAgeSeconds === null || now.getTime() - at <= maxAgeSeconds * 1000)
    return answer('vsa.age', true, `it was verified at ${timeVerified}`);
  const reason = `it was verified at ${timeVerified}, which is more than ${maxAgeSeconds} seconds ago`;
  return answer('vsa.age', false, reason);
}

/** What a summary says, for {@link makeVsa}. */
export interface VsaContent {
  readonly verifierId: string;
  readonly verifierVersion: string;
  readonly timeVerified: Date;
  readonly resourceUri: string;
  readonly policy: { readonly uri: string; readonly digest: Digest };
  /** The evidence that the verdict stands on. */
  readonly inputs: readonly Digest[];
  readonly isPassed: boolean;
  readonly verifiedLevels: readonly string[];
}

/** The predicate of a summary, to be signed. A verification that did not pass verified no level. */
export function makeVsa(content: VsaContent): object {
  const { verifierId, verifierVersion, timeVerified, resourceUri, policy, inputs, isPassed } = content;
  return {
    verifier: { id: verifierId, version: { hallmark: verifierVersion } },
    timeVerified: timeVerified.toISOString().replace(/\.\d+Z$/, 'Z'),
    resourceUri,
    policy: { uri: policy.uri, digest: digestSet(policy.digest) },
    inputAttestations: [...new Set(inputs)].sort().map((digest) => ({ digest: digestSet(digest) })),
    verificationResult: isPassed ? 'PASSED' : 'FAILED',
    verifiedLevels: isPassed ? [...content.verifiedLevels] : [],
    slsaVersion: '1.1',
  };
}

function digestSet(digest: Digest): Readonly<Record<string, string>> {
  const [algorithm = '', hex = ''] = digest.split(':');
  return { [algorithm]: hex };
}
