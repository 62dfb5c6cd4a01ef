/** Which packages of an image the products of a VEX statement cover. */
import type { VexProduct } from '../../advisories/vex/vex-statement.ts';
import type { Package } from '../../model/package.ts';
import { type ImageIdentity, meansImage } from './image-identity.ts';
import { meansPackage, readPurl } from './purl-agreement.ts';

export interface ProductScope {
  /** The product is the image, or is in it. */
  isHere(product: VexProduct): boolean;
  covers(product: VexProduct, pkg: Package): boolean;
}

export function createScope(image: ImageIdentity, packages: readonly Package[]): ProductScope {
  const find = packageFinder(packages);
  const contains = containment(packages);
  const isImage = remember((identifier) => meansImage(identifier, image));
  return {
    isHere: (product) =>
      namesOf(product).some((name) => isImage(name) || find(name).length > 0) &&
      (product.subcomponents.length === 0 ||
        product.subcomponents.some((names) => names.some((name) => find(name).length > 0))),
    covers(product, pkg) {
      const names = namesOf(product);
      const isPart =
        product.subcomponents.length > 0 &&
        product.subcomponents.some((part) => part.some((name) => find(name).includes(pkg)));
      if (names.some(isImage)) return product.subcomponents.length === 0 || isPart;
      const wholes = names.flatMap(find);
      return wholes.includes(pkg) || (isPart && wholes.some((whole) => contains(whole, pkg)));
    },
  };
}

function namesOf({ identifiers, digests }: VexProduct): readonly string[] {
  return [...identifiers, ...digests];
}

/** Finds packages by purl, CPE 2.3 name or digest; thousands of names are asked for. */
function packageFinder(packages: readonly Package[]): (identifier: string) => readonly Package[] {
  const byName = new Map<string, Set<Package>>();
  const add = (key: string, pkg: Package) => {
    const known = byName.get(key);
    if (known === undefined) byName.set(key, new Set([pkg]));
    else known.add(pkg);
  };
  for (const pkg of packages) {
    add(`${pkg.type} ${readPurl(pkg.purl)?.name ?? pkg.name}`, pkg);
    if (pkg.source !== null) add(`${pkg.type} ${pkg.source.name}`, pkg);
    for (const cpe of pkg.cpes) add(cpe, pkg);
    for (const { algorithm, hex } of pkg.checksums) add(`${algorithm}:${hex}`, pkg);
  }
  return remember((identifier) => {
    const purl = readPurl(identifier);
    if (purl === null) return [...(byName.get(identifier) ?? [])];
    const alike = [...(byName.get(`${purl.type} ${purl.name}`) ?? [])];
    return alike.filter((pkg) => meansPackage(purl, pkg));
  });
}

/**
 * Whether a package is inside of another: its files belong to it, it lies in its archive, it was built into its binary,
 * or it is one of its dependencies, however far.
 */
function containment(packages: readonly Package[]): (whole: Package, part: Package) => boolean {
  const byId = new Map(packages.map((pkg) => [pkg.id, pkg]));
  const dependenciesOf = remember((id): ReadonlySet<string> => {
    const reached = new Set<string>();
    const next = [...(byId.get(id)?.dependsOn ?? [])];
    for (let at = next.pop(); at !== undefined; at = next.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      next.push(...(byId.get(at)?.dependsOn ?? []));
    }
    return reached;
  });
  return (whole, part) =>
    part.ownedBy === whole.id || liesIn(whole, part) || dependenciesOf(whole.id).has(part.id);
}

function liesIn(whole: Package, part: Package): boolean {
  return part.evidence.some(({ path, inside }) =>
    whole.evidence.some((outer) => {
      if (outer.path !== path) return false;
      if (part.type === 'golang' && whole.type === 'golang') return true; // modules of one binary
      return inside !== undefined && inside !== outer.inside && inside.startsWith(outer.inside ?? '');
    }),
  );
}

function remember<T>(ask: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = ask(key)));
    return found;
  };
}
