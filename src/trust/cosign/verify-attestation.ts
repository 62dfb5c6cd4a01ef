import { readEnvelope } from '../evidence/dsse-envelope.ts';
import type { Evidence, EvidenceOutcome } from '../evidence/evidence.ts';
import type { VerificationContext } from '../evidence/outcome.ts';
import { unreadableOutcome, verifyStatement } from '../sigstore/verify-claimed.ts';
import { readAnnotations } from './annotations.ts';

/** An attestation in cosign's older format: an envelope is the layer, certificate and log entry are in the layer's annotations. */
export function verifyCosignAttestation(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  const { content, annotations } = evidence;
  const envelope = readEnvelope(content);
  if (typeof envelope === 'string') return unreadableOutcome(evidence, envelope);
  const read = readAnnotations(annotations);
  if (typeof read === 'string') return unreadableOutcome(evidence, read);
  const { payloadType, payload, signedBytes, signature } = envelope;
  // cosign has the whole envelope stamped here, and elsewhere only the signature
  const timestamped = [content, signature];
  const signed = { ...read, signedBytes, signature, envelope: { payload, document: content }, timestamped };
  return verifyStatement(evidence, { signed, payloadType, payload }, context);
}
