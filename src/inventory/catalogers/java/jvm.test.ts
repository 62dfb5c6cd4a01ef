import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { jvmCataloger } from './jvm.ts';

const packagesOf = (content: string | Uint8Array) =>
  inventoryOf([{ 'opt/java/release': content }], { catalogers: [jvmCataloger] }).packages;

const cpe = (name: string) => `cpe:2.3:a:${name}:*:*:*:*:*:*`;

describe('Java runtimes', () => {
  for (const [file, purl, supplier, architecture, cpes] of [
    ['debian-17', 'openjdk@17.0.15%2B6', 'Debian', 'x86_64', ['oracle:openjdk:17.0.15:*']],
    ['jlink-25', 'openjdk@25.0.2', null, null, ['oracle:openjdk:25.0.2:*']],
    ['temurin-21', 'temurin@21.0.4%2B7', 'Eclipse Adoptium', 'aarch64', ['oracle:openjdk:21.0.4:*']],
    ['temurin-8', 'temurin@1.8.0_402-b06', 'Temurin', 'amd64', ['oracle:openjdk:8:update402']],
    [
      'zulu-17',
      'zulu@17.0.3%2B7',
      'Azul Systems, Inc.',
      'x86_64',
      ['azul:zulu:17.34:*', 'oracle:openjdk:17.0.3:*'],
    ],
    [
      'oracle-17',
      'oracle-jdk@17.0.4%2B11',
      'Oracle Corporation',
      'x86_64',
      ['oracle:jdk:17.0.4:*', 'oracle:jre:17.0.4:*'],
    ],
    [
      'semeru-17',
      'semeru@17.0.9%2B9',
      'IBM Corporation',
      'x86_64',
      ['eclipse:openj9:0.41.0:*', 'oracle:openjdk:17.0.9:*'],
    ],
    [
      'graalvm-21',
      'graalvm@21.0.2%2B13',
      'Oracle Corporation',
      'x86_64',
      ['oracle:graalvm_for_jdk:21.0.2:*'],
    ],
  ] as const) {
    test(file, () => {
      const [pkg] = packagesOf(fixture(`java/jvm/${file}.release`));
      assert.deepEqual(
        [pkg?.purl, pkg?.supplier, pkg?.architecture, pkg?.cpes],
        [`pkg:generic/${purl}`, supplier, architecture, cpes.map(cpe)],
      );
    });
  }

  for (const [what, text] of [
    ['of a distribution', 'Debian GNU/Linux 12\n'],
    ['of something that says a version', 'VERSION=1.2.3\n'],
    ['of something else that is made of Java', 'JAVA_VERSION="17"\nAPP=1\n'],
    ['that names no version', 'IMPLEMENTOR="X"\nJAVA_VERSION="$(VERSION)"\n'],
    ['that is empty', ''],
  ] as const) {
    test(`not a release file ${what}`, () => assert.deepEqual(packagesOf(text), []));
  }
});

test('a runtime that Debian installed is Debian’s package, and nothing more', () => {
  const files = {
    'etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
    'var/lib/dpkg/status':
      'Package: openjdk-17-jre-headless\nStatus: install ok installed\nVersion: 17.0.15+6-1~deb12u1\nArchitecture: amd64\n\n',
    'var/lib/dpkg/info/openjdk-17-jre-headless:amd64.list': '/usr/lib/jvm/java-17-openjdk-amd64/release\n',
    'usr/lib/jvm/java-17-openjdk-amd64/release': fixture('java/jvm/debian-17.release'),
  };
  const names = inventoryOf([files]).packages.map(({ type, name }) => `${type} ${name}`);
  assert.deepEqual(names, ['deb openjdk-17-jre-headless']);
});
