import { unreadableVersion, type VersionScheme } from './scheme.ts';

/** In characters. No package has a version of such a length; a hostile one shall cost neither time nor stack. */
const MAX_VERSION_LENGTH = 1000;

/**
 * A scheme that reads versions into parts and compares the parts.
 *
 * @param read gives null for what is no version
 */
export function parsedScheme<Parts>(
  name: string,
  read: (version: string) => Parts | null,
  compare: (a: Parts, b: Parts) => number,
): VersionScheme {
  const parts = (version: string) => (version.length > MAX_VERSION_LENGTH ? null : read(version));
  const partsOrThrow = (version: string) => {
    const found = parts(version);
    if (found === null) throw unreadableVersion(name, version);
    return found;
  };
  return {
    name,
    isValid: (version) => parts(version) !== null,
    compare: (a, b) => compare(partsOrThrow(a), partsOrThrow(b)),
  };
}
