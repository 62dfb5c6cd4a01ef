import assert from 'node:assert/strict';
import test from 'node:test';
import { formatSeconds } from '../../formats/time.ts';
import { digestOf } from '../../model/digest.ts';
import { type AnnotatedBuild, annotationsFor } from './annotations.ts';

const COMMIT = '6d541d27b5dd12639e5a33a675ebca04d3837d74';
const BUILD: AnnotatedBuild = {
  entry: {
    gitRepo: 'https://github.com/docker-library/docker',
    gitCommit: COMMIT,
    directory: '24/cli',
    builder: '',
    epoch: 1_700_000_000,
  },
  architecture: 'arm64v8',
  tags: ['docker:24.0.7-cli', 'docker:cli'],
  lastStageFrom: 'alpine:3.18',
  baseDigest: digestOf('base'),
  pageUrl: 'https://images.example/%s/',
};

test('an image says where it comes from, from when it is, and what it is built on', () => {
  assert.deepEqual(annotationsFor(BUILD), {
    'org.opencontainers.image.source': `https://github.com/docker-library/docker.git#${COMMIT}:24/cli`,
    'org.opencontainers.image.revision': COMMIT,
    'org.opencontainers.image.created': '2023-11-14T22:13:20Z',
    'org.opencontainers.image.version': '24.0.7-cli',
    'org.opencontainers.image.url': 'https://images.example/docker/',
    'com.docker.official-images.bashbrew.arch': 'arm64v8',
    'org.opencontainers.image.base.name': 'alpine:3.18',
    'org.opencontainers.image.base.digest': digestOf('base'),
  });
});

test('what is not known is left out', () => {
  const found = annotationsFor({
    ...BUILD,
    tags: [],
    lastStageFrom: 'scratch',
    baseDigest: null,
    pageUrl: null,
  });
  assert.deepEqual(Object.keys(found), [
    'org.opencontainers.image.source',
    'org.opencontainers.image.revision',
    'org.opencontainers.image.created',
    'com.docker.official-images.bashbrew.arch',
    'org.opencontainers.image.base.name',
  ]);
});

test('the source of an imported image is its repository', () => {
  const entry = { ...BUILD.entry, builder: 'oci-import' };
  assert.equal(
    annotationsFor({ ...BUILD, entry })['org.opencontainers.image.source'],
    'https://github.com/docker-library/docker',
  );
});

test('a name with the signs of a replacement stands in the address as it is', () => {
  const found = annotationsFor({ ...BUILD, tags: ['a$&b:1'] });
  assert.equal(found['org.opencontainers.image.url'], 'https://images.example/a$&b/');
});

test('times are whole seconds in UTC', () => {
  assert.equal(formatSeconds(0), '1970-01-01T00:00:00Z');
});
