import { generateKeyPairSync } from 'node:crypto';
import type { KeyPair } from '../services/certificate.ts';

/** A kind of key that signs, besides the P-256 that everybody makes. */
interface KeyKind {
  readonly name: string;
  readonly make: () => KeyPair;
  /** The generations of cosign that sign with such a key; more verify with it. */
  readonly signers: readonly (2 | 3)[];
}

export const KEYS: readonly KeyKind[] = [
  { name: 'ECDSA P-384', make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }), signers: [3] },
  { name: 'ECDSA P-521', make: () => generateKeyPairSync('ec', { namedCurve: 'P-521' }), signers: [3] },
  { name: 'RSA 3072', make: () => generateKeyPairSync('rsa', { modulusLength: 3072 }), signers: [3] },
  // cosign 3.1 signs and then does not verify what it signed.
  { name: 'Ed25519', make: () => generateKeyPairSync('ed25519'), signers: [2] },
];
