import { alpm } from './alpm.ts';
import { apk } from './apk.ts';
import { bitnami } from './bitnami.ts';
import { cargo } from './cargo.ts';
import { composer } from './composer.ts';
import { conan } from './conan.ts';
import { cran } from './cran.ts';
import { datetime } from './datetime.ts';
import { deb } from './deb.ts';
import { gem } from './gem.ts';
import { generic } from './generic.ts';
import { golang } from './golang.ts';
import { hackage } from './hackage.ts';
import { hex } from './hex.ts';
import { intdot } from './intdot.ts';
import { julia } from './julia.ts';
import { jvm } from './jvm.ts';
import { lexicographic } from './lexicographic.ts';
import { maven } from './maven.ts';
import { npm } from './npm.ts';
import { nuget } from './nuget.ts';
import { openssl } from './openssl.ts';
import { portage } from './portage.ts';
import { pub } from './pub.ts';
import { pypi } from './pypi.ts';
import { rpm } from './rpm.ts';
import { VersionError, type VersionScheme } from './scheme.ts';
import { semver } from './semver.ts';
import { swift } from './swift.ts';

/** Every scheme, by the name that advisories and `compareVersions` use. A new scheme adds its line here. */
const SCHEMES: ReadonlyMap<string, VersionScheme> = new Map(
  [
    alpm,
    apk,
    bitnami,
    cargo,
    composer,
    conan,
    cran,
    datetime,
    deb,
    gem,
    generic,
    golang,
    hackage,
    hex,
    intdot,
    julia,
    jvm,
    lexicographic,
    maven,
    npm,
    nuget,
    openssl,
    portage,
    pub,
    pypi,
    rpm,
    semver,
    swift,
  ].map((scheme) => [scheme.name, scheme]),
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
