import { CheckFailure } from '../checks/check-failure.ts';
import { endorse } from '../evidence/endorse.ts';
import type { Evidence, EvidenceOutcome } from '../evidence/evidence.ts';
import type { VerificationContext } from '../evidence/outcome.ts';
import { unreadableOutcome, verifyClaimed } from '../sigstore/verify-claimed.ts';
import { annotatedSignature, readAnnotations } from './annotations.ts';
import { parseSimpleSigning } from './simple-signing.ts';

/**
 * A signature in cosign's older format: the payload is a layer, and everything else is in the layer's annotations, which nobody has
 * signed. The payload names a digest, and that it is this image's is the whole point of the signature.
 */
export function verifyCosignSignature(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  const { content, annotations } = evidence;
  const signature = annotatedSignature(annotations);
  if (signature === null)
    return unreadableOutcome(evidence, 'the annotation with the signature is not base64');
  const read = readAnnotations(annotations);
  if (typeof read === 'string') return unreadableOutcome(evidence, read);
  const signed = { ...read, signedBytes: content, signature, envelope: null, timestamped: [signature] };
  return verifyClaimed(
    {
      evidence,
      signed,
      conclude: (proof, record) => {
        const payload = parseSimpleSigning(content);
        if (typeof payload === 'string') throw new CheckFailure('payload.form', payload);
        record.passed('payload.form', 'it is a signature of an image by cosign');
        const { digest, reference } = payload;
        if (context.subjects.get(digest) === undefined) {
          throw new CheckFailure('subject.digest', `it is about ${digest}, not about this image`);
        }
        record.passed('subject.digest', `it is about ${digest}`);
        return [
          endorse(evidence, proof, { subject: digest, meaning: 'signature', claimedReference: reference }),
        ];
      },
    },
    context,
  );
}
