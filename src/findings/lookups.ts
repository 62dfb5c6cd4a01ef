/** Which sources speak about a package: the ecosystems that are asked, and the names that it has there. */
import type { AdvisoryDatabase } from '../advisories/advisory.ts';
import { redHatProduct } from '../advisories/redhat-products.ts';
import type { Distribution, Package } from '../model/package.ts';
import { distributionEcosystems, isDistributionPackage, languageEcosystem } from './ecosystems.ts';
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

/** What to ask about each package; nothing where no source of the database speaks about its kind. */
export function createLookups(
  distribution: Distribution | null,
  { platforms }: Pick<Installation, 'platforms'>,
  database: Pick<AdvisoryDatabase, 'covers'>,
): (pkg: Package) => readonly Lookup[] {
  const asked = distributionEcosystems(distribution);
  // what is installed on top of Red Hat Enterprise Linux, `Red Hat:openshift`, shows in the repositories alone
  const isRedHat = asked.distribution.some((ecosystem) => ecosystem.startsWith('Red Hat:'));
  const onTop = (isRedHat && platforms) || [];
  const products = onTop.flatMap((cpe) => redHatProduct(cpe)?.ecosystem ?? []);
  const own = new Set([...asked.distribution, ...products]);
  const system = [
    ...[...own].map((ecosystem) => ({ ecosystem, standing: 'own' as const })),
    ...asked.inherited.map((ecosystem) => ({ ecosystem, standing: 'inherited' as const })),
  ].filter(({ ecosystem }) => database.covers(ecosystem));
  const components = distribution !== null && isHardened(distribution) ? [HARDENED] : [];
  return (pkg) => {
    if (pkg.type === asked.packages) {
      const names = comparedNames(pkg);
      return system.map((lookup) => ({ ...lookup, names }));
    }
    if (pkg.type === 'generic') return [...components.map((name) => byOwnName(name, pkg)), ...byProduct(pkg)];
    const language = languageEcosystem(pkg.type);
    if (language === null) return [];
    return [language, ...(pkg.name.startsWith('drupal/') ? DRUPAL : [])].map((name) => byOwnName(name, pkg));
  };
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

/** By the vendor and product of its CPE 2.3 names, which only catalogers that are sure of them state. */
function byProduct({ cpes, version }: Package): readonly Lookup[] {
  const products = new Set(
    cpes.flatMap((cpe) => /^cpe:2\.3:a:((?:\\.|[^:\\])+:(?:\\.|[^:\\])+):/.exec(cpe)?.[1] ?? []),
  );
  if (products.size === 0) return [];
  const names = [...products].map((product) => binaryName(product.replaceAll('\\', ''), version));
  return [{ ecosystem: PRODUCTS, standing: 'product', names }];
}

function binaryName(name: string, version: string): ComparedName {
  return { naming: 'binary', name, version, withoutEpoch: false };
}

/** What Go writes where a module was replaced by a directory is no version. Go, "Go Modules Reference", replace. */
function statedVersion({ type, version }: Package): string {
  return type === 'golang' && version.startsWith('v0.0.0-00010101000000-') ? '' : version;
}
