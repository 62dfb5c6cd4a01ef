/**
 * Signatures and attestations in cosign's older format: the payload is a layer, all else stands in its annotations.
 * sigstore/cosign, `specs/SIGNATURE_SPEC.md`, `specs/ATTESTATION_SPEC.md`.
 */
import type { Digest } from '../model/digest.ts';
import type { AttachedLayer } from './attached-manifest.ts';
import type { SignedContent, SigningIdentity } from './sign-content.ts';

export const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const ENVELOPE = 'application/vnd.dsse.envelope.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';

/** What is signed: the digest, and the repository where it was signed. containers/image, docs/containers-signature.5.md */
export function simpleSigningPayload(repository: string, digest: Digest): Buffer {
  const payload = {
    critical: {
      identity: { 'docker-reference': repository },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  };
  return Buffer.from(JSON.stringify(payload));
}

/** The layer of a signature over a payload, or of an attestation, whose layer is its envelope. */
export function toCosignLayer(
  signed: SignedContent,
  identity: SigningIdentity,
  predicateType: string | null,
): AttachedLayer {
  const material = materialAnnotations(signed, identity);
  if (signed.content.kind === 'message') {
    return {
      mediaType: SIMPLE_SIGNING,
      content: Buffer.from(signed.content.bytes),
      annotations: { [SIGNATURE]: signed.signature.toString('base64'), ...material },
    };
  }
  return {
    mediaType: ENVELOPE,
    content: Buffer.from(JSON.stringify(signed.envelope)),
    annotations: { [SIGNATURE]: '', ...(predicateType === null ? {} : { predicateType }), ...material },
  };
}

function materialAnnotations(
  { entries, timestamps }: SignedContent,
  { certificate }: SigningIdentity,
): Readonly<Record<string, string>> {
  const promised = entries.find(({ inclusionPromise }) => inclusionPromise !== undefined);
  const [timestamp] = timestamps;
  return {
    ...(certificate === null
      ? {}
      : {
          'dev.sigstore.cosign/certificate': certificate.leaf.toString(),
          'dev.sigstore.cosign/chain': certificate.chain.map(String).join(''),
        }),
    ...(promised?.inclusionPromise === undefined
      ? {}
      : {
          'dev.sigstore.cosign/bundle': JSON.stringify({
            SignedEntryTimestamp: promised.inclusionPromise.signedEntryTimestamp,
            Payload: {
              body: promised.canonicalizedBody,
              integratedTime: Number(promised.integratedTime),
              logIndex: Number(promised.logIndex),
              logID: Buffer.from(promised.logId.keyId, 'base64').toString('hex'),
            },
          }),
        }),
    ...(timestamp === undefined
      ? {}
      : {
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
            SignedRFC3161Timestamp: timestamp.toString('base64'),
          }),
        }),
  };
}
