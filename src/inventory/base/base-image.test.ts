import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { type Digest, parseDigest } from '../../model/digest.ts';
import { chainIds } from '../../oci/chain-id.ts';
import { type BuiltImage, findBaseImage } from './base-image.ts';
import { type IndexedImage, toBaseIndex } from './base-index.ts';

const digestOf = (text: string): Digest =>
  parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);

function indexed(name: string, layers: readonly string[], facts: Partial<IndexedImage> = {}): IndexedImage {
  return {
    names: [`docker.io/library/${name}`],
    digest: digestOf(`manifest ${name}`),
    indexDigest: digestOf(`index ${name}`),
    configDigest: digestOf(`configuration ${name}`),
    platform: 'linux/amd64',
    created: '2026-11-01T00:00:00Z',
    chainId: chainIds(layers.map(digestOf)).at(-1) ?? assert.fail(),
    layers: layers.length,
    ...facts,
  };
}

const INDEX = toBaseIndex([
  indexed('debian:12', ['rootfs']),
  indexed('debian:12.9', ['rootfs'], { configDigest: digestOf('configuration debian:12') }),
  indexed('node:22', ['rootfs', 'node']),
  indexed('alpine:3', ['musl']),
]);

function built(layers: readonly string[], facts: Partial<BuiltImage> = {}): BuiltImage {
  return {
    configDigest: digestOf('configuration app'),
    diffIds: layers.map(digestOf),
    annotations: {},
    labels: {},
    materials: [],
    ...facts,
  };
}

const NAME = 'org.opencontainers.image.base.name';
const DIGEST = 'org.opencontainers.image.base.digest';

describe('by layers', () => {
  for (const [what, image, expected] of [
    ['the longest match wins', built(['rootfs', 'node', 'app']), [['node:22'], 2]],
    ['two names of one image', built(['rootfs', 'app']), [['debian:12', 'debian:12.9'], 1]],
    ['only its configuration differs', built(['rootfs', 'node']), [['node:22'], 2]],
    ['layers in another order are another image', built(['node', 'rootfs']), null],
    ['nothing in common', built(['other']), null],
    ['no layers', built([]), null],
    [
      'an image is not its own base',
      built(['rootfs', 'node'], { configDigest: digestOf('configuration node:22') }),
      [['debian:12', 'debian:12.9'], 1],
    ],
  ] as const) {
    test(what, () => {
      const base = findBaseImage(image, INDEX);
      const found = base && [base.names.map((name) => name.replace('docker.io/library/', '')), base.layers];
      assert.deepEqual(found, expected);
    });
  }

  test('without an index nothing is known', () => assert.equal(findBaseImage(built(['rootfs']), null), null));
});

describe('by what the builder states', () => {
  const image = built(['rootfs', 'node', 'app']);

  for (const [what, facts, expected] of [
    [
      'an annotation that the index confirms by name',
      { annotations: { [NAME]: 'node:22' } },
      ['annotation', ['node:22'], 2],
    ],
    [
      'an annotation that the index confirms by digest',
      { annotations: { [NAME]: 'mirror.corp/node:22', [DIGEST]: digestOf('index node:22') } },
      ['annotation', ['mirror.corp/node:22'], 2],
    ],
    [
      'an annotation about an image that is not indexed: where it ends is not known',
      { annotations: { [NAME]: 'corp/base:1', [DIGEST]: digestOf('?') } },
      ['annotation', ['corp/base:1'], null],
    ],
    [
      'a digest that nobody knows, and no name, says less than the layers',
      { annotations: { [NAME]: '', [DIGEST]: digestOf('?') } },
      ['index', ['docker.io/library/node:22'], 2],
    ],
    ['a label', { labels: { [NAME]: 'corp/base:1' } }, ['label', ['corp/base:1'], null]],
    [
      'an annotation before a label',
      { annotations: { [NAME]: 'corp/a' }, labels: { [NAME]: 'corp/b' } },
      ['annotation', ['corp/a'], null],
    ],
    [
      'provenance before an annotation',
      { materials: [{ name: 'docker.io/library/node:22', digest: null }], annotations: { [NAME]: 'corp/a' } },
      ['provenance', ['docker.io/library/node:22'], 2],
    ],
    [
      'of several stages the one whose layers are there',
      {
        materials: [
          { name: 'docker.io/library/golang:1.25', digest: digestOf('index golang') },
          { name: 'docker.io/library/node:22', digest: digestOf('index node:22') },
        ],
      },
      ['provenance', ['docker.io/library/node:22'], 2],
    ],
    [
      'of several stages none, where nothing tells which is the base',
      { materials: ['a', 'b'].map((name) => ({ name, digest: null })), annotations: { [NAME]: 'corp/a' } },
      ['annotation', ['corp/a'], null],
    ],
  ] as const) {
    test(what, () => {
      const base = findBaseImage({ ...image, ...facts }, INDEX);
      assert.deepEqual(base && [base.source, base.names, base.layers], expected);
    });
  }
});
