import type { PackageStatement } from '../distributions/package-statements.ts';
import { suseProduct } from '../../vocabulary/suse-products.ts';
import { splitBuildName } from '../distributions/rpm-erratum.ts';
import type { CvrfDocument, CvrfStatus } from './document.ts';

export interface CvrfPackages {
  readonly packages: readonly PackageStatement[];
  /** Why a product could not be read. */
  readonly unread: readonly string[];
}

/** What differs between those who publish CVRF. */
export interface CvrfPublisher {
  /** Identifier of the source. */
  readonly source: string;
  /** What identifiers of documents begin with. */
  readonly documents: RegExp;
  /** What the statuses of a flaw say about packages. */
  packages(document: CvrfDocument, statuses: readonly CvrfStatus[]): CvrfPackages;
}

export function cvrfPublisher(id: string): CvrfPublisher | undefined {
  return PUBLISHERS.find(({ documents }) => documents.test(id));
}

const PUBLISHERS: readonly CvrfPublisher[] = [
  { source: 'openeuler', documents: /^openEuler-/, packages: openEulerPackages },
  { source: 'suse', documents: /^(?:open)?SUSE-/, packages: susePackages },
];

/** What a status says of a package; the other ones are about versions before, or nothing yet. CVRF 1.2, section 6.8. */
const STATUSES: ReadonlyMap<string, PackageStatement['status']> = new Map([
  ['Fixed', 'fixed'],
  ['First Fixed', 'fixed'],
  ['Recommended', 'fixed'],
  ['Known Affected', 'affected'],
  ['Known Not Affected', 'not_affected'],
  ['Under Investigation', 'under_investigation'],
]);

const USUAL = { platform: null, module: null, statusWord: null, severities: [] } as const;

/**
 * SUSE names builds in products: `SUSE Linux Enterprise Server 12 SP4:kernel-rt-4.12.14-8.9.3`. A few documents of 2016
 * (openSUSE-SU-2016:0874-1) list builds without a product, and their statuses are empty.
 */
function susePackages(document: CvrfDocument, statuses: readonly CvrfStatus[]): CvrfPackages {
  const relationships = new Map(document.relationships.map((one) => [one.id, one]));
  const packages: PackageStatement[] = [];
  const unread: string[] = [];
  for (const { type, products } of statuses) {
    const status = STATUSES.get(type);
    if (status === undefined) continue;
    for (const id of products) {
      const related = relationships.get(id);
      const place = suseProduct(related?.product ?? '');
      const build = splitBuildName(related?.component ?? '');
      if (place === null || build === null)
        unread.push(`${id.slice(0, 100)} is no build in a product of SUSE`);
      else
        packages.push({
          ...USUAL,
          ...place,
          ...versioned(build, status),
          naming: 'binary',
          architecture: null,
        });
    }
  }
  return { packages, unread };
}

/**
 * openEuler states only releases as fixed, and lists the builds by architecture. Its source package stands for all that
 * is built of it: file names have no epoch, which binary packages may have.
 */
function openEulerPackages(document: CvrfDocument, statuses: readonly CvrfStatus[]): CvrfPackages {
  const packages: PackageStatement[] = [];
  const unread: string[] = [];
  for (const { type, products } of statuses) {
    const status = STATUSES.get(type);
    if (status === undefined) continue;
    for (const release of products) {
      const builds = document.products.filter(
        ({ branch, cpe }) =>
          branch?.type === 'Package Arch' && branch.name === 'src' && isOfRelease(cpe, release),
      );
      for (const { name } of builds) {
        const build = splitBuildName(name.replace(/\.src\.rpm$/, ''));
        const place = { ecosystem: release.replace(/^openEuler-/, 'openEuler:'), channel: null };
        if (build === null || !release.startsWith('openEuler-'))
          unread.push(`${name.slice(0, 100)} is no build for a release of openEuler`);
        else
          packages.push({
            ...USUAL,
            ...place,
            ...versioned(build, status),
            naming: 'source',
            architecture: null,
          });
      }
    }
  }
  return { packages, unread };
}

/** `cpe:/a:openEuler:openEuler:22.03-LTS-SP1` and `openEuler-22.03-LTS-SP1`. */
function isOfRelease(cpe: string | null, release: string): boolean {
  return cpe !== null && cpe.split(':').at(-1) === release.replace(/^openEuler-/, '');
}

function versioned(
  { name, version, release }: { readonly name: string; readonly version: string; readonly release: string },
  status: PackageStatement['status'],
): Pick<PackageStatement, 'name' | 'version' | 'status'> {
  return { name, version: `${version}-${release}`, status };
}
