import type { Digest } from './digest.ts';
import type { Purl } from './purl.ts';

/** The kind of a package: the type of its purl. New ecosystems add a member. */
export type PackageType = (typeof PACKAGE_TYPES)[number];

/**
 * Types of purls: those that package-url/purl-spec defines, and of its candidates `brew`, `ebuild`, `nix`, `opkg`, `pear`,
 * `pecl`, `snap`, `terraform` and `wordpress-plugin`.
 */
export const PACKAGE_TYPES = [
  'alpm',
  'apk',
  'bitnami',
  'brew',
  'cargo',
  'cocoapods',
  'composer',
  'conan',
  'conda',
  'cpan',
  'cran',
  'deb',
  'ebuild',
  'gem',
  'generic',
  'github',
  'golang',
  'hackage',
  'hex',
  'huggingface',
  'julia',
  'luarocks',
  'maven',
  'nix',
  'npm',
  'nuget',
  'opam',
  'opkg',
  'otp',
  'pear',
  'pecl',
  'pub',
  'pypi',
  'rpm',
  'snap',
  'swift',
  'terraform',
  'vcpkg',
  'wordpress-plugin',
] as const;

/** Packages of these types are installed by an operating system's package manager and own files. */
export const SYSTEM_TYPES: ReadonlySet<PackageType> = new Set<PackageType>([
  'alpm',
  'apk',
  'deb',
  'ebuild',
  'nix',
  'opkg',
  'rpm',
]);

/** The operating system's distribution, from os-release(5). */
export interface Distribution {
  /** `ID`: debian, alpine, rhel, wolfi; lower case. */
  readonly id: string;
  /** `VERSION_ID` as written; null for rolling distributions (Debian sid, Wolfi, Tumbleweed). */
  readonly versionId: string | null;
  /** `VERSION_CODENAME`, or taken from `VERSION`; null when absent. */
  readonly codename: string | null;
  /** `ID_LIKE`, nearest first. */
  readonly idLike: readonly string[];
  /** `PRETTY_NAME`, or what can be put together from the rest. */
  readonly prettyName: string;
  /** Releases do not have versions, or this one is the development branch (Debian sid, Alpine edge, Arch). */
  readonly rolling: boolean;
  /** `CPE_NAME` when given. */
  readonly cpe: string | null;
  /**
   * Where its packages come from, where that decides which advisories speak of them; sorted. Alpine's branches (`edge`,
   * `v3.18`), Red Hat's content sets (`rhel-9-for-x86_64-baseos-rpms`); empty where nothing says.
   */
  readonly repositories: readonly string[];
  /** Where it was read, without a leading slash. */
  readonly path: string;
}

/** What shows that a package is there. */
export interface Evidence {
  /** Path in the image without a leading slash; for a package database the database file. */
  readonly path: string;
  /** Where in the archive that `path` is, `!/` between archives that lie in each other; absent for the file itself. */
  readonly inside?: string;
  /** Diff ID of the layer that holds this file in the final file system; null for a root file system. */
  readonly layer: Digest | null;
  /** Index into the image's history of the build step that made the layer; null when not known. */
  readonly step: number | null;
}

/** The path of evidence in one text, in the manner of Java's `jar:` addresses: `app.jar!/lib/b.jar!/META-INF/c`. */
export function formatPlace({ path, inside }: Pick<Evidence, 'path' | 'inside'>): string {
  return inside === undefined ? path : `${path}!/${inside}`;
}

/** The package that a distribution builds binary packages from, which its advisories name. */
export interface SourcePackage {
  readonly name: string;
  /** Null where the database names the source but not its version. */
  readonly version: string | null;
}

/** A digest of a package's archive, as its evidence states it or as it was computed from the archive itself. */
export type Checksum = {
  readonly algorithm: 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
  /** Lower case. */
  readonly hex: string;
};

/** A file of the image with the text of a licence. */
export interface LicenceText {
  readonly path: string;
  /** SPDX expression of what the text is. */
  readonly expression: string;
  /** How much of the licence's text was found in the file, from 0 to 1. */
  readonly confidence: number;
}

export interface Package {
  /** Unique in the assessment and the same in every run: the purl, and `#place` where one purl is there twice. */
  readonly id: string;
  readonly purl: Purl;
  readonly type: PackageType;
  /**
   * `installed`: files of the image show the package itself. `declared`: only a lock file or manifest names it, and
   * nothing that it names was found installed.
   */
  readonly presence: 'installed' | 'declared';
  /** Name of the cataloger that found it, or `sbom` for one that a bill of materials names. */
  readonly cataloger: string;
  readonly name: string;
  /** As its ecosystem writes it; rpm: `[epoch:]version-release`, as its `%{EVR}`. Empty when the evidence has none. */
  readonly version: string;
  readonly architecture: string | null;
  readonly source: SourcePackage | null;
  /** Licences as declared, not yet normalised; one entry a declaration. */
  readonly licences: readonly string[];
  /** What is declared as one SPDX expression, `OR` and `AND` kept apart; null when nothing is, or nothing readable. */
  readonly licenceExpression: string | null;
  /** Licence texts that belong to the package. */
  readonly licenceTexts: readonly LicenceText[];
  /** Who made the package: rpm's vendor, dpkg's maintainer, npm's author. */
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
  /** CPE 2.3 names, only where they were curated; the best known first. */
  readonly cpes: readonly string[];
  readonly checksums: readonly Checksum[];
  /** rpm's module stream, `name:stream:version:context`. */
  readonly modularityLabel: string | null;
  /** Diff ID of the layer since which this very version is there; null for a root file system. */
  readonly layer: Digest | null;
  readonly evidence: readonly Evidence[];
  /** Paths that the package's database says it owns, without a leading slash, sorted; empty when it does not say. */
  readonly files: readonly string[];
  /** `id` of the package that owns this one's evidence (a Debian-installed Node module); null when none does. */
  readonly ownedBy: string | null;
  /** Names of packages that this one needs at run time, as its metadata writes them. */
  readonly dependencies: readonly string[];
  /** `id`s of the packages that these were found to be; sorted. */
  readonly dependsOn: readonly string[];
}

/** A package of which nothing is known but what is said beside this. */
export const PLAIN_PACKAGE: Omit<Package, 'id' | 'purl' | 'type' | 'name' | 'version' | 'cataloger'> = {
  presence: 'installed',
  architecture: null,
  source: null,
  licences: [],
  licenceExpression: null,
  licenceTexts: [],
  supplier: null,
  description: null,
  homepage: null,
  cpes: [],
  checksums: [],
  modularityLabel: null,
  layer: null,
  evidence: [],
  files: [],
  ownedBy: null,
  dependencies: [],
  dependsOn: [],
};
