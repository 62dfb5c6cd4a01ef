/** Tokens of timestamp authorities, RFC 3161, as far as the verifying library does not look at them. */
import { createHash, X509Certificate as NodeCertificate } from 'node:crypto';
import { type ASN1Obj, RFC3161Timestamp } from '@sigstore/core';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';

const HASHES: Readonly<Partial<Record<string, string>>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** What a token says; nothing of it is verified. */
export interface TimestampToken {
  readonly timestamp: RFC3161Timestamp;
  readonly time: Date;
  readonly issuer: Buffer;
  readonly serialNumber: Buffer;
  /** Whether the digest in the token is that of the bytes. */
  covers(bytes: Uint8Array): boolean;
  /** The digest of the certificate that signed, RFC 5035; null where the token has none. */
  readonly certificateDigest: { readonly hash: string; readonly digest: Buffer } | null;
}

/** Reads a token, an answer of an authority with the status "granted"; a text says why it is none. */
export function readToken(der: Buffer): TimestampToken | string {
  try {
    const timestamp = RFC3161Timestamp.parse(Buffer.from(der));
    const { status, signingTime, signerIssuer, signerSerialNumber, tstInfo } = timestamp;
    // granted, or granted with modifications
    if (status !== 0n && status !== 1n) return `has the status ${status}, which is not "granted"`;
    const signerInfo = onlySigner(timestamp.root);
    if (signerInfo === null) return 'has not exactly one signer';
    if (Number.isNaN(signingTime.getTime())) return 'has a time that is none';
    const { messageImprintHashAlgorithm: hash, messageImprintHashedMessage: imprint } = tstInfo;
    // undefined for what is not of the SHA-2 family, whatever its type says
    if (!Object.values(HASHES).includes(hash))
      return 'covers a digest that is neither SHA-256, SHA-384 nor SHA-512';
    return {
      timestamp,
      time: signingTime,
      issuer: signerIssuer,
      serialNumber: signerSerialNumber,
      covers: (bytes) => createHash(hash).update(bytes).digest().equals(imprint),
      certificateDigest: certificateDigestOf(signerInfo),
    };
  } catch (error) {
    // in hostile DER the library runs into what is not there: TypeError, RangeError, and its own
    if (error instanceof Error) return `is not a timestamp in DER: ${error.message}`;
    throw error;
  }
}

/** Why the certificate of an authority may not stamp times, or is not the one that the token means; null when it is. */
export function certificateProblem(token: TimestampToken, der: Buffer): string | null {
  // RFC 3161, section 2.3: this usage and no other, so that no other certificate of an authority can make times
  const usages = new NodeCertificate(der).keyUsage ?? [];
  if (usages.length !== 1 || usages[0] !== TIME_STAMPING) return 'is not for time stamping and nothing else';
  if (token.certificateDigest === null) return 'is not named by its digest in the token';
  const { hash, digest } = token.certificateDigest;
  return createHash(hash).update(der).digest().equals(digest)
    ? null
    : 'is not the one whose digest is in the token';
}

/** TimeStampResp → timeStampToken → SignedData → signerInfos. RFC 5652, section 5.1 */
function onlySigner(response: ASN1Obj): ASN1Obj | null {
  const signedData = response.subs[1]?.subs.find(({ tag }) => tag.isContextSpecific(0))?.subs[0];
  const [signerInfo, ...others] = signedData?.subs.at(-1)?.subs ?? [];
  return signerInfo === undefined || others.length > 0 ? null : signerInfo;
}

function certificateDigestOf(signerInfo: ASN1Obj): TimestampToken['certificateDigest'] {
  const attributes = signerInfo.subs.find(({ tag }) => tag.isContextSpecific(0))?.subs ?? [];
  const identifierIn = (oid: string) =>
    // SET { SigningCertificate { SEQUENCE OF ESSCertID, … } }: the first is the signer's
    attributes.find(({ subs }) => subs[0]?.toOID() === oid)?.subs[1]?.subs[0]?.subs[0]?.subs[0];
  const second = identifierIn(SIGNING_CERTIFICATE_V2);
  if (second !== undefined) return digestIn(second);
  const digest = identifierIn(SIGNING_CERTIFICATE)?.subs[0];
  // SHA-1 by definition; it only tells apart certificates of which each is trusted
  return digest?.tag.isOctetString() === true ? { hash: 'sha1', digest: digest.value } : null;
}

/** ESSCertIDv2 { hashAlgorithm DEFAULT SHA-256, certHash, issuerSerial OPTIONAL }. RFC 5035, section 4 */
function digestIn({ subs: [first, second] }: ASN1Obj): TimestampToken['certificateDigest'] {
  if (first?.tag.isOctetString() === true) return { hash: 'sha256', digest: first.value };
  const hash = HASHES[first?.subs[0]?.toOID() ?? ''];
  return hash !== undefined && second?.tag.isOctetString() === true ? { hash, digest: second.value } : null;
}
