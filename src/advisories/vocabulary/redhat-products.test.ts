import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redHatProduct, redHatProductOfOsv } from './redhat-products.ts';

test('CPE names as ecosystem, stream and repository', () => {
  for (const [cpe, ecosystem, channel, isLimited] of [
    ['cpe:/o:redhat:enterprise_linux:9', 'Red Hat:9', null, false],
    ['cpe:/o:redhat:enterprise_linux:10.1', 'Red Hat:10', null, false],
    ['cpe:/a:redhat:enterprise_linux:8::appstream', 'Red Hat:8', null, true],
    ['cpe:/o:redhat:enterprise_linux:5::server', 'Red Hat:5', null, true],
    ['cpe:/a:redhat:rhel_eus:9.2::appstream', 'Red Hat:9', 'eus:9.2', true],
    ['cpe:/o:redhat:enterprise_linux_eus:10.0', 'Red Hat:10', 'eus:10.0', false],
    ['cpe:/a:redhat:rhel_aus:8.2', 'Red Hat:8', 'aus:8.2', false],
    ['cpe:/o:redhat:rhel_tus:8.6::baseos', 'Red Hat:8', 'tus:8.6', true],
    ['cpe:/a:redhat:rhel_e4s:9.0', 'Red Hat:9', 'e4s:9.0', false],
    ['cpe:/o:redhat:rhel_els:6', 'Red Hat:6', 'els:6', false],
    ['cpe:/o:redhat:rhel_eus_long_life:8.4::baseos', 'Red Hat:8', 'eus-long-life:8.4', true],
    ['cpe:/a:redhat:satellite:6.14::el8', 'Red Hat:satellite', null, true],
    ['cpe:/a:redhat:ocp_tools', 'Red Hat:ocp_tools', null, true],
    ['cpe:/a:redhat:rhel_software_collections:3', 'Red Hat:rhel_software_collections', null, true],
    ['cpe:/a:redhat:hummingbird:1', 'Red Hat:hummingbird', null, false],
  ] as const) {
    assert.deepEqual(redHatProduct(cpe), { ecosystem, channel, platform: isLimited ? cpe : null }, cpe);
  }
});

test('other names are none of Red Hat’s', () => {
  for (const cpe of [
    '',
    'cpe:/o:suse:sles:15',
    'cpe:2.3:o:redhat:enterprise_linux:9:*',
    'cpe:/a:redhat:\u001b[31m',
  ]) {
    assert.equal(redHatProduct(cpe), null, cpe);
  }
});

test('ecosystems of records in the OSV format leave the beginning of the CPE name out', () => {
  for (const [ecosystem, expected] of [
    ['Red Hat:enterprise_linux:9::baseos', ['Red Hat:9', null, 'cpe:/o:redhat:enterprise_linux:9::baseos']],
    [
      'Red Hat:enterprise_linux:9::appstream',
      ['Red Hat:9', null, 'cpe:/a:redhat:enterprise_linux:9::appstream'],
    ],
    ['Red Hat:rhel_eus:9.2::baseos', ['Red Hat:9', 'eus:9.2', 'cpe:/o:redhat:rhel_eus:9.2::baseos']],
    ['Red Hat:satellite:6.14::el8', ['Red Hat:satellite', null, 'cpe:/a:redhat:satellite:6.14::el8']],
    ['Red Hat:9', null],
    ['Debian:12', null],
  ] as const) {
    const product = redHatProductOfOsv(ecosystem);
    assert.deepEqual(product && [product.ecosystem, product.channel, product.platform], expected, ecosystem);
  }
});
