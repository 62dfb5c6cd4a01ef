import { DISTRIBUTION_UPSTREAMS } from './register-distributions.ts';
import { FLAW_UPSTREAMS } from './register-flaws.ts';
import { LANGUAGE_UPSTREAMS } from './register-languages.ts';
import { PRODUCT_UPSTREAMS } from './register-products.ts';
import type { Upstream } from './upstream.ts';

/** Every source that can be fetched, in the order of their identifiers. */
export const UPSTREAMS: readonly Upstream[] = [
  ...DISTRIBUTION_UPSTREAMS,
  ...LANGUAGE_UPSTREAMS,
  ...PRODUCT_UPSTREAMS,
  ...FLAW_UPSTREAMS,
].sort((a, b) => (a.id < b.id ? -1 : 1));

/** Undefined for an identifier that is not in the table. */
export function upstreamNamed(id: string): Upstream | undefined {
  return UPSTREAMS.find((upstream) => upstream.id === id);
}
