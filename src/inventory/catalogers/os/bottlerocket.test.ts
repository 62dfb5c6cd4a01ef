import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';

const INVENTORY = 'usr/share/bottlerocket/application-inventory.json';

test('the applications of an inventory, with epoch and without', () => {
  const { packages } = inventoryOf([
    {
      'etc/os-release': 'ID=bottlerocket\nVERSION_ID=1.19.4\n',
      [INVENTORY]: fixture('os/application-inventory.json'),
    },
  ]);
  const release = '1.1713000000.0123abcd.br1';
  const distro = 'arch=x86_64&distro=bottlerocket-1.19.4';
  assert.deepEqual(
    packages.map(({ purl, version, supplier }) => [purl, version, supplier]),
    [
      [`pkg:rpm/bottlerocket/glibc@2.38-${release}?${distro}&epoch=1`, `1:2.38-${release}`, 'Bottlerocket'],
      [`pkg:rpm/bottlerocket/runc@1.1.12-${release}?${distro}`, `1.1.12-${release}`, 'Bottlerocket'],
    ],
  );
});

test('an inventory below the directory of an architecture', () => {
  const path = `x86_64-bottlerocket-linux-gnu/sys-root/${INVENTORY}`;
  assert.equal(inventoryOf([{ [path]: fixture('os/application-inventory.json') }]).packages.length, 2);
  assert.equal(inventoryOf([{ 'srv/application-inventory.json': '{}' }]).coverage.length, 0);
});

test('what is no inventory is coverage, and no JSON makes it throw', () => {
  for (const text of ['', '[]', '{"Content":1}']) {
    assert.equal(inventoryOf([{ [INVENTORY]: text }]).coverage.length, 1);
  }
  fc.assert(
    fc.property(fc.json(), (json) => void inventoryOf([{ [INVENTORY]: `{"Content":[${json}]}` }])),
    {
      numRuns: 200,
    },
  );
});
