import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { der } from './der.ts';

/** Certificates for tests, with whatever is right or wrong in them. RFC 5280 */

/** A certificate with the key that belongs to it. */
export interface CertifiedKey {
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The DER of its subject, as those that it issues name it. */
  readonly name: Buffer;
}

export interface CertificateRecipe {
  /** Attributes in their order: `[['O', 'acme'], ['CN', 'root']]`. Fulcio's leaves have none. */
  readonly subject: readonly (readonly [keyof typeof ATTRIBUTES, string])[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
}

const ATTRIBUTES = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
} as const;

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export function ecKeyPair(namedCurve: 'P-256' | 'P-384' | 'P-521' = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve });
}

/** The DER of the SubjectPublicKeyInfo. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

export function distinguishedName(subject: CertificateRecipe['subject']): Buffer {
  return der.sequence(
    ...subject.map(([attribute, value]) =>
      der.set(der.sequence(der.oid(ATTRIBUTES[attribute]), der.utf8(value))),
    ),
  );
}

const OIDS = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

export const USAGES = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;

export function extension(oid: string, value: Uint8Array, isCritical = false): Buffer {
  return der.sequence(der.oid(oid), ...(isCritical ? [der.boolean(true)] : []), der.octets(value));
}

const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(spkiOf(key)).digest();

export const extensions = {
  certificateAuthority: (pathLength?: number): Buffer =>
    extension(
      OIDS.basicConstraints,
      der.sequence(der.boolean(true), ...(pathLength === undefined ? [] : [der.integer(pathLength)])),
      true,
    ),
  notAnAuthority: (): Buffer => extension(OIDS.basicConstraints, der.sequence(), true),
  /** `digitalSignature` is bit 0; `keyCertSign` and `cRLSign` are bits 5 and 6. */
  keyUsage: (usage: 'digital-signature' | 'certificate-signing'): Buffer =>
    extension(
      OIDS.keyUsage,
      usage === 'digital-signature' ? der.bitString(Buffer.of(0x80), 7) : der.bitString(Buffer.of(0x06), 1),
      true,
    ),
  extendedKeyUsage: (usages: readonly string[], isCritical = false): Buffer =>
    extension(OIDS.extendedKeyUsage, der.sequence(...usages.map(der.oid)), isCritical),
  subjectKeyIdentifier: (key: KeyObject): Buffer =>
    extension(OIDS.subjectKeyIdentifier, der.octets(keyIdentifier(key))),
  authorityKeyIdentifier: (key: KeyObject): Buffer =>
    extension(OIDS.authorityKeyIdentifier, der.sequence(der.implicit(0, keyIdentifier(key)))),
  /** Names as encoded by `generalName`. */
  subjectAlternativeName: (...names: readonly Buffer[]): Buffer =>
    extension(OIDS.subjectAlternativeName, der.sequence(...names), true),
} as const;

export const generalName = {
  email: (address: string): Buffer => der.implicit(1, Buffer.from(address)),
  uri: (address: string): Buffer => der.implicit(6, Buffer.from(address)),
  other: (oid: string, value: string): Buffer =>
    der.explicit(0, der.oid(oid), der.explicit(0, der.utf8(value))),
} as const;

/** Who signs a certificate, and how. */
export type Issuer = Pick<CertifiedKey, 'privateKey' | 'name'>;

const hashOf = (key: KeyObject): 'sha256' | 'sha384' | 'sha512' => {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return curve === 'secp384r1' ? 'sha384' : curve === 'secp521r1' ? 'sha512' : 'sha256';
};

export const SIGNATURE_ALGORITHMS = {
  sha256: der.sequence(der.oid('1.2.840.10045.4.3.2')),
  sha384: der.sequence(der.oid('1.2.840.10045.4.3.3')),
  sha512: der.sequence(der.oid('1.2.840.10045.4.3.4')),
  rsa: der.sequence(der.oid('1.2.840.113549.1.1.11'), der.null()),
} as const;

function signatureAlgorithm(key: KeyObject): Buffer {
  return SIGNATURE_ALGORITHMS[key.asymmetricKeyType === 'rsa' ? 'rsa' : hashOf(key)];
}

/** The part of a certificate that is signed. RFC 5280, 4.1 */
function toBeSigned(recipe: CertificateRecipe, publicKey: KeyObject, issuer: Issuer, serial: Buffer): Buffer {
  return der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial),
    signatureAlgorithm(issuer.privateKey),
    issuer.name,
    der.sequence(der.time(recipe.notBefore), der.time(recipe.notAfter)),
    distinguishedName(recipe.subject),
    spkiOf(publicKey),
    der.explicit(3, der.sequence(...recipe.extensions)),
  );
}

/** What is added to a certificate after somebody has seen it without: a timestamp of a transparency log. */
export type Amendment = (tbs: Buffer) => Buffer;

/** A certificate for a public key. */
export function issueCertificate(
  recipe: CertificateRecipe,
  publicKey: KeyObject,
  issuer: Issuer,
  amend?: Amendment,
): Buffer {
  const serial = Buffer.concat([Buffer.of(0x40), randomBytes(15)]);
  const before = toBeSigned(recipe, publicKey, issuer, serial);
  const signed =
    amend === undefined
      ? before
      : toBeSigned(
          { ...recipe, extensions: [...recipe.extensions, amend(before)] },
          publicKey,
          issuer,
          serial,
        );
  const signature = sign(hashOf(issuer.privateKey), signed, issuer.privateKey);
  return der.sequence(signed, signatureAlgorithm(issuer.privateKey), der.bitString(signature));
}

/** A certificate with a new key; without an issuer it signs itself. */
export function createCertifiedKey(
  recipe: CertificateRecipe,
  issuer?: Issuer,
  keys: KeyPair = ecKeyPair(),
): CertifiedKey {
  const name = distinguishedName(recipe.subject);
  const signer = issuer ?? { privateKey: keys.privateKey, name };
  return { ...keys, name, certificate: issueCertificate(recipe, keys.publicKey, signer) };
}

export function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
