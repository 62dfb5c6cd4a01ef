import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltBlob,
  type BuiltImage,
  type BuiltRoot,
  descriptorOf,
  type ImageRecipe,
} from '../../../../test/images/image-builder.ts';
import { writeOciLayout } from '../../../../test/images/layouts.ts';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { LibraryError } from '../../errors.ts';
import { blobPath } from '../../../oci/sources/oci-layout.ts';
import { IMAGE_LIMITS } from './examine-image.ts';
import type { LayoutRule } from './layout-rules.ts';
import { validateLayout } from './layout-validation.ts';

type Json = Record<string, unknown>;

const PLATFORM = { os: 'linux', architecture: 'amd64' };
const LAYER = buildLayer([{ path: 'etc/os-release', content: 'ID=test\n' }]);
const SECOND = buildLayer([{ path: 'file', content: 'content' }], 'none');
const RECIPE: ImageRecipe = { layers: [LAYER, SECOND] };
const IMAGE = buildImage(RECIPE);

/** The image under a manifest that was changed. */
function remade(change: (manifest: Json) => Json, image: BuiltImage = IMAGE): BuiltRoot {
  const manifest = buildBlob(change(JSON.parse(image.bytes.toString()) as Json), image.mediaType);
  const blobs = new Map([...image.blobs].filter(([digest]) => digest !== image.digest));
  return { ...image, ...manifest, blobs: blobs.set(manifest.digest, manifest) };
}

const firstLayer = (fields: Json) => (manifest: Json) => {
  const [first, ...others] = manifest['layers'] as Json[];
  return { ...manifest, layers: [{ ...first, ...fields }, ...others] };
};

/** Changes the list of images. */
const relisted = (change: (index: Json) => Json) => (folder: string) => {
  const file = join(folder, 'index.json');
  writeFileSync(file, JSON.stringify(change(JSON.parse(readFileSync(file, 'utf8')) as Json)));
};
const firstEntry = (fields: Json) =>
  relisted((index) => ({ ...index, manifests: [{ ...(index['manifests'] as Json[])[0], ...fields }] }));

const fileOf = (folder: string, { digest }: BuiltBlob): string => join(folder, blobPath(digest));

test('an image that is whole and sound is read to the end', async (t) => {
  const folder = temporaryDirectory(t);
  writeOciLayout(folder, [{ root: IMAGE, name: 'latest' }]);
  const { image, blobs } = await validateLayout(folder, { platform: PLATFORM });
  assert.equal(image.digest, IMAGE.digest);
  assert.deepEqual(image.configuration.diffIds, [LAYER.diffId, SECOND.diffId]);
  assert.deepEqual([...blobs].toSorted(), [...IMAGE.blobs.keys()].toSorted());
});

const sound: readonly (readonly [what: string, recipe: ImageRecipe])[] = [
  ['no layers', { layers: [] }],
  ["Docker's types", { ...RECIPE, format: 'docker' }],
  ['no history', { ...RECIPE, history: [] }],
  ['steps without layers', { ...RECIPE, history: [{ empty_layer: true }, {}, { empty_layer: true }, {}] }],
];
for (const [what, recipe] of sound) {
  test(`an image is taken with ${what}`, async (t) => {
    const folder = temporaryDirectory(t);
    const image = buildImage(recipe);
    writeOciLayout(folder, [{ root: image }]);
    assert.equal((await validateLayout(folder, { platform: PLATFORM })).image.digest, image.digest);
  });
}

const variants: readonly (readonly [found: object, wanted: object, isTaken: boolean])[] = [
  [{ architecture: 'arm64' }, { architecture: 'arm64', variant: 'v8' }, true],
  [{ architecture: 'arm', variant: 'v7' }, { architecture: 'arm' }, true],
  [{ architecture: 'arm', variant: 'v6' }, { architecture: 'arm', variant: 'v7' }, false],
  [{ architecture: '386' }, { architecture: 'amd64' }, false],
  [{ os: 'windows', architecture: 'amd64' }, { architecture: 'amd64' }, false],
];
for (const [found, wanted, isTaken] of variants) {
  test(`an image for ${JSON.stringify(found)} is ${isTaken ? '' : 'not '}one for ${JSON.stringify(wanted)}`, async (t) => {
    const folder = temporaryDirectory(t);
    writeOciLayout(folder, [{ root: buildImage({ ...RECIPE, platform: { ...PLATFORM, ...found } }) }]);
    const validation = validateLayout(folder, { platform: { ...PLATFORM, ...wanted } });
    if (isTaken) await validation;
    else await assert.rejects(validation, breaks('configuration.platform'));
  });
}

const hostile: readonly (readonly [
  what: string,
  rule: LayoutRule,
  root: BuiltRoot,
  change?: (folder: string) => void,
])[] = [
  ['no folder', 'layout.files', IMAGE, (folder) => rmSync(folder, { recursive: true })],
  [
    'another version',
    'layout.version',
    IMAGE,
    (folder) => writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"2"}'),
  ],
  ['no version', 'layout.version', IMAGE, (folder) => rmSync(join(folder, 'oci-layout'))],
  ['a file beside it', 'layout.files', IMAGE, (folder) => writeFileSync(join(folder, 'note'), '')],
  [
    'a blob that nothing names',
    'layout.files',
    IMAGE,
    (folder) => writeFileSync(join(folder, 'blobs/sha256', 'a'.repeat(64)), ''),
  ],
  [
    'a folder among the blobs',
    'layout.files',
    IMAGE,
    (folder) => mkdirSync(join(folder, 'blobs/sha256', 'b'.repeat(64))),
  ],
  [
    'a layer that is a link',
    'layout.files',
    IMAGE,
    (folder) => {
      renameSync(fileOf(folder, LAYER), join(folder, '..', 'moved'));
      symlinkSync('../../../moved', fileOf(folder, LAYER));
    },
  ],
  [
    'a list that is a link',
    'layout.files',
    IMAGE,
    (folder) => {
      renameSync(join(folder, 'index.json'), join(folder, '..', 'moved.json'));
      symlinkSync('../moved.json', join(folder, 'index.json'));
    },
  ],
  [
    'blobs that are a link',
    'layout.files',
    IMAGE,
    (folder) => {
      renameSync(join(folder, 'blobs'), join(folder, '..', 'blobs'));
      symlinkSync('../blobs', join(folder, 'blobs'));
    },
  ],
  [
    'a folder that is a link',
    'layout.files',
    IMAGE,
    (folder) => {
      renameSync(folder, `${folder}-moved`);
      symlinkSync('layout-moved', folder);
    },
  ],
  ['no list', 'index.form', IMAGE, (folder) => rmSync(join(folder, 'index.json'))],
  ['a list that is no JSON', 'index.form', IMAGE, (folder) => writeFileSync(join(folder, 'index.json'), '{')],
  ['a list of another version', 'index.form', IMAGE, relisted((index) => ({ ...index, schemaVersion: 1 }))],
  ['a list of a type', 'index.form', IMAGE, relisted((index) => ({ ...index, artifactType: 'a/b' }))],
  [
    'a list about something',
    'image.subject',
    IMAGE,
    relisted((index) => ({ ...index, subject: descriptorOf(IMAGE) })),
  ],
  ['no image', 'layout.one-image', IMAGE, relisted((index) => ({ ...index, manifests: [] }))],
  ['an image that is listed as a text', 'index.entry', IMAGE, firstEntry({ mediaType: 'text/plain' })],
  ['an image of an artifact type', 'index.entry', IMAGE, firstEntry({ artifactType: 'a/b' })],
  ['an image from elsewhere', 'descriptor', IMAGE, firstEntry({ urls: ['https://elsewhere.example'] })],
  ['annotations that are numbers', 'descriptor', IMAGE, firstEntry({ annotations: { a: 1 } })],
  ['data that is another', 'descriptor', IMAGE, firstEntry({ data: 'YWJj' })],
  ['data that is no base64', 'descriptor', IMAGE, firstEntry({ data: '%' })],
  ['an empty platform', 'descriptor', IMAGE, firstEntry({ platform: { os: '', architecture: 'amd64' } })],
  ['a size that is announced wrongly', 'blob', IMAGE, firstEntry({ size: IMAGE.bytes.length + 1 })],
  ['a digest without a manifest', 'blob', IMAGE, firstEntry({ digest: `sha256:${'0'.repeat(64)}` })],
  ['a digest of an unknown kind', 'descriptor', IMAGE, firstEntry({ digest: 'md5:abc' })],
  ['a manifest of another version', 'image.form', remade((manifest) => ({ ...manifest, schemaVersion: 3 }))],
  ['a manifest without a type', 'image.form', remade((manifest) => ({ ...manifest, mediaType: undefined }))],
  ['a manifest of an artifact', 'image.form', remade((manifest) => ({ ...manifest, artifactType: 'a/b' }))],
  [
    'a manifest about another one',
    'image.subject',
    remade((manifest) => ({ ...manifest, subject: descriptorOf(LAYER) })),
  ],
  ['a manifest that is a list too', 'image.form', remade((manifest) => ({ ...manifest, manifests: [] }))],
  [
    'a layer that is fetched from elsewhere',
    'descriptor',
    remade(firstLayer({ urls: ['https://elsewhere.example'] })),
  ],
  ['a layer of zstd', 'image.layers', buildImage({ layers: [buildLayer([], 'zstd')] })],
  ['a layer of an artifact type', 'image.layers', remade(firstLayer({ artifactType: 'a/b' }))],
  [
    'a configuration of another type',
    'image.configuration',
    remade((manifest) => ({
      ...manifest,
      config: { ...(manifest['config'] as Json), mediaType: 'text/plain' },
    })),
  ],
  [
    'a configuration that is none',
    'image.configuration',
    buildImage({ ...RECIPE, configuration: { rootfs: null } }),
  ],
  [
    'fewer diff IDs than layers',
    'configuration.layers',
    buildImage({ ...RECIPE, configuration: { rootfs: { type: 'layers', diff_ids: [LAYER.diffId] } } }),
  ],
  [
    'diff IDs of other layers',
    'layer',
    buildImage({
      ...RECIPE,
      configuration: { rootfs: { type: 'layers', diff_ids: [SECOND.diffId, LAYER.diffId] } },
    }),
  ],
  ['a history of other layers', 'configuration.history', buildImage({ ...RECIPE, history: [{}] })],
  ['a layer that is missing', 'blob', IMAGE, (folder) => rmSync(fileOf(folder, LAYER))],
  ['a layer that is too long', 'blob', IMAGE, (folder) => appendFileSync(fileOf(folder, SECOND), 'x')],
  ['a layer that is cut off', 'blob', IMAGE, (folder) => truncateSync(fileOf(folder, SECOND), 100)],
  [
    'a layer with another byte',
    'blob',
    IMAGE,
    (folder) => {
      const bytes = readFileSync(fileOf(folder, SECOND));
      writeFileSync(fileOf(folder, SECOND), bytes.with(600, 7));
    },
  ],
  [
    'a manifest with another byte',
    'blob',
    IMAGE,
    (folder) => writeFileSync(fileOf(folder, IMAGE), IMAGE.bytes.with(3, 32)),
  ],
  ['a layer that is no archive', 'layer', buildImage({ layers: [noArchive()] })],
  [
    'a file that leads out of the layer',
    'layer',
    buildImage({ layers: [buildLayer([{ path: '../etc/passwd', content: '' }])] }),
  ],
  ['an index in an index', 'layout.one-image', nested()],
  ['two images in an index', 'layout.one-image', buildIndex([IMAGE, buildImage({ layers: [LAYER] })])],
];

function nested(): BuiltRoot {
  const inner = buildIndex([IMAGE]);
  const outer = buildIndex([], { further: [descriptorOf(inner, { platform: PLATFORM })] });
  return { ...outer, blobs: new Map([...inner.blobs, ...outer.blobs]) };
}

function noArchive() {
  const bytes = Buffer.alloc(1024, 'no archive');
  const blob = buildBlob(bytes, 'application/vnd.oci.image.layer.v1.tar');
  return { ...blob, diffId: blob.digest, tar: bytes };
}

const breaks = (rule: LayoutRule) => (error: unknown) =>
  error instanceof LibraryError && error.code === 'LAYOUT_INVALID' && error.message.includes(`(${rule})`);

for (const [what, rule, root, change] of hostile) {
  test(`a layout is refused with ${what}`, async (t) => {
    const folder = join(temporaryDirectory(t), 'layout');
    writeOciLayout(folder, [{ root }]);
    change?.(folder);
    await assert.rejects(validateLayout(folder, { platform: PLATFORM }), breaks(rule));
  });
}

test('two images are no image', async (t) => {
  const folder = temporaryDirectory(t);
  writeOciLayout(folder, [{ root: IMAGE }, { root: buildImage({ layers: [LAYER] }) }]);
  await assert.rejects(validateLayout(folder, { platform: PLATFORM }), breaks('layout.one-image'));
});

test('an image is no larger than it may be, packed and unpacked', async (t) => {
  const folder = temporaryDirectory(t);
  const zeros = buildLayer([{ path: 'zeros', content: Buffer.alloc(1024 * 1024) }]);
  writeOciLayout(folder, [{ root: buildImage({ layers: [zeros] }) }]);
  const { layer } = IMAGE_LIMITS;
  for (const [limits, rule] of [
    [{ ...IMAGE_LIMITS, imageBytes: 1000 }, 'blob'],
    [{ ...IMAGE_LIMITS, layer: { ...layer, uncompressedBytes: 100_000 } }, 'layer'],
    [{ ...IMAGE_LIMITS, layer: { ...layer, ratioFreeBytes: 1000 } }, 'layer'],
  ] as const) {
    await assert.rejects(validateLayout(folder, { platform: PLATFORM, limits }), breaks(rule));
  }
  await validateLayout(folder, { platform: PLATFORM });
});

test('whoever no longer wants to know is not answered', async (t) => {
  const folder = temporaryDirectory(t);
  writeOciLayout(folder, [{ root: IMAGE }]);
  const reason = new Error('stopped');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(validateLayout(folder, { platform: PLATFORM, signal }), (error) => error === reason);
});

const STATEMENT = buildBlob({ predicateType: 'https://spdx.dev/Document' }, 'application/vnd.in-toto+json');
const EMPTY = buildBlob({}, 'application/vnd.oci.image.config.v1+json');
const PREDICATE = { 'in-toto.io/predicate-type': 'https://spdx.dev/Document' };

/** An index as BuildKit makes it, with a statement about the image. */
function attested({ entry = {}, layer = {} }: { entry?: Json; layer?: Json } = {}): BuiltRoot {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const layers = [descriptorOf(STATEMENT, { annotations: PREDICATE, ...layer })];
  const manifest = buildBlob({ schemaVersion: 2, mediaType, config: descriptorOf(EMPTY), layers }, mediaType);
  const further = descriptorOf(manifest, {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': IMAGE.digest,
    },
    ...entry,
  });
  const index = buildIndex([IMAGE], { further: [further] });
  const blobs = [STATEMENT, EMPTY, manifest].map((blob) => [String(blob.digest), blob] as const);
  return { ...index, blobs: new Map([...index.blobs, ...blobs]) };
}

test('statements that a builder made beside its image are read, and are not the image', async (t) => {
  const folder = temporaryDirectory(t);
  writeOciLayout(folder, [{ root: attested() }]);
  const { image, blobs } = await validateLayout(folder, { platform: PLATFORM });
  assert.equal(image.digest, IMAGE.digest);
  assert.equal(blobs.length, IMAGE.blobs.size + 4);
});

const about = (fields: Json): Json => ({
  annotations: {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': IMAGE.digest,
    ...fields,
  },
});
const badStatements: readonly (readonly [what: string, rule: LayoutRule, root: BuiltRoot])[] = [
  [
    'of an image that is not there',
    'index.attestation',
    attested({ entry: about({ 'vnd.docker.reference.digest': LAYER.digest }) }),
  ],
  [
    'of another kind',
    'index.attestation',
    attested({ entry: about({ 'vnd.docker.reference.type': 'other' }) }),
  ],
  ['that runs somewhere', 'index.attestation', attested({ entry: { platform: PLATFORM } })],
  ['without a platform', 'index.entry', attested({ entry: { platform: undefined } })],
  ['of another artifact type', 'index.attestation', attested({ entry: { artifactType: 'a/b' } })],
  [
    'of an unknown predicate',
    'image.layers',
    attested({ layer: { annotations: { 'in-toto.io/predicate-type': 'x' } } }),
  ],
  ['that is a file system', 'image.layers', attested({ layer: { mediaType: LAYER.mediaType } })],
];
for (const [what, rule, root] of badStatements) {
  test(`a statement is refused: ${what}`, async (t) => {
    const folder = temporaryDirectory(t);
    writeOciLayout(folder, [{ root }]);
    await assert.rejects(validateLayout(folder, { platform: PLATFORM }), breaks(rule));
  });
}

test('the bytes of a statement are checked too', async (t) => {
  const folder = temporaryDirectory(t);
  writeOciLayout(folder, [{ root: attested() }]);
  writeFileSync(fileOf(folder, STATEMENT), STATEMENT.bytes.with(1, 32));
  await assert.rejects(validateLayout(folder, { platform: PLATFORM }), breaks('blob'));
});
