import type { Digest } from './digest.ts';
import type { SeverityLevel } from './severity.ts';

/** Where a secret stands. */
export type SecretPlace =
  | {
      readonly kind: 'file';
      /** Without a leading slash. */
      readonly path: string;
      /** From 1. */
      readonly line: number;
      /** Diff ID of the layer that holds the file; null for a root file system. */
      readonly layer: Digest | null;
      /** Index into the image's history. */
      readonly step: number | null;
      /** False when a later layer removed or replaced the file: whoever has the image can still read it. */
      readonly visible: boolean;
    }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'history'; readonly step: number };

/** A key, token or password that the image gives away. */
export interface Secret {
  /** The rule that found it: `aws-access-key-id`. */
  readonly rule: string;
  /** What it is, in the words of whoever issues it. */
  readonly title: string;
  readonly severity: SeverityLevel;
  readonly place: SecretPlace;
  /** What may be shown: enough to recognise the secret by, never enough to use it. */
  readonly redacted: string;
}
