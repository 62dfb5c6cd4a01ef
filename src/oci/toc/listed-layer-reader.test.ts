import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assert as assertProperty, asyncProperty, integer, nat } from 'fast-check';
import type { BuiltLayer } from '../../../test/images/image-builder.ts';
import { buildListedLayer, type TableEntry } from '../../../test/images/listed-layer.ts';
import { noise } from '../../../test/images/noise.ts';
import type { ArchiveEntry } from '../../../test/images/tar-writer.ts';
import { OciError } from '../errors.ts';
import { readLayer } from '../layer-reader.ts';
import type { EntryVisitor, TreeEntry, TreeReading } from '../layer-tree.ts';
import { decodeHashes, hashPath } from '../path-hash.ts';
import { createContentReader } from './content-reader.ts';
import { readListedLayer } from './listed-layer-reader.ts';
import type { RangedLayer } from './read-range.ts';
import { readTable } from './read-table.ts';

type Blob = Pick<BuiltLayer, 'bytes' | 'diffId' | 'digest' | 'mediaType' | 'annotations'>;

/** A layer whose parts are asked for; `asked` counts their bytes. */
function rangedLayer(blob: Blob): RangedLayer & { asked: number } {
  const layer = {
    index: 0,
    step: null,
    ...blob,
    annotations: blob.annotations ?? {},
    sizeBytes: blob.bytes.length,
    asked: 0,
    async *open() {
      yield blob.bytes;
    },
    async *openRange({ start, end }: { start: number; end: number }) {
      layer.asked += end - start;
      yield blob.bytes.subarray(start, end);
    },
  };
  return layer;
}

interface Seen extends TreeReading {
  readonly fed: readonly (readonly [entry: TreeEntry, content: string])[];
}

const isWanted = (path: string) => (path.split('/').at(-1) ?? '').startsWith('wanted');

function collecting(): { visitor: EntryVisitor; fed: [TreeEntry, string][] } {
  const fed: [TreeEntry, string][] = [];
  return {
    fed,
    visitor: {
      want: ({ path }) => (isWanted(path) ? 10_000_000 : null),
      note: ({ mode }) => (mode & 0o4000) !== 0,
      file: (entry, content) => fed.push([plain(entry), Buffer.from(content).toString()]) > 0,
    },
  };
}

/** Without what only an archive has. */
function plain({ path, type, sizeBytes, mode, uid, gid, linkTarget }: TreeEntry): TreeEntry {
  return { path, type, sizeBytes, mode, uid, gid, linkTarget };
}

async function readArchive(blob: Blob): Promise<Seen> {
  const { visitor, fed } = collecting();
  const { diffId, digest } = blob;
  return { ...(await readLayer(() => rangedLayer(blob).open(), { diffId, digest, visitor })), fed };
}

/** Reads every regular file, or those alone that are wanted, by the table of contents. */
async function readParts(blob: Blob, which: (path: string) => boolean = () => true): Promise<Seen> {
  const listed = await readTable(rangedLayer(blob));
  if (listed === null) throw new OciError('LAYER_CORRUPT', 'there is no table');
  const reader = createContentReader(listed);
  const { entries } = listed.table;
  await reader.read(
    new Map(
      [...entries.entries()].flatMap(([i, { entry }]) => (which(entry.path) ? [[i, entry.sizeBytes]] : [])),
    ),
  );
  const { visitor, fed } = collecting();
  const content = (index: number) => reader.content(index);
  return { ...(await readListedLayer(listed.table, { diffId: blob.diffId, visitor, content })), fed };
}

/** That both ways to read show the same; of eStargz the archive holds the table too. */
function assertSame(parts: Seen, archive: Seen): void {
  assert.deepEqual(parts.fed, archive.fed);
  assert.deepEqual(parts.coverage, archive.coverage);
  const { shadows, ...tree } = parts.tree;
  const { shadows: all, ...rest } = archive.tree;
  assert.deepEqual(tree, rest);
  const table = hashPath('stargz.index.json');
  assert.deepEqual(
    [...decodeHashes(shadows)],
    [...decodeHashes(all)].filter((hash) => hash !== table),
  );
}

const FIXTURES = new URL('../../../test/fixtures/layers/', import.meta.url);

function fixtureLayer(file: string): Blob {
  const facts = JSON.parse(readFileSync(new URL('layers.json', FIXTURES), 'utf8')) as Record<string, Blob>;
  return { ...(facts[file] as Blob), bytes: readFileSync(new URL(file, FIXTURES)) };
}

for (const file of ['estargz.tar.gz', 'zstd-chunked.tar.zst']) {
  test(`a layer by the format's own tool shows the same by its table as by its archive: ${file}`, async () => {
    const blob = fixtureLayer(file);
    const parts = await readParts(blob);
    assertSame(parts, await readArchive(blob));
    assert.deepEqual(parts.tree.whiteouts, ['etc/removed']);
    assert.deepEqual(parts.tree.opaques, ['srv']);
    assert.deepEqual(parts.tree.symlinks, [['bin', 'usr/bin']]);
    assert.deepEqual(parts.tree.hardlinks, [['usr/lib/wanted-below', 'usr/lib/of-a-lower-layer']]);
    const large = parts.fed.find(([{ path }]) => path === 'usr/lib/wanted-large')?.[1] ?? '';
    assert.ok(large.length > 5_000_000 && large.endsWith('\0and an end behind a hole\n'));
    assert.ok(parts.fed.some(([{ path }, text]) => path === 'usr/lib/wanted-link' && text === large));
    assert.ok(parts.fed.some(([{ path }]) => path === 'usr/share/wanted-Grüße'));
  });

  test(`no damage to such a layer is taken for content: ${file}`, async () => {
    const blob = fixtureLayer(file);
    const whole = await readParts(blob);
    await assertProperty(
      asyncProperty(nat(blob.bytes.length - 1), integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(blob.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const read = await readParts({ ...blob, bytes }).catch((error: unknown) => {
          assert.ok(error instanceof OciError, String(error));
          return null;
        });
        if (read !== null) assert.deepEqual(read.fed, whole.fed);
      }),
      { numRuns: 25 },
    );
  });
}

const entries: readonly ArchiveEntry[] = [
  { path: './etc/' },
  { path: './etc/wanted', content: 'configuration of some length' },
  { path: 'etc/other', content: 'other' },
  { path: 'lib', type: 'symlink', linkTarget: '/usr/lib' },
  { path: 'etc/wanted-link', type: 'hardlink', linkTarget: './etc/other' },
  { path: '../wanted', content: 'out of the root' },
  { path: 'etc/wanted', content: 'configuration anew' },
];

/** What changes the entries of one file in a table. */
const changing = (change: (file: TableEntry) => TableEntry) => (listed: readonly TableEntry[]) => ({
  entries: listed.map((entry) => (entry['name'] === './etc/wanted' ? change(entry) : entry)),
});

for (const format of ['eStargz', 'zstd:chunked'] as const) {
  for (const chunkBytes of [undefined, 7]) {
    const what = `${format}, ${chunkBytes ?? 'one chunk a file'}`;
    test(`names are cleaned, replaced and refused as those of the archive are: ${what}`, async () => {
      const layer = buildListedLayer(entries, {
        format,
        ...(chunkBytes === undefined ? {} : { chunkBytes }),
      });
      const parts = await readParts(layer);
      const archive = await readArchive(layer);
      assertSame(parts, archive);
      assert.deepEqual(
        new Set(parts.fed.map(([{ path }, text]) => `${path}: ${text}`)),
        new Set([
          'etc/wanted: configuration anew',
          'etc/wanted: configuration of some length',
          'etc/wanted-link: other',
        ]),
      );
      assert.deepEqual(
        parts.coverage.map(({ code }) => code),
        ['ENTRY_REFUSED'],
      );
    });
  }

  test(`only the parts that are asked for come, and files that did not come are passed over: ${format}`, async () => {
    const blob = buildListedLayer(
      [
        { path: 'wanted', content: 'this' },
        { path: 'noise', content: noise(2_000_000) },
        { path: 'wanted-too', content: 'and this' },
      ],
      { format },
    );
    const layer = rangedLayer(blob);
    const listed = await readTable(layer);
    assert.ok(listed !== null);
    const reader = createContentReader(listed);
    const wants = new Map([
      [0, 4],
      [2, 1],
    ]);
    const { transferredBytes } = reader.costOf(wants);
    await reader.read(wants);
    assert.ok(layer.asked < 10_000, `${layer.asked} bytes`);
    assert.equal(reader.readBytes(), layer.asked);
    assert.equal(reader.readBytes(), listed.table.readBytes + transferredBytes);
    assert.deepEqual([reader.content(0)?.toString(), reader.content(1)], ['this', undefined]);
    assert.equal(reader.costOf(wants).transferredBytes, 0, 'nothing is asked for twice');
    const seen = await readParts(blob, isWanted);
    assert.deepEqual(
      seen.fed.map(([, text]) => text),
      ['this', 'and this'],
    );
  });

  const hostile: readonly (readonly [string, (listed: TableEntry[]) => unknown])[] = [
    ['no list', () => ({ version: 1 })],
    ['a list of texts', () => ({ entries: ['etc/wanted'] })],
    ['a type that is none', (listed) => ({ entries: [{ ...listed[1], type: 'constructor' }] })],
    ['a negative size', (listed) => ({ entries: [{ ...listed[1], size: -1 }] })],
    ['a file larger than its chunks', (listed) => ({ entries: [{ ...listed[1], size: 100, chunkSize: 3 }] })],
    ['a chunk beyond the file', (listed) => ({ entries: [{ ...listed[1], chunkSize: 1e9 }] })],
    ['a chunk that begins within', (listed) => ({ entries: [{ ...listed[1], chunkOffset: 5 }] })],
    ['no digest', ({ 1: file }) => ({ entries: [{ ...file, digest: '', chunkDigest: '' }] })],
    ['names in another case', (listed) => ({ entries: [{ ...listed[1], Name: 'etc/shadow' }] })],
  ];
  for (const [what, changeTable] of hostile) {
    test(`a table is refused: ${what}, ${format}`, async () => {
      const layer = rangedLayer(buildListedLayer(entries, { format, changeTable }));
      await assert.rejects(readTable(layer), OciError);
    });
  }

  const lying: readonly (readonly [string, (file: TableEntry) => TableEntry])[] = [
    ['another file', (file) => ({ ...file, offset: 0 })],
    ['outside the blob', (file) => ({ ...file, offset: 1e15 })],
    ['the middle of a stream', (file) => ({ ...file, offset: Number(file['offset']) + 3 })],
    ['far into a stream', (file) => ({ ...file, innerOffset: 1e6 })],
    ['a digest of something else', (file) => ({ ...file, chunkDigest: `sha256:${'0'.repeat(64)}` })],
    ['a larger file', (file) => ({ ...file, size: 4_000_000 })],
  ];
  for (const [what, change] of lying) {
    test(`content is refused that a table misplaces: ${what}, ${format}`, async () => {
      const layer = buildListedLayer(entries, { format, changeTable: changing(change) });
      await assert.rejects(readParts(layer), OciError);
    });
  }

  test(`a table with another digest than the manifest states is refused: ${format}`, async () => {
    const built = buildListedLayer(entries, { format });
    const annotations = Object.fromEntries(
      Object.entries(built.annotations ?? {}).map(([name, value]) => [
        name,
        value.startsWith('sha256:') ? `sha256:${'1'.repeat(64)}` : value,
      ]),
    );
    await assert.rejects(readTable(rangedLayer({ ...built, annotations })), { code: 'BLOB_DIGEST_MISMATCH' });
  });

  test(`without annotations there is no table: ${format}`, async () => {
    const built = buildListedLayer(entries, { format });
    assert.equal(await readTable(rangedLayer({ ...built, annotations: {} })), null);
    const { openRange: _, ...unranged } = rangedLayer(built);
    assert.equal(await readTable(unranged), null);
  });
}

test('a place outside the layer is refused before anything is asked for', async () => {
  const built = buildListedLayer(entries, { format: 'zstd:chunked' });
  const position = 'io.github.containers.zstd-chunked.manifest-position';
  for (const value of [
    '0:10:10:1',
    '9000000000000000:10:10:1',
    '100:9000000000000000:1:1',
    '100:10:9000000000:1',
  ]) {
    const layer = rangedLayer({ ...built, annotations: { ...built.annotations, [position]: value } });
    await assert.rejects(readTable(layer), { code: 'LAYER_CORRUPT' }, value);
    assert.equal(layer.asked, 0);
  }
  const other = { ...built, annotations: { ...built.annotations, [position]: '1:2:3:2' } };
  assert.equal(await readTable(rangedLayer(other)), null, 'a kind of table that is not known');
});
