/** Of builds that name no minor release. */
export const NO_MINOR = -1;

/**
 * The minor release in the mark of an rpm's build: 2 of `7.76.1-23.el9_2.4`; {@link NO_MINOR} for builds without one,
 * which are those that the major release began with, and others made before a minor release began.
 */
export function minorOfBuild(version: string): number {
  const minor = /\.el\d+_(\d+)/.exec(version)?.[1];
  return minor === undefined ? NO_MINOR : Number(minor);
}
