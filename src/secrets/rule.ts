import type { SeverityLevel } from '../model/severity.ts';

/** How one kind of secret is known. */
export interface SecretRule {
  /** Stable, kebab-case: `aws-access-key-id`. */
  readonly id: string;
  /** What it is, in the words of whoever issues it. */
  readonly title: string;
  readonly severity: SeverityLevel;
  /** Literals of which one stands in every such secret; at least three bytes, as they are written. */
  readonly anchors: readonly string[];
  /**
   * The secret, around an anchor: the group `secret`, or the whole match. Bounded repetitions only; it sees a window of
   * some hundred characters and nothing else.
   */
  readonly pattern: RegExp;
  /** Characters of the secret that say what it is and may be shown; default: none. */
  readonly shown?: number;
  /** Told apart from what only looks like it: checksums, entropy, examples. */
  readonly isReal?: (secret: string) => boolean;
  /** Files in which it is looked for; default: all, and in environment, labels and history too. */
  readonly paths?: RegExp;
  /** With `paths`: also in environment, labels and history. */
  readonly inTexts?: true;
}
