import type { Digest } from './digest.ts';
import type { Purl } from './purl.ts';

/** The kind of a package: the type of its purl. New ecosystems add a member. */
export type PackageType = (typeof PACKAGE_TYPES)[number];

export const PACKAGE_TYPES = ['apk', 'deb', 'rpm', 'npm'] as const;

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
  /** Where it was read, without a leading slash. */
  readonly path: string;
}

/** What shows that a package is there. */
export interface Evidence {
  /** Path in the image without a leading slash; for a package database the database file. */
  readonly path: string;
  /** Diff ID of the layer that holds this file in the final file system; null for a root file system. */
  readonly layer: Digest | null;
  /** Index into the image's history of the build step that made the layer; null when not known. */
  readonly step: number | null;
}

/** The package that a distribution builds binary packages from, which its advisories name. */
export interface SourcePackage {
  readonly name: string;
  /** Null where the database names the source but not its version. */
  readonly version: string | null;
}

export interface Package {
  /** Unique in the assessment and the same in every run: the purl, and `#path` where one purl is there twice. */
  readonly id: string;
  readonly purl: Purl;
  readonly type: PackageType;
  readonly name: string;
  /** As its ecosystem writes it; rpm: `[epoch:]version-release`, as its `%{EVR}`. Empty when the evidence has none. */
  readonly version: string;
  readonly architecture: string | null;
  readonly source: SourcePackage | null;
  /** Licences as declared, not yet normalised; one entry a declaration. */
  readonly licences: readonly string[];
  /** Who made the package: rpm's vendor, dpkg's maintainer, npm's author. */
  readonly supplier: string | null;
  readonly description: string | null;
  readonly homepage: string | null;
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
}
