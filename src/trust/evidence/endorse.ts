import type { Endorsement } from '../../model/trust.ts';
import { CheckFailure, type CheckRecord } from '../checks/check-failure.ts';
import type { Evidence, Subjects } from './evidence.ts';
import type { Proof } from '../sigstore/verify-signed.ts';
import {
  describeSubjects,
  parseStatement,
  STATEMENT_PAYLOAD_TYPE,
  subjectsOf,
} from '../statements/statement.ts';

/**
 * The one type whose statement says "this is mine" and nothing else; cosign 3 signs images with it. Every other statement is an
 * attestation: one that says "the tests failed" is by the same key, and must not pass for a signature (GHSA-w6c6-c85g-mmv6).
 */
const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/** An endorsement of one manifest by a proven signature, with what else the signed bytes say. */
export function endorse(
  evidence: Evidence,
  { signer, times, isLogged }: Proof,
  said: Pick<Endorsement, 'subject' | 'meaning'> & Partial<Endorsement>,
): Endorsement {
  return {
    signer,
    statement: null,
    evidence: evidence.digest,
    through: [],
    times,
    isLogged,
    claimedReference: null,
    expires: null,
    ...said,
  };
}

/** What the signed statement of an envelope endorses: each known manifest that it is about. */
export function endorseStatement(
  { evidence, payloadType, payload }: { evidence: Evidence; payloadType: string; payload: Uint8Array },
  proof: Proof,
  subjects: Subjects,
  record: CheckRecord,
): readonly Endorsement[] {
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) {
    throw new CheckFailure(
      'payload.form',
      `expected a payload of ${STATEMENT_PAYLOAD_TYPE}, got ${JSON.stringify(payloadType)}`,
    );
  }
  const statement = parseStatement(payload);
  if (typeof statement === 'string') throw new CheckFailure('payload.form', statement);
  record.passed('payload.form', `it is a statement of type ${JSON.stringify(statement.predicateType)}`);
  const about = subjectsOf(statement, subjects);
  if (about.length === 0) {
    throw new CheckFailure(
      'subject.digest',
      `it is about ${describeSubjects(statement)}, not about this image`,
    );
  }
  record.passed('subject.digest', `it is about ${about.map(({ digest }) => digest).join(', ')}`);
  const meaning = statement.predicateType === SIGNATURE_PREDICATE ? 'signature' : 'attestation';
  return about.map(({ digest }) => endorse(evidence, proof, { subject: digest, meaning, statement }));
}
