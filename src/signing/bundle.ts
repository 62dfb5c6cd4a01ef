/** Sigstore bundles of version 0.3, and how they are attached. `sigstore_bundle.proto`; cosign, `specs/BUNDLE_SPEC.md`. */
import { createHash } from 'node:crypto';
import { digestHex } from '../model/digest.ts';
import { type AttachedContent, type AttachedTo, toAttached } from './attached-manifest.ts';
import type { SignedContent, SigningIdentity } from './sign-content.ts';

export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** The bytes of the bundle. */
export function writeBundle(signed: SignedContent, { key, certificate }: SigningIdentity): Buffer {
  const { content, envelope, signature, entries, timestamps } = signed;
  const rfc3161Timestamps = timestamps.map((token) => ({ signedTimestamp: token.toString('base64') }));
  const bundle = {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      ...(certificate === null
        ? { publicKey: { hint: Buffer.from(digestHex(key.id), 'hex').toString('base64') } }
        : { certificate: { rawBytes: certificate.leaf.raw.toString('base64') } }),
      tlogEntries: entries,
      ...(timestamps.length === 0 ? {} : { timestampVerificationData: { rfc3161Timestamps } }),
    },
    ...(content.kind === 'message'
      ? {
          messageSignature: {
            messageDigest: messageDigest(content.bytes),
            signature: signature.toString('base64'),
          },
        }
      : { dsseEnvelope: envelope }),
  };
  return Buffer.from(JSON.stringify(bundle));
}

function messageDigest(bytes: Uint8Array): object {
  return { algorithm: 'SHA2_256', digest: createHash('sha256').update(bytes).digest('base64') };
}

/** The bundle with the manifest that attaches it. @param predicateType null for a message */
export function attachedBundle(
  bundle: Buffer,
  predicateType: string | null,
  created: string,
  subject: AttachedTo,
): AttachedContent {
  return toAttached({
    subject,
    artifactType: BUNDLE_MEDIA_TYPE,
    layers: [{ mediaType: BUNDLE_MEDIA_TYPE, content: bundle, annotations: {} }],
    annotations: {
      ...(predicateType === null
        ? { 'dev.sigstore.bundle.content': 'message-signature' }
        : {
            'dev.sigstore.bundle.content': 'dsse-envelope',
            'dev.sigstore.bundle.predicateType': predicateType,
          }),
      'org.opencontainers.image.created': created,
    },
  });
}
