import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';

const LIST = 'etc/cos-package-info.json';

test('installed packages, not those that it was built with', () => {
  const { packages } = inventoryOf([
    { 'etc/os-release': 'ID=cos\nVERSION_ID=113\n', [LIST]: fixture('os/cos-package-info.json') },
  ]);
  assert.deepEqual(
    packages.map(({ purl, name, version }) => [purl, name, version]),
    [
      ['pkg:ebuild/app-arch/gzip@1.13-r1?distro=cos-113', 'app-arch/gzip', '1.13-r1'],
      ['pkg:ebuild/sys-libs/zlib@1.3.1?distro=cos-113', 'sys-libs/zlib', '1.3.1'],
    ],
  );
});

test('what is no list is coverage, and no JSON makes it throw', () => {
  for (const text of ['', '[]', '{"installedPackages":{}}']) {
    assert.equal(inventoryOf([{ [LIST]: text }]).coverage.length, 1);
  }
  fc.assert(
    fc.property(fc.json(), (json) => void inventoryOf([{ [LIST]: `{"installedPackages":[${json}]}` }])),
    {
      numRuns: 200,
    },
  );
});
