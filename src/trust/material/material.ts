/** Whom to trust cryptographically: keys, authorities and logs. What they may vouch for is a policy's to say. */
import type { KeyObject } from 'node:crypto';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import type { TrustMaterial as VerifierMaterial } from '@sigstore/verify';
import type { Digest } from '../../model/digest.ts';

export interface TrustMaterial {
  readonly sigstore: readonly SigstoreRoot[];
  readonly keys: readonly TrustedKey[];
  readonly stores: readonly CertificateStore[];
}

/** One deployment of Sigstore: its authorities, logs and timestamp authorities. */
export interface SigstoreRoot {
  /** `public-good`, or what the user calls it. */
  readonly name: string;
  readonly origin: 'bundled' | 'tuf' | 'file';
  /** Read and checked by `parseTrustedRoot`. */
  readonly root: TrustedRoot;
  /** The same once more, in the same order, with keys and certificates parsed: made once, since it takes longer than a verification. */
  readonly parsed: VerifierMaterial;
  /** RFC 3339: when these bytes were last known to be current; null when nothing tells. */
  readonly updated: string | null;
  /** RFC 3339: until when its publisher vouches for it; null for files. */
  readonly expires: string | null;
  readonly thresholds: Thresholds;
}

/** How many verified statements of different operators a keyless signature needs. */
export interface Thresholds {
  readonly logs: number;
  readonly timestamps: number;
  readonly certificateTransparency: number;
}

/** A public key that the user gave, or that is built in. */
export interface TrustedKey {
  readonly name: string;
  readonly key: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly id: Digest;
  /** RFC 3339; null is unbounded. */
  readonly from: string | null;
  readonly to: string | null;
  /** Time of compromise: what was provably signed before it stays valid. */
  readonly distrustedFrom: string | null;
  /** True when a verified log entry is asked for. */
  readonly needsLog: boolean;
}

/** Certificates that chains may end in, as Notation's trust stores. */
export interface CertificateStore {
  /** `ca:acme`, `signingAuthority:acme`, `tsa:acme`. */
  readonly name: string;
  readonly kind: 'ca' | 'signing-authority' | 'timestamp-authority';
  /** DER. */
  readonly certificates: readonly Uint8Array[];
}
