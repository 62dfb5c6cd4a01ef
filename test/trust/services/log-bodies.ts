import { sha256 } from './sha256.ts';
import type { LogBody } from './transparency-log.ts';

/** What transparency logs keep of a signature, by kind. https://github.com/sigstore/rekor/tree/main/pkg/types */

/** Whose signature it is: a public key or a certificate. */
export interface Verifier {
  /** The PEM, as version 1 keeps it. */
  readonly pem: string;
  /** The DER, as version 2 keeps it. */
  readonly der: Uint8Array;
  readonly kind: 'key' | 'certificate';
}

export interface EnvelopeJson {
  payload: string;
  payloadType: string;
  signatures: { sig: string; keyid?: string }[];
}

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64');

const hashOf = (content: Uint8Array | string): { algorithm: 'sha256'; value: string } => ({
  algorithm: 'sha256',
  value: sha256(content).toString('hex'),
});

/** A signature over content of which the log knows the SHA-256. */
export function hashedRekord(signature: Uint8Array, hash: Uint8Array, verifier: Verifier): LogBody {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: Buffer.from(hash).toString('hex') } },
      signature: { content: base64(signature), publicKey: { content: base64(verifier.pem) } },
    },
  };
}

/** The same in a log of version 2. https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md */
export function hashedRekordV2(signature: Uint8Array, hash: Uint8Array, verifier: Verifier): LogBody {
  return {
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: {
          algorithm: 'SHA2_256',
          digest: base64(hash),
        },
        signature: {
          content: base64(signature),
          verifier: {
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            ...(verifier.kind === 'key'
              ? { publicKey: { rawBytes: base64(verifier.der) } }
              : { x509Certificate: { rawBytes: base64(verifier.der) } }),
          },
        },
      },
    },
  };
}

/** An envelope with its signatures, as its sender wrote it. */
export function dsse(text: string, verifier: Verifier): LogBody {
  const envelope = JSON.parse(text) as EnvelopeJson;
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hashOf(text),
      payloadHash: hashOf(Buffer.from(envelope.payload, 'base64')),
      signatures: envelope.signatures.map(({ sig }) => ({ signature: sig, verifier: base64(verifier.pem) })),
    },
  };
}

/** The older kind for envelopes; texts in base64 are encoded once more. */
export function intoto(text: string, verifier: Verifier): LogBody {
  const envelope = JSON.parse(text) as EnvelopeJson;
  return {
    apiVersion: '0.0.2',
    kind: 'intoto',
    spec: {
      content: {
        envelope: {
          payloadType: envelope.payloadType,
          signatures: envelope.signatures.map(({ sig }) => ({
            publicKey: base64(verifier.pem),
            sig: base64(sig),
          })),
        },
        hash: hashOf(text),
        payloadHash: hashOf(Buffer.from(envelope.payload, 'base64')),
      },
    },
  };
}
