/** Sigstore bundles, as cosign 3, GitHub and Docker's builders attach them. Client specification of sigstore/architecture-docs. */
import { createHash } from 'node:crypto';
import { preAuthenticationEncoding } from '../../formats/dsse.ts';
import { digestHex } from '../../model/digest.ts';
import { CheckFailure } from '../checks/check-failure.ts';
import { endorse } from '../evidence/endorse.ts';
import type { Evidence, EvidenceOutcome, KnownSubject } from '../evidence/evidence.ts';
import { failedOutcome, undecidedOutcome, type VerificationContext } from '../evidence/outcome.ts';
import { type ReadBundle, readBundle } from './read-bundle.ts';
import { unreadableOutcome, verifyClaimed, verifyStatement } from './verify-claimed.ts';

/**
 * Verifies a bundle against every trust root or key, and says which of the manifests it speaks for. A bundle is not an image: what it
 * is about is read from the bytes that were signed.
 */
export function verifyBundle(evidence: Evidence, context: VerificationContext): EvidenceOutcome {
  const bundle = readBundle(evidence.content);
  if (typeof bundle === 'string') return unreadableOutcome(evidence, bundle);
  const { content, ...rest } = bundle;
  if (content.kind === 'message') return verifyMessage(bundle, content, evidence, context);
  const { payloadType, payload } = content;
  const signed = {
    ...rest,
    signedBytes: preAuthenticationEncoding(payloadType, payload),
    envelope: { payload, document: null },
    timestamped: [rest.signature],
  };
  return verifyStatement(evidence, { signed, payloadType, payload }, context);
}

/** A signature over the bytes of a manifest. The digest in the bundle only says which: it is computed again from the bytes. */
function verifyMessage(
  { signature, signer, entries, tokens }: ReadBundle,
  { hash, digest }: Extract<ReadBundle['content'], { kind: 'message' }>,
  evidence: Evidence,
  context: VerificationContext,
): EvidenceOutcome {
  const { all } = context.subjects;
  const message = all.find(
    ({ bytes }) => bytes !== null && createHash(hash).update(bytes).digest().equals(digest),
  );
  if (message?.bytes) {
    const signed = {
      signedBytes: message.bytes,
      signature,
      envelope: null,
      signer,
      entries,
      tokens,
      timestamped: [signature],
    };
    return verifyClaimed(
      {
        evidence,
        signed,
        conclude: (proof, record) => {
          record.skipped('payload.form', 'the manifest itself was signed');
          record.passed('subject.digest', `its bytes are those of ${message.digest}`);
          return [endorse(evidence, proof, { subject: message.digest, meaning: 'signature' })];
        },
      },
      context,
    );
  }
  const hex = digest.toString('hex');
  if (all.some((subject) => subject.bytes === null && isNamed(subject, hash, hex))) {
    const reason = 'it signs the bytes of a manifest, and those were not read';
    return undecidedOutcome(evidence, [], ['signature.value', 'subject.digest'], reason);
  }
  return failedOutcome(evidence, ['signature.value'], () => {
    throw new CheckFailure('subject.digest', `it is about the message ${hash}:${hex}, not about this image`);
  });
}

const isNamed = ({ digest }: KnownSubject, hash: string, hex: string): boolean =>
  digest.startsWith(`${hash}:`) && digestHex(digest) === hex;
