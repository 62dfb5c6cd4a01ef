import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution } from '../../test/packages.ts';
import type { Distribution } from '../model/package.ts';
import { distributionEcosystems } from './ecosystems.ts';

const CASES: readonly (readonly [string, Distribution, readonly string[]])[] = [
  ['Debian 12', distribution('debian', '12', { codename: 'bookworm' }), ['Debian:12']],
  ['Debian with a point release', distribution('debian', '12.5'), ['Debian:12']],
  ['Debian by codename', distribution('debian', null, { codename: 'trixie' }), ['Debian:13']],
  [
    'Debian sid and testing',
    distribution('debian', null, { codename: 'forky', rolling: true }),
    ['Debian:sid'],
  ],
  ['Debian without anything', distribution('debian', null), ['Debian:sid']],
  ['Ubuntu', distribution('ubuntu', '22.04'), ['Ubuntu:22.04:LTS', 'Ubuntu:22.04']],
  ['Alpine', distribution('alpine', '3.18.4'), ['Alpine:v3.18']],
  ['Alpine 3.20', distribution('alpine', '3.20.0'), ['Alpine:v3.20']],
  ['Alpine edge', distribution('alpine', '3.21.0_alpha20240923', { rolling: true }), ['Alpine:edge']],
  [
    'Alpine with repositories of its own release',
    distribution('alpine', '3.18.4', { repositories: ['v3.18'] }),
    ['Alpine:v3.18'],
  ],
  [
    'Alpine with edge beside its release',
    distribution('alpine', '3.18.4', { rolling: true, repositories: ['edge', 'v3.18'] }),
    ['Alpine:edge', 'Alpine:v3.18'],
  ],
  [
    'Alpine with repositories of the next release only',
    distribution('alpine', '3.18.4', { repositories: ['v3.19'] }),
    ['Alpine:v3.18', 'Alpine:v3.19'],
  ],
  [
    'Alpine edge with its repositories',
    distribution('alpine', '3.21.0_alpha20240923', { rolling: true, repositories: ['edge'] }),
    ['Alpine:edge'],
  ],
  ['Wolfi', distribution('wolfi', '20230201', { rolling: true }), ['Wolfi']],
  ['SecureOS', distribution('secureos', '1'), ['SecureOS']],
  ['Echo', distribution('echo', '20250101', { rolling: true }), ['Echo']],
  ['Arch', distribution('arch', '20241110.0.278197', { rolling: true }), ['Arch Linux']],
  ['Gentoo', distribution('gentoo', '2.17', { rolling: true }), ['Gentoo']],
  [
    'Ubuntu between long-term releases',
    distribution('ubuntu', '23.10'),
    ['Ubuntu:23.10:LTS', 'Ubuntu:23.10'],
  ],
  ['Chainguard', distribution('chainguard', '20230214'), ['Chainguard']],
  ['Alpaquita', distribution('alpaquita', '23'), ['Alpaquita:23']],
  ['Alpaquita stream', distribution('alpaquita', null, { rolling: true }), ['Alpaquita:stream']],
  ['AlmaLinux', distribution('almalinux', '9.4', { idLike: ['rhel', 'centos', 'fedora'] }), ['AlmaLinux:9']],
  ['Rocky', distribution('rocky', '8.10'), ['Rocky Linux:8']],
  ['Red Hat', distribution('rhel', '9.4'), ['Red Hat:9']],
  [
    'CentOS Linux is Red Hat rebuilt, with its versions',
    distribution('centos', '7', { prettyName: 'CentOS Linux 7 (Core)' }),
    ['Red Hat:7'],
  ],
  ['CentOS Stream is ahead of Red Hat', distribution('centos', '9', { prettyName: 'CentOS Stream 9' }), []],
  ['openSUSE Leap', distribution('opensuse-leap', '15.6'), ['openSUSE:Leap 15.6']],
  ['Tumbleweed', distribution('opensuse-tumbleweed', '20241018', { rolling: true }), ['openSUSE:Tumbleweed']],
  ['Red Hat’s hardened images', distribution('hummingbird', '20251124'), ['Red Hat:hummingbird']],
  ['Amazon Linux', distribution('amzn', '2023'), ['Amazon Linux:2023']],
  ['Amazon Linux 2', distribution('amzn', '2'), ['Amazon Linux:2']],
  ['the first Amazon Linux', distribution('amzn', '2018.03'), ['Amazon Linux:1']],
  ['Azure Linux', distribution('azurelinux', '3.0'), ['Azure Linux:3']],
  ['Azure Linux by its old name', distribution('mariner', '2.0'), ['Azure Linux:2']],
  ['Photon', distribution('photon', '5.0'), ['Photon OS:5.0']],
  [
    'openEuler, its service pack in its pretty name only',
    distribution('openeuler', '22.03', { prettyName: 'openEuler 22.03 (LTS-SP1)' }),
    ['openEuler:22.03-LTS-SP1'],
  ],
  [
    'openEuler between long-term releases',
    distribution('openeuler', '23.09', { prettyName: 'openEuler 23.09' }),
    ['openEuler:23.09'],
  ],
  ['Leap Micro', distribution('opensuse-leap-micro', '5.5'), ['openSUSE:Leap Micro 5.5']],
  ['SLE Micro', distribution('sle-micro', '5.5'), ['SUSE:Linux Enterprise Micro 5.5']],
  ['Raspbian is not Debian', distribution('raspbian', '12', { idLike: ['debian'] }), []],
  ['Devuan is not Debian', distribution('devuan', '5', { idLike: ['debian'] }), []],
  ['a hostile name', distribution('__proto__', '1'), []],
  ['another hostile name', distribution('constructor', '1'), []],
];

for (const [name, some, expected] of CASES) {
  test(`ecosystem: ${name}`, () => assert.deepEqual(distributionEcosystems(some).distribution, expected));
}

test('ecosystem: packages of SUSE Linux Enterprise come from its editions, the Server and what is added', () => {
  for (const [id, versionId, expected] of [
    ['sles', '15.5', ['Linux Enterprise Server 15 SP5', 'Package Hub 15 SP5']],
    ['sles', '15', ['Linux Enterprise Server 15', 'Package Hub 15']],
    ['sles', '16.0', ['Linux Enterprise Server 16.0']],
    [
      'sled',
      '15.5',
      ['Linux Enterprise Desktop 15 SP5', 'Linux Enterprise Server 15 SP5', 'Package Hub 15 SP5'],
    ],
  ] as const) {
    assert.deepEqual(
      distributionEcosystems(distribution(id, versionId)).distribution,
      expected.map((name) => `SUSE:${name}`),
    );
  }
  const [own, server, ...added] = distributionEcosystems(distribution('sles_sap', '12.5')).distribution;
  assert.equal(own, 'SUSE:Linux Enterprise Server for SAP Applications 12 SP5');
  assert.equal(server, 'SUSE:Linux Enterprise Server 12 SP5');
  assert.ok(added.includes('SUSE:Linux Enterprise Module for Containers 12'));
});

const INHERITED: readonly (readonly [string, Distribution, readonly string[]])[] = [
  ['AlmaLinux', distribution('almalinux', '9.4'), ['Red Hat:9']],
  ['Rocky', distribution('rocky', '8.10'), ['Red Hat:8']],
  ['Oracle', distribution('ol', '8.9'), ['Red Hat:8']],
  ['Red Hat', distribution('rhel', '9.4'), []],
  ['Fedora', distribution('fedora', '40'), []],
];

for (const [name, some, expected] of INHERITED) {
  test(`inherited ecosystem: ${name}`, () =>
    assert.deepEqual(distributionEcosystems(some).inherited, expected));
}

test('statements about every release are asked beside those of the own one, and make none covered', () => {
  const alpine = distributionEcosystems(distribution('alpine', '3.18.4'));
  assert.deepEqual([alpine.distribution, alpine.everyRelease], [['Alpine:v3.18'], ['Alpine']]);
  assert.deepEqual(distributionEcosystems(distribution('debian', '12')).everyRelease, []);
});
