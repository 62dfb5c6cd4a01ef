import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationCpe } from '../../../model/cpe.ts';
import { parseCpe } from './cpe-name.ts';
import { CURATED_PRODUCTS } from './curated-products.ts';
import { reasonToSkip, versionOf } from './cpe-statements.ts';

const NAMES: readonly (readonly [cpe: string, product: string | null, version: string | null])[] = [
  ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*', 'haxx:curl', '8.4.0'],
  // CVE-2024-53846
  ['cpe:2.3:a:erlang:erlang\\/otp:*:*:*:*:*:*:*:*', 'erlang:erlang/otp', '*'],
  ['cpe:2.3:a:joomla:joomla\\!:3.1.0:rc1:*:*:*:*:*:*', 'joomla:joomla!', '3.1.0-rc1'],
  ['cpe:2.3:a:x\\:y:a\\\\b:1:*:*:*:*:*:*:*', 'x:y:a\\b', '1'],
  ['cpe:2.3:a:Oracle:JDK:1.8.0:update402:*:*:*:*:*:*', 'oracle:jdk', '1.8.0_402'],
  ['cpe:2.3:a:oracle:openjdk:8:update402:*:*:*:*:*:*', 'oracle:openjdk', '8u402'],
  ['cpe:2.3:a:openbsd:openssh:8.5:p1:*:*:*:*:*:*', 'openbsd:openssh', '8.5p1'],
  ['cpe:2.3:a:openssl:openssl:1.0.1:beta1:*:*:*:*:*:*', 'openssl:openssl', '1.0.1-beta1'],
  ['cpe:2.3:a:isc:bind:9.16.1:-:*:*:-:*:*:*', 'isc:bind', '9.16.1'],
  ['cpe:2.3:a:*:curl:8.4.0:*:*:*:*:*:*:*', null, null],
  ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*', null, null],
  ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*:*', null, null],
  ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*\\', 'haxx:curl', '8.4.0'],
  ['cpe:2.3:a:haxx:\u202Ecurl:8.4.0:*:*:*:*:*:*:*', null, null],
  ['cpe:/a:haxx:curl:8.4.0', null, null],
  ['', null, null],
];

for (const [text, product, version] of NAMES) {
  test(`CPE name: ${JSON.stringify(text)}`, () => {
    const cpe = parseCpe(text);
    assert.equal(cpe?.product ?? null, product);
    assert.equal(cpe === null ? null : versionOf(cpe), version);
  });
}

test('the names that catalogers write are read as the products that are kept', () => {
  for (const product of CURATED_PRODUCTS.keys()) {
    const cpe = parseCpe(applicationCpe(product as `${string}:${string}`, '1.2.3'));
    assert.equal(cpe?.product, product);
  }
});

const SKIPPED: readonly (readonly [cpe: string, because: RegExp | null])[] = [
  ['cpe:2.3:a:elastic:kibana:*:*:*:*:*:node.js:*:*', null],
  ['cpe:2.3:a:nodejs:node.js:*:*:*:*:lts:*:*:*', null],
  ['cpe:2.3:a:haxx:curl:*:*:*:*:*:linux:*:*', null],
  ['cpe:2.3:a:haxx:curl:*:*:*:*:*:windows:*:*', /another system/],
  ['cpe:2.3:a:redis:redis:*:*:*:*:*:python:*:*', /inside another product/],
  ['cpe:2.3:a:haxx:curl:*:*:*:*:*:*:arm64:*', /hardware/],
  ['cpe:2.3:a:nextcloud:nextcloud_server:*:*:*:*:enterprise:*:*:*', /sold/],
  ['cpe:2.3:a:gitlab:gitlab:*:*:*:*:community:*:*:*', /no cataloger/],
  ['cpe:2.3:o:debian:debian_linux:11.0:*:*:*:*:*:*:*', /operating system/],
];

for (const [text, because] of SKIPPED) {
  test(`CPE name ${because === null ? 'kept' : 'skipped'}: ${text}`, () => {
    const cpe = parseCpe(text);
    assert.ok(cpe !== null);
    const reason = reasonToSkip(cpe);
    if (because === null) assert.equal(reason, null);
    else assert.match(reason ?? '', because);
  });
}
