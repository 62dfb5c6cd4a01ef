import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Digest, digestOf } from '../../model/digest.ts';
import { type DerValue, fromDer, octets, parseDer, part, taggedPart } from './der.ts';
import { formatDistinguishedName } from './distinguished-name.ts';
import { unreadable } from './fault.ts';

/** A certificate, with what Notation asks about it. RFC 5280, section 4.1. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER. */
  readonly fingerprint: Digest;
  /** RFC 4514, in the order of the certificate. */
  readonly subject: string;
  /** DER of the names, for comparing. */
  readonly subjectDer: Buffer;
  readonly issuerDer: Buffer;
  readonly serialNumber: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: KeyObject;
  /** Object identifier of the algorithm by which it was signed. */
  readonly signatureAlgorithm: string;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** Whether the other one's name and key are those of its issuer. */
  isIssuedBy(issuer: Certificate): boolean;
}

export interface Extension {
  readonly isCritical: boolean;
  readonly value: DerValue;
}

export const EXTENSION = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;

const RSA_PSS = '1.2.840.113549.1.1.10';

/** @throws {NotationFault} */
export function parseCertificate(der: Uint8Array): Certificate {
  const subject = 'a certificate';
  const body = part(parseDer(der, subject), 0, subject);
  // the version is the only field that may be absent before the names
  const first = part(body, 0, subject).tag.isContextSpecific(0) ? 1 : 0;
  const field = (position: number): DerValue => part(body, first + position, subject);
  const validity = field(3);
  const { x509, key } = openCertificate(der);
  const subjectDer = field(4).toDER();
  const issuerDer = field(2).toDER();
  return {
    der,
    fingerprint: digestOf(der),
    subject: formatDistinguishedName(field(4)),
    subjectDer,
    issuerDer,
    serialNumber: field(0).value,
    notBefore: readDate(part(validity, 0, subject)),
    notAfter: readDate(part(validity, 1, subject)),
    key,
    signatureAlgorithm: readSignatureAlgorithm(field(1)),
    extensions: readExtensions(body),
    isIssuedBy: (issuer) => issuer.subjectDer.equals(issuerDer) && verifiesWith(x509, issuer.key),
  };
}

function readDate(value: DerValue): Date {
  const date = fromDer(() => value.toDate(), "a certificate's date");
  // the thirteenth month has the form of a date too
  if (Number.isNaN(date.getTime())) throw unreadable("a certificate's date is none");
  return date;
}

function openCertificate(der: Uint8Array): { readonly x509: X509Certificate; readonly key: KeyObject } {
  try {
    const x509 = new X509Certificate(der);
    return { x509, key: x509.publicKey };
  } catch (error) {
    if (error instanceof Error) throw unreadable(`a certificate cannot be used: ${error.message}`);
    throw error;
  }
}

function verifiesWith(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch (error) {
    // keys of another kind than the signature's are refused by an exception
    if (error instanceof Error) return false;
    throw error;
  }
}

/** Of RSASSA-PSS it is the hash that says how strong it is, so that is named beside it: RFC 4055, section 3.1. */
function readSignatureAlgorithm(value: DerValue): string {
  const subject = "a certificate's signature algorithm";
  const algorithm = fromDer(() => part(value, 0, subject).toOID(), subject);
  if (algorithm !== RSA_PSS) return algorithm;
  const hash = taggedPart(part(value, 1, subject), 0);
  if (hash === null) return `${RSA_PSS}/1.3.14.3.2.26`;
  return `${RSA_PSS}/${fromDer(() => part(part(hash, 0, subject), 0, subject).toOID(), subject)}`;
}

function readExtensions(body: DerValue): ReadonlyMap<string, Extension> {
  const subject = "a certificate's extension";
  const found = new Map<string, Extension>();
  for (const extension of taggedPart(body, 3)?.subs[0]?.subs ?? []) {
    const id = fromDer(() => part(extension, 0, subject).toOID(), subject);
    // programs disagree about which of two counts
    if (found.has(id)) throw unreadable(`a certificate has the extension ${id} twice`);
    const flag = extension.subs.length > 2 ? part(extension, 1, subject) : null;
    const isCritical = flag !== null && fromDer(() => flag.toBoolean(), subject);
    found.set(id, { isCritical, value: parseDer(octets(part(extension, -1, subject), subject), subject) });
  }
  return found;
}
