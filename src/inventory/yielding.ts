/**
 * A program that the distribution's package installed says by its bytes what the package database says already: one
 * thing, not two, and the distribution's advisories are the ones that speak about it. What somebody else packaged for the
 * distribution (nginx.org's nginx, PGDG's PostgreSQL) stays, owned by its package: of that no advisory of the distribution
 * speaks, and the upstream version is all that can be looked up.
 */
import { type Distribution, type Package, SYSTEM_TYPES } from '../model/package.ts';
import { thirdPartyPublisher } from '../model/third-party.ts';
import type { Cataloger } from './cataloger.ts';

export interface YieldingOptions {
  readonly catalogers: readonly Cataloger[];
  readonly distribution: Distribution | null;
}

/** Drops the packages of catalogers that yield to the distribution where one of its packages owns them. */
export function dropYielding<P extends Package>(
  packages: readonly P[],
  owners: ReadonlyMap<string, string>,
  { catalogers, distribution }: YieldingOptions,
): readonly P[] {
  const yielding = new Set(catalogers.flatMap((one) => (one.yieldsToDistribution ? [one.name] : [])));
  const distributed = new Set(
    packages
      .filter(({ type }) => SYSTEM_TYPES.has(type))
      .filter((pkg) => distribution === null || thirdPartyPublisher(pkg, distribution) === null)
      .map(({ id }) => id),
  );
  return packages.filter(
    ({ id, cataloger }) => !yielding.has(cataloger) || !distributed.has(owners.get(id) ?? ''),
  );
}
