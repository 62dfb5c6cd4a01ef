/**
 * Red Hat's products by the CPE 2.2 names that its advisories and repositories have: `cpe:/o:redhat:enterprise_linux:9`,
 * `cpe:/a:redhat:rhel_eus:9.2::appstream`, `cpe:/a:redhat:satellite:6.14::el8`.
 */

/** Where a statement about a product of Red Hat belongs. */
export interface RedHatProduct {
  /** `Red Hat:9` for Enterprise Linux, `Red Hat:satellite` for what is installed on top of it. */
  readonly ecosystem: string;
  /** The stream of a minor release, which is paid for apart: `eus:9.2`, `aus:8.4`, `els:6`; null: everybody's. */
  readonly channel: string | null;
  /**
   * The CPE name where it says more than ecosystem and channel: the repository in Enterprise Linux
   * (`cpe:/o:redhat:enterprise_linux:9::baseos`), version and edition of another product; null: all of it.
   */
  readonly platform: string | null;
}

const CPE = /^cpe:\/[aho]:redhat:([\w.-]+)(?::([\w.-]*))?(?::([\w.-]*))?(?::([\w.-]*))?$/;

/** `rhel_eus`, `rhel_eus_long_life`, and as release 10 calls them `enterprise_linux_eus`. */
const STREAM = /^(?:rhel|enterprise_linux)_(aus|e4s|els|eus|eus_long_life|tus)$/;

/** Null for what is no CPE 2.2 name of a product of Red Hat. */
export function redHatProduct(cpe: string): RedHatProduct | null {
  const parts = cpe.length > 200 ? null : CPE.exec(cpe);
  const product = parts?.[1];
  if (!product) return null;
  const [, , version = '', , edition = ''] = parts;
  const [major = ''] = version.split('.', 1);
  // the system of Red Hat's hardened images, of which there is one release
  if (product === 'hummingbird') return { ecosystem: 'Red Hat:hummingbird', channel: null, platform: null };
  const stream = STREAM.exec(product)?.[1];
  if ((product !== 'enterprise_linux' && stream === undefined) || !/^\d+$/.test(major)) {
    return { ecosystem: `Red Hat:${product}`, channel: null, platform: cpe };
  }
  return {
    ecosystem: `Red Hat:${major}`,
    channel: stream === undefined ? null : `${stream.replaceAll('_', '-')}:${version}`,
    platform: edition === '' ? null : cpe,
  };
}

/** Editions of Enterprise Linux that are operating systems (`/o`) by their CPE names; the others are applications. */
const SYSTEM_EDITIONS: ReadonlySet<string> = new Set([
  '',
  'baseos',
  'client',
  'computenode',
  'fastdatapath',
  'hypervisor',
  'server',
  'workstation',
]);

/**
 * The product that an ecosystem of Red Hat's records in the OSV format means. They leave the beginning of the CPE name
 * out: `Red Hat:enterprise_linux:9::baseos`. Null for other ecosystems.
 */
export function redHatProductOfOsv(ecosystem: string): RedHatProduct | null {
  const name = /^Red Hat:([a-z_]\w*(?::.*)?)$/.exec(ecosystem)?.[1];
  if (name === undefined) return null;
  const edition = name.split(':')[3] ?? '';
  const isSystem = /^(?:rhel|enterprise_linux)(?:_|:)/.test(name) && SYSTEM_EDITIONS.has(edition);
  return redHatProduct(`cpe:/${isSystem ? 'o' : 'a'}:redhat:${name}`);
}
