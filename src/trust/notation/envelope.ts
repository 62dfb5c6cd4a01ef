/** What an envelope of Notation holds, however it is written. Notary Project, signature-specification.md. */
import type { SignatureAlgorithm } from './algorithm.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { NotationFault, unreadable } from './fault.ts';

export const MAX_ENVELOPE_BYTES = 1024 * 1024;
const MAX_CERTIFICATES = 10;

/** Notary Project, signing-scheme.md. */
export type SigningScheme = 'notary.x509' | 'notary.x509.signingAuthority';

export interface Envelope {
  readonly attributes: SignedAttributes;
  /** JSON, to be read only once the signature is known to be sound. */
  readonly payload: Uint8Array;
  /** The very bytes that the signature covers. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** Leaf first. Whether it is a chain is not known yet. */
  readonly certificates: readonly Certificate[];
  /** An RFC 3161 token about the signature, in DER; not signed by the signer, who could not know it. */
  readonly countersignature: Uint8Array | null;
}

/** What the signer signed besides the payload. */
export interface SignedAttributes {
  readonly algorithm: SignatureAlgorithm;
  readonly scheme: SigningScheme;
  /** The signer's own word: of the scheme `notary.x509` it proves nothing, of a signing authority it counts. */
  readonly signingTime: Date;
  readonly expires: Date | null;
}

/** The fields of a protected header, by their names in JWS. */
export interface ProtectedFields {
  readonly algorithm: SignatureAlgorithm | null;
  readonly contentType: unknown;
  readonly critical: unknown;
  readonly named: ReadonlyMap<string, unknown>;
  /** Null for what is no time in this form of envelope. */
  readonly readTime: (value: unknown) => Date | null;
}

const PAYLOAD_TYPE = 'application/vnd.cncf.notary.payload.v1+json';
const SIGNING_SCHEME = 'io.cncf.notary.signingScheme';
const SIGNING_TIME = 'io.cncf.notary.signingTime';
const AUTHENTIC_SIGNING_TIME = 'io.cncf.notary.authenticSigningTime';
const EXPIRY = 'io.cncf.notary.expiry';

/** Which attribute says when it was signed. The other one must not be there: two times could be read as either. */
const TIME_OF_SCHEME: Readonly<Record<SigningScheme, string>> = {
  'notary.x509': SIGNING_TIME,
  'notary.x509.signingAuthority': AUTHENTIC_SIGNING_TIME,
};

/** @throws {NotationFault} notation.attributes */
export function readAttributes(fields: ProtectedFields): SignedAttributes {
  const { named, algorithm } = fields;
  if (fields.contentType !== PAYLOAD_TYPE) {
    throw attributeFault(`the payload is said to be ${quote(fields.contentType)}, expected ${PAYLOAD_TYPE}`);
  }
  if (algorithm === null) throw attributeFault('the signature algorithm is none of Notation');
  const scheme = readScheme(named.get(SIGNING_SCHEME));
  const timeName = TIME_OF_SCHEME[scheme];
  const otherTime = timeName === SIGNING_TIME ? AUTHENTIC_SIGNING_TIME : SIGNING_TIME;
  if (named.has(otherTime)) throw attributeFault(`${otherTime} does not belong to the scheme ${scheme}`);
  const signingTime = fields.readTime(named.get(timeName));
  if (signingTime === null) throw attributeFault(`${timeName} is missing or no time`);
  const expires = named.has(EXPIRY) ? fields.readTime(named.get(EXPIRY)) : null;
  if (named.has(EXPIRY) && expires === null) throw attributeFault(`${EXPIRY} is no time`);
  if (expires !== null && expires <= signingTime) {
    throw attributeFault(`${EXPIRY} ${expires.toISOString()} is not after the signing time`);
  }
  checkCritical(fields, [
    SIGNING_SCHEME,
    ...(timeName === AUTHENTIC_SIGNING_TIME ? [timeName] : []),
    ...(expires === null ? [] : [EXPIRY]),
  ]);
  return { algorithm, scheme, signingTime, expires };
}

function readScheme(value: unknown): SigningScheme {
  if (typeof value === 'string' && Object.hasOwn(TIME_OF_SCHEME, value)) return value as SigningScheme;
  throw attributeFault(
    `the signing scheme is ${quote(value)}, expected ${Object.keys(TIME_OF_SCHEME).join(' or ')}`,
  );
}

/** RFC 7515, section 4.1.11: an attribute that is critical and not understood makes the whole envelope invalid. */
function checkCritical({ critical }: ProtectedFields, wanted: readonly string[]): void {
  if (!Array.isArray(critical)) throw attributeFault('it is not said which attributes are critical');
  for (const name of wanted) {
    if (!critical.includes(name)) throw attributeFault(`${name} is not marked as critical`);
  }
  const unknown: unknown = critical.find((name) => !wanted.includes(name as string));
  if (unknown !== undefined) {
    throw attributeFault(`the critical attribute ${quote(unknown)} is not understood, or not there`);
  }
  if (critical.length !== wanted.length) throw attributeFault('an attribute is marked as critical twice');
}

/** @throws {NotationFault} */
export function readCertificates(found: readonly Uint8Array[]): readonly Certificate[] {
  if (found.length === 0 || found.length > MAX_CERTIFICATES) {
    throw unreadable(`it holds ${found.length} certificates, expected 1 to ${MAX_CERTIFICATES}`);
  }
  return found.map(parseCertificate);
}

function attributeFault(reason: string): NotationFault {
  return new NotationFault('notation.attributes', reason);
}

/** As it may stand in a reason: short, and in quotation marks. */
function quote(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : `a value of type ${typeof value}`;
}
