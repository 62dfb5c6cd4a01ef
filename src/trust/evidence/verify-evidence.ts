/** All evidence to the verifiers of its format. */
import { check } from '../checks/checks.ts';
import { verifyCosignAttestation } from '../cosign/verify-attestation.ts';
import { verifyCosignSignature } from '../cosign/verify-signature.ts';
import type { Evidence, EvidenceOutcome } from './evidence.ts';
import { verifyNotation } from '../notation/verify-notation.ts';
import { undecidedOutcome, type VerificationContext } from './outcome.ts';
import { verifyBundle } from '../sigstore/verify-bundle.ts';
import { verifyEnvelope } from '../sigstore/verify-envelope.ts';

/**
 * Verifies every piece, whatever comes of the others: one bad piece neither hides nor spoils a good one, and what was pushed first
 * has no advantage.
 *
 * @returns in the order of the evidence
 */
export function verifyEvidence(
  evidence: readonly Evidence[],
  context: VerificationContext,
): readonly EvidenceOutcome[] {
  return evidence.map((piece) => verifyPiece(piece, context));
}

function verifyPiece(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  switch (evidence.format) {
    case 'sigstore-bundle':
      return verifyBundle(evidence, context);
    case 'cosign-signature':
      return verifyCosignSignature(evidence, context);
    case 'cosign-attestation':
      return verifyCosignAttestation(evidence, context);
    case 'dsse':
      return verifyEnvelope(evidence, context);
    case 'notation':
      return verifyNotation(evidence, context);
    case 'statement':
    case 'document':
    case 'predicate':
      return unsignedOutcome(evidence, 'it has no signature of its own');
    case 'build-log':
      return unsignedOutcome(
        evidence,
        'it is the log of a build, which nothing signs: "hallmark library log --key" holds it against provenance',
      );
    case 'unknown':
      return undecidedOutcome(
        evidence,
        [],
        ['evidence.readable', 'signature.value'],
        `evidence of the type ${JSON.stringify(evidence.mediaType)} is not known`,
      );
  }
}

/** What nothing signs, anybody may have written: see `attested-statements.ts` for what a manifest's signature makes of it. */
function unsignedOutcome(evidence: Evidence, reason: string): EvidenceOutcome {
  return {
    evidence,
    result: 'unsigned',
    checks: [check('signature.value', 'not-checked', evidence.digest, reason)],
    endorsements: [],
  };
}
