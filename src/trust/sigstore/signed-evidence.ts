import type { TransparencyLogEntry } from '@sigstore/bundle';

/** Names of the digests that are accepted, as Node calls them. */
export type HashName = 'sha256' | 'sha384' | 'sha512';

/** How many entries, and how many tokens, one piece of evidence may have: each costs several verifications. */
export const MAX_WITNESSES = 16;

/** More than any certificate or timestamp token in use has: reading DER takes time in proportion to size times depth. */
export const MAX_DER_BYTES = 64 * 1024;

/** One signature with all that vouches for it, whatever format it came in. Nothing of it is verified yet. */
export interface SignedEvidence {
  /** The bytes that the signature covers: a payload, a manifest, the encoding of an envelope. */
  readonly signedBytes: Uint8Array;
  readonly signature: Buffer;
  /** Of an envelope; null for plain signatures. */
  readonly envelope: {
    readonly payload: Uint8Array;
    /** The document as it was found, which the oldest log entries digest; null where it is a part of another. */
    readonly document: Uint8Array | null;
  } | null;
  readonly signer: ClaimedSigner;
  readonly entries: readonly TransparencyLogEntry[];
  /** Of RFC 3161, in DER. */
  readonly tokens: readonly Buffer[];
  /** What a token may cover, each of which has the signature in it. */
  readonly timestamped: readonly Uint8Array[];
}

export type ClaimedSigner =
  | {
      readonly kind: 'certificate';
      /** DER. */
      readonly leaf: Buffer;
      /** Of the chain: hints that nobody trusts. */
      readonly others: readonly Buffer[];
    }
  | {
      readonly kind: 'key';
      /** What the evidence says of the key; null where it says nothing. */
      readonly hint: string | null;
    };
