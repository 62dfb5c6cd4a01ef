import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import {
  buildImage,
  buildLayer,
  type BuiltImage,
  type ImageRecipe,
} from '../../../test/images/image-builder.ts';
import type { ArchiveEntry } from '../../../test/images/tar-writer.ts';
import { type FileStore, missingFile } from '../../oci/sources/file-store.ts';
import { blobPath } from '../../oci/sources/oci-layout.ts';
import { OciError } from '../../oci/errors.ts';
import { blobReader } from '../engines/layouts/layout-blobs.ts';
import { compareImages, type CompareImagesOptions } from './compare-images.ts';
import type { ImageComparison } from './image-comparison.ts';
import { readImage } from './read-image.ts';

/** The image as a layout in memory. */
function storeOf({ blobs }: BuiltImage): FileStore {
  const files = new Map([...blobs.values()].map(({ digest, bytes }) => [blobPath(digest), bytes]));
  const store: FileStore = {
    name: 'memory',
    sizeOf: async (path) => files.get(path)?.length ?? null,
    async *open(path) {
      const bytes = files.get(path);
      if (bytes === undefined) throw missingFile(store, path);
      // in pieces that end anywhere
      for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
    },
  };
  return store;
}

const imageOf = (image: BuiltImage) => readImage(blobReader(storeOf(image)), image.digest);

async function compare(
  before: BuiltImage,
  after: BuiltImage,
  options: Partial<CompareImagesOptions> = {},
): Promise<ImageComparison> {
  return compareImages(await imageOf(before), await imageOf(after), { inherited: [], most: 100, ...options });
}

/** Images of these layers, each a list of entries. */
function image(layers: readonly (readonly ArchiveEntry[])[], more: Partial<ImageRecipe> = {}): BuiltImage {
  return buildImage({ layers: layers.map((entries) => buildLayer(entries)), ...more });
}

const BASE: readonly ArchiveEntry[] = [{ path: 'etc/os-release', content: 'ID=debian\n' }];
const binary = (...bytes: readonly number[]) => Buffer.from([0, 0, 0, ...bytes]);

test('one file, in every way in which it can differ', async () => {
  const file: ArchiveEntry = { path: 'usr/bin/app', content: binary(1, 2, 3), mode: 0o755, modified: 100 };
  const link: ArchiveEntry = { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' };
  const cases: readonly (readonly [
    what: string,
    before: readonly ArchiveEntry[],
    after: readonly ArchiveEntry[],
    aspects: readonly string[],
    firstDifference: number | null,
  ])[] = [
    ['added', [], [file], ['added'], null],
    ['removed', [file], [], ['removed'], null],
    ['content', [file], [{ ...file, content: binary(1, 9, 3) }], ['content'], 4],
    ['longer', [file], [{ ...file, content: binary(1, 2, 3, 4) }], ['content'], 6],
    ['text', [{ ...file, content: 'a' }], [{ ...file, content: 'b' }], ['content'], null],
    ['empty', [file], [{ ...file, content: '' }], ['content'], 0],
    ['mode', [file], [{ ...file, mode: 0o4755 }], ['mode'], null],
    ['owner', [file], [{ ...file, uid: 1000 }], ['owner'], null],
    ['group', [file], [{ ...file, gid: 1000 }], ['owner'], null],
    ['time', [file], [{ ...file, modified: 101 }], ['time'], null],
    ['attributes', [file], [{ ...file, xattrs: { 'user.a': 'b' } }], ['xattrs'], null],
    ['their values', [{ ...file, xattrs: { a: 'b' } }], [{ ...file, xattrs: { a: 'c' } }], ['xattrs'], null],
    ['target', [link], [{ ...link, linkTarget: 'usr/lib64' }], ['target'], null],
    ['type', [link], [{ path: 'lib/' }], ['type'], null],
    [
      'several',
      [file],
      [{ ...file, content: binary(7), mode: 0o700, modified: 1 }],
      ['content', 'mode', 'time'],
      3,
    ],
  ];
  for (const [what, before, after, aspects, firstDifference] of cases) {
    const found = await compare(image([BASE, before]), image([BASE, after]));
    assert.deepEqual(
      found.files.map((one) => [one.aspects, one.firstDifference]),
      [[aspects, firstDifference]],
      what,
    );
    assert.deepEqual([found.kind, found.fileCount], ['different', 1], what);
    assert.deepEqual(found.layerDifferences, [{ before: [2], after: [2], what: 'entries' }], what);
    assert.deepEqual([found.layers.count, found.layers.identical], [2, 1], what);
    assert.deepEqual(found.aspects, Object.fromEntries(aspects.map((aspect) => [aspect, 1])), what);
  }
});

test('what is no difference of files', async () => {
  const [a, b]: readonly ArchiveEntry[] = [{ path: 'a' }, { path: 'b' }];
  assert.ok(a !== undefined && b !== undefined);
  const layer = buildLayer([a]);
  const recompressed = buildLayer([a], 'none');
  const cases: readonly (readonly [
    what: string,
    before: BuiltImage,
    after: BuiltImage,
    kind: ImageComparison['kind'],
    layers: ImageComparison['layerDifferences'],
  ])[] = [
    ['nothing', image([[a]]), image([[a]]), 'identical', []],
    [
      'compression',
      buildImage({ layers: [layer] }),
      buildImage({ layers: [recompressed] }),
      'same-layers',
      [{ before: [1], after: [1], what: 'compression' }],
    ],
    ['annotations', image([[a]]), image([[a]], { annotations: { a: 'b' } }), 'same-layers', []],
    ['order', image([[a, b]]), image([[b, a]]), 'same-files', [{ before: [1], after: [1], what: 'order' }]],
    [
      'headers',
      image([[a]]),
      // the name of a link that the entry is not
      image([[{ ...a, linkTarget: 'b' }]]),
      'same-files',
      [{ before: [1], after: [1], what: 'archive' }],
    ],
    ['cuts', image([[a], [b]]), image([[a, b]]), 'same-files', [{ before: [1, 2], after: [1], what: 'cut' }]],
    [
      'what is removed again',
      image([
        [a, { path: 'tmp/build' }],
        [{ path: 'tmp/.wh.build' }, b],
      ]),
      image([[a, b]]),
      'same-files',
      [{ before: [1, 2], after: [1], what: 'entries' }],
    ],
    [
      'what is removed with its directory',
      image([
        [a, { path: 'd/' }, { path: 'd/e/f' }],
        [{ path: '.wh.d' }, b],
      ]),
      image([[a, b]]),
      'same-files',
      [{ before: [1, 2], after: [1], what: 'entries' }],
    ],
    [
      'what an opaque directory hides',
      image([
        [{ path: 'd/' }, { path: 'd/a' }],
        [{ path: 'd/' }, { path: 'd/.wh..wh..opq' }, { path: 'd/b' }],
      ]),
      image([[{ path: 'd/' }, { path: 'd/b' }]]),
      'same-files',
      [{ before: [1, 2], after: [1], what: 'entries' }],
    ],
    [
      'a file in place of a directory',
      image([[b, { path: 'd/' }, { path: 'd/a' }], [{ path: 'd', content: 'x' }]]),
      image([[b, { path: 'd', content: 'x' }]]),
      'same-files',
      [{ before: [1, 2], after: [1], what: 'cut' }],
    ],
    [
      'what is repeated from below',
      image([BASE, [...BASE, b]]),
      image([BASE, [b]]),
      'same-files',
      [{ before: [2], after: [2], what: 'entries' }],
    ],
    [
      'what is removed of nothing',
      image([BASE, [b, { path: 'etc/.wh.passwd' }]]),
      image([BASE, [b]]),
      'same-files',
      [{ before: [2], after: [2], what: 'entries' }],
    ],
    [
      'a file that comes back',
      image([[{ path: '.wh.a' }], [a, b]]),
      image([[b, a]]),
      'same-files',
      [{ before: [1, 2], after: [1], what: 'cut' }],
    ],
  ];
  for (const [what, before, after, kind, layers] of cases) {
    const found = await compare(before, after);
    assert.deepEqual([found.kind, found.layerDifferences, found.fileCount], [kind, layers, 0], what);
  }
});

test('what is removed is told by its name, however the layers are cut', async () => {
  const removing = [{ path: 'etc/.wh.os-release' }];
  const [one, other] = [image([BASE, [], removing]), image([BASE, [{ path: 'a' }]])];
  const { files, kind } = await compare(one, other);
  assert.equal(kind, 'different');
  assert.deepEqual(
    files.map(({ path, aspects }) => [path, aspects]),
    [
      ['a', ['added']],
      ['etc/os-release', ['added']],
    ],
  );
});

test('fields of manifest and configuration are told with their places, and not what follows from layers', async () => {
  const entries = [[{ path: 'a' }]];
  const before = image(entries, {
    configuration: {
      created: '2026-01-01T00:00:00Z',
      config: { Env: ['A=1', 'B=2'], Labels: { 'x.y': '1' } },
    },
    history: [{ created_by: 'RUN true' }],
    annotations: { 'org.opencontainers.image.version': '1' },
  });
  const after = image([[{ path: 'b' }]], {
    configuration: { created: '2026-01-02T00:00:00Z', config: { Env: ['A=1', 'B=3', 'C=4'], Labels: {} } },
    history: [{ created_by: 'RUN true # buildkit' }],
  });
  const { fields, fieldCount } = await compare(before, after);
  assert.deepEqual(
    fields.map(({ field, before: had, after: has }) => [field, had, has]),
    [
      ['manifest.annotations', '{"org.opencontainers.image.version":"1"}', null],
      ['config.Env[1]', '"B=2"', '"B=3"'],
      ['config.Env[2]', null, '"C=4"'],
      ['config.Labels."x.y"', '"1"', null],
      ['created', '"2026-01-01T00:00:00Z"', '"2026-01-02T00:00:00Z"'],
      ['history[0].created_by', '"RUN true"', '"RUN true # buildkit"'],
    ],
  );
  assert.equal(fieldCount, 6);
  assert.equal((await compare(before, after, { most: 2 })).fields.length, 2);
});

test("layers of the image below are not counted as the image's own", async () => {
  const below = buildLayer(BASE);
  const [before, after] = ['1', '2'].map((content) =>
    buildImage({ layers: [below, buildLayer([{ path: 'a', content }]), buildLayer([{ path: 'b' }])] }),
  );
  assert.ok(before !== undefined && after !== undefined);
  const { layers } = await compare(before, after, { inherited: [below.diffId] });
  const [, own, same] = before.recipe.layers;
  assert.deepEqual(layers, {
    inherited: 1,
    count: 2,
    identical: 1,
    bytes: (own?.bytes.length ?? 0) + (same?.bytes.length ?? 0),
    identicalBytes: same?.bytes.length,
  });
});

const entriesAt = (time: number): readonly ArchiveEntry[] => [
  { path: 'a', modified: time },
  { path: 'usr/lib/__pycache__/x.pyc', content: binary(time) },
  { path: 'var/cache/ldconfig/aux-cache', content: binary(time), modified: time },
  { path: 'var/log/dpkg.log', content: `at ${time}`, modified: time },
  // only its time differs: nothing that its name explains
  { path: 'var/log/apt/history.log', modified: time },
];

test('what matters most comes first, the rest is counted, and known causes are named', async () => {
  const found = await compare(image([entriesAt(1)]), image([entriesAt(2)]), { most: 4 });
  assert.deepEqual(
    found.files.map(({ path, because }) => [path, because !== null]),
    [
      ['usr/lib/__pycache__/x.pyc', true],
      ['var/cache/ldconfig/aux-cache', true],
      ['var/log/dpkg.log', true],
      ['a', false],
    ],
  );
  assert.deepEqual([found.fileCount, found.aspects], [5, { content: 3, time: 4 }]);
  assert.deepEqual(
    found.causes.map(({ files }) => files),
    [1, 1, 1],
  );
});

test('a layer that is not what its diff ID says is no difference, but refused', async () => {
  const honest = image([[{ path: 'a' }]]);
  const layers = [{ ...buildLayer([{ path: 'b' }]), diffId: buildLayer([{ path: 'c' }]).diffId }];
  await assert.rejects(
    compare(honest, buildImage({ layers })),
    (error) => error instanceof OciError && error.code === 'LAYER_DIFF_ID_MISMATCH',
  );
});

const told = ({ files }: ImageComparison) =>
  files.map(({ path, aspects }) => `${path} ${aspects.join()}`).sort();

describe('laws', () => {
  const entry = fc.record({
    path: fc.constantFrom('a', 'b', 'b/c', 'd/', '.wh.a', 'b/.wh.c', 'd/.wh..wh..opq'),
    content: fc.constantFrom('', 'x', 'y\0'),
    mode: fc.constantFrom(0o644, 0o755),
    modified: fc.constantFrom(0, 1),
  });
  const layer = fc.array(
    entry.map((one) => (one.path.endsWith('/') ? { ...one, content: '' } : one)),
    { maxLength: 4 },
  );
  const layers = fc.array(layer, { minLength: 1, maxLength: 4 });

  test('an image is identical to itself', async () => {
    await fc.assert(
      fc.asyncProperty(layers, async (entries) => {
        const found = await compare(image(entries), image(entries));
        assert.deepEqual([found.kind, found.fieldCount, found.fileCount], ['identical', 0, 0]);
        assert.equal(found.layers.identical, found.layers.count);
      }),
      { numRuns: 40 },
    );
  });

  test('what is added on the way there is removed on the way back', async () => {
    const turned: Readonly<Record<string, string>> = { added: 'removed', removed: 'added' };
    await fc.assert(
      fc.asyncProperty(layer, layer, async (one, other) => {
        const there = await compare(image([one]), image([other]));
        const back = await compare(image([other]), image([one]));
        assert.equal(there.kind, back.kind);
        const expected = back.files.map(
          ({ path, aspects }) => `${path} ${aspects.map((aspect) => turned[aspect] ?? aspect).join()}`,
        );
        assert.deepEqual(told(there), expected.sort());
      }),
      { numRuns: 60 },
    );
  });
});
