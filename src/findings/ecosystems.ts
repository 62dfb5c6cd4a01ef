/**
 * Which ecosystems of the advisory database speak about a package. Names are OSV's (OSV schema, "Defined Ecosystems").
 *
 * A distribution is asked under its own name. `ID_LIKE` says that one distribution resembles another, not that it ships
 * the other's packages: Raspbian, Devuan, Kali and Mint rebuild, replace or lag behind their parents, so a parent's fixed
 * version proves nothing there. Two kinds of rebuilds are told apart from these by name: CentOS Linux published Red Hat's
 * sources under Red Hat's versions and no errata of its own that anybody could read, so Red Hat's are its own; AlmaLinux,
 * Rocky and Oracle publish errata, which speak of fixes only, so what Red Hat says of flaws that are in none of them is
 * inherited. What is not in this table is reported as not covered.
 */
import { DEBIAN_RELEASES } from '../model/debian-releases.ts';
import { type Distribution, type Package, type PackageType, SYSTEM_TYPES } from '../model/package.ts';
import { suseReleases } from './suse-releases.ts';

interface EcosystemRule {
  /** OSV's name of the distribution. */
  readonly name: string;
  /** The one package format that its advisories speak about. */
  readonly packages: PackageType;
  /** How OSV may write the release that VERSION_ID and PRETTY_NAME name; null: one stream without releases. */
  readonly releases: ((versionId: string, prettyName: string) => readonly string[]) | null;
  /** How OSV writes the stream of a rolling installation, which names no release. */
  readonly rolling?: readonly string[];
  /** Releases by codename, for installations without a VERSION_ID. */
  readonly codenames?: ReadonlyMap<string, string>;
  /** Packages may come from other releases than the one that os-release names, as the repositories tell. */
  readonly branches?: true;
  /** It is a rebuild of this distribution's release of the same number. */
  readonly rebuilds?: 'Red Hat';
  /** Its sources list flaws that were fixed, and no others. */
  readonly fixesOnly?: true;
}

const major = (versionId: string) => [versionParts(versionId, 1)];
const minor = (versionId: string) => [versionParts(versionId, 2)];

const RED_HAT: EcosystemRule = { name: 'Red Hat', packages: 'rpm', releases: major };

const AZURE_LINUX: EcosystemRule = { name: 'Azure Linux', packages: 'rpm', releases: major };

/** Keyed by `ID` of os-release(5), lower case. */
const DISTRIBUTIONS: ReadonlyMap<string, EcosystemRule> = new Map<string, EcosystemRule>([
  [
    'alpine',
    {
      name: 'Alpine',
      packages: 'apk',
      releases: (id) => [`v${versionParts(id, 2)}`],
      rolling: ['edge'],
      branches: true,
      fixesOnly: true,
    },
  ],
  ['wolfi', { name: 'Wolfi', packages: 'apk', releases: null, fixesOnly: true }],
  ['chainguard', { name: 'Chainguard', packages: 'apk', releases: null, fixesOnly: true }],
  ['secureos', { name: 'SecureOS', packages: 'apk', releases: null, fixesOnly: true }],
  ['minimos', { name: 'MinimOS', packages: 'apk', releases: null, fixesOnly: true }],
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
  ['arch', { name: 'Arch Linux', packages: 'alpm', releases: null }],
  ['gentoo', { name: 'Gentoo', packages: 'ebuild', releases: null, fixesOnly: true }],
  [
    'almalinux',
    { name: 'AlmaLinux', packages: 'rpm', releases: major, rebuilds: 'Red Hat', fixesOnly: true },
  ],
  ['rocky', { name: 'Rocky Linux', packages: 'rpm', releases: major, rebuilds: 'Red Hat', fixesOnly: true }],
  ['rhel', RED_HAT],
  ['centos', RED_HAT],
  // Red Hat's hardened images; VERSION_ID is the day of a build
  ['hummingbird', { ...RED_HAT, releases: () => ['hummingbird'], rolling: ['hummingbird'] }],
  ['ol', { name: 'Oracle Linux', packages: 'rpm', releases: major, rebuilds: 'Red Hat', fixesOnly: true }],
  ['fedora', { name: 'Fedora', packages: 'rpm', releases: major, fixesOnly: true }],
  [
    'amzn',
    {
      name: 'Amazon Linux',
      packages: 'rpm',
      // the first one counted its editions, of which 2018.03 is the last
      releases: (id) => (/^201\d\./.test(id) ? ['1'] : [id]),
      fixesOnly: true,
    },
  ],
  ['azurelinux', AZURE_LINUX],
  // what it was called until release 2
  ['mariner', AZURE_LINUX],
  ['openeuler', { name: 'openEuler', packages: 'rpm', releases: openEulerReleases, fixesOnly: true }],
  ['photon', { name: 'Photon OS', packages: 'rpm', releases: minor }],
  ['mageia', { name: 'Mageia', packages: 'rpm', releases: major }],
  ['opensuse-leap', { name: 'openSUSE', packages: 'rpm', releases: (id) => [`Leap ${id}`] }],
  ['opensuse-leap-micro', { name: 'openSUSE', packages: 'rpm', releases: (id) => [`Leap Micro ${id}`] }],
  ['opensuse-tumbleweed', { name: 'openSUSE', packages: 'rpm', releases: null, rolling: ['Tumbleweed'] }],
  ['sled', { name: 'SUSE', packages: 'rpm', releases: suseReleases('Desktop') }],
  ['sle_hpc', { name: 'SUSE', packages: 'rpm', releases: suseReleases('High Performance Computing') }],
  ['sles', { name: 'SUSE', packages: 'rpm', releases: suseReleases('Server') }],
  ['sles_sap', { name: 'SUSE', packages: 'rpm', releases: suseReleases('Server for SAP Applications') }],
  ['sle-micro', { name: 'SUSE', packages: 'rpm', releases: (id) => [`Linux Enterprise Micro ${id}`] }],
  ['sl-micro', { name: 'SUSE', packages: 'rpm', releases: (id) => [`Linux Micro ${id}`] }],
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
  /** Where statements stand that hold in every release of it; they alone do not make a release covered. */
  readonly everyRelease: readonly string[];
  /** The ecosystem of the distribution that it is a rebuild of; its statements hold where the own sources are silent. */
  readonly inherited: readonly string[];
  /** The package format that the distribution's ecosystem speaks about; null when unknown. */
  readonly packages: PackageType | null;
  /** The distribution's own sources list flaws that were fixed, and no others. */
  readonly fixesOnly: boolean;
}

const NONE: AskedEcosystems = {
  distribution: [],
  everyRelease: [],
  inherited: [],
  packages: null,
  fixesOnly: false,
};

/** The ecosystems of a distribution, whether or not the advisory database has them. */
export function distributionEcosystems(distribution: Distribution | null): AskedEcosystems {
  if (distribution === null || isAheadOfItsParent(distribution)) return NONE;
  const rule = DISTRIBUTIONS.get(distribution.id);
  if (rule === undefined) return NONE;
  const releases = releasesOf(rule, distribution);
  const { rebuilds, packages, fixesOnly = false } = rule;
  return {
    distribution: releases.map((release) => (release === '' ? rule.name : `${rule.name}:${release}`)),
    // Alpine's rejections
    everyRelease: rule.branches ? [rule.name] : [],
    inherited: rebuilds === undefined ? [] : releases.map((release) => `${rebuilds}:${release}`),
    packages,
    fixesOnly,
  };
}

/** CentOS Stream writes the `ID` and releases of CentOS Linux, but is built before Red Hat's release, not after it. */
function isAheadOfItsParent({ id, prettyName }: Distribution): boolean {
  return id === 'centos' && prettyName.includes('Stream');
}

/** `npm` and the like; null for a package of an operating system, or of a kind that OSV has no name for. */
export function languageEcosystem(type: PackageType): string | null {
  return LANGUAGES[type] ?? null;
}

/** True for a package that a distribution's package manager installed. */
export function isDistributionPackage(pkg: Pick<Package, 'type'>): boolean {
  return SYSTEM_TYPES.has(pkg.type);
}

function releasesOf(rule: EcosystemRule, distribution: Distribution): readonly string[] {
  const { versionId, repositories } = distribution;
  const branches = rule.branches ? repositories.filter((name) => /^(?:edge|v\d+\.\d+)$/.test(name)) : [];
  if (branches.length === 0) return releasesInOsRelease(rule, distribution);
  // what was there before a branch was added is still the release's; edge calls itself the release that it will be
  const isRelease = versionId !== null && !/_alpha\d+$/.test(versionId);
  return [
    ...new Set([
      ...(isRelease ? (rule.releases?.(versionId, distribution.prettyName) ?? []) : []),
      ...branches,
    ]),
  ].sort();
}

function releasesInOsRelease(
  rule: EcosystemRule,
  { versionId, codename, rolling, prettyName }: Distribution,
): readonly string[] {
  // Debian testing too is asked as sid: the tracker states the version that has the fix, so comparing decides
  if (rule.rolling !== undefined && rolling) return rule.rolling;
  if (rule.releases === null) return rule.rolling ?? [''];
  const release = versionId ?? rule.codenames?.get(codename ?? '');
  return release === undefined ? (rule.rolling ?? []) : rule.releases(release, prettyName);
}

/** `openEuler 22.03 (LTS-SP1)` is 22.03-LTS-SP1; VERSION_ID leaves the service pack out. */
function openEulerReleases(versionId: string, prettyName: string): readonly string[] {
  const edition = /\(([A-Z][\w-]{0,20})\)/.exec(prettyName)?.[1];
  return [edition === undefined ? versionId : `${versionId}-${edition}`];
}

/** The first `count` dot-separated parts of a VERSION_ID. */
export function versionParts(versionId: string, count: number): string {
  return versionId.split('.').slice(0, count).join('.');
}
