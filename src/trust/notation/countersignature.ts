/**
 * RFC 3161 timestamps as Notation carries them: a token of CMS (RFC 5652) about the bytes of the signature, with the certificates
 * of the authority inside, whose root must be in a store for timestamp authorities. signature-specification.md, "Timestamp
 * Countersignature".
 */
import { createHash, timingSafeEqual, verify } from 'node:crypto';
import type { CertificateStore } from '../material/material.ts';
import { chainFault, validityFault } from './certificate-chain.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { type DerValue, fromDer, octets, parseDer, part, taggedPart } from './der.ts';
import { NotationFault } from './fault.ts';

/** A time that an authority vouches for: not before `from` and not after `to`. */
export interface CertifiedTime {
  readonly at: Date;
  readonly from: Date;
  readonly to: Date;
  /** Name of the authority, RFC 4514. */
  readonly by: string;
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Signature algorithms and the hash that each of them fixes; null: the hash is the one named beside. */
const SIGNATURES: Readonly<Record<string, string | null>> = {
  '1.2.840.113549.1.1.1': null,
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

const MAX_CERTIFICATES = 10;
const SUBJECT = 'the timestamp';

/**
 * @param signature the bytes that the token must be about
 * @param stores of the kind `timestamp-authority`
 * @throws {NotationFault}
 */
export function verifyCountersignature(
  token: Uint8Array,
  signature: Uint8Array,
  stores: readonly CertificateStore[],
): CertifiedTime {
  const { content, certificates, signer } = readSignedData(parseDer(token, SUBJECT));
  const authority = findSigner(signer, certificates);
  verifySigner(signer, content, authority);
  const { imprint, at, accuracyMs } = readTokenInfo(parseDer(content, SUBJECT));
  // without this any token of the authority, about anything, would date this signature
  if (!equalBytes(hash(imprint.algorithm, signature), imprint.value)) {
    throw timestampFault('it is about other bytes than this signature');
  }
  const from = new Date(at.getTime() - accuracyMs);
  const to = new Date(at.getTime() + accuracyMs);
  const chain = buildChain(authority, certificates, stores);
  const fault = chainFault(chain, 'timestamping') ?? validityFault(chain, from, to);
  if (fault !== null) throw timestampFault(fault);
  return { at, from, to, by: authority.subject };
}

interface SignedData {
  readonly content: Buffer;
  readonly certificates: readonly Certificate[];
  readonly signer: DerValue;
}

/** RFC 5652, sections 3 and 5.1. */
function readSignedData(contentInfo: DerValue): SignedData {
  expectType(part(contentInfo, 0, SUBJECT), SIGNED_DATA);
  const signedData = part(part(contentInfo, 1, SUBJECT), 0, SUBJECT);
  const encapsulated = part(signedData, 2, SUBJECT);
  expectType(part(encapsulated, 0, SUBJECT), TST_INFO);
  const signers = part(signedData, -1, SUBJECT).subs;
  const [signer] = signers;
  if (signer === undefined || signers.length !== 1) {
    throw timestampFault(`${signers.length} have signed it, expected one`);
  }
  const embedded = taggedPart(signedData, 0)?.subs ?? [];
  if (embedded.length > MAX_CERTIFICATES) throw timestampFault('it holds too many certificates');
  return {
    content: octets(part(part(encapsulated, 1, SUBJECT), 0, SUBJECT), SUBJECT),
    certificates: embedded.map((one) => parseCertificate(one.toDER())),
    signer,
  };
}

function expectType(value: DerValue, wanted: string): void {
  const found = fromDer(() => value.toOID(), SUBJECT);
  if (found !== wanted) throw timestampFault(`its content is of the type ${found}, expected ${wanted}`);
}

/** By issuer and serial number: RFC 5652, section 5.3. */
function findSigner(signer: DerValue, certificates: readonly Certificate[]): Certificate {
  const identifier = part(signer, 1, SUBJECT);
  const issuer = part(identifier, 0, SUBJECT).toDER();
  const serialNumber = part(identifier, 1, SUBJECT).value;
  const found = certificates.find(
    (one) => one.issuerDer.equals(issuer) && one.serialNumber.equals(serialNumber),
  );
  if (found === undefined) throw timestampFault("its signer's certificate is not in it");
  return found;
}

/** The signature covers attributes, and one of those the content: RFC 5652, section 5.4. */
function verifySigner(signer: DerValue, content: Buffer, authority: Certificate): void {
  const algorithm = readHash(part(signer, 2, SUBJECT));
  const attributes = taggedPart(signer, 0);
  if (attributes === null) throw timestampFault('it has no signed attributes');
  expectType(attributeOf(attributes, ATTRIBUTE.contentType), TST_INFO);
  const digest = octets(attributeOf(attributes, ATTRIBUTE.messageDigest), SUBJECT);
  if (!equalBytes(digest, hash(algorithm, content))) throw timestampFault('its content was changed');
  verifySigningCertificate(attributeOf(attributes, ATTRIBUTE.signingCertificateV2), authority);

  const position = signer.subs.indexOf(attributes);
  const id = fromDer(() => part(part(signer, position + 1, SUBJECT), 0, SUBJECT).toOID(), SUBJECT);
  const fixed = Object.hasOwn(SIGNATURES, id) ? SIGNATURES[id] : undefined;
  if (fixed === undefined || (fixed ?? algorithm) !== algorithm) {
    throw timestampFault(`it is signed with ${id}, which is not accepted or does not fit ${algorithm}`);
  }
  const signed = attributes.toDER();
  // they are signed as the set that they are, and not with the tag that they have here
  signed[0] = 0x31;
  const signature = octets(part(signer, position + 2, SUBJECT), SUBJECT);
  if (!['rsa', 'ec'].includes(authority.key.asymmetricKeyType ?? '')) {
    throw timestampFault(`the key of ${authority.subject} is of a kind that is not accepted`);
  }
  if (!verify(algorithm, signed, authority.key, signature)) {
    throw timestampFault(`its signature is not that of ${authority.subject}`);
  }
}

/** ESSCertIDv2 (RFC 5035, section 4): else another certificate for the same key could be put in its place. */
function verifySigningCertificate(value: DerValue, authority: Certificate): void {
  const first = part(part(value, 0, SUBJECT), 0, SUBJECT);
  const start = part(first, 0, SUBJECT);
  const isDefault = start.tag.isOctetString();
  const expected = octets(isDefault ? start : part(first, 1, SUBJECT), SUBJECT);
  if (!equalBytes(hash(isDefault ? 'sha256' : readHash(start), authority.der), expected)) {
    throw timestampFault('it names another certificate as that of its signer');
  }
}

/** The only value of the only attribute of a type. */
function attributeOf(attributes: DerValue, type: string): DerValue {
  const found = attributes.subs.filter(
    (one) => fromDer(() => part(one, 0, SUBJECT).toOID(), SUBJECT) === type,
  );
  const values = found.length === 1 && found[0] !== undefined ? part(found[0], 1, SUBJECT).subs : [];
  const [value] = values;
  if (value === undefined || values.length !== 1)
    throw timestampFault(`the attribute ${type} is not there once`);
  return value;
}

interface TokenInfo {
  readonly imprint: { readonly algorithm: string; readonly value: Buffer };
  readonly at: Date;
  readonly accuracyMs: number;
}

/** RFC 3161, section 2.4.2. */
function readTokenInfo(info: DerValue): TokenInfo {
  const imprint = part(info, 2, SUBJECT);
  const accuracy = info.subs.slice(5).find((one) => one.tag.isUniversal() && one.tag.constructed);
  return {
    imprint: {
      algorithm: readHash(part(imprint, 0, SUBJECT)),
      value: octets(part(imprint, 1, SUBJECT), SUBJECT),
    },
    at: readTime(part(info, 4, SUBJECT)),
    accuracyMs: accuracy === undefined ? 0 : readAccuracy(accuracy),
  };
}

/** GeneralizedTime with any fraction, as authorities write it. RFC 3161, section 2.4.2. */
function readTime(value: DerValue): Date {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(
    value.value.toString('latin1'),
  );
  if (match === null || !value.tag.isGeneralizedTime()) throw timestampFault('its time cannot be read');
  const [, year, month, day, hours, minutes, seconds, fraction = '0'] = match;
  const time = new Date(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.${fraction.slice(0, 3)}Z`);
  if (Number.isNaN(time.getTime())) throw timestampFault('its time is none');
  return time;
}

/** Seconds, and in tags 0 and 1 thousandths and millionths of them; rounded up. */
function readAccuracy(accuracy: DerValue): number {
  const seconds = readCount(accuracy.subs.find((one) => one.tag.isInteger()));
  const microseconds = readCount(taggedPart(accuracy, 1));
  return seconds * 1000 + readCount(taggedPart(accuracy, 0)) + Math.ceil(microseconds / 1000);
}

function readCount(value: DerValue | null | undefined): number {
  const bytes = value?.value ?? Buffer.alloc(0);
  if (bytes.length > 4) throw timestampFault('its accuracy is none');
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** From the signer upwards, until a certificate of a store is or issued the last one. */
function buildChain(
  authority: Certificate,
  embedded: readonly Certificate[],
  stores: readonly CertificateStore[],
): readonly Certificate[] {
  const roots = stores.flatMap(({ certificates }) => certificates.map(parseCertificate));
  const chain = [authority];
  for (let last = authority; chain.length <= MAX_CERTIFICATES;) {
    const { der } = last;
    if (roots.some((root) => equalBytes(root.der, der))) return chain;
    const current = last;
    const next =
      roots.find((root) => current.isIssuedBy(root)) ??
      embedded.find((one) => !chain.includes(one) && current.isIssuedBy(one));
    if (next === undefined) break;
    chain.push(next);
    last = next;
  }
  throw timestampFault(
    `the chain of ${authority.subject} ends in no certificate of ${stores.map(({ name }) => name).join(', ')}`,
  );
}

function readHash(algorithm: DerValue): string {
  const id = fromDer(() => part(algorithm, 0, SUBJECT).toOID(), SUBJECT);
  const found = Object.hasOwn(HASHES, id) ? HASHES[id] : undefined;
  if (found === undefined) throw timestampFault(`it uses the hash ${id}, which is not accepted`);
  return found;
}

function hash(algorithm: string, bytes: Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function timestampFault(reason: string): NotationFault {
  return new NotationFault('notation.timestamp', reason);
}
