import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageOfPurl, isBuildTool } from './image-purl.ts';
import { formatReference } from './reference.ts';

const HEX = 'a'.repeat(64);

for (const [purl, reference] of [
  ['pkg:docker/golang@1.25-alpine?platform=linux%2Famd64', 'docker.io/library/golang:1.25-alpine'],
  ['pkg:docker/ghcr.io/corp/base@2', 'ghcr.io/corp/base:2'],
  [
    'pkg:docker/corp/base@2?repository_url=registry.example.com:5000',
    'registry.example.com:5000/corp/base:2',
  ],
  [`pkg:docker/debian@sha256:${HEX}`, `docker.io/library/debian@sha256:${HEX}`],
  [
    `pkg:oci/debian@sha256%3A${HEX}?repository_url=docker.io/library/debian&tag=12`,
    `docker.io/library/debian:12@sha256:${HEX}`,
  ],
] as const) {
  test(purl, () => {
    const image = imageOfPurl(purl);
    assert.equal(image === null ? null : formatReference(image), reference);
  });
}

for (const text of [
  'pkg:npm/left-pad@1',
  'pkg:docker/',
  'pkg:docker/debian@../x',
  'debian:12',
  `pkg:docker/${'a'.repeat(5000)}`,
]) {
  test(`no image: ${text.slice(0, 60)}`, () => assert.equal(imageOfPurl(text), null));
}

const isTool = (purl: string) => {
  const image = imageOfPurl(purl);
  return image !== null && isBuildTool(image);
};

test('the frontend is a tool, and a name that only begins like it is not', () => {
  assert.equal(isTool('pkg:docker/docker/dockerfile@1'), true);
  assert.equal(isTool('pkg:docker/docker/dockerfile-evil@1'), false);
});
