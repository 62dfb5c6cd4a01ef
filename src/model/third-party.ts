/**
 * Packages that the distribution's own package manager installed, but that somebody else made. The distribution's
 * advisories do not speak about them: Docker's `containerd.io` is not Debian's `containerd`, and a fixed version of one
 * says nothing about the other.
 *
 * A heuristic: package databases do not record the repository. An rpm names its vendor, so whoever is not the
 * distribution is a third party. A deb names a maintainer, who in Debian may be anybody, so only known publishers and
 * the version suffixes that they use tell. An apk names nobody.
 */
import { type Distribution, type Package, type PackageType, SYSTEM_TYPES } from './package.ts';
import { parsePurl } from './purl.ts';

/** What rpm's vendor says in packages that the distribution made; by `ID` of os-release. */
const OWN_VENDORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['almalinux', ['AlmaLinux']],
  ['rocky', ['Rocky']],
  ['rhel', ['Red Hat']],
  ['centos', ['CentOS', 'Red Hat']],
  ['ol', ['Oracle America']],
  ['fedora', ['Fedora Project']],
  ['amzn', ['Amazon']],
  ['opensuse-leap', ['openSUSE', 'SUSE LLC']],
  ['opensuse-tumbleweed', ['openSUSE', 'SUSE LLC']],
  ['sles', ['SUSE', 'openSUSE']],
  ['azurelinux', ['Microsoft Corporation']],
  ['mageia', ['Mageia']],
  ['openeuler', ['http://openeuler.org', 'openEuler']],
  ['sl-micro', ['SUSE', 'openSUSE']],
  ['mariner', ['Microsoft Corporation']],
  ['photon', ['VMware', 'Broadcom']],
]);

/** Distributions by `ID` of os-release, as they stand in purls; some tools write other names there (`redhat`). */
const DISTRIBUTIONS: ReadonlySet<string> = new Set([
  ...OWN_VENDORS.keys(),
  'alpine',
  'chainguard',
  'debian',
  'ubuntu',
  'wolfi',
]);

/** Fedora's packages for Red Hat and its rebuilds, the one repository of others that has advisories of its own. */
export const EPEL = 'EPEL (Fedora Project)';

/** Names for vendors that are better known by their repository. */
const REPOSITORIES: ReadonlyMap<string, string> = new Map([['Fedora Project', EPEL]]);

interface PublisherMark {
  readonly publisher: string;
  readonly packages: PackageType;
  /** Where it is looked for. */
  readonly field: 'supplier' | 'version';
  /** Text that the field contains, compared exactly. */
  readonly contains: string;
}

const PUBLISHERS: readonly PublisherMark[] = [
  { publisher: 'Docker', packages: 'deb', field: 'supplier', contains: '@docker.com>' },
  { publisher: 'Docker', packages: 'deb', field: 'supplier', contains: '@containerd.io>' },
  { publisher: 'NodeSource', packages: 'deb', field: 'version', contains: 'nodesource' },
  { publisher: 'NodeSource', packages: 'deb', field: 'supplier', contains: '@nodesource.com>' },
  { publisher: 'the PostgreSQL project (PGDG)', packages: 'deb', field: 'version', contains: '.pgdg' },
  { publisher: 'nginx.org', packages: 'deb', field: 'supplier', contains: '@nginx.com>' },
  { publisher: 'nginx.org', packages: 'deb', field: 'supplier', contains: '@f5.com>' },
  { publisher: 'NVIDIA', packages: 'deb', field: 'supplier', contains: '@nvidia.com>' },
  { publisher: 'Microsoft', packages: 'deb', field: 'supplier', contains: '@microsoft.com>' },
  { publisher: 'Google', packages: 'deb', field: 'supplier', contains: '@google.com>' },
  { publisher: 'MongoDB', packages: 'deb', field: 'supplier', contains: '@mongodb.com>' },
  { publisher: 'MariaDB', packages: 'deb', field: 'version', contains: '+maria~' },
  { publisher: 'Oracle (MySQL)', packages: 'deb', field: 'supplier', contains: 'mysql-build@oss.oracle.com' },
  { publisher: 'Percona', packages: 'deb', field: 'supplier', contains: '@percona.com>' },
  { publisher: 'Elastic', packages: 'deb', field: 'supplier', contains: '@elastic.co>' },
  { publisher: 'HashiCorp', packages: 'deb', field: 'supplier', contains: '@hashicorp.com>' },
  { publisher: 'Redis', packages: 'deb', field: 'version', contains: 'rl1~' },
  { publisher: 'deb.sury.org', packages: 'deb', field: 'version', contains: '+deb.sury.org' },
  { publisher: 'deb.sury.org', packages: 'deb', field: 'version', contains: '~1.gbp' },
  { publisher: 'deb-multimedia.org', packages: 'deb', field: 'version', contains: '+dmo' },
  { publisher: 'a Launchpad PPA', packages: 'deb', field: 'version', contains: 'ppa' },
  // the deadsnakes PPA's Python: 3.12.7-1+jammy1
  ...['bionic', 'focal', 'jammy', 'noble'].map((codename): PublisherMark => ({
    publisher: 'a Launchpad PPA',
    packages: 'deb',
    field: 'version',
    contains: `+${codename}`,
  })),
];

/** Who made a package that the distribution did not; null where nothing shows it. */
export function thirdPartyPublisher(pkg: Package, distribution: Distribution): string | null {
  if (!SYSTEM_TYPES.has(pkg.type)) return null;
  const mark = PUBLISHERS.find(
    ({ packages, field, contains }) => packages === pkg.type && (pkg[field] ?? '').includes(contains),
  );
  if (mark !== undefined) return mark.publisher;
  // a program that was copied here can say that it is from another distribution
  const { namespace } = parsePurl(pkg.purl);
  if (namespace !== null && namespace !== distribution.id && DISTRIBUTIONS.has(namespace)) return namespace;
  const own = OWN_VENDORS.get(distribution.id);
  if (pkg.type !== 'rpm' || own === undefined || !pkg.supplier) return null;
  const vendor = pkg.supplier;
  return own.some((name) => vendor.startsWith(name)) ? null : (REPOSITORIES.get(vendor) ?? vendor);
}
