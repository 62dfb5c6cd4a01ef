/**
 * Distributions without releases, by `ID` of os-release(5): what they write as VERSION_ID, if anything, is the date of a
 * snapshot.
 */
export const ROLLING_DISTRIBUTIONS: ReadonlySet<string> = new Set([
  'arch',
  'archarm',
  'chainguard',
  'echo',
  'gentoo',
  'kali',
  'manjaro',
  'minimos',
  'opensuse-tumbleweed',
  'void',
  'wolfi',
]);
