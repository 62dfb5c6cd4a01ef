import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Digest, parseDigest } from '../../model/digest.ts';
import type { ReportedProvenance } from '../../model/trust-report.ts';
import { BUILDKIT, V1 } from '../../../test/trust/provenance-samples.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { baseImagesOf, basesToVerify, MAX_IMAGES } from './base-images.ts';
import { formatProvenanceTree, toProvenanceGraph } from './provenance-graph.ts';
import { readProvenance } from './read-provenance.ts';

const digest = (digit: string): Digest => parseDigest(`sha256:${digit.repeat(64)}`);

function provenance(about: Digest, change: Partial<ReportedProvenance> = {}): ReportedProvenance {
  return {
    evidence: digest('e'),
    about,
    basis: 'verified',
    format: V1,
    buildType: null,
    builder: 'https://builder.example.com',
    source: { uri: 'https://github.com/acme/app', commit: 'c1', ref: null, path: null },
    level: { build: 1, because: '' },
    startedOn: null,
    finishedOn: null,
    materials: [
      { kind: 'source', name: 'https://github.com/acme/app', digest: 'sha1:c1' },
      { kind: 'image', name: 'docker.io/library/alpine:3', digest: digest('a') },
      { kind: 'other', name: 'https://example.com/x', digest: null },
    ],
    parameters: [],
    isHermetic: null,
    isReproducible: null,
    ...change,
  };
}

test('one graph of an image and the image that it was built on, each node once', () => {
  const base = provenance(digest('a'), { basis: 'declared', source: null, materials: [] });
  const graph = toProvenanceGraph([provenance(digest('1')), base]);
  assert.deepEqual(
    graph.nodes.map(({ kind, name }) => [kind, name]),
    [
      ['artifact', digest('1')],
      ['builder', 'https://builder.example.com'],
      ['source', 'https://github.com/acme/app'],
      ['artifact', 'docker.io/library/alpine:3'],
      ['other', 'https://example.com/x'],
    ],
  );
  assert.deepEqual(formatProvenanceTree(graph), [
    digest('1'),
    '├─ built by https://builder.example.com',
    '├─ built from https://github.com/acme/app at c1',
    `├─ uses docker.io/library/alpine:3 at ${digest('a')}`,
    '│  └─ built by https://builder.example.com (declared)',
    '└─ uses https://example.com/x',
  ]);
});

test('a base that is named by its index leads to what is known of the images in it', () => {
  const inIndex = provenance(digest('b'), { source: null, materials: [] });
  const parents = new Map([[digest('b'), digest('a')]]);
  assert.deepEqual(formatProvenanceTree(toProvenanceGraph([provenance(digest('1')), inIndex], parents)), [
    digest('1'),
    '├─ built by https://builder.example.com',
    '├─ built from https://github.com/acme/app at c1',
    `├─ uses docker.io/library/alpine:3 at ${digest('a')}`,
    `│  └─ lists ${digest('b')}`,
    '│     └─ built by https://builder.example.com',
    '└─ uses https://example.com/x',
  ]);
});

const image = (digest: Digest) => ({ kind: 'image', name: 'x', digest }) as const;

function uses(one: Digest, other: Digest): ReportedProvenance {
  return provenance(one, { builder: null, source: null, materials: [image(other), image(one)] });
}

test('images that name each other as bases end, and so does one that names itself', () => {
  const lines = formatProvenanceTree(
    toProvenanceGraph([uses(digest('1'), digest('2')), uses(digest('2'), digest('1'))]),
  );
  assert.equal(lines.length, 3);
});

test('ten thousand dependencies are one tree', () => {
  const materials = Array.from({ length: 10_000 }, (_, index) => ({
    kind: 'other' as const,
    name: `https://example.com/${index}`,
    digest: null,
  }));
  const lines = formatProvenanceTree(toProvenanceGraph([provenance(digest('1'), { materials })]));
  assert.equal(lines.length, 10_003);
});

function dependenciesOf(uris: readonly (readonly [uri: string, sha256: string | null])[]) {
  const read = readProvenance({
    predicateType: V1,
    predicate: {
      ...BUILDKIT,
      buildDefinition: {
        ...BUILDKIT.buildDefinition,
        externalParameters: {},
        resolvedDependencies: uris.map(([uri, sha256]) => ({
          uri,
          digest: sha256 === null ? {} : { sha256 },
        })),
      },
    },
  });
  if (read instanceof ShapeMismatch) assert.fail(read.message);
  return read;
}

test('base images: each once, by digest', () => {
  const found = dependenciesOf([
    ['pkg:docker/alpine@3', 'a'.repeat(64)],
    ['pkg:docker/alpine@3?platform=linux%2Famd64', 'a'.repeat(64)],
    [`pkg:docker/debian@sha256:${'b'.repeat(64)}`, null],
    ['pkg:docker/docker/dockerfile@1', 'c'.repeat(64)],
    ['https://example.com/x', null],
  ]);
  assert.deepEqual(baseImagesOf(found), [
    { name: 'docker.io/library/alpine:3', digest: digest('a'), isTool: false },
    { name: `docker.io/library/debian@${digest('b')}`, digest: digest('b'), isTool: false },
    { name: 'docker.io/docker/dockerfile:1', digest: digest('c'), isTool: true },
  ]);
});

test('base images that are not verified, and said so', () => {
  const { bases, notChecked } = basesToVerify(
    dependenciesOf([['pkg:docker/alpine@3', null]]),
    new Set([digest('1')]),
    null,
  );
  assert.equal(bases.length, 0);
  assert.deepEqual(
    notChecked.map(({ outcome, reason }) => `${outcome}: ${reason}`),
    ['not-checked: docker.io/library/alpine:3 is named without a digest'],
  );
});

test('an image that names itself, or what is verified already, as its base', () => {
  const found = dependenciesOf([['pkg:docker/alpine@3', 'a'.repeat(64)]]);
  assert.deepEqual(basesToVerify(found, new Set([digest('a')]), null), { bases: [], notChecked: [] });
});

test('more base images than are verified together', () => {
  const uris = Array.from(
    { length: MAX_IMAGES + 1 },
    (_, index) => [`pkg:docker/i${index}@1`, String(index).padStart(64, '0')] as const,
  );
  const { bases, notChecked } = basesToVerify(dependenciesOf(uris), new Set([digest('a')]), null);
  assert.deepEqual([bases.length, notChecked.length], [MAX_IMAGES - 1, 2]);
});
