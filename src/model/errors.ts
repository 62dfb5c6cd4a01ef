/**
 * Errors that a user may meet. Each room has one table of codes and one subclass; `cli/` joins the tables
 * into the exit status and `docs/errors.md`, and a test reads them.
 *
 * Findings, unsigned images and absent evidence are values, never errors: an error means "could not decide".
 */

/** 0 done, 1 Hallmark failed, 2 a gate was not met, 3 wrong usage, 4 could not tell. */
export type ExitStatus = 0 | 1 | 2 | 3 | 4;

/** What one error code means, once for every place that throws it. */
export interface ErrorEntry {
  readonly exit: Exclude<ExitStatus, 0>;
  /** One sentence: what happened. */
  readonly means: string;
  /** One sentence: what the user can do about it. */
  readonly remedy: string;
}

export type ErrorTable = Readonly<Record<string, ErrorEntry>>;

export interface ErrorDetails {
  /** What it happened to: a reference, a path in the image, a file, an address without credentials. */
  readonly subject?: string;
  /** Replaces the table's remedy where the place knows better. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** The base of every error that Hallmark throws on purpose. `code` is stable; the message is for people. */
export class HallmarkError extends Error {
  override readonly name: string = 'HallmarkError';
  readonly code: string;
  readonly exit: Exclude<ExitStatus, 0>;
  readonly subject: string | undefined;
  readonly remedy: string;

  constructor(code: string, entry: ErrorEntry, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.exit = entry.exit;
    this.subject = details.subject;
    this.remedy = details.remedy ?? entry.remedy;
  }
}

/** Errors of the vocabulary itself: text that is not what it claims to be. */
export const MODEL_ERRORS = {
  DIGEST_INVALID: {
    exit: 3,
    means: 'A digest is not of the form algorithm:hex.',
    remedy: 'Use sha256: followed by 64 lower-case hexadecimal digits.',
  },
  PLATFORM_INVALID: {
    exit: 3,
    means: 'A platform is not of the form os/architecture[/variant].',
    remedy: 'Write it as linux/amd64 or linux/arm/v7.',
  },
  PURL_INVALID: {
    exit: 3,
    means: 'A package URL does not follow the package URL specification.',
    remedy: 'Write it as pkg:type/namespace/name@version.',
  },
} as const satisfies ErrorTable;

export class ModelError extends HallmarkError {
  override readonly name = 'ModelError';
  constructor(code: keyof typeof MODEL_ERRORS, message: string, details?: ErrorDetails) {
    super(code, MODEL_ERRORS[code], message, details);
  }
}
