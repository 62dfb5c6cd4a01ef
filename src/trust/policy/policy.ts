/** What a policy is once read, whatever it was written in. */
import type { Digest } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';

/** A policy: which repositories are spoken for, by whom, and what they must say. */
export interface TrustPolicy {
  /** Where it came from, for messages. */
  readonly name: string;
  readonly authorities: Readonly<Record<string, Authority>>;
  readonly rules: readonly TrustRule[];
}

/** Somebody whose word counts. */
export type Authority =
  | { readonly kind: 'key'; readonly keyId: Digest }
  | ({ readonly kind: 'certificate' } & IdentityPattern)
  | {
      readonly kind: 'x509';
      /** Store of the trust material, `ca:acme`. */
      readonly store: string;
      /** Attributes that the subject must have, by type: `{ C: 'US', O: 'Acme' }`. Empty: any subject. */
      readonly subject: Readonly<Record<string, string>>;
    };

/** A text that must be equal, or a glob that is matched as a whole: `*` stops at `/`, `**` does not. */
export type TextPattern =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: string };

/** What a certificate must say. Absent fields are not asked for; issuer and one more field must be there. */
export interface IdentityPattern {
  /** Name of the Sigstore root; null: any that is trusted. */
  readonly root: string | null;
  readonly issuer: TextPattern;
  /** Subject alternative name. */
  readonly subject: TextPattern | null;
  /** By extension, as {@link CertificateIdentity}. */
  readonly extensions: Readonly<Record<string, TextPattern>>;
}

export interface TrustRule {
  readonly name: string;
  /** `registry.example.com/team/**`, `docker.io/library/debian`: anchored, `**` only after a `/`. */
  readonly repositories: readonly string[];
  /** Where mirrors serve it: evidence may name the first and be found under the second. */
  readonly signedAs: string | null;
  readonly requirements: readonly Requirement[];
  /** Rules that allow without evidence or refuse always; null: the requirements decide. */
  readonly always: 'allow' | 'refuse' | null;
}

/** One thing that must hold. All of a rule must. */
export interface Requirement {
  readonly meaning: 'signature' | 'attestation';
  /** Names of authorities; each counts once. */
  readonly by: readonly string[];
  /** How many different authorities have to agree. */
  readonly threshold: number;
  /** Of attestations: type URIs of which one must be met. */
  readonly predicateTypes: readonly string[];
  /** Which manifest must be spoken for: the index, each image, or either. */
  readonly on: 'index' | 'image' | 'either';
  /** Oldest verified time that is accepted, in seconds before now; null: any. */
  readonly maxAgeSeconds: number | null;
}

/** Whether one requirement is met for what is to be used, and by what. */
export interface RequirementResult {
  readonly requirement: Requirement;
  readonly isMet: boolean;
  readonly by: readonly Endorsement[];
  readonly reason: string;
}
