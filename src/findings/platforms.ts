import type { Installation } from './installation.ts';

/** What a Red Hat Enterprise Linux without notes about its repositories is taken to be. */
const PLAIN_PRODUCTS: ReadonlySet<string> = new Set(['redhat:enterprise_linux', 'redhat:rhel']);

/** Repositories of the same builds for one minor release: which of them an installation follows is a channel. */
const STREAM_PRODUCT = /^redhat:rhel_(?:eus|aus|e4s|tus)$/;

/**
 * Is the installation among the products that a statement is limited to? CPE names are compared by vendor, product and
 * as much of the version as both state. The edition behind them (`baseos`, `appstream`) is left out: a package of that
 * name is there, so its repository was.
 *
 * @param limits CPE 2.2 names (`cpe:/a:redhat:enterprise_linux:9::appstream`); empty: no limit
 */
export function speaksOfPlatform(
  limits: readonly string[],
  { platforms }: Pick<Installation, 'platforms'>,
): boolean {
  if (limits.length === 0) return true;
  const products = platforms?.map(productOf) ?? null;
  return limits.map(productOf).some(({ name, version }) => {
    if (STREAM_PRODUCT.test(name) || (products === null && PLAIN_PRODUCTS.has(name))) return true;
    return products?.some((own) => own.name === name && isWithin(own.version, version)) ?? false;
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
