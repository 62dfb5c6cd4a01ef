import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { CHISEL_MANIFEST, parseChiselManifest } from './chisel-manifest.ts';

const MANIFEST = fixture('os/manifest.wall');
const NOBLE = { 'etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n' };

test('slices are Debian packages with the files that were put there', () => {
  const { packages, coverage } = inventoryOf([{ ...NOBLE, [CHISEL_MANIFEST]: MANIFEST }]);
  assert.deepEqual(
    packages.map(({ purl, source, files, evidence }) => [purl, source, files, evidence.length]),
    [
      ['pkg:deb/ubuntu/base-files@13ubuntu10?arch=amd64&distro=ubuntu-24.04', null, ['etc'], 1],
      [
        'pkg:deb/ubuntu/libc6@2.39-0ubuntu8?arch=amd64&distro=ubuntu-24.04',
        null,
        ['usr/lib/x86_64-linux-gnu/libc.so.6'],
        1,
      ],
      [
        'pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3?arch=amd64&distro=ubuntu-24.04',
        null,
        ['usr/lib/x86_64-linux-gnu/libssl.so.3'],
        1,
      ],
    ],
  );
  assert.deepEqual(coverage, []);
});

test('what dpkg’s status lists too is one package, and has its source from there', () => {
  const status =
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc\nVersion: 2.39-0ubuntu8\n\n';
  const { packages } = inventoryOf([
    { ...NOBLE, [CHISEL_MANIFEST]: MANIFEST, 'var/lib/dpkg/status': status },
  ]);
  assert.deepEqual(
    packages.map(({ name, source }) => [name, source?.name]),
    [
      ['base-files', undefined],
      ['libc6', 'glibc'],
      ['libssl3t64', undefined],
    ],
  );
});

test('what is no manifest is coverage, a bomb too', () => {
  const bomb = zstdCompressSync(Buffer.alloc(200 * 1024 * 1024));
  for (const content of [
    Buffer.alloc(0),
    Buffer.from('{}'),
    MANIFEST.subarray(0, 60),
    zstdCompressSync('{}\n'),
    bomb,
  ]) {
    assert.equal(typeof parseChiselManifest(content), 'string');
  }
});

test('no text makes it throw', () => {
  const lines = zstdDecompressSync(MANIFEST).toString().split('\n');
  fc.assert(
    fc.property(fc.nat(lines.length - 1), fc.oneof(fc.json(), fc.string()), (at, line) => {
      parseChiselManifest(zstdCompressSync(lines.with(at, line).join('\n')));
    }),
    { numRuns: 200 },
  );
});
