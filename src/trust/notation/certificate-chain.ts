/**
 * The rules for chains of certificates. Notary Project, signature-specification.md, "Certificate Requirements": only key usage,
 * extended key usage and basic constraints are honoured, and every certificate must be there, in order, root included.
 */
import { EXTENSION, type Certificate } from './certificate.ts';
import { fromDer } from './der.ts';

export type ChainPurpose = 'code-signing' | 'timestamping';

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 256;
const CURVE_BITS: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** SHA-2 with RSA PKCS #1 v1.5, ECDSA or RSASSA-PSS. Whoever can forge SHA-1 could forge a certificate of the chain. */
const ACCEPTED_ALGORITHMS: ReadonlySet<string> = new Set([
  ...['11', '12', '13'].map((last) => `1.2.840.113549.1.1.${last}`),
  ...['2', '3', '4'].map((last) => `1.2.840.10045.4.3.${last}`),
  ...['1', '2', '3'].map((last) => `1.2.840.113549.1.1.10/2.16.840.1.101.3.4.2.${last}`),
]);

/** Positions in the bit string of key usage: RFC 5280, section 4.2.1.3. */
const DIGITAL_SIGNATURE = 0;
const KEY_CERT_SIGN = 5;
const USAGES_NOT_OF_A_SIGNER: Readonly<Record<string, number>> = {
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'certificate signing': KEY_CERT_SIGN,
  'CRL signing': 6,
  'encipher only': 7,
  'decipher only': 8,
};

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/**
 * Why a chain, leaf first, may not be used; null where it may. A chain of one is a signer that vouches for itself: it must be a
 * leaf by its kind.
 */
export function chainFault(chain: readonly Certificate[], purpose: ChainPurpose): string | null {
  const [leaf] = chain;
  if (leaf === undefined) return 'there is no certificate';
  for (const [position, certificate] of chain.entries()) {
    const fault =
      linkFault(chain, position) ??
      algorithmFault(certificate) ??
      (position === 0
        ? leafFault(certificate, purpose)
        : authorityFault(certificate, position - 1, purpose === 'code-signing'));
    if (fault !== null) return `${certificate.subject}: ${fault}`;
  }
  return null;
}

/** Each is issued by the next one, and the last, alone, by itself: what is no part of the chain must not come along. */
function linkFault(chain: readonly Certificate[], position: number): string | null {
  const certificate = chain[position];
  const issuer = chain[position + 1];
  if (certificate === undefined) return null;
  if (issuer === undefined) {
    return certificate.isIssuedBy(certificate) ? null : 'the chain ends before a root that signed itself';
  }
  if (certificate.isIssuedBy(certificate)) return 'it signed itself, and others follow it';
  return certificate.isIssuedBy(issuer) ? null : `it was not issued by the next one, ${issuer.subject}`;
}

function algorithmFault({ signatureAlgorithm, key }: Certificate): string | null {
  if (!ACCEPTED_ALGORITHMS.has(signatureAlgorithm)) {
    return `it was signed with the algorithm ${signatureAlgorithm}, which is not accepted`;
  }
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < MIN_RSA_BITS) {
    return `its RSA key has ${modulusLength} bits, expected ${MIN_RSA_BITS} or more`;
  }
  if (namedCurve !== undefined && (CURVE_BITS[namedCurve] ?? 0) < MIN_CURVE_BITS) {
    return `its key is on the curve ${namedCurve}, which is not accepted`;
  }
  return null;
}

function leafFault(certificate: Certificate, purpose: ChainPurpose): string | null {
  if (readConstraints(certificate).isAuthority) return 'it is an authority, expected a signer';
  const usage = readKeyUsage(certificate);
  if (usage === null) return 'it does not say what its key is for';
  if (purpose === 'code-signing' && !usage.isCritical) return 'what its key is for is not marked as critical';
  if (!usage.has(DIGITAL_SIGNATURE)) return 'its key is not for digital signatures';
  for (const [name, bit] of Object.entries(USAGES_NOT_OF_A_SIGNER)) {
    if (usage.has(bit)) return `its key is for ${name} too, expected digital signatures only`;
  }
  return purposeFault(certificate, purpose);
}

function purposeFault({ extensions }: Certificate, purpose: ChainPurpose): string | null {
  const extension = extensions.get(EXTENSION.extendedKeyUsage);
  const purposes =
    extension?.value.subs.map((one) => fromDer(() => one.toOID(), 'an extended key usage')) ?? [];
  if (purpose === 'code-signing') {
    const other = purposes.find((one) => one !== CODE_SIGNING);
    return other === undefined ? null : `it is for the purpose ${other}, expected code signing only`;
  }
  const isForTime = purposes.length === 1 && purposes[0] === TIME_STAMPING;
  // RFC 3161, section 2.3
  return isForTime && extension?.isCritical === true ? null : 'it is not, by a critical mark, for time only';
}

/** @param below how many authorities may stand between it and the leaf */
function authorityFault(certificate: Certificate, below: number, mustBeCritical: boolean): string | null {
  const { isAuthority, isCritical, longestPath } = readConstraints(certificate);
  if (!isAuthority || !isCritical) return 'it is not marked, critically, as an authority';
  if (longestPath !== null && longestPath < below) {
    return `it allows ${longestPath} authorities below it, expected ${below}`;
  }
  const usage = readKeyUsage(certificate);
  if (usage === null || (mustBeCritical && !usage.isCritical)) {
    return 'what its key is for is not said, or not marked as critical';
  }
  return usage.has(KEY_CERT_SIGN) ? null : 'its key is not for signing certificates';
}

/** Whether its basic constraints make it an authority. @throws {NotationFault} */
export function isAuthority(certificate: Certificate): boolean {
  return readConstraints(certificate).isAuthority;
}

interface Constraints {
  readonly isAuthority: boolean;
  readonly isCritical: boolean;
  readonly longestPath: number | null;
}

function readConstraints({ extensions }: Certificate): Constraints {
  const extension = extensions.get(EXTENSION.basicConstraints);
  if (extension === undefined) return { isAuthority: false, isCritical: false, longestPath: null };
  const subject = 'basic constraints';
  const flag = extension.value.subs.find((sub) => sub.tag.isBoolean());
  const path = extension.value.subs.find((sub) => sub.tag.isInteger());
  return {
    isAuthority: flag !== undefined && fromDer(() => flag.toBoolean(), subject),
    isCritical: extension.isCritical,
    longestPath: path === undefined ? null : Number(fromDer(() => path.toInteger(), subject)),
  };
}

function readKeyUsage({
  extensions,
}: Certificate): { readonly isCritical: boolean; has(bit: number): boolean } | null {
  const extension = extensions.get(EXTENSION.keyUsage);
  if (extension === undefined) return null;
  const bits = fromDer(() => extension.value.toBitString(), 'a key usage');
  return { isCritical: extension.isCritical, has: (bit) => bits[bit] === 1 };
}

/** The first certificate that is not valid during the whole time, in words; null where all are. */
export function validityFault(chain: readonly Certificate[], from: Date, to: Date): string | null {
  for (const { subject, notBefore, notAfter } of chain) {
    const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    if (from < notBefore || to > notAfter)
      return `${subject} is valid from ${period}, not on ${from.toISOString()}`;
  }
  return null;
}
