import { type AffectedPackage, NOTHING_STATED } from '../../../advisory.ts';
import { comparableName, ecosystemTraits } from '../../../ecosystems.ts';
import { parseCpe } from '../../cpe/cpe-name.ts';
import { type CpeStatement, reasonToSkip, toAffected } from '../../cpe/cpe-statements.ts';
import { affectedVersions } from './affected-versions.ts';
import type { Cve5Affected } from './cve5-record.ts';

export interface ReadProducts {
  readonly affected: readonly AffectedPackage[];
  readonly skipped: ReadonlySet<string>;
}

/** What a container's `affected` says of packages and of products that catalogers know by a CPE. */
export function readProducts(entries: readonly Cve5Affected[]): ReadProducts {
  const skipped = new Set<string>();
  const statements: CpeStatement[] = [];
  const others: Cve5Affected[] = [];
  for (const entry of entries) {
    const { products, reason } = productsOf(entry);
    if (isElsewhere(entry)) skipped.add(ELSEWHERE);
    else if (ecosystemOf(entry) !== null) others.push(entry);
    else if (products.length === 0) skipped.add(reason);
    else {
      const versions = affectedVersions(entry);
      if (versions === null) skipped.add(NO_VERSIONS);
      else statements.push(...products.map((product) => ({ product, ...versions })));
    }
  }
  const packages = readPackages(others);
  return {
    affected: [...packages.affected, ...toAffected(statements)],
    skipped: skipped.union(packages.skipped),
  };
}

/** What entries say that name a package of an ecosystem. */
export function readPackages(entries: readonly Cve5Affected[]): ReadProducts {
  const skipped = new Set<string>();
  const affected = entries.flatMap((entry): AffectedPackage[] => {
    const place = ecosystemOf(entry);
    const versions = affectedVersions(entry);
    if (place !== null && versions !== null) {
      const { naming, scheme } = ecosystemTraits(place.ecosystem);
      return [{ ...NOTHING_STATED, ...place, naming, scheme, status: 'affected', ...versions }];
    }
    skipped.add(place === null ? 'a CVE record that names no package of an ecosystem' : NO_VERSIONS);
    return [];
  });
  return { affected, skipped };
}

/** Every platform that the entry is limited to is one that images do not run on. */
export function isElsewhere({ platforms }: Cve5Affected): boolean {
  return (
    platforms !== null &&
    platforms !== undefined &&
    platforms.length > 0 &&
    platforms.every((platform) => /^(?:windows|win32|mac ?os|os ?x|ios|ipados|android)\b/i.test(platform))
  );
}

const ELSEWHERE = 'a product on another system than Linux';
const NO_VERSIONS = 'a CVE record that does not tell which versions are affected';

/**
 * Products that maintainers name in their own words when they assign an identifier, as NVD names them. By vendor and
 * product, lower case.
 */
const MAINTAINERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['apache software foundation:apache http server', ['apache:http_server']],
  ['curl:curl', ['haxx:curl']],
  ['denoland:deno', ['deno:deno']],
  ['eclipse foundation:mosquitto', ['eclipse:mosquitto']],
  ['eclipse:mosquitto', ['eclipse:mosquitto']],
  ['elastic:kibana', ['elastic:kibana']],
  ['git:git', ['git-scm:git']],
  ['isc:bind 9', ['isc:bind']],
  ['n/a:postgresql', ['postgresql:postgresql']],
  ['nlnet labs:unbound', ['nlnetlabs:unbound']],
  ['node.js:node.js', ['nodejs:node.js']],
  ['nodejs:node', ['nodejs:node.js']],
  ['openssl:openssl', ['openssl:openssl']],
  ['php group:php', ['php:php']],
  ['python software foundation:cpython', ['python:python']],
  ['redis:redis', ['redis:redis']],
  ['rust-lang:rust', ['rust-lang:rust']],
  ['squid-cache:squid', ['squid-cache:squid']],
  ['the gnu c library:glibc', ['gnu:glibc']],
  ['valkey-io:valkey', ['lfprojects:valkey']],
  ['wordpress foundation:wordpress', ['wordpress:wordpress']],
]);

function productsOf({ vendor, product, cpes }: Cve5Affected): {
  readonly products: readonly string[];
  readonly reason: string;
} {
  const own = MAINTAINERS.get(`${vendor ?? ''}:${product ?? ''}`.toLowerCase());
  if (own !== undefined) return { products: own, reason: '' };
  const products = new Set<string>();
  let reason = 'a product that a CVE record names only in prose';
  for (const text of cpes ?? []) {
    const cpe = parseCpe(text);
    const why = cpe === null ? 'a CPE that cannot be read' : reasonToSkip(cpe);
    if (why !== null) reason = why;
    else if (cpe !== null) products.add(cpe.product);
  }
  return { products: [...products], reason };
}

type Place = Pick<AffectedPackage, 'ecosystem' | 'name'>;

/** Collections whose name is an ecosystem's, what names in it look like, and the orders that are surely its own. */
const COLLECTIONS: readonly (readonly [
  host: RegExp,
  ecosystem: string,
  name: RegExp,
  versionTypes: readonly string[],
])[] = [
  [/^(?:registry\.)?(?:www\.)?npmjs\.(?:com|org)$/, 'npm', /^(?:@[\w.-]+\/)?[\w.-]+$/, ['semver']],
  [/^(?:www\.)?nuget\.org$/, 'NuGet', /^[\w.-]+$/, ['semver', 'custom']],
  [/^packagist\.org$/, 'Packagist', /^[\w.-]+\/[\w.-]+$/, ['semver', 'custom']],
  [/^pypi\.(?:python\.)?org$/, 'PyPI', /^[\w.-]+$/, ['python', 'semver']],
  [/^(?:repo1?\.maven\.apache|repo1\.maven)\.org$/, 'Maven', /^[\w.-]+:[\w.-]+$/, ['maven', 'semver']],
  [/^rubygems\.org$/, 'RubyGems', /^[\w.-]+$/, ['semver', 'custom']],
  [/^crates\.io$/, 'crates.io', /^[\w-]+$/, ['semver']],
];

/**
 * The package of an entry that names its collection and package and orders its versions as the collection does. Go's
 * entries name an imported package, which does not tell the module.
 */
function ecosystemOf({ collectionURL, packageName, versions }: Cve5Affected): Place | null {
  const host = /^https:\/\/([a-z0-9.-]+)(?:\/|$)/.exec(collectionURL ?? '')?.[1] ?? '';
  const collection = COLLECTIONS.find(([hosts]) => hosts.test(host));
  if (collection === undefined || packageName === null || packageName === undefined) return null;
  const [, ecosystem, names, types] = collection;
  if (packageName.length > 300 || !names.test(packageName)) return null;
  const stated = (versions ?? []).map(({ versionType }) => versionType ?? 'none');
  const isPlain = stated.length > 0 && stated.every((type) => types.includes(type));
  return isPlain ? { ecosystem, name: comparableName(ecosystem, packageName) } : null;
}
