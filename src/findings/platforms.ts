import type { AffectedPackage } from '../advisories/advisory.ts';
import type { Installation } from './installation.ts';

/** What a Red Hat Enterprise Linux without notes about its repositories is taken to be. */
const PLAIN_PRODUCT = 'redhat:enterprise_linux';

/**
 * Is the installation among the products that a statement is limited to? CPE names are compared by vendor, product and
 * as much of the version as both state. The edition behind them (`baseos`, `appstream`) is left out: a package of that
 * name is there, so its repository was. Where the statement is of a stream of updates, that decides, not the product.
 */
export function speaksOfPlatform(
  { platforms: limits, channel }: Pick<AffectedPackage, 'platforms' | 'channel'>,
  { platforms }: Pick<Installation, 'platforms'>,
): boolean {
  if (limits.length === 0 || channel !== null) return true;
  const products = platforms?.map(productOf) ?? null;
  return limits.map(productOf).some(({ name, version }) => {
    if (products === null) return name === PLAIN_PRODUCT;
    return products.some((own) => own.name === name && isWithin(own.version, version));
  });
}

interface Product {
  readonly name: string;
  readonly version: string;
}

/** From `cpe:/o:redhat:enterprise_linux:9::baseos`. NIST IR 7695, section 6.1. */
function productOf(cpe: string): Product {
  const [, , vendor = '', product = '', version = ''] = cpe.split(':');
  return { name: `${vendor}:${product}`, version };
}

/** `9` and `9.2` are within each other, as one of them says less. */
function isWithin(a: string, b: string): boolean {
  return a === '' || b === '' || `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}
