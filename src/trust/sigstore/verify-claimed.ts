/** A signature against everything that is trusted: whatever format it came in, roots and keys are tried in the same way. */
import { digestHex } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { CheckFailure, type CheckRecord, runChecks } from '../checks/check-failure.ts';
import type { CheckId } from '../checks/checks.ts';
import { endorseStatement } from '../evidence/endorse.ts';
import type { Evidence, EvidenceOutcome } from '../evidence/evidence.ts';
import { verifySignature } from '../material/keys.ts';
import type { TrustedKey } from '../material/material.ts';
import {
  failedOutcome,
  outcomeOfRuns,
  undecidedOutcome,
  type VerificationContext,
} from '../evidence/outcome.ts';
import type { ClaimedSigner, SignedEvidence } from './signed-evidence.ts';
import {
  CERTIFICATE_CHECKS,
  KEY_CHECKS,
  knowsAnyOf,
  type Proof,
  verifyByCertificate,
  verifyByKey,
} from './verify-signed.ts';

/** Evidence that was read, and what follows from its signature. */
export interface ClaimedEvidence {
  readonly evidence: Evidence;
  readonly signed: SignedEvidence;
  /** Looks at what was signed, once the signature holds: never before, so that nobody acts on bytes that anybody may have written. */
  readonly conclude: (proof: Proof, record: CheckRecord) => readonly Endorsement[];
}

const CONCLUSIONS = ['payload.form', 'subject.digest'] as const satisfies readonly CheckId[];
const BY_CERTIFICATE: readonly CheckId[] = [...CERTIFICATE_CHECKS, ...CONCLUSIONS];
const BY_KEY: readonly CheckId[] = [...KEY_CHECKS, ...CONCLUSIONS];

/** Evidence that cannot even be read, with what would have been asked of it. */
export function unreadableOutcome(evidence: Evidence, problem: string): EvidenceOutcome {
  return failedOutcome(evidence, ['signature.value', ...CONCLUSIONS], () => {
    throw new CheckFailure('evidence.readable', problem);
  });
}

/** An envelope around a statement. */
export function verifyStatement(
  evidence: Evidence,
  { signed, ...content }: { signed: SignedEvidence; payloadType: string; payload: Uint8Array },
  context: VerificationContext,
): EvidenceOutcome {
  const { subjects } = context;
  const conclude: ClaimedEvidence['conclude'] = (proof, record) =>
    endorseStatement({ evidence, ...content }, proof, subjects, record);
  return verifyClaimed({ evidence, signed, conclude }, context);
}

export function verifyClaimed(claimed: ClaimedEvidence, context: VerificationContext): EvidenceOutcome {
  const { signer } = claimed.signed;
  return signer.kind === 'certificate'
    ? byCertificate(claimed, signer, context)
    : byKey(claimed, signer.hint, context);
}

function byCertificate(
  { evidence, signed, conclude }: ClaimedEvidence,
  chain: Extract<ClaimedSigner, { kind: 'certificate' }>,
  { material, now }: VerificationContext,
): EvidenceOutcome {
  if (material.sigstore.length === 0)
    return undecided(evidence, BY_CERTIFICATE, 'no trust root of Sigstore is given');
  if (!material.sigstore.some((root) => knowsAnyOf(root, signed, chain.leaf))) {
    const names = material.sigstore.map(({ name }) => name).join(', ');
    const reason = `no trust root (${names}) knows its log, its timestamp authority or the issuer of its certificate`;
    return undecided(evidence, BY_CERTIFICATE, reason);
  }
  const runs = material.sigstore.map((root) => ({
    by: root.name,
    run: runChecks(evidence.digest, BY_CERTIFICATE, (record) => {
      readWell(record);
      return conclude(verifyByCertificate(signed, chain, root, now, record), record);
    }),
  }));
  return outcomeOfRuns(evidence, runs);
}

function byKey(
  { evidence, signed, conclude }: ClaimedEvidence,
  hint: string | null,
  { material, now }: VerificationContext,
): EvidenceOutcome {
  const { keys, sigstore } = material;
  if (keys.length === 0) return undecided(evidence, BY_KEY, 'it is signed with a key, and no key is given');
  const fitting = keys.filter(({ key }) => verifySignature(key, signed.signedBytes, signed.signature));
  if (fitting.length > 0) {
    const runs = fitting.map((key) => ({
      by: key.name,
      run: runChecks(evidence.digest, BY_KEY, (record) => {
        readWell(record);
        return conclude(verifyByKey(signed, key, sigstore, now, record), record);
      }),
    }));
    return outcomeOfRuns(evidence, runs);
  }
  if (hint !== null && !keys.some((key) => isHintOf(hint, key))) {
    const reason = `it names the key ${JSON.stringify(hint)}, which is none of those that are trusted`;
    return undecided(evidence, BY_KEY, reason);
  }
  return failedOutcome(evidence, BY_KEY, (record) => {
    readWell(record);
    const names = keys.map(({ name }) => name).join(', ');
    throw new CheckFailure('signature.value', `the signature fits none of the trusted keys (${names})`);
  });
}

/** Cosign names a key by the SHA-256 of its SubjectPublicKeyInfo in base64, docker/attest in hexadecimal. */
function isHintOf(hint: string, { id }: TrustedKey): boolean {
  const hex = digestHex(id);
  return hint === hex || hint === Buffer.from(hex, 'hex').toString('base64');
}

function undecided(evidence: Evidence, missed: readonly CheckId[], reason: string): EvidenceOutcome {
  const { checks } = runChecks(evidence.digest, [], readWell);
  return undecidedOutcome(evidence, checks, missed, reason);
}

function readWell(record: CheckRecord): void {
  record.passed('evidence.readable', 'it is well-formed');
}
