import type { PurlParts } from '../../../model/purl.ts';
import type { CsafProduct } from './product-tree.ts';
import { brokenComponent, skippedComponent, type CsafComponent } from './vendor.ts';
import { isPlainText } from '../../feed.ts';
import { redHatProduct, type RedHatProduct } from '../../vocabulary/redhat-products.ts';
import { shown } from '../../vex/vex-text.ts';

/**
 * What a product identifier of Red Hat's documents stands for.
 *
 * @param parts package, perhaps module, and the product that they are in; see `ProductTree.partsOf`
 */
export function redHatComponent(productId: string, parts: readonly CsafProduct[]): CsafComponent {
  const [component, ...wholes] = parts;
  if (component === undefined)
    return brokenComponent(`the product tree does not describe ${shown(productId)}`);
  const platform = wholes.at(-1);
  if (platform === undefined) return skippedComponent('a product as a whole');
  const product = platform.cpe === null ? null : redHatProduct(platform.cpe);
  if (product === null) return skippedComponent('a component of a product without a CPE name of Red Hat');
  if (component.purl === null) return unnamedComponent(component, product);
  const purl = component.purlParts;
  if (purl === null) return unreadablePurl(component.purl, component.id);
  switch (purl.type) {
    case 'oci':
      return { kind: 'image', purl: component.purl, digest: imageDigest(purl) };
    case 'rpm': {
      const module = wholes.length > 1 ? wholes.at(-2) : undefined;
      return rpmPackage(component, purl, module, product);
    }
    case 'rpmmod':
      return skippedComponent('a module as a whole');
    default:
      return skippedComponent('a component that is not an rpm package');
  }
}

/** Before 2024 images were named `pkg:oci/openshift3/metrics-cassandra`: a namespace, which images have none of. */
function unreadablePurl(purl: string, id: string): CsafComponent {
  return purl.startsWith('pkg:oci/')
    ? skippedComponent('a container image without a sound package URL')
    : brokenComponent(`the package URL of ${shown(id)} cannot be read`);
}

/** They hold no code that runs. Red Hat's documents say so of each since 2025, and before listed them as fixed. */
const DEBUGGING = /-debug(?:info|source)(?:-common(?:-\w+)?)?$/;

function rpmPackage(
  { id }: Pick<CsafProduct, 'id'>,
  { name, version, qualifiers }: Pick<PurlParts, 'name' | 'version' | 'qualifiers'>,
  modulePart: CsafProduct | undefined,
  product: RedHatProduct,
): CsafComponent {
  const { arch = null, epoch = '0', rpmmod } = qualifiers;
  const module = rpmmod === undefined ? streamOfPart(modulePart) : streamOfQualifier(rpmmod);
  if (module === undefined) return brokenComponent(`the module of ${shown(id)} is not name:stream`);
  if (!/^\d{1,10}$/.test(epoch)) return brokenComponent(`the epoch of ${shown(id)} is not a number`);
  const built = version !== null && epoch !== '0' ? `${epoch}:${version}` : version;
  if (![name, built, module, arch].every((text) => text === null || isPlainText(text)))
    return brokenComponent('the name, version, module or architecture of a package is not plain text');
  if (DEBUGGING.test(name)) return skippedComponent('symbols and sources for debugging');
  const isSource = arch === 'src' || arch === 'nosrc';
  return {
    kind: 'packages',
    packages: [
      {
        ...product,
        name,
        naming: isSource ? 'source' : 'binary',
        version: built,
        module,
        architecture: isSource || arch === 'noarch' ? null : arch,
      },
    ],
  };
}

/**
 * Documents before 2024 have no package URLs. They name builds in full (`telnet-1:0.17-65.el7_6.x86_64`), and unfixed
 * components by their source packages, in a module `go-toolset:rhel8/golang`. In products other than Enterprise Linux such
 * a name may be a library of any language.
 */
function unnamedComponent({ name: text }: CsafProduct, product: RedHatProduct): CsafComponent {
  const build = /^([\w.+-]+)-(\d+):([\w.+~^]+-[\w.+~^]+)\.(\w+)$/.exec(text.slice(0, 500));
  if (build !== null) {
    const [, name = '', epoch = '', version = '', arch = ''] = build;
    return rpmPackage({ id: text }, { name, version, qualifiers: { arch, epoch } }, undefined, product);
  }
  const [, module = null, name = ''] =
    /^(?:([\w.+-]+:[\w.+-]+)\/)?([\w.+-]+)$/.exec(text.slice(0, 500)) ?? [];
  if (!/^Red Hat:\d+$/.test(product.ecosystem) || name === '')
    return skippedComponent('a component that is not known to be an rpm package');
  return {
    kind: 'packages',
    packages: [{ ...product, name, naming: 'source', version: null, module, architecture: null }],
  };
}

/** `ruby:2.5` of `ruby:2.5:8090020230627084142:b46abd14`; undefined for what is none (`rhel10`, CVE-2026-7323). */
function streamOfQualifier(rpmmod: string): string | undefined {
  return /^([^:\s]+:[^:\s]+)(?::|$)/.exec(rpmmod)?.[1];
}

/** Of `pkg:rpmmod/redhat/ruby@2.5:8090…` and, as some documents write it, `pkg:rpmmod/redhat/postgresql:15/postgresql`. */
function streamOfPart(module: CsafProduct | undefined): string | null | undefined {
  if (module === undefined || module.purl === null) return null;
  const purl = module.purlParts;
  if (purl?.type !== 'rpmmod') return undefined;
  const inNamespace = /^redhat\/([^/]+)$/.exec(purl.namespace ?? '')?.[1];
  return streamOfQualifier(inNamespace ?? `${purl.name}:${purl.version ?? ''}`);
}

function imageDigest({ version }: PurlParts): string | null {
  return version !== null && /^sha256:[0-9a-f]{64}$/.test(version) ? version : null;
}
