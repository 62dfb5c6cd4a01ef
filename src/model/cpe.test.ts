import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationCpe, type CpeProduct } from './cpe.ts';

const CASES: readonly (readonly [CpeProduct, version: string, cpe: string])[] = [
  ['apache:http_server', '2.4.62', 'cpe:2.3:a:apache:http_server:2.4.62:*:*:*:*:*:*:*'],
  ['erlang:erlang/otp', '26.2.5', 'cpe:2.3:a:erlang:erlang\\/otp:26.2.5:*:*:*:*:*:*:*'],
  ['joomla:joomla!', '5.1.0', 'cpe:2.3:a:joomla:joomla\\!:5.1.0:*:*:*:*:*:*:*'],
  ['rust-lang:rust', '1.80.0-beta+1', 'cpe:2.3:a:rust-lang:rust:1.80.0-beta\\+1:*:*:*:*:*:*:*'],
  ['golang:go', '1.23RC1', 'cpe:2.3:a:golang:go:1.23rc1:*:*:*:*:*:*:*'],
  ['php:php', '', 'cpe:2.3:a:php:php:*:*:*:*:*:*:*:*'],
];

for (const [product, version, cpe] of CASES) {
  test(`${product} ${version}`, () => assert.equal(applicationCpe(product, version), cpe));
}
