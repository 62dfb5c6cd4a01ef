import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest } from '../../model/digest.ts';
import { baseMaterials } from './provenance.ts';

const digestOf = (digit: string) => parseDigest(`sha256:${digit.repeat(64)}`);
const IMAGE = digestOf('1');
const subject = [{ name: 'pkg:docker/app@1?platform=linux%2Famd64', digest: { sha256: '1'.repeat(64) } }];

const MATERIALS = [
  { uri: 'pkg:docker/docker/dockerfile@1', digest: { sha256: '9'.repeat(64) } },
  { uri: 'pkg:docker/golang@1.25-alpine?platform=linux%2Famd64', digest: { sha256: '2'.repeat(64) } },
  { uri: 'pkg:docker/ghcr.io/corp/base@2?platform=linux%2Famd64', digest: { sha256: '3'.repeat(64) } },
  { uri: 'https://github.com/corp/app.git#refs/heads/main', digest: { sha1: 'a'.repeat(40) } },
  { uri: 'pkg:docker/UPPER@1' },
  { uri: 7 },
];
const IMAGES = [
  { name: 'docker.io/library/golang:1.25-alpine', digest: digestOf('2') },
  { name: 'ghcr.io/corp/base:2', digest: digestOf('3') },
];

for (const [what, predicate] of [
  ['version 0.2', { materials: MATERIALS }],
  ['version 1', { buildDefinition: { resolvedDependencies: MATERIALS } }],
] as const) {
  test(`images of a build, ${what}: no tools, no sources, nothing unreadable`, () => {
    assert.deepEqual(baseMaterials({ subject, predicate }, IMAGE), IMAGES);
  });
}

for (const [what, statement, image] of [
  ['about another image', { subject, predicate: { materials: MATERIALS } }, digestOf('4')],
  ['about nothing', { predicate: { materials: MATERIALS } }, IMAGE],
  ['without predicate', { subject }, IMAGE],
  ['an image without digest', { subject, predicate: { materials: MATERIALS } }, null],
] as const) {
  test(`a statement ${what} says nothing`, () => assert.deepEqual(baseMaterials(statement, image), []));
}
