/**
 * What is the same for all packages of an ecosystem. Keys are OSV's ecosystem names without the release
 * (https://ossf.github.io/osv-schema/#defined-ecosystems) and those that vendors use in the OSV format beside them.
 */
export interface EcosystemTraits {
  /** Version scheme, named as in versions/. */
  readonly scheme: string;
  /** Which of a package's two names an operating system's advisories use. Language ecosystems have only `binary`. */
  readonly naming: 'source' | 'binary';
  /** How names are brought to the form in which they compare equal. */
  readonly names: 'exact' | 'lower' | 'pep503';
}

const LANGUAGE = { naming: 'binary', names: 'exact' } as const;
const BINARY_RPM = { scheme: 'rpm', naming: 'binary', names: 'exact' } as const;
const SOURCE_RPM = { scheme: 'rpm', naming: 'source', names: 'exact' } as const;
const SOURCE_DEB = { scheme: 'deb', naming: 'source', names: 'exact' } as const;
const SOURCE_APK = { scheme: 'apk', naming: 'source', names: 'exact' } as const;

const TRAITS: ReadonlyMap<string, EcosystemTraits> = new Map<string, EcosystemTraits>([
  ['AlmaLinux', BINARY_RPM],
  ['Alpaquita', SOURCE_APK],
  ['Alpine', SOURCE_APK],
  ['Amazon Linux', BINARY_RPM],
  ['Arch Linux', { scheme: 'alpm', naming: 'binary', names: 'exact' }],
  ['Azure Linux', SOURCE_RPM],
  ['BellSoft Hardened Containers', SOURCE_APK],
  ['Bioconductor', { ...LANGUAGE, scheme: 'cran' }],
  ['Bitnami', { ...LANGUAGE, scheme: 'bitnami' }],
  // of NVD: vendor and product of a CPE name, `haxx:curl`
  ['CPE', { ...LANGUAGE, scheme: 'generic', names: 'lower' }],
  ['CRAN', { ...LANGUAGE, scheme: 'cran' }],
  ['Chainguard', SOURCE_APK],
  ['ConanCenter', { ...LANGUAGE, scheme: 'conan' }],
  ['DHI', { ...LANGUAGE, scheme: 'semver' }],
  ['Debian', SOURCE_DEB],
  ['Echo', SOURCE_DEB],
  ['EPEL', SOURCE_RPM],
  ['Fedora', SOURCE_RPM],
  ['GHC', { ...LANGUAGE, scheme: 'hackage' }],
  ['Gentoo', { scheme: 'portage', naming: 'binary', names: 'exact' }],
  ['Go', { ...LANGUAGE, scheme: 'golang' }],
  ['Hackage', { ...LANGUAGE, scheme: 'hackage' }],
  ['Hex', { ...LANGUAGE, scheme: 'hex', names: 'lower' }],
  ['Julia', { ...LANGUAGE, scheme: 'julia' }],
  ['Mageia', SOURCE_RPM],
  ['Maven', { ...LANGUAGE, scheme: 'maven' }],
  ['MinimOS', SOURCE_APK],
  ['NuGet', { ...LANGUAGE, scheme: 'nuget', names: 'lower' }],
  ['Oracle Linux', BINARY_RPM],
  ['Packagist', { ...LANGUAGE, scheme: 'composer', names: 'lower' }],
  ['Photon OS', BINARY_RPM],
  ['Pub', { ...LANGUAGE, scheme: 'pub', names: 'lower' }],
  ['PyPI', { ...LANGUAGE, scheme: 'pypi', names: 'pep503' }],
  ['Red Hat', BINARY_RPM],
  ['Rocky Linux', BINARY_RPM],
  ['RubyGems', { ...LANGUAGE, scheme: 'gem' }],
  ['SUSE', SOURCE_RPM],
  ['SecureOS', SOURCE_APK],
  ['SwiftURL', { ...LANGUAGE, scheme: 'swift', names: 'lower' }],
  ['Ubuntu', SOURCE_DEB],
  ['Wolfi', SOURCE_APK],
  ['crates.io', { ...LANGUAGE, scheme: 'cargo' }],
  ['kubernetes', { ...LANGUAGE, scheme: 'semver' }],
  ['npm', { ...LANGUAGE, scheme: 'npm' }],
  ['openEuler', SOURCE_RPM],
  ['openSUSE', SOURCE_RPM],
]);

/** An ecosystem without an entry is stored, and its versions count as not comparable. */
const UNKNOWN: EcosystemTraits = { ...LANGUAGE, scheme: 'unknown' };

/** `ecosystem` may carry a release or a registry: `Debian:12`, `Packagist:https://packages.drupal.org/8`. */
export function ecosystemTraits(ecosystem: string): EcosystemTraits {
  const colon = ecosystem.indexOf(':');
  return TRAITS.get(colon < 0 ? ecosystem : ecosystem.slice(0, colon)) ?? UNKNOWN;
}

/** A package's name in the form in which its ecosystem compares names; the same when applied twice. */
export function comparableName(ecosystem: string, name: string): string {
  const { names } = ecosystemTraits(ecosystem);
  if (names === 'exact') return name;
  // https://peps.python.org/pep-0503/#normalized-names
  return names === 'pep503' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name.toLowerCase();
}
