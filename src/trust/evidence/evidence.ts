/** Evidence as bytes and formats: what the readers of evidence hand to whoever verifies it. */
import type { Digest } from '../../model/digest.ts';
import type { Check, Endorsement } from '../../model/trust.ts';
import type { EvidencePlace, EvidenceSubject } from '../../oci/evidence/evidence-manifest.ts';

/** How evidence is written. */
export type EvidenceFormat =
  | 'sigstore-bundle'
  | 'cosign-signature'
  | 'cosign-attestation'
  | 'notation'
  | 'dsse'
  | 'statement'
  | 'document'
  | 'predicate'
  | 'build-log'
  | 'unknown';

/** One blob of evidence, read and verified against its digest. */
export interface Evidence {
  readonly format: EvidenceFormat;
  readonly mediaType: string;
  /** Of the blob; evidence from a file has it too. */
  readonly digest: Digest;
  /** The manifest whose layer it is; null for evidence from a file. */
  readonly manifest: Digest | null;
  /** The subject for which it was found. A hint: only signed bytes say what evidence is about. */
  readonly about: Digest;
  readonly places: readonly (EvidencePlace | 'file')[];
  /** Of the layer, unsigned: cosign's older format keeps signature, certificate and log entry there. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Empty for `unknown` and `build-log`, which are not read. */
  readonly content: Uint8Array;
}

/** What came of one piece of evidence. */
export interface EvidenceOutcome {
  readonly evidence: Evidence;
  /**
   * `holds`: the signature is sound and about one of the subjects. `fails`: it is not. `undecided`: there is no key or trust
   * root to verify it with, or its format is not known. `unsigned`: there is nothing to verify.
   */
  readonly result: 'holds' | 'fails' | 'undecided' | 'unsigned';
  readonly checks: readonly Check[];
  /** Of evidence that holds; one for each subject that it is about. */
  readonly endorsements: readonly Endorsement[];
}

/** What evidence may be about, by digest. */
export interface Subjects {
  get(digest: Digest): KnownSubject | undefined;
  /** In the order in which they were found, the root first. */
  readonly all: readonly KnownSubject[];
}

export interface KnownSubject extends Omit<EvidenceSubject, 'read'> {
  /** Where it was needed and read: messages are signed as bytes, not as digests. */
  readonly bytes: Uint8Array | null;
}
