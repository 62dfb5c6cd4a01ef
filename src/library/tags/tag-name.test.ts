import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  compareSoftware,
  compareSpecificity,
  isAskedFor,
  isPreRelease,
  readTagName,
  softwareVersion,
  variantOf,
} from './tag-name.ts';

for (const [general, specific, expected] of [
  ['latest', '8.2.12-noble', true],
  ['8', '8.2.12-noble', true],
  ['8-noble', '8.2.12-noble', true],
  ['noble', '8.2.12-noble', true],
  ['8.2.12', '8.2.12-noble', true],
  ['windowsservercore', '8.2.12-windowsservercore-ltsc2025', true],
  ['alpine', '3.14.0-alpine3.24', true],
  ['3-slim', '3.14.0-slim-trixie', true],
  ['17', 'temurin-17-tools-deps-1.12.2', true],
  ['temurin-17-tools-deps', 'temurin-17-tools-deps-1.12.2', true],
  ['21', '21.0.8_9-jdk-noble', true],
  ['v3', '3.7.1', true],
  ['8.1', '8.2.12-noble', false],
  ['8-alpine', '8.2.12-noble', false],
  ['1.2', '1.20.0', false],
  ['alpine3.2', '3.14.0-alpine3.24', false],
  ['17', '9.0.1-jdk17', false],
  ['1.27', '1.27rc2', false],
  ['jdk-alpine-3.21', '17-jdk-alpine-3.22', false],
  ['jdk-alpine', '17-jdk-alpine-3.22', true],
  ['8-jdk', '8u502-b07-jdk-noble', true],
  ['8u482-jdk', '8u502-b07-jdk-noble', false],
  ['noble-8', '8.2.12-noble', false],
  ['8.2.12.1', '8.2.12', false],
] as const) {
  test(`${general} ${expected ? 'asks' : 'does not ask'} for ${specific}`, () => {
    assert.equal(isAskedFor(readTagName(general), readTagName(specific)), expected);
  });
}

for (const [tag, version, variant, preRelease] of [
  ['8.4.1-php8.3-fpm-alpine3.24', '8.4.1', 'php-fpm-alpine', false],
  ['1.27rc2-trixie', '1.27rc2', 'trixie', true],
  ['4.0.0-rc1-alpine', '4.0.0-rc1', 'alpine', true],
  ['27-ea-12-jdk', '27-ea', 'jdk', true],
  ['psmdb-8.0.29', '8.0.29', 'psmdb', false],
  ['jdk17-corretto', '', 'jdk-corretto', false],
  ['trixie-20260805', '20260805', 'trixie', false],
  ['8u502-b07-jdk-noble', '8u502-b07', 'jdk-noble', false],
  ['devel-20260817', '20260817', 'devel', true],
  ['base-devel', '', 'base-devel', false],
  ['edge', '', '', true],
  ['latest', '', '', false],
  ['lts-jdk-alpine-3.22', '', 'lts-jdk-alpine', false],
] as const) {
  test(`what ${tag} says`, () => {
    const name = readTagName(tag);
    assert.deepEqual(
      { version: softwareVersion(name), variant: variantOf(name), preRelease: isPreRelease(name) },
      { version, variant, preRelease },
    );
  });
}

for (const [a, b, expected] of [
  ['8.2.12-noble', '8.10.1-noble', -1],
  ['1.27rc2', '1.27.0', -1],
  ['4.0.0-rc1', '4.0.0', -1],
  ['4.0.0-rc1', '4.0.0-rc2', -1],
  ['trixie-20260805', 'trixie-20260801', 1],
  ['temurin-17-tools-deps-1.12.2', 'temurin-17-tools-deps-1.12.1', 1],
  ['21.0.8_9-jdk', '21.0.8_10-jdk', -1],
  ['8.0', '8.0', 0],
  ['8u502-b07-jdk', '8u502-b10-jdk', -1],
  ['8u492-b09-jdk', '8u502-b07-jdk', -1],
  ['25_36-jdk', '25.0.1_8-jdk', -1],
  ['open-26_35-jdk', 'open-26.0.1.0-jdk', -1],
  ['11.90-11.0.32-jdk', '11.90-11.0.32.1-jdk', -1],
  ['trixie', 'bookworm', null],
] as const) {
  test(`${a} against ${b}`, () => {
    const order = compareSoftware(readTagName(a), readTagName(b));
    assert.equal(order === null ? null : Math.sign(order), expected);
  });
}

test('the most specific comes first', () => {
  const tags = ['latest', '8', '8.2.12-noble', 'noble', '8.2.12', '8-noble'].map(readTagName);
  assert.deepEqual(
    tags.sort(compareSpecificity).map(({ tag }) => tag),
    ['8.2.12-noble', '8.2.12', '8-noble', '8', 'latest', 'noble'],
  );
});

test('every name asks for itself, and for what is added behind it', () => {
  const tag = fc.stringMatching(/^\w[\w.-]{0,40}$/);
  fc.assert(
    fc.property(tag, fc.stringMatching(/^[a-z]{1,8}$/), (name, word) => {
      assert.ok(isAskedFor(readTagName(name), readTagName(name)));
      assert.ok(isAskedFor(readTagName(name), readTagName(`${name}-${word}`)));
    }),
  );
});
