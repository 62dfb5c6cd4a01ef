import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution, pkg } from '../../test/packages.ts';
import type { Package } from '../model/package.ts';
import type { Cataloger } from './cataloger.ts';
import { dropYielding } from './yielding.ts';

const cataloger = (name: string, yields?: true): Cataloger => ({
  name,
  version: 1,
  interests: [],
  ...(yields && { yieldsToDistribution: yields }),
  read: () => ({ record: null, coverage: [] }),
  catalog: () => ({ packages: [], coverage: [] }),
});
const CATALOGERS = [cataloger('software', true), cataloger('npm-installed'), cataloger('dpkg')];

const nginx = pkg('generic', 'nginx', '1.22.1', { cataloger: 'software' });
const semver = pkg('npm', 'semver', '7.3.5', { cataloger: 'npm-installed' });
const deb = pkg('deb', 'nginx', '1.22.1-9', { cataloger: 'dpkg' });
const foreign = pkg('deb', 'nginx', '1.22.1-1~bookworm', { cataloger: 'dpkg', supplier: 'NGINX <a@f5.com>' });
const conda = pkg('conda', 'nginx', '1.22.1', { cataloger: 'conda-installed' });

const CASES: readonly (readonly [string, Package, owner: Package | null, kept: boolean])[] = [
  ['a program that Debian’s package owns', nginx, deb, false],
  ['a program that somebody else’s package owns', nginx, foreign, true],
  ['a program that nobody owns', nginx, null, true],
  ['a program that a package of no distribution owns', nginx, conda, true],
  ['a module that Debian’s package owns', semver, deb, true],
];

for (const [name, owned, owner, kept] of CASES) {
  test(name, () => {
    const packages = [owned, ...(owner === null ? [] : [owner])];
    const owners = new Map(owner === null ? [] : [[owned.id, owner.id]]);
    const left = dropYielding(packages, owners, {
      catalogers: CATALOGERS,
      distribution: distribution('debian', '12'),
    });
    assert.equal(left.includes(owned), kept);
    assert.equal(left.length, packages.length - (kept ? 0 : 1));
  });
}

test('where no distribution is known, a package database still is one', () => {
  const owners = new Map([[nginx.id, deb.id]]);
  assert.deepEqual(dropYielding([nginx, deb], owners, { catalogers: CATALOGERS, distribution: null }), [deb]);
});
