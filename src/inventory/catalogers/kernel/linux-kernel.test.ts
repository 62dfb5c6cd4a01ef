import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { parseKernelImage } from './kernel-image.ts';
import { linuxKernelCataloger } from './linux-kernel.ts';
import { parseKernelModule } from './module-info.ts';

const load = (name: string) => gunzipSync(fixture(`kernel/${name}.gz`));
const RELEASE = '6.1.0-56-cloud-amd64';
const MODULES = `lib/modules/${RELEASE}`;
const VMLINUZ = load(`vmlinuz-${RELEASE}`);
const ARM64 = load('vmlinuz-6.1.0-56-cloud-arm64');

function inventory(files: LayerFiles) {
  return inventoryOf([files], { catalogers: [linuxKernelCataloger] });
}

function purls(files: LayerFiles): string[] {
  const { packages, coverage } = inventory(files);
  assert.deepEqual(coverage, []);
  return packages.map(({ purl }) => purl);
}

/** What `file` and the package say: Debian's boot images and what can be made of them. */
const zimg = (method: string, payload: Uint8Array) => {
  const head = Buffer.alloc(64 + 0x400);
  head.write('MZ\0\0zimg', 'latin1');
  head.writeUInt32LE(head.length, 8);
  head.writeUInt32LE(payload.length, 12);
  head.write(method, 24, 'latin1');
  return Buffer.concat([head, payload]);
};
const ARM64_PURL = 'pkg:generic/linux-kernel@6.1.0-56-cloud-arm64';
const IMAGES: readonly (readonly [what: string, files: LayerFiles, expected: readonly string[]])[] = [
  ['x86', { [`boot/vmlinuz-${RELEASE}`]: VMLINUZ }, [`pkg:generic/linux-kernel@${RELEASE}`]],
  ['x86 beside its modules', { [`${MODULES}/vmlinuz`]: VMLINUZ }, [`pkg:generic/linux-kernel@${RELEASE}`]],
  ['64-bit Arm', { 'boot/vmlinuz-6.1.0-56-cloud-arm64': ARM64 }, [ARM64_PURL]],
  ['64-bit Arm, compressed', { 'boot/Image.gz': gzipSync(ARM64) }, [ARM64_PURL]],
  ['for EFI, gzip', { 'boot/vmlinuz': zimg('gzip', gzipSync(ARM64)) }, [ARM64_PURL]],
  ['for EFI, zstd', { 'boot/vmlinuz': zimg('zstd22', zstdCompressSync(ARM64)) }, [ARM64_PURL]],
  ['for EFI, in a way that is not read', { 'boot/vmlinuz': zimg('lzma', ARM64.subarray(0, 100)) }, []],
  ['a picture', { 'srv/Image': 'GIF89a', 'boot/Image.png': 'PNG' }, []],
  ['an empty file', { 'boot/vmlinuz': '' }, []],
  ['a text about Linux', { 'boot/vmlinuz.txt': `Linux version is printed ${'x'.repeat(2000)}` }, []],
];
for (const [what, files, expected] of IMAGES) {
  test(`image: ${what}`, () => assert.deepEqual(purls(files), expected));
}

test('what an image says', () => {
  const { packages } = inventory({ [`boot/vmlinuz-${RELEASE}`]: VMLINUZ });
  assert.deepEqual(
    packages.map(({ version, architecture, description }) => [version, architecture, description]),
    [
      [
        RELEASE,
        'x86_64',
        `Linux kernel ${RELEASE} (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)`,
      ],
    ],
  );
  assert.equal(parseKernelImage(ARM64)?.architecture, 'aarch64');
});

describe('modules', () => {
  const IN_TREE = {
    [`${MODULES}/kernel/drivers/net/macvlan.ko`]: load('macvlan.ko'),
    [`${MODULES}/kernel/drivers/net/macvtap.ko`]: load('macvtap.ko'),
  };
  const OUTSIDE = {
    [`${MODULES}/updates/dkms/bbswitch.ko`]: load('bbswitch.ko'),
    [`${MODULES}/updates/dkms/acpi_call.ko`]: load('acpi_call.ko'),
  };

  test('those of the kernel are its files', () => {
    const { packages } = inventory({ [`boot/vmlinuz-${RELEASE}`]: VMLINUZ, ...IN_TREE });
    assert.deepEqual(
      packages.map(({ purl, files, evidence }) => [purl, files, evidence.map(({ path }) => path)]),
      [
        [
          `pkg:generic/linux-kernel@${RELEASE}`,
          [`boot/vmlinuz-${RELEASE}`, ...Object.keys(IN_TREE)],
          [`boot/vmlinuz-${RELEASE}`],
        ],
      ],
    );
  });

  test('without an image they show the kernel', () => {
    const { packages } = inventory(IN_TREE);
    assert.deepEqual(
      packages.map(({ purl, architecture }) => [purl, architecture]),
      [[`pkg:generic/linux-kernel@${RELEASE}`, 'x86_64']],
    );
  });

  test('those from elsewhere are packages, as modinfo describes them', () => {
    const { packages } = inventory({ ...IN_TREE, ...OUTSIDE });
    assert.deepEqual(
      packages.map(({ purl, licences, supplier, description, dependsOn }) => [
        purl,
        licences,
        supplier,
        description,
        dependsOn,
      ]),
      [
        ['pkg:generic/acpi_call', ['GPL'], null, null, [`pkg:generic/linux-kernel@${RELEASE}`]],
        [
          'pkg:generic/bbswitch@0.8',
          ['GPL'],
          'Peter Wu <lekensteyn@gmail.com>',
          'Toggle the discrete graphics card',
          [`pkg:generic/linux-kernel@${RELEASE}`],
        ],
        [`pkg:generic/linux-kernel@${RELEASE}`, [], null, 'Linux kernel', []],
      ],
    );
  });

  for (const [suffix, compress] of [
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
  ] as const) {
    test(`compressed: ${suffix}`, () => {
      const path = `${MODULES}/updates/bbswitch.ko.${suffix}`;
      assert.deepEqual(purls({ [path]: compress(load('bbswitch.ko')) }), ['pkg:generic/bbswitch@0.8']);
      const { coverage } = inventory({ [path]: 'not compressed' });
      assert.deepEqual(
        coverage.map(({ code, subject }) => [code, subject]),
        [['EVIDENCE_UNREADABLE', path]],
      );
    });
  }

  test('compressed with xz: said once', () => {
    const { coverage } = inventory({
      [`${MODULES}/extra/a.ko.xz`]: 'x',
      [`${MODULES}/extra/b.ko.xz`]: 'x',
    });
    assert.deepEqual(
      coverage.map(({ subject, message }) => [subject, message.slice(0, 41)]),
      [[MODULES, '2 kernel modules are compressed with xz, ']],
    );
  });

  test('a text in Korean is none', () => {
    assert.deepEqual(purls({ 'usr/share/doc/README.ko': 'text', 'srv/README.ko.gz': 'text' }), []);
  });

  test('a module that does not name itself has the name of its file', () => {
    const content = load('macvtap.ko');
    content.write('nome=', content.indexOf('name=macvtap'), 'latin1');
    assert.equal(parseKernelModule(content, 'mac-vtap.ko')?.name, 'mac_vtap');
  });
});

test('damaged anywhere, or cut', () => {
  const module = load('bbswitch.ko').subarray(0, 60_000);
  fc.assert(
    fc.property(
      fc.constantFrom(module, VMLINUZ),
      fc.nat(70_000),
      fc.nat(1024),
      fc.nat(255),
      (original, at, header, byte) => {
        const content = Buffer.from(original);
        content[at % content.length] = byte;
        content[header] = byte;
        for (const part of [content, content.subarray(0, at)]) {
          parseKernelModule(part, 'a.ko');
          parseKernelImage(part);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('whatever repeats, it takes no long time', () => {
  const spent = startCpuTime();
  for (const piece of ['Linux version ', 'Linux version 6.1', 'Linux version 6.1.0 (', '\0', 'a=b\0']) {
    parseKernelImage(Buffer.alloc(4_000_000, piece));
  }
  assert.ok(spent() < LITTLE);
});
