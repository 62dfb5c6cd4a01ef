/**
 * Software of which no program could be had when its clues were written. The texts are constructed from what the test data
 * of anchore/syft (Apache-2.0, syft/pkg/cataloger/binary/testdata at bf82010f3) records of programs in published images,
 * or from the source named. A real program is better: `test/fixtures/inventory/binary`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { softwareCataloger } from './software-cataloger.ts';

const HASH = 'd53a4e7c7e4b9b6c1f0a8f6ae7e0d4f0a1b2c3d4';

type Case = readonly [path: string, text: string, expected: string];

const PROGRAMS: readonly Case[] = [
  ['usr/bin/openssl', '\0OpenSSL 1.1.1 (compatible; AWS-LC 1.69.0)\0', 'aws-lc@1.69.0'],
  ['usr/bin/openssl', '\0OpenSSL 1.1.1w  11 Sep 2023\0', 'openssl@1.1.1w'],
  ['usr/lib64/libcrypto.so.1.0.2k', '\0OpenSSL 1.0.2k-fips  26 Jan 2017\0', 'openssl@1.0.2k'],
  ['usr/lib64/libcrypto.so.1.1.1k', '\0OpenSSL 1.1.1k  FIPS 25 Mar 2021\0', 'openssl@1.1.1k'],
  // LibreSSL, include/openssl/opensslv.h
  ['usr/lib/libcrypto.so.55', '\0LibreSSL 4.1.0\0', 'libressl@4.1.0'],
  ['usr/local/bin/bun', 'Bun v0.5.9\0bun-0.5.9\0', 'bun@0.5.9'],
  ['opt/google/chrome/chrome', '\x00127.0.6533.119\0Default\0', 'chrome@127.0.6533.119'],
  ['usr/lib/dart/bin/dart', '\x003.6.0-216.1.beta (beta) (Fri Sep 6 2024)\0', 'dart@3.6.0-216.1.beta'],
  ['usr/bin/deno', `standalonedeno-${HASH}release/v1.29.4windows`, 'deno@1.29.4'],
  ['usr/bin/deno', 'OTel-OTLP-Exporter-Deno/0.80.0grpc', '-'],
  ['fluent-bit/bin/fluent-bit', '\x003.0.2\0%sFluent Bit v%s\0', 'fluent-bit@3.0.2'],
  ['fluent-bit/bin/fluent-bit', '\x001.7.0\0\x1b[1m\0%sFluent Bit v%s\0', 'fluent-bit@1.7.0'],
  ['usr/local/bin/gcc', 'gcc version %s %s\n\0GCC: (GNU) 12.3.0\0', 'gcc@12.3.0'],
  ['opt/ghc/bin/ghc-9.6.5', '\0GHC 9.6.5\0', 'ghc@9.6.5'],
  ['usr/local/sbin/haproxy', '\0HA-Proxy version 1.5.14 2015/07/02\n\0', 'haproxy@1.5.14'],
  ['usr/local/sbin/haproxy', '\x003.1-dev0-1eb0f22\0\0HAProxy version follows\0', 'haproxy@3.1-dev0'],
  [
    'usr/local/julia/lib/julia/libjulia-internal.so.1.13.0',
    '\x01\x021.13.0-beta3\0branch\0',
    'julia@1.13.0-beta3',
  ],
  ['usr/local/julia/lib/julia/libjulia-internal.so.1.9', '\x001.9.0-alpha1\0BigInt\0', 'julia@1.9.0-alpha1'],
  ['usr/bin/mariadb', '/usr/src/debug/mariadb-11.8.5-2-redhat-x86_64/sql\0', 'mariadb@11.8.5'],
  ['usr/bin/mongod', '\x006.0.27\0tcmalloc\0', 'mongodb@6.0.27'],
  ['usr/bin/mongod', '\x007.0.28\0heap_size\0', 'mongodb@7.0.28'],
  ['usr/bin/mongod', '\x008.0.17\0cppdefines\0', 'mongodb@8.0.17'],
  ['usr/sbin/mysqld', '/build/BUILD/mysql-9.7.0/mysql-9.7.0/sql/x.cc\0', 'mysql@9.7.0'],
  ['usr/bin/mysql', '\x008.0.37\0\0\0mysql_real_escape_string_quote\0', 'mysql@8.0.37'],
  ['usr/bin/mysql', '/BUILD/percona-server-8.0.35-27/sql/x.cc\0', 'percona-server@8.0.35-27'],
  ['usr/bin/mysql', '/BUILD/Percona-XtraDB-Cluster-8.0.34/sql\0', 'percona-xtradb-cluster@8.0.34'],
  [
    'usr/local/openresty/nginx/sbin/nginx',
    '\0nginx version: openresty/1.21.4.3\0',
    'nginx@1.21.4 openresty@1.21.4.3',
  ],
  // Tengine, src/core/nginx.c
  ['usr/sbin/nginx', '\0Tengine version: Tengine/3.1.0\0', 'tengine@3.1.0'],
  ['usr/local/bin/node', '\0v4.9.1\0moduleLoadList\0', 'node@4.9.1'],
  ['usr/local/bin/perl', '\0/usr/local/lib/perl5/5.12.5\0', 'perl@5.12.5'],
  ['usr/lib/libQtCore.so.4.8.6', 'This is the QtCore library version 4.8.6\0', 'qt@4.8.6'],
  ['usr/local/bin/redis-server', '\x007.0.14buildkitsandbox-1702957741000000000\0', 'redis@7.0.14'],
  ['usr/local/bin/redis-server', '\x004.0.11841ce7054bd9-1542359302000000000\0', 'redis@4.0.11'],
  ['usr/local/bin/valkey-server', 'valkey9.0.0buildkitsandbox-1764887574000000000\0', 'valkey@9.0.0'],
  ['usr/local/bin/valkey-server', '\x007.2.4\0# Server\r\nredis_version:%s', '-'],
  ['usr/bin/swipl', '/tmp/src/swipl-9.3.8/src\0', 'swi-prolog@9.3.8'],
];

const TEXTS: readonly Case[] = [
  // Julia, src/julia_version.h as the build writes it
  [
    'usr/local/julia/include/julia/julia_version.h',
    '#define JULIA_VERSION_STRING "1.10.4"\n',
    'julia@1.10.4',
  ],
  // wp-cli, Packages of its archive
  [
    'usr/local/bin/wp',
    '#!/usr/bin/env php\nwp-cli/wp-cli 2.9.0 2023-10-25T09:10:40+00:00',
    'wp-cli/wp-cli@2.9.0',
  ],
  // Drupal, core/lib/Drupal.php
  [
    'opt/drupal/web/core/lib/Drupal.php',
    "<?php\nclass Drupal {\n  const VERSION = '10.3.1';\n",
    'drupal/core@10.3.1',
  ],
  // Joomla, libraries/src/Version.php
  [
    'var/www/html/libraries/src/Version.php',
    'public const MAJOR_VERSION = 5;\n\n/** Minor */\npublic const MINOR_VERSION = 1;\n\n/** Patch */\npublic const PATCH_VERSION = 2;\n',
    'joomla@5.1.2',
  ],
  // Kibana, package.json of a distribution
  [
    'usr/share/kibana/package.json',
    '{\n  "name": "kibana",\n  "branch": "8.14",\n  "version": "8.14.1"\n}',
    'kibana@8.14.1',
  ],
  // Matomo, core/Version.php
  [
    'var/www/html/core/Version.php',
    "<?php\nnamespace Piwik;\nfinal class Version {\n const VERSION = '5.1.0';",
    'matomo/matomo@5.1.0',
  ],
  // Nextcloud, version.php
  [
    'var/www/html/version.php',
    "<?php\n$OC_VersionString = '29.0.3';\n$vendor = 'nextcloud';\n",
    'nextcloud@29.0.3',
  ],
];

const ELF = '\x7fELF';

for (const [path, text, expected] of [
  ...PROGRAMS.map(([path, text, expected]): Case => [path, ELF + text, expected]),
  ...TEXTS,
]) {
  test(`${path}: ${expected}`, () => {
    const { record } = softwareCataloger.read({ path, content: Buffer.from(text, 'latin1') });
    const found = (record ?? []) as readonly { name: string; version: string }[];
    assert.equal(found.map(({ name, version }) => `${name}@${version}`).join(' ') || '-', expected);
  });
}
