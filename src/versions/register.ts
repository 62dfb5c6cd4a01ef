import { apk } from './apk.ts';
import { deb } from './deb.ts';
import { npm } from './npm.ts';
import { rpm } from './rpm.ts';
import { VersionError, type VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';

/** Every scheme, by the name that advisories and `compareVersions` use. A new scheme adds its line here. */
const SCHEMES: ReadonlyMap<string, VersionScheme> = new Map(
  [apk, deb, npm, rpm, semver].map((scheme) => [scheme.name, scheme]),
);

export function isSchemeKnown(name: string): boolean {
  return SCHEMES.has(name);
}

/** @throws {VersionError} SCHEME_UNKNOWN */
export function schemeNamed(name: string): VersionScheme {
  const scheme = SCHEMES.get(name);
  if (scheme !== undefined) return scheme;
  throw new VersionError(
    'SCHEME_UNKNOWN',
    `no version scheme is named ${JSON.stringify(name.slice(0, 100))}; there are ${[...SCHEMES.keys()].join(', ')}`,
    { subject: name },
  );
}

/**
 * Negative, zero or positive as version `a` is older than, equal to or newer than `b`.
 *
 * @throws {VersionError} SCHEME_UNKNOWN, VERSION_UNREADABLE
 */
export function compareVersions(scheme: string, a: string, b: string): number {
  return schemeNamed(scheme).compare(a, b);
}
