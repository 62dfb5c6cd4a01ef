import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distribution, pkg } from '../../test/packages.ts';
import type { Distribution, PackageType } from '../model/package.ts';
import { channelStanding, isBeyondStream, minorStreams, type ChannelStanding } from './channels.ts';

type Standing = readonly [
  channel: string | null,
  type: PackageType,
  version: string,
  expected: ChannelStanding,
];

const STANDINGS: readonly Standing[] = [
  [null, 'deb', '1.0-1', 'ordinary'],
  ['esm-infra', 'deb', '1.1.1-1ubuntu2.1~18.04.23', 'elsewhere'],
  ['esm-infra', 'deb', '1.1.1-1ubuntu2.1~18.04.23+esm1', 'followed'],
  ['esm-apps', 'deb', '5.5-7ubuntu0.1~esm1', 'followed'],
  ['elts', 'deb', '7.64.0-4+deb10u10', 'elsewhere'],
  ['els:7', 'rpm', '3.10.0-1160.125.1.el7', 'elsewhere'],
  ['eus:9.4', 'rpm', '1.0.9-6.el9_4.1', 'followed'],
  ['eus:9.2', 'rpm', '1.0.9-6.el9_2.1', 'apart'],
  ['amzn2extra-nginx1', 'rpm', '1:1.20.0-2.amzn2', 'followed'],
  ['amzn2extra-php8.0', 'rpm', '5.4.16-46.amzn2', 'apart'],
  ['fips-updates', 'deb', '1.1.1f-1ubuntu2.fips.22', 'followed'],
  ['fips-updates', 'deb', '1.1.1f-1ubuntu2.22', 'apart'],
  [null, 'deb', '1.1.1f-1ubuntu2.fips.22', 'apart'],
  ['ksplice', 'rpm', '2:2.34-60.0.1.ksplice1.el9', 'followed'],
  [null, 'rpm', '2:2.34-60.0.1.ksplice1.el9', 'apart'],
  [null, 'npm', '1.0.0-fips', 'ordinary'],
];

for (const [channel, type, version, expected] of STANDINGS) {
  test(`channel ${channel} and ${version}: ${expected}`, () => {
    const installation = {
      streams: new Set(['eus:9.4']),
      repositories: new Set(['amzn2extra-nginx1']),
    };
    assert.equal(channelStanding(channel, pkg(type, 'x', version), installation), expected);
  });
}

const rhel = (versionId: string, repositories: readonly string[], cpe: string | null = null) =>
  distribution('rhel', versionId, { repositories, cpe });

const STREAMS: readonly (readonly [what: string, on: Distribution, expected: readonly string[]])[] = [
  ['none', rhel('9.4', ['rhel-9-for-x86_64-baseos-rpms', 'ubi-9-appstream-rpms']), []],
  ['by content set and VERSION_ID', rhel('9.4', ['rhel-9-for-aarch64-baseos-eus-rpms']), ['eus:9.4']],
  ['by content set', rhel('8.10', ['rhel-8-for-x86_64-appstream-e4s-rpms__8_DOT_6']), ['e4s:8.6']],
  ['by the CPE of os-release', rhel('9.6', [], 'cpe:/o:redhat:rhel_eus:9.6::baseos'), ['eus:9.6']],
  ['of release 10', rhel('10.0', [], 'cpe:/o:redhat:enterprise_linux_eus:10.0'), ['eus:10.0']],
  ['not of debugging symbols', rhel('9.4', ['rhel-9-for-x86_64-baseos-eus-debug-rpms']), []],
  [
    'not of a rebuild',
    distribution('almalinux', '9.4', { repositories: ['rhel-9-for-x86_64-baseos-eus-rpms'] }),
    [],
  ],
];

for (const [what, on, expected] of STREAMS) {
  test(`stream of a minor release: ${what}`, () => assert.deepEqual([...minorStreams(on)], expected));
}

const beyond = (version: string, ...streams: readonly string[]) =>
  isBeyondStream(version, { streams: new Set(streams) });

test('builds of later minor releases are beyond a stream', () => {
  assert.equal(beyond('3.0.7-25.el9_3', 'eus:9.2'), true);
  assert.equal(beyond('3.0.7-18.el9_2.2', 'eus:9.2'), false);
  assert.equal(beyond('3.0.7-27.el9', 'eus:9.2'), false);
  assert.equal(beyond('3.0.7-25.el9_3', 'eus:9.2', 'e4s:9.4'), false);
  assert.equal(beyond('3.0.7-25.el9_3'), false);
});
