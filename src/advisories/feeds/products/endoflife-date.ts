import { z } from 'zod';
import { asObject, faultsOf, isIdentifier, type Feed, type FeedItem } from '../../feed.ts';

/** Support ends in the future as often as in the past; no release of anything is supported beyond this century. */
const SupportDate = z
  .union([z.iso.date(), z.null(), z.boolean()])
  .optional()
  .transform((date) => (typeof date === 'string' && date >= '1985' && date < '2100' ? date : null));

const Name = z.string().refine(isIdentifier, 'is not an identifier');

const Release = z.object({
  name: Name,
  releaseDate: SupportDate,
  eolFrom: SupportDate,
  /** "End of extended security": LTS, ESM, whatever comes behind the support that everybody has. */
  eoesFrom: SupportDate,
});

const Product = z.object({ name: Name, releases: z.array(z.unknown()).max(5_000) });

/** endoflife.date's API v1, `/api/v1/products/full`, or one product of it. https://endoflife.date/docs/api/v1/ */
export const endoflifeDate: Feed = {
  format: 'endoflife-date',

  recognises(document) {
    return document.kind === 'tree' && productsOf(document.value) !== null;
  },

  *read(document) {
    if (document.kind !== 'tree') return;
    for (const value of productsOf(document.value) ?? []) yield* readProduct(value, document.path);
  },
};

/** `{ result: [product, …] }`, or `{ result: product }`. */
function productsOf(value: unknown): readonly unknown[] | null {
  const result = asObject(value)?.['result'];
  const products: readonly unknown[] = Array.isArray(result) ? result : [result];
  const first = asObject(products[0]);
  return first !== null && typeof first['name'] === 'string' && Array.isArray(first['releases'])
    ? products
    : null;
}

function* readProduct(value: unknown, path: string): Iterable<FeedItem> {
  const product = Product.safeParse(value);
  if (!product.success) {
    yield { kind: 'rejected', record: path, reason: faultsOf(product.error) };
    return;
  }
  for (const cycle of product.data.releases) {
    const release = Release.safeParse(cycle);
    if (!release.success) {
      yield { kind: 'rejected', record: `${path}: ${product.data.name}`, reason: faultsOf(release.error) };
      continue;
    }
    const { name, releaseDate, eolFrom, eoesFrom } = release.data;
    yield {
      kind: 'support',
      source: 'endoflife-date',
      period: {
        product: product.data.name,
        release: name,
        released: releaseDate,
        endOfLife: eolFrom,
        endOfExtendedSupport: eoesFrom,
      },
    };
  }
}
