import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixtureTree, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { opkgCataloger } from './opkg.ts';

test('the packages of OpenWrt', () => {
  const { packages, coverage } = inventoryOf([fixtureTree('os/opkg.tar.gz')]);
  assert.deepEqual(
    packages.map(({ purl, source, licences, homepage, files, dependencies }) => {
      return { purl, source: source?.name, licences, homepage, files, dependencies };
    }),
    [
      {
        purl: 'pkg:opkg/openwrt/dropbear@2022.83-1?arch=x86_64&distro=openwrt-23.05.3',
        source: 'dropbear',
        licences: ['MIT'],
        homepage: 'http://matt.ucc.asn.au/dropbear/',
        files: ['etc/config/dropbear', 'usr/bin/ssh', 'usr/sbin/dropbear'],
        dependencies: ['absent-tool', 'libc'],
      },
      {
        purl: 'pkg:opkg/openwrt/libc@1.2.4-4?arch=x86_64&distro=openwrt-23.05.3',
        source: undefined,
        licences: [],
        homepage: null,
        files: ['lib/ld-musl-x86_64.so.1', 'lib/libc.so'],
        dependencies: ['libgcc1'],
      },
      {
        purl: 'pkg:opkg/openwrt/libgcc1@12.3.0-4?arch=x86_64&distro=openwrt-23.05.3',
        source: undefined,
        licences: [],
        homepage: null,
        files: [],
        dependencies: [],
      },
    ],
  );
  assert.equal(
    packages[0]?.description,
    'A small SSH2 server/client designed for small memory environments.',
  );
  assert.deepEqual(coverage, []);
});

test('Yocto has all in the status file, and names a recipe’s file as the source', () => {
  const status =
    'Package: busybox\nVersion: 1.36.1-r0\nStatus: install ok installed\nArchitecture: core2-64\n' +
    'Source: busybox_1.36.1.bb\nLicense: GPL-2.0-only & bzip2-1.0.4\nProvides: /bin/sh\n\n' +
    'Package: base-files\nVersion: 3.0-r0\nDepends: /bin/sh\nStatus: install ok installed\n\n';
  const { packages } = inventoryOf([{ 'var/lib/opkg/status': status }]);
  assert.deepEqual(
    packages.map(({ name, source, licences, dependencies }) => [name, source, licences, dependencies]),
    [
      ['base-files', null, [], ['busybox']],
      ['busybox', { name: 'busybox', version: '1.36.1-r0' }, ['GPL-2.0-only & bzip2-1.0.4'], []],
    ],
  );
});

test('a status file of something else is coverage', () => {
  for (const text of ['\0', 'Version: 1\n\n']) {
    const { packages, coverage } = inventoryOf([{ 'usr/lib/opkg/status': text }]);
    assert.deepEqual([packages.length, coverage.length], [0, 1]);
  }
});

test('no text makes it throw', () => {
  const line = fc.oneof(
    fc.constantFrom('Package: a', 'Depends: a|b,', 'Provides: x', 'Source: a_b.bb', ''),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      inventoryOf(
        [
          {
            'var/lib/opkg/status': text,
            'var/lib/opkg/info/a.control': text,
            'var/lib/opkg/info/a.list': text,
          },
        ],
        {
          catalogers: [opkgCataloger],
        },
      );
    }),
    { numRuns: 200 },
  );
});
