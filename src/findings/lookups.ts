/** Which sources speak about a package: the ecosystems that are asked, and the names that it has there. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { parseCpe } from '../advisories/feeds/cpe/cpe-name.ts';
import { versionOf } from '../advisories/feeds/cpe/cpe-statements.ts';
import { redHatProduct } from '../advisories/vocabulary/redhat-products.ts';
import { EPEL } from '../model/third-party.ts';
import type { Distribution, Package } from '../model/package.ts';
import {
  distributionEcosystems,
  isDistributionPackage,
  languageEcosystem,
  versionParts,
} from './ecosystems.ts';
import type { Installation } from './installation.ts';

/**
 * How an ecosystem stands to a package: its `own`; `inherited`, of the distribution that it is a rebuild of; `product`,
 * where only a curated CPE says which product it is.
 */
export type Standing = 'own' | 'inherited' | 'product';

/** A name that advisories may use for a package, with the version that goes with it. */
export interface ComparedName {
  readonly naming: 'source' | 'binary';
  readonly name: string;
  /** Empty when none is known. */
  readonly version: string;
  /** The name is that of a source rpm, whose versions are compared without epochs. */
  readonly withoutEpoch: boolean;
}

export interface Lookup {
  readonly ecosystem: string;
  readonly standing: Standing;
  readonly names: readonly ComparedName[];
}

/** The ecosystem of statements about products by NVD's names, `vendor:product`. */
export const PRODUCTS = 'CPE';

/** Components that Docker builds for its hardened images, by their own names. */
const HARDENED = 'DHI';

/** Drupal's modules have a registry of their own. OSV schema, "Defined Ecosystems", Packagist. */
const DRUPAL = ['Packagist:https://packages.drupal.org/7', 'Packagist:https://packages.drupal.org/8'];

/** The compiler, whose version its library `ghc` has. OSV schema, "Defined Ecosystems", GHC. */
const COMPILER_OF_HASKELL = 'GHC';

/**
 * What to ask about each package, and about one that somebody else than the distribution made; nothing where no source of
 * the database speaks about its kind.
 */
export function createLookups(
  distribution: Distribution | null,
  { platforms }: Pick<Installation, 'platforms'>,
  database: Pick<AdvisoryDatabase, 'covers'>,
): (pkg: Package, publisher?: string | null) => readonly Lookup[] {
  const asked = distributionEcosystems(distribution);
  // what is installed on top of Red Hat Enterprise Linux, `Red Hat:openshift`, shows in the repositories alone
  const isRedHat = asked.distribution.some((ecosystem) => ecosystem.startsWith('Red Hat:'));
  const onTop = (isRedHat && platforms) || [];
  const products = onTop.flatMap((cpe) => redHatProduct(cpe)?.ecosystem ?? []);
  const own = new Set([...asked.distribution, ...asked.everyRelease, ...products]);
  const system = [
    ...[...own].map((ecosystem) => ({ ecosystem, standing: 'own' as const })),
    ...asked.inherited.map((ecosystem) => ({ ecosystem, standing: 'inherited' as const })),
  ].filter(({ ecosystem }) => database.covers(ecosystem));
  const components = distribution !== null && isHardened(distribution) ? [HARDENED] : [];
  const epel = distribution === null ? null : epelEcosystem(distribution);
  return (pkg, publisher = null) => {
    if (publisher !== null) {
      return publisher === EPEL && epel !== null && database.covers(epel) ? [byOwnName(epel, pkg)] : [];
    }
    if (pkg.type === asked.packages) {
      const names = comparedNames(pkg);
      return system.map((lookup) => ({ ...lookup, names }));
    }
    if (pkg.type === 'generic') return [...components.map((name) => byOwnName(name, pkg)), ...byProduct(pkg)];
    const language = languageEcosystem(pkg.type);
    if (language === null) return [];
    return [language, ...besideLanguage(pkg)].map((name) => byOwnName(name, pkg));
  };
}

/** Ecosystems that speak of single packages of a language. */
function besideLanguage({ type, name }: Package): readonly string[] {
  if (name.startsWith('drupal/')) return DRUPAL;
  return type === 'hackage' && name === 'ghc' ? [COMPILER_OF_HASKELL] : [];
}

/** Fedora numbers its packages for Red Hat and its rebuilds by their major release. */
function epelEcosystem({ versionId }: Distribution): string | null {
  return versionId === null ? null : `EPEL:${versionParts(versionId, 1)}`;
}

/** Docker's hardened images say so in os-release. docker-hardened-images/advisories, `integration/`. */
function isHardened({ id, prettyName }: Distribution): boolean {
  return id === 'dhi' || prettyName.startsWith('Docker Hardened Images');
}

/** The names of a package in an ecosystem that speaks about its kind. */
export function comparedNames(pkg: Package): readonly ComparedName[] {
  return isDistributionPackage(pkg) ? systemNames(pkg) : [binaryName(pkg.name, statedVersion(pkg))];
}

/**
 * The source package's name with its version, and the package's own. A source rpm is known by its file name, which has
 * no epoch, and sources of advisories that name it leave the epoch out as well: compared as epoch 0, every package with
 * an epoch would look too old, or too new.
 */
function systemNames(pkg: Package): readonly ComparedName[] {
  const isRpm = pkg.type === 'rpm';
  const version = pkg.source?.version ?? pkg.version;
  return [
    {
      naming: 'source',
      name: pkg.source?.name ?? pkg.name,
      version: isRpm ? withoutEpoch(version) : version,
      withoutEpoch: isRpm,
    },
    { naming: 'binary', name: pkg.name, version: pkg.version, withoutEpoch: false },
  ];
}

export function withoutEpoch(version: string): string {
  return version.slice(version.indexOf(':') + 1);
}

function byOwnName(ecosystem: string, pkg: Package): Lookup {
  return { ecosystem, standing: 'own', names: comparedNames(pkg) };
}

/**
 * By the vendor and product of its CPE 2.3 names, which only catalogers that are sure of them state. A name has the
 * version as the vendor counts: Azul's Zulu 17.34 is Java 17.0.3.
 */
function byProduct({ cpes, version }: Package): readonly Lookup[] {
  const names = new Map<string, ComparedName>();
  for (const text of cpes) {
    const cpe = parseCpe(text);
    if (cpe?.part !== 'a') continue;
    const own = /^[*-]$/.test(cpe.version) ? version : versionOf(cpe);
    names.set(cpe.product, binaryName(cpe.product, own));
  }
  return names.size === 0 ? [] : [{ ecosystem: PRODUCTS, standing: 'product', names: [...names.values()] }];
}

function binaryName(name: string, version: string): ComparedName {
  return { naming: 'binary', name, version, withoutEpoch: false };
}

/** What Go writes where a module was replaced by a directory is no version. Go, "Go Modules Reference", replace. */
function statedVersion({ type, version }: Package): string {
  return type === 'golang' && version.startsWith('v0.0.0-00010101000000-') ? '' : version;
}
