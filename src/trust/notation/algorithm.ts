import { constants, type KeyObject, verify } from 'node:crypto';

/** Signature algorithms of Notation, named as in JWS (RFC 7518, section 3.1). */
export type SignatureAlgorithm = 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512';

const BY_RSA_BITS: Readonly<Record<number, SignatureAlgorithm>> = {
  2048: 'PS256',
  3072: 'PS384',
  4096: 'PS512',
};
const BY_CURVE: Readonly<Record<string, SignatureAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/**
 * The one algorithm that a key signs with: what an envelope says is only compared with it, so that no envelope chooses how it is
 * verified. Null for keys that are not accepted. signature-specification.md, "Algorithm Selection".
 */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | null {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return BY_RSA_BITS[modulusLength] ?? null;
  return key.asymmetricKeyType === 'ec' ? (BY_CURVE[namedCurve] ?? null) : null;
}

export function verifiesSignature(
  algorithm: SignatureAlgorithm,
  key: KeyObject,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const hash = `sha${algorithm.slice(2)}`;
  return algorithm.startsWith('PS')
    ? verify(
        hash,
        signed,
        { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
        signature,
      )
    : verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
