/**
 * Which ecosystems of the advisory database speak about a package. Names are OSV's (OSV schema, "Defined Ecosystems").
 *
 * A distribution is asked under its own name only. `ID_LIKE` says that one distribution resembles another, not that it
 * ships the other's packages: Raspbian, Devuan, Kali, Mint and CentOS rebuild, replace or lag behind their parents, so
 * a parent's fixed version proves nothing there. What is not in this table is reported as not covered.
 */
import { DEBIAN_RELEASES } from '../model/debian-releases.ts';
import { type Distribution, type Package, type PackageType, SYSTEM_TYPES } from '../model/package.ts';

interface EcosystemRule {
  /** OSV's name of the distribution. */
  readonly name: string;
  /** The one package format that its advisories speak about. */
  readonly packages: PackageType;
  /** How OSV may write the release that VERSION_ID names; null: one stream without releases. */
  readonly releases: ((versionId: string) => readonly string[]) | null;
  /** How OSV writes the stream of a rolling installation, which names no release. */
  readonly rolling?: readonly string[];
  /** Releases by codename, for installations without a VERSION_ID. */
  readonly codenames?: ReadonlyMap<string, string>;
}

const major = (versionId: string) => [versionParts(versionId, 1)];
const minor = (versionId: string) => [versionParts(versionId, 2)];
const whole = (versionId: string) => [versionId];

/** Keyed by `ID` of os-release(5), lower case. */
const DISTRIBUTIONS: ReadonlyMap<string, EcosystemRule> = new Map<string, EcosystemRule>([
  [
    'alpine',
    { name: 'Alpine', packages: 'apk', releases: (id) => [`v${versionParts(id, 2)}`], rolling: ['edge'] },
  ],
  ['wolfi', { name: 'Wolfi', packages: 'apk', releases: null }],
  ['chainguard', { name: 'Chainguard', packages: 'apk', releases: null }],
  ['minimos', { name: 'MinimOS', packages: 'apk', releases: null }],
  ['alpaquita', { name: 'Alpaquita', packages: 'apk', releases: major, rolling: ['stream'] }],
  [
    'bellsoft-hardened-containers',
    { name: 'BellSoft Hardened Containers', packages: 'apk', releases: major, rolling: ['stream'] },
  ],
  [
    'debian',
    {
      name: 'Debian',
      packages: 'deb',
      releases: major,
      rolling: ['sid'],
      codenames: DEBIAN_RELEASES,
    },
  ],
  ['ubuntu', { name: 'Ubuntu', packages: 'deb', releases: (id) => [`${id}:LTS`, id] }],
  ['echo', { name: 'Echo', packages: 'deb', releases: null }],
  ['almalinux', { name: 'AlmaLinux', packages: 'rpm', releases: major }],
  ['rocky', { name: 'Rocky Linux', packages: 'rpm', releases: major }],
  [
    'rhel',
    {
      name: 'Red Hat',
      packages: 'rpm',
      releases: (id) =>
        ['baseos', 'appstream', 'crb'].map((part) => `enterprise_linux:${versionParts(id, 1)}::${part}`),
    },
  ],
  ['ol', { name: 'Oracle Linux', packages: 'rpm', releases: major }],
  ['fedora', { name: 'Fedora', packages: 'rpm', releases: major }],
  ['amzn', { name: 'Amazon Linux', packages: 'rpm', releases: whole }],
  ['azurelinux', { name: 'Azure Linux', packages: 'rpm', releases: (id) => [...major(id), ...minor(id)] }],
  ['photon', { name: 'Photon OS', packages: 'rpm', releases: minor }],
  ['mageia', { name: 'Mageia', packages: 'rpm', releases: major }],
  ['opensuse-leap', { name: 'openSUSE', packages: 'rpm', releases: (id) => [`Leap ${id}`] }],
  ['opensuse-tumbleweed', { name: 'openSUSE', packages: 'rpm', releases: null, rolling: ['Tumbleweed'] }],
  [
    'sles',
    {
      name: 'SUSE',
      packages: 'rpm',
      releases: (id) => [`Linux Enterprise Server ${id.replace('.', ' SP')}`],
    },
  ],
]);

/** Ecosystems of packages that no distribution makes. OSV schema, "Defined Ecosystems". */
const LANGUAGES: Partial<Readonly<Record<PackageType, string>>> = {
  bitnami: 'Bitnami',
  cargo: 'crates.io',
  composer: 'Packagist',
  conan: 'ConanCenter',
  cran: 'CRAN',
  gem: 'RubyGems',
  github: 'GitHub Actions',
  golang: 'Go',
  hackage: 'Hackage',
  hex: 'Hex',
  julia: 'Julia',
  maven: 'Maven',
  npm: 'npm',
  nuget: 'NuGet',
  opam: 'opam',
  pub: 'Pub',
  pypi: 'PyPI',
  swift: 'SwiftURL',
};

/** Where the packages of an image are looked up. */
export interface AskedEcosystems {
  /** The distribution's ecosystem in every spelling that OSV may have; empty when Hallmark knows none. */
  readonly distribution: readonly string[];
  /** The package format that the distribution's ecosystem speaks about; null when unknown. */
  readonly packages: PackageType | null;
}

/** The ecosystems of a distribution, whether or not the advisory database has them. */
export function distributionEcosystems(distribution: Distribution | null): AskedEcosystems {
  const rule = distribution === null ? undefined : DISTRIBUTIONS.get(distribution.id);
  if (distribution === null || rule === undefined) return { distribution: [], packages: null };
  return {
    distribution: releasesOf(rule, distribution).map((release) =>
      release === '' ? rule.name : `${rule.name}:${release}`,
    ),
    packages: rule.packages,
  };
}

/** `npm` and the like; null for a package of an operating system, or of a kind that OSV has no name for. */
export function languageEcosystem(type: PackageType): string | null {
  return LANGUAGES[type] ?? null;
}

/** True for a package that a distribution's package manager installed. */
export function isDistributionPackage(pkg: Pick<Package, 'type'>): boolean {
  return SYSTEM_TYPES.has(pkg.type);
}

function releasesOf(rule: EcosystemRule, { versionId, codename, rolling }: Distribution): readonly string[] {
  // Debian testing too is asked as sid: the tracker states the version that has the fix, so comparing decides
  if (rule.rolling !== undefined && rolling) return rule.rolling;
  if (rule.releases === null) return rule.rolling ?? [''];
  const release = versionId ?? rule.codenames?.get(codename ?? '');
  return release === undefined ? (rule.rolling ?? []) : rule.releases(release);
}

/** The first `count` dot-separated parts of a VERSION_ID. */
export function versionParts(versionId: string, count: number): string {
  return versionId.split('.').slice(0, count).join('.');
}
