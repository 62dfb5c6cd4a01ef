import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildImage, buildIndex, buildLayer } from '../../test/images/image-builder.ts';
import { isImageManifest, parseManifest } from './manifest.ts';

const layer = buildLayer([{ path: 'a', content: 'a' }]);
const image = buildImage({ layers: [layer], annotations: { 'org.example': 'yes' } });
const index = buildIndex([image]);
const SUBJECT = 'the manifest of x';

const parse = (value: unknown, mediaType?: string) =>
  parseManifest(Buffer.from(JSON.stringify(value)), mediaType, SUBJECT);
const change = (bytes: Buffer, fields: object): object => ({
  ...(JSON.parse(bytes.toString()) as object),
  ...fields,
});

test('manifests and indexes of OCI and Docker', () => {
  for (const format of ['oci', 'docker'] as const) {
    const built = buildImage({ layers: [layer], format });
    const manifest = parseManifest(built.bytes, built.mediaType, SUBJECT);
    assert.ok(manifest.kind === 'manifest' && isImageManifest(manifest));
    assert.equal(manifest.mediaType, built.mediaType);
    assert.equal(manifest.config.digest, built.configuration.digest);
    assert.deepEqual(
      manifest.layers.map(({ digest, sizeBytes }) => [digest, sizeBytes]),
      [[layer.digest, layer.bytes.byteLength]],
    );
    const list = buildIndex([built], { format });
    const parsed = parseManifest(list.bytes, list.mediaType, SUBJECT);
    assert.ok(parsed.kind === 'index');
    assert.deepEqual(parsed.manifests[0]?.platform, { os: 'linux', architecture: 'amd64' });
  }
});

test('a document without a media type is what its fields say', () => {
  assert.equal(parse(change(image.bytes, { mediaType: undefined })).kind, 'manifest');
  assert.equal(parse(change(index.bytes, { mediaType: undefined })).kind, 'index');
});

test('lists that Go wrote as null are empty', () => {
  const manifest = parse(change(image.bytes, { layers: null, annotations: null }));
  assert.ok(manifest.kind === 'manifest');
  assert.deepEqual(manifest.layers, []);
  const empty = parse(change(index.bytes, { manifests: null }));
  assert.ok(empty.kind === 'index');
  assert.deepEqual(empty.manifests, []);
});

test('names from annotations meet nothing of Object', () => {
  const manifest = parseManifest(
    Buffer.from(image.bytes.toString().replace('"org.example"', '"__proto__"')),
    undefined,
    SUBJECT,
  );
  assert.deepEqual(Object.keys(manifest.annotations), ['__proto__']);
  assert.equal(Object.getPrototypeOf(manifest.annotations), null);
  assert.equal(({} as Record<string, unknown>)['org.example'], undefined);
});

const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: layer.digest, size: 1 };

const REFUSED: readonly (readonly [
  what: string,
  value: unknown,
  mediaType: string | undefined,
  message: RegExp,
])[] = [
  [
    'layers and manifests (CVE-2021-41190)',
    change(image.bytes, { manifests: [] }),
    undefined,
    /has both "layers" and "manifests"/,
  ],
  [
    'another media type than announced',
    change(image.bytes, {}),
    index.mediaType,
    /calls itself .*manifest.* announced as .*index/,
  ],
  [
    'an index announced as a manifest',
    change(index.bytes, { mediaType: undefined }),
    image.mediaType,
    /of the other kind/,
  ],
  [
    'an unknown media type',
    change(image.bytes, { mediaType: 'text/plain' }),
    undefined,
    /media type text\/plain/,
  ],
  [
    'fields that differ in case',
    change(image.bytes, { Layers: [] }),
    undefined,
    /writes the field "layers" as "Layers"/,
  ],
  [
    'fields of a descriptor that differ in case',
    change(image.bytes, { layers: [{ ...config, Digest: layer.digest }] }),
    undefined,
    /"layers", writes the field "digest" as "Digest"/,
  ],
  ['no configuration', change(image.bytes, { config: undefined }), undefined, /malformed at "config"/],
  [
    'a digest that is none',
    change(image.bytes, { config: { ...config, digest: 'sha256:../../etc/passwd' } }),
    undefined,
    /malformed at "config.digest"/,
  ],
  [
    'a size that is text',
    change(image.bytes, { layers: [{ ...config, size: '1' }] }),
    undefined,
    /malformed at "layers.0.size"/,
  ],
  [
    'a negative size',
    change(image.bytes, { layers: [{ ...config, size: -1 }] }),
    undefined,
    /malformed at "layers.0.size"/,
  ],
  [
    'a size that is not exact',
    change(image.bytes, { layers: [{ ...config, size: 2 ** 60 }] }),
    undefined,
    /malformed at "layers.0.size"/,
  ],
  [
    'annotations that are no text',
    change(image.bytes, { annotations: { a: 1 } }),
    undefined,
    /malformed at "annotations.a": expected a string, found a number/,
  ],
  [
    'too many layers',
    change(image.bytes, { layers: Array.from({ length: 1001 }, () => config) }),
    undefined,
    /malformed at "layers"/,
  ],
  [
    'too many manifests',
    change(index.bytes, { manifests: Array.from({ length: 10_001 }, () => config) }),
    undefined,
    /malformed at "manifests"/,
  ],
  ['schema 3', change(image.bytes, { schemaVersion: 3 }), undefined, /malformed at "schemaVersion"/],
  ['a list', [], undefined, /malformed/],
  ['null', null, undefined, /malformed/],
];

for (const [what, value, mediaType, message] of REFUSED) {
  test(`a manifest is refused: ${what}`, () => {
    assert.throws(() => parse(value, mediaType), { code: 'MANIFEST_INVALID', message });
  });
}

test('a gigantic manifest is not parsed', () => {
  assert.throws(() => parseManifest(Buffer.alloc(5 * 1024 * 1024, ' '), undefined, SUBJECT), {
    code: 'MANIFEST_INVALID',
    message: /has 5242880 bytes; at most 4194304 are read/,
  });
});

test('schema 1 manifests have an error of their own', () => {
  const signed = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
  const value = { schemaVersion: 1, name: 'x', tag: 'y', fsLayers: [], history: [], signatures: [] };
  for (const mediaType of [undefined, signed]) {
    assert.throws(() => parse(value, mediaType), { code: 'MANIFEST_SCHEMA1' });
  }
});
