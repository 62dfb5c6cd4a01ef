/**
 * What entries of Rekor say, compared with the signature that they came with. An entry proves something about this signature only
 * when signature, digest and key or certificate are all the same: otherwise any entry of any log would do (CVE-2022-36056, where
 * those of other signatures were accepted).
 *
 * sigstore/rekor, `pkg/types`; sigstore/rekor-tiles, `api/proto`.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { decodeBase64 } from '../../formats/base64.ts';
import { readPem } from '../../formats/pem.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { keyIdOf, type PublicKey, readPublicKey } from '../material/keys.ts';
import {
  anything,
  applyShape,
  list,
  mapped,
  object,
  optional,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import type { HashName, SignedEvidence } from './signed-evidence.ts';

/** Envelopes are not in bodies, only their digests; Rekor itself takes no more. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Who signed: a certificate in DER, or a key. */
export type LoggedSigner =
  | { readonly kind: 'certificate'; readonly leaf: Buffer }
  | { readonly kind: 'key'; readonly key: PublicKey };

/** What an entry says, whatever its kind. */
interface LoggedSignature {
  readonly signature: Buffer | null;
  /** Of what, and which. */
  readonly of: 'signed-bytes' | 'payload' | 'document';
  readonly hash: string;
  readonly digest: Buffer | null;
  readonly verifier: LoggedVerifier;
}

/** A certificate or key, in PEM or DER. */
type LoggedVerifier =
  | { readonly pem: Buffer | null }
  | { readonly certificate: Buffer | null }
  | { readonly publicKey: Buffer | null };

/** Why the body of an entry is not about this signature; null when it is. */
export function bodyDifference(
  body: Buffer,
  { kind, version }: { readonly kind: string; readonly version: string },
  evidence: SignedEvidence,
  signer: LoggedSigner,
): string | null {
  const json = readStrictJson(body, { maxBytes: MAX_BODY_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the body of the log entry ${json.problem}`;
  const head = applyShape(headShape, json.value);
  if (head instanceof ShapeMismatch) return `the body's "${head.place}" ${head.message}`;
  if (head.kind !== kind || head.apiVersion !== version) {
    return `expected a body of kind ${kind} ${version}, got ${head.kind} ${head.apiVersion}`;
  }
  const reader = READERS[`${kind} ${version}`];
  if (reader === undefined) return `the log entry is of the kind ${kind} ${version}, which is not read`;
  const logged = applyShape(reader, head.spec);
  if (logged instanceof ShapeMismatch) return `the body's "spec.${logged.place}" ${logged.message}`;
  return differenceOf(logged, evidence, signer);
}

function differenceOf(
  logged: LoggedSignature,
  evidence: SignedEvidence,
  signer: LoggedSigner,
): string | null {
  const { signature, of, digest } = logged;
  // the entry of an envelope's document has the signature in what it digests
  if (of === 'document' ? signature !== null : signature?.equals(evidence.signature) !== true) {
    return 'the log entry is of another signature';
  }
  const content = contentOf(evidence, of);
  const hash = HASH_NAMES[logged.hash];
  if (content === null) return 'the log entry is of an envelope, and this signature has none';
  if (hash === undefined)
    return `the log entry has the digest ${JSON.stringify(logged.hash)}, which is not accepted`;
  if (digest?.equals(createHash(hash).update(content).digest()) !== true) {
    return 'the log entry is of other content: its digest is not that of what was signed';
  }
  return isSigner(logged.verifier, signer)
    ? null
    : `the log entry has another ${signer.kind} than the one that came with the signature`;
}

function contentOf({ signedBytes, envelope }: SignedEvidence, of: LoggedSignature['of']): Uint8Array | null {
  if (of === 'signed-bytes') return signedBytes;
  return (of === 'payload' ? envelope?.payload : envelope?.document) ?? null;
}

function isSigner(verifier: LoggedVerifier, signer: LoggedSigner): boolean {
  const { certificate, publicKey } = inDer(verifier);
  if (signer.kind === 'certificate') return certificate?.equals(signer.leaf) === true;
  if (publicKey !== null) {
    const key = readPublicKey(publicKey);
    return typeof key !== 'string' && key.id === signer.key.id;
  }
  // docker/attest wraps its keys in certificates that they sign themselves: the key counts
  return certificate !== null && keyInCertificate(certificate) === signer.key.id;
}

function inDer(verifier: LoggedVerifier): { certificate: Buffer | null; publicKey: Buffer | null } {
  if ('certificate' in verifier) return { certificate: verifier.certificate, publicKey: null };
  if ('publicKey' in verifier) return { certificate: null, publicKey: verifier.publicKey };
  const [block] = readPem(verifier.pem?.toString('latin1') ?? '', 1) ?? [];
  return {
    certificate: block?.label === 'CERTIFICATE' ? block.der : null,
    publicKey: block?.label === 'PUBLIC KEY' ? block.der : null,
  };
}

function keyInCertificate(der: Buffer): string | null {
  try {
    return keyIdOf(new X509Certificate(der).publicKey);
  } catch {
    // what is no certificate has no key
    return null;
  }
}

/** Names of digests in entries of either generation. */
const HASH_NAMES: Readonly<Partial<Record<string, HashName>>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

const headShape = object({ kind: string(100), apiVersion: string(100), spec: anything });

const base64 = mapped(string(), decodeBase64);
/** Base64 of base64 of a signature, as the entries of in-toto attestations have it. */
const base64Twice = mapped(base64, (bytes) => decodeBase64(bytes?.toString('latin1') ?? ''));
const hex = mapped(string(256), (text) =>
  /^(?:[0-9a-f]{2})+$/.test(text) ? Buffer.from(text, 'hex') : null,
);
const hexDigest = object({ algorithm: string(20), value: hex });
const rawDigest = object({ algorithm: string(20), digest: base64 });
const rawVerifier = mapped(
  object({
    publicKey: optional(object({ rawBytes: base64 })),
    x509Certificate: optional(object({ rawBytes: base64 })),
  }),
  ({ publicKey, x509Certificate }): LoggedVerifier =>
    publicKey === null
      ? { certificate: x509Certificate?.rawBytes ?? null }
      : { publicKey: publicKey.rawBytes },
);

/** The only item of a list: an entry with several signatures could be of any of them. */
function only<T>(item: Shape<T>): Shape<T> {
  return (value, place) => {
    const [one] = list(item, 1)(value, place);
    if (one !== undefined) return one;
    throw new ShapeMismatch(place, 'expected one entry');
  };
}

const READERS: Readonly<Partial<Record<string, Shape<LoggedSignature>>>> = {
  'hashedrekord 0.0.1': mapped(
    object({
      data: object({ hash: hexDigest }),
      signature: object({ content: base64, publicKey: object({ content: base64 }) }),
    }),
    ({ data, signature }) => ({
      signature: signature.content,
      of: 'signed-bytes',
      hash: data.hash.algorithm,
      digest: data.hash.value,
      verifier: { pem: signature.publicKey.content },
    }),
  ),
  'hashedrekord 0.0.2': mapped(
    object({
      hashedRekordV002: object({
        data: rawDigest,
        signature: object({ content: base64, verifier: rawVerifier }),
      }),
    }),
    ({ hashedRekordV002: { data, signature } }) => ({
      signature: signature.content,
      of: 'signed-bytes',
      hash: data.algorithm,
      digest: data.digest,
      verifier: signature.verifier,
    }),
  ),
  'dsse 0.0.1': mapped(
    object({ payloadHash: hexDigest, signatures: only(object({ signature: base64, verifier: base64 })) }),
    ({ payloadHash, signatures: { signature, verifier } }) => ({
      signature,
      of: 'payload',
      hash: payloadHash.algorithm,
      digest: payloadHash.value,
      verifier: { pem: verifier },
    }),
  ),
  'dsse 0.0.2': mapped(
    object({
      dsseV002: object({
        payloadHash: rawDigest,
        signatures: only(object({ content: base64, verifier: rawVerifier })),
      }),
    }),
    ({ dsseV002: { payloadHash, signatures } }) => ({
      signature: signatures.content,
      of: 'payload',
      hash: payloadHash.algorithm,
      digest: payloadHash.digest,
      verifier: signatures.verifier,
    }),
  ),
  'intoto 0.0.1': mapped(
    object({ content: object({ hash: hexDigest }), publicKey: base64 }),
    ({ content: { hash }, publicKey }) => ({
      signature: null,
      of: 'document',
      hash: hash.algorithm,
      digest: hash.value,
      verifier: { pem: publicKey },
    }),
  ),
  'intoto 0.0.2': mapped(
    object({
      content: object({
        payloadHash: hexDigest,
        envelope: object({ signatures: only(object({ sig: base64Twice, publicKey: base64 })) }),
      }),
    }),
    ({ content: { payloadHash, envelope } }) => ({
      signature: envelope.signatures.sig,
      of: 'payload',
      hash: payloadHash.algorithm,
      digest: payloadHash.value,
      verifier: { pem: envelope.signatures.publicKey },
    }),
  ),
};
