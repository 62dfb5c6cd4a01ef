/**
 * The vocabulary of trust: who vouches for what, which checks were made, and what follows. Absent and failing evidence are
 * values; nothing here is an error.
 */
import type { Digest } from './digest.ts';

/**
 * `trusted`: a rule exists and everything that it asks for holds. `untrusted`: something that was found does not hold, or
 * is not what the rule asks for. `unknown`: there is no evidence, or no rule says whom to believe. `error`: it could not be
 * decided, because evidence could not be read.
 */
export type TrustVerdict = 'trusted' | 'untrusted' | 'unknown' | 'error';

/** What a certificate of Fulcio's kind says about its holder. Fulcio, docs/oid-info.md; texts as signed by the authority. */
export interface CertificateIdentity {
  /** OIDC issuer: 1.3.6.1.4.1.57264.1.8, else .1.1. */
  readonly issuer: string | null;
  /** The subject alternative name. */
  readonly subject: { readonly kind: 'uri' | 'email' | 'other'; readonly value: string };
  /** By the names of {@link FULCIO_EXTENSIONS}; only those that the certificate has. */
  readonly extensions: Readonly<Partial<Record<FulcioExtension, string>>>;
}

/** Names for the last number of 1.3.6.1.4.1.57264.1.N. */
export const FULCIO_EXTENSIONS = {
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryId: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerId: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
} as const;

export type FulcioExtension = keyof typeof FULCIO_EXTENSIONS;

/** Who signed, as far as the signature itself proves it. */
export type Signer =
  /** A public key that the user gave or that is built in. */
  | { readonly kind: 'key'; readonly name: string; readonly keyId: Digest }
  /** A certificate of an authority of a Sigstore trust root. */
  | { readonly kind: 'certificate'; readonly identity: CertificateIdentity; readonly root: string }
  /** A certificate that chains to a certificate of a named store, as Notation has them. */
  | {
      readonly kind: 'x509';
      /** RFC 4514, as the leaf has it: `C=US,ST=WA,O=example,CN=release`. */
      readonly subject: string;
      readonly store: string;
      /** SHA-256 of the leaf's DER. */
      readonly fingerprint: Digest;
    };

/** A time that somebody other than the signer vouches for. */
export interface VerifiedTime {
  readonly source: 'log' | 'timestamp-authority';
  /** RFC 3339. */
  readonly at: string;
  /** Of the log or the authority: its operator where the trust root says, else its address or name. */
  readonly by: string;
}

/** The subject of an in-toto statement. */
export interface StatementSubject {
  readonly name: string | null;
  /** By algorithm, lower-case hexadecimal. */
  readonly digests: Readonly<Record<string, string>>;
}

/** An in-toto statement, from the very bytes that were signed. https://github.com/in-toto/attestation/tree/main/spec/v1 */
export interface Statement {
  readonly type: string;
  readonly subjects: readonly StatementSubject[];
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** What was proven: somebody signed something about a manifest. Whether that is the right somebody, a policy says. */
export interface Endorsement {
  readonly signer: Signer;
  /** The manifest that it is about. */
  readonly subject: Digest;
  /** A signature says "this is mine"; an attestation says what its predicate says and nothing else. */
  readonly meaning: 'signature' | 'attestation';
  /** Null for signatures that are no statements. */
  readonly statement: Statement | null;
  /** The signed bytes: a bundle, a payload, an envelope, a statement under a signed manifest. */
  readonly evidence: Digest;
  /** Manifests between the one that was signed and the statement, the signed one first; empty where the signature is direct. */
  readonly through: readonly Digest[];
  /** In order; empty where only the signer's own word says when. */
  readonly times: readonly VerifiedTime[];
  /** True when a transparency log's entry was verified. */
  readonly isLogged: boolean;
  /** The repository or reference that the signed bytes name; null where they name none. */
  readonly claimedReference: string | null;
  /** When the signer says it expires, RFC 3339; null where it says nothing. */
  readonly expires: string | null;
}

/** One question asked of one piece of evidence. The identifiers are those of `trust/checks/checks.ts`. */
export interface Check {
  readonly id: string;
  readonly outcome: 'passed' | 'failed' | 'not-checked';
  /** What it was asked of: a blob or a manifest; null where it concerns the image as a whole. */
  readonly evidence: Digest | null;
  /** One sentence: what was compared with what, and how it came out. */
  readonly reason: string;
}
