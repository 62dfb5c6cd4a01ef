/** A package that a lock file or manifest of NuGet or Paket names. */

export type LockedPackage = {
  readonly name: string;
  /** Empty where the file names none, or a range. */
  readonly version: string;
  readonly sha512: string | null;
  readonly dependencies: readonly string[];
};

/** The largest known files have some thousand. */
export const MAX_LOCKED = 50_000;
