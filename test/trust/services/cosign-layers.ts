import type { Digest } from '../../../src/model/digest.ts';
import { preAuthenticationEncoding } from '../../../src/formats/dsse.ts';
import { IN_TOTO, sealed, signAndLog, type Signing, type SigningRecipe } from './bundles.ts';
import { toPem } from './certificate.ts';
import type { Sigstore } from './deployment.ts';

/** Signatures in cosign's older format: a layer's content, and annotations beside it. */
export interface CosignLayer {
  readonly mediaType: string;
  readonly content: Buffer;
  readonly annotations: Record<string, string>;
  readonly signing: Signing;
}

const SIGNATURE = 'dev.cosignproject.cosign/signature';

/**
 * A signature about an image.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 */
export function cosignSignature(
  sigstore: Sigstore,
  image: { readonly digest: Digest; readonly reference: string; readonly optional?: object | null },
  recipe: SigningRecipe = {},
): CosignLayer {
  const payload = {
    critical: {
      identity: { 'docker-reference': image.reference },
      image: { 'docker-manifest-digest': image.digest },
      type: 'cosign container image signature',
    },
    optional: image.optional ?? null,
  };
  return cosignPayload(sigstore, Buffer.from(JSON.stringify(payload)), recipe);
}

/** A signature over any payload. */
export function cosignPayload(sigstore: Sigstore, content: Buffer, recipe: SigningRecipe = {}): CosignLayer {
  const signing = signAndLog(sigstore, content, null, recipe);
  return {
    mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    content,
    annotations: {
      [SIGNATURE]: signing.signature.toString('base64'),
      ...materialAnnotations(sigstore, signing),
    },
    signing,
  };
}

/** An attestation: the envelope is the layer. */
export function cosignAttestation(
  sigstore: Sigstore,
  statement: { readonly predicateType: string } & object,
  recipe: SigningRecipe = {},
): CosignLayer {
  const payload = Buffer.from(JSON.stringify(statement));
  const envelope = { payload: payload.toString('base64'), payloadType: IN_TOTO };
  const signed = preAuthenticationEncoding(IN_TOTO, payload);
  const signing = signAndLog(sigstore, signed, envelope, { ...recipe, timestamped: 'envelope' });
  return {
    mediaType: 'application/vnd.dsse.envelope.v1+json',
    content: Buffer.from(JSON.stringify(sealed(envelope, signing.signature))),
    annotations: {
      [SIGNATURE]: '',
      predicateType: statement.predicateType,
      ...materialAnnotations(sigstore, signing),
    },
    signing,
  };
}

function materialAnnotations(
  sigstore: Sigstore,
  { certificate, entries, timestamps }: Signing,
): Record<string, string> {
  const [entry] = entries;
  const [timestamp] = timestamps;
  const chain = sigstore.authority.chain.map((issuer) => toPem(issuer.certificate)).join('');
  return {
    ...(certificate === null
      ? {}
      : { 'dev.sigstore.cosign/certificate': toPem(certificate), 'dev.sigstore.cosign/chain': chain }),
    ...(entry?.inclusionPromise === undefined
      ? {}
      : {
          'dev.sigstore.cosign/bundle': JSON.stringify({
            SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
            Payload: {
              body: entry.canonicalizedBody,
              integratedTime: Number(entry.integratedTime),
              logIndex: Number(entry.logIndex),
              logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
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
