import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExtendedMaintenance, ubuntuEcosystem, ubuntuPocket, ubuntuPocketOfOsv } from './ubuntu.ts';

test('codenames become OSV’s ecosystems: every April of an even year is long-term, and 6.06', () => {
  for (const [codename, ecosystem] of [
    ['dapper', 'Ubuntu:6.06:LTS'],
    ['gutsy', 'Ubuntu:7.10'],
    ['hardy', 'Ubuntu:8.04:LTS'],
    ['jaunty', 'Ubuntu:9.04'],
    ['noble', 'Ubuntu:24.04:LTS'],
    ['plucky', 'Ubuntu:25.04'],
    ['resolute', 'Ubuntu:26.04:LTS'],
    ['devel', null],
    ['upstream', null],
    ['constructor', null],
  ] as const) {
    assert.equal(ubuntuEcosystem(codename), ecosystem, codename);
  }
});

test('labels of the tracker name a release and the stream of updates in it', () => {
  for (const [label, ecosystem, channel] of [
    ['jammy', 'Ubuntu:22.04:LTS', null],
    ['trusty/esm', 'Ubuntu:14.04:LTS', 'esm-infra'],
    ['esm-infra/focal', 'Ubuntu:20.04:LTS', 'esm-infra'],
    ['esm-infra-legacy/trusty', 'Ubuntu:14.04:LTS', 'esm-infra-legacy'],
    ['esm-apps/xenial', 'Ubuntu:16.04:LTS', 'esm-apps'],
    ['fips-updates/bionic', 'Ubuntu:18.04:LTS', 'fips-updates'],
  ] as const) {
    assert.deepEqual(ubuntuPocket(label), { ecosystem, channel }, label);
  }
  for (const label of ['devel', 'upstream', 'product', 'vivid/ubuntu-core', 'ros-esm/foxy', 'a/b/c', '', '/'])
    assert.equal(ubuntuPocket(label), null, label);
});

test('OSV’s ecosystems of Ubuntu Pro are releases with a channel, which the package URL names', () => {
  for (const [ecosystem, purl, expected, channel] of [
    ['Ubuntu:23.10', undefined, 'Ubuntu:23.10', null],
    ['Ubuntu:18.04:LTS', 'pkg:deb/ubuntu/w@1?arch=source&distro=bionic', 'Ubuntu:18.04:LTS', null],
    [
      'Ubuntu:Pro:16.04:LTS',
      'pkg:deb/ubuntu/w@1?arch=source&distro=esm-infra/xenial',
      'Ubuntu:16.04:LTS',
      'esm-infra',
    ],
    ['Ubuntu:Pro:16.04:LTS', 'pkg:deb/ubuntu/w@1?distro=esm-apps%2Fxenial', 'Ubuntu:16.04:LTS', 'esm-apps'],
    // neither an older record without package URL nor one of another release tells which
    ['Ubuntu:Pro:14.04:LTS', undefined, 'Ubuntu:14.04:LTS', 'esm'],
    ['Ubuntu:Pro:14.04:LTS', 'pkg:deb/ubuntu/w@1?distro=jammy', 'Ubuntu:14.04:LTS', 'esm'],
    ['Ubuntu:Pro:FIPS-updates:20.04:LTS', undefined, 'Ubuntu:20.04:LTS', 'fips-updates'],
    ['Ubuntu:Pro:FIPS:16.04:LTS', undefined, 'Ubuntu:16.04:LTS', 'fips'],
    ['Ubuntu:Pro:22.04:LTS:Realtime:Kernel', undefined, 'Ubuntu:22.04:LTS', 'realtime'],
    ['Ubuntu:22.04:LTS:for:NVIDIA:BlueField', undefined, 'Ubuntu:22.04:LTS', 'bluefield'],
  ] as const) {
    assert.deepEqual(
      ubuntuPocketOfOsv(ecosystem, purl),
      { ecosystem: expected, channel },
      `${ecosystem} ${purl}`,
    );
  }
  for (const other of ['Debian:12', 'Ubuntu', 'Ubuntu:Pro', 'UbuntuTouch:22.04'])
    assert.equal(ubuntuPocketOfOsv(other, undefined), null);
});

test('builds of extended maintenance are told from their version', () => {
  assert.ok(isExtendedMaintenance('1.12.0-1~ubuntu16.04.3+esm1'));
  assert.ok(isExtendedMaintenance('8.0.5+ds-3ubuntu0.1~esm1'));
  assert.ok(!isExtendedMaintenance('7.81.0-1ubuntu1.24'));
});
