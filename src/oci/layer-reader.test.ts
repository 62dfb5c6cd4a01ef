import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildLayer, type BuiltLayer } from '../../test/images/image-builder.ts';
import type { ArchiveEntry } from '../../test/images/tar-writer.ts';
import { type Digest, parseDigest } from '../model/digest.ts';
import { LAYER_LIMITS, readLayer, type LayerLimits } from './layer-reader.ts';
import type { TreeReading, Wanted } from './layer-tree.ts';
import { decodeHashes, hashPath } from './path-hash.ts';

interface Read extends TreeReading {
  /** What the visitor was fed, in order. */
  readonly fed: readonly (readonly [path: string, content: string])[];
  readonly asked: readonly string[];
  /** How often the layer was opened. */
  readonly passes: number;
}

interface Reading {
  readonly wanted?: (path: string) => boolean;
  readonly maxBytes?: number;
  readonly limits?: Partial<LayerLimits>;
  readonly signal?: AbortSignal;
  readonly blob?: Uint8Array;
  readonly digest?: Digest;
}

const isWanted = (path: string) => (path.split('/').at(-1) ?? '').startsWith('w');

async function readBuilt(layer: BuiltLayer, reading: Reading = {}): Promise<Read> {
  const { wanted = isWanted, maxBytes = 1000, limits = {}, blob = layer.bytes, digest, signal } = reading;
  const fed: [string, string][] = [];
  const asked: string[] = [];
  let passes = 0;
  const result = await readLayer(
    async function* open() {
      passes++;
      yield blob;
    },
    {
      diffId: layer.diffId,
      digest,
      limits: { ...LAYER_LIMITS, ...limits },
      signal,
      visitor: {
        want(entry) {
          asked.push(entry.path);
          return wanted(entry.path) ? maxBytes : null;
        },
        file: (entry, content) => fed.push([entry.path, Buffer.from(content).toString()]) > 0,
      },
    },
  );
  return { ...result, fed, asked, passes };
}

const read = (entries: readonly ArchiveEntry[], reading?: Reading) => readBuilt(buildLayer(entries), reading);

const codes = (reading: TreeReading) => reading.coverage.map(({ code, subject }) => `${code} ${subject}`);

describe('readLayer', () => {
  for (const compression of ['gzip', 'zstd', 'none'] as const) {
    test(`feeds the wanted files of a layer: ${compression}`, async () => {
      const layer = buildLayer(
        [
          { path: 'etc/' },
          { path: 'etc/wanted', content: 'yes' },
          { path: 'etc/other', content: 'no' },
          { path: 'etc/link', type: 'symlink', linkTarget: 'wanted' },
          { path: 'etc/pipe', type: 'fifo' },
        ],
        compression,
      );
      const reading = await readBuilt(layer);
      assert.deepEqual(reading.fed, [['etc/wanted', 'yes']]);
      assert.deepEqual(reading.asked, ['etc', 'etc/wanted', 'etc/other', 'etc/link', 'etc/pipe']);
      assert.deepEqual(reading.tree.symlinks, [['etc/link', 'wanted']]);
      assert.equal(reading.entries, 5);
      assert.equal(reading.uncompressedBytes, layer.tar.length);
      assert.deepEqual(reading.coverage, []);
      assert.equal(reading.passes, 1);
    });
  }

  test('whiteouts apply to what they name, and the books of aufs to nothing', async () => {
    const reading = await read([
      { path: 'a/.wh.gone' },
      { path: '.wh.top', content: '' },
      { path: 'b/.wh..wh..opq' },
      { path: '.wh..wh..opq' },
      { path: '.wh..wh.aufs', content: '' },
      { path: '.wh..wh.orph/' },
      { path: '.wh..wh.plnk/1.2', content: 'linked' },
      { path: 'a/.wh.' },
      { path: 'a/.wh..' },
      { path: 'a/.wh...' },
      { path: 'linked', type: 'hardlink', linkTarget: '.wh..wh.plnk/1.2' },
      { path: 'wanted', type: 'hardlink', linkTarget: '.wh..wh.plnk/1.2' },
    ]);
    assert.deepEqual(reading.tree.whiteouts, ['a/gone', 'top']);
    assert.deepEqual(reading.tree.opaques, ['b', '']);
    assert.deepEqual(reading.asked, ['linked', 'wanted']);
    assert.deepEqual(reading.fed, [['wanted', 'linked']]);
    assert.deepEqual(codes(reading), [
      'ENTRY_REFUSED a/.wh.',
      'ENTRY_REFUSED a/.wh..',
      'ENTRY_REFUSED a/.wh...',
    ]);
  });

  test('what is too large, or has an impossible name, is in the coverage', async () => {
    const reading = await read([
      { path: 'wide', content: 'x'.repeat(1001) },
      { path: '../wicked', content: 'x' },
      { path: 'fine', content: 'x'.repeat(5000) },
      { path: 'link', type: 'symlink', linkTarget: 'x'.repeat(5000) },
    ]);
    assert.deepEqual(codes(reading), [
      'EVIDENCE_TOO_LARGE wide',
      'ENTRY_REFUSED ../wicked',
      'LINK_UNRESOLVED link',
    ]);
    const shadows = [...decodeHashes(reading.tree.shadows)];
    assert.ok(shadows.includes(hashPath('wide')), 'it hides what lower layers have of its name');
  });

  test('coverage and links are bounded', async () => {
    const many = Array.from({ length: 300 }, (_, at) => at);
    const refused = await read(many.map((at) => ({ path: `../${at}` })));
    assert.equal(refused.coverage.length, 201);
    assert.equal(refused.coverage.at(-1)?.code, 'LIMIT_REACHED');
    const links = many.map((at) => ({ path: `l${at}`, type: 'symlink' as const, linkTarget: 'x' }));
    const limited = await read(links, { limits: { links: 10 } });
    assert.equal(limited.tree.symlinks.length, 10);
    assert.deepEqual(
      limited.coverage.map(({ code }) => code),
      ['LIMIT_REACHED'],
    );
  });

  test('of entries with one path the last counts', async () => {
    const reading = await read([
      { path: 'w1', content: 'first' },
      { path: 'w1', content: 'second' },
      { path: 'w2', content: 'x' },
      { path: 'w2', type: 'symlink', linkTarget: 'w1' },
      { path: 'w3', type: 'symlink', linkTarget: 'w1' },
      { path: 'w3', content: 'file' },
      { path: 'd/w4', content: 'x' },
      { path: 'd', content: 'a file in place of the directory' },
      { path: 'e/w5', content: 'x' },
      { path: 'e/' },
      { path: 'w6', content: 'x' },
      { path: 'w6/' },
      { path: 'f/w7', content: 'x' },
      { path: 'f', type: 'fifo' },
      { path: 'f/w7', content: 'again' },
    ]);
    assert.deepEqual(reading.fed.filter(([path]) => path === 'w1').at(-1), ['w1', 'second']);
    assert.deepEqual(reading.tree.voided, ['w2', 'd/w4', 'w6']);
    assert.deepEqual(reading.tree.symlinks, [['w2', 'w1']]);
  });
});

describe('files told by their first bytes', () => {
  const long = `MAGIC${'x'.repeat(3000)}`;
  const layer = buildLayer([
    { path: 'short', content: 'MAGIC' },
    { path: 'empty', content: '' },
    { path: 'long', content: long },
    { path: 'other', content: 'x'.repeat(3000) },
    { path: 'edge', content: `MAGIC${'x'.repeat(59)}` },
    { path: 'noted', content: 'x' },
    { path: 'wide', content: `MAGIC${'x'.repeat(9000)}` },
    { path: 'dropped', content: 'MAGIC drop' },
  ]);

  for (const pieceBytes of [1, 63, 64, 65, 511, 512, 513, 100_000]) {
    test(`in pieces of ${pieceBytes} bytes`, async () => {
      const fed: [string, string][] = [];
      const heads: [string, number][] = [];
      const reading = await readLayer(
        async function* open() {
          for (let at = 0; at < layer.tar.length; at += pieceBytes) {
            yield layer.tar.subarray(at, at + pieceBytes);
          }
        },
        {
          diffId: layer.diffId,
          digest: layer.diffId,
          visitor: {
            want: () => 'sniff',
            sniff(entry, head) {
              heads.push([entry.path, head.length]);
              return Buffer.from(head).toString().startsWith('MAGIC') ? 5000 : null;
            },
            note: ({ path }) => path === 'noted',
            file(entry, content) {
              fed.push([entry.path, Buffer.from(content).toString()]);
              return entry.path !== 'dropped';
            },
          },
        },
      );
      assert.deepEqual(heads, [
        ['short', 5],
        ['empty', 0],
        ['long', 64],
        ['other', 64],
        ['edge', 64],
        ['noted', 1],
        ['wide', 64],
        ['dropped', 10],
      ]);
      assert.deepEqual(fed, [
        ['short', 'MAGIC'],
        ['long', long],
        ['edge', `MAGIC${'x'.repeat(59)}`],
        ['dropped', 'MAGIC drop'],
      ]);
      assert.deepEqual(codes(reading), ['EVIDENCE_TOO_LARGE wide']);
    });
  }
});

describe('hard links', () => {
  test('a wanted one gets the content of a wanted file without a second pass', async () => {
    const reading = await read([
      { path: 'w1', content: 'shared' },
      { path: 'w2', type: 'hardlink', linkTarget: 'w1' },
      { path: 'w3', type: 'hardlink', linkTarget: './w2' },
    ]);
    assert.deepEqual(reading.fed, [
      ['w1', 'shared'],
      ['w2', 'shared'],
      ['w3', 'shared'],
    ]);
    assert.equal(reading.passes, 1);
  });

  test('a wanted one to a file that nobody wanted takes a second pass', async () => {
    const reading = await read([
      { path: 'store/1', content: 'one' },
      { path: 'store/2', content: 'two' },
      { path: 'w1', type: 'hardlink', linkTarget: 'store/1' },
      { path: 'alias', type: 'hardlink', linkTarget: 'store/2' },
      { path: 'w2', type: 'hardlink', linkTarget: 'alias' },
      { path: 'store/1', content: 'a new file, not the linked one' },
    ]);
    assert.deepEqual(reading.fed, [
      ['w1', 'one'],
      ['w2', 'two'],
    ]);
    assert.equal(reading.passes, 2);
    assert.deepEqual(reading.coverage, []);
    assert.deepEqual(reading.tree.voided, []);
  });

  test('one that was replaced gets nothing', async () => {
    const reading = await read([
      { path: 'store', content: 'old' },
      { path: 'w', type: 'hardlink', linkTarget: 'store' },
      { path: 'w', content: 'new' },
    ]);
    assert.deepEqual(reading.fed, [['w', 'new']]);
    assert.deepEqual(reading.tree.voided, []);
  });

  test('one to a file of a lower layer is left to the overlay', async () => {
    const reading = await read([{ path: 'w', type: 'hardlink', linkTarget: 'lower' }]);
    assert.deepEqual(reading.tree.hardlinks, [['w', 'lower']]);
    assert.deepEqual(reading.tree.voided, []);
    assert.equal(reading.passes, 1);
  });

  test('one that cannot be followed is in the coverage', async () => {
    const reading = await read([
      { path: 'big', content: 'x'.repeat(1001) },
      { path: 'w1', type: 'hardlink', linkTarget: 'big' },
      { path: 'w2', type: 'hardlink', linkTarget: 'later' },
      { path: 'later', content: 'x' },
      { path: 'w3', type: 'hardlink', linkTarget: '../../etc/shadow' },
      { path: 'w4', type: 'hardlink', linkTarget: 'w4' },
    ]);
    assert.deepEqual(reading.fed, []);
    assert.deepEqual(codes(reading), [
      'ENTRY_REFUSED w3',
      'EVIDENCE_TOO_LARGE w1',
      'HARD_LINK_UNRESOLVED w2',
      'HARD_LINK_UNRESOLVED w4',
    ]);
    assert.deepEqual(reading.tree.voided, ['w1', 'w2', 'w4']);
  });

  test('what was kept of captured files is bounded', async () => {
    const files = Array.from({ length: 40 }, (_, at) => ({ path: `w${at}`, content: 'x'.repeat(500_000) }));
    const links = [0, 39].map((at) => ({ path: `wl${at}`, type: 'hardlink' as const, linkTarget: `w${at}` }));
    const recent = await read([...files, ...links.slice(1)], { maxBytes: 1e6 });
    assert.equal(recent.passes, 1);
    const all = await read([...files, ...links], { maxBytes: 1e6 });
    assert.equal(all.passes, 2);
    assert.equal(all.fed.length, 42);
  });
});

/** A registry that falls silent in the middle of a layer which is no tar archive. */
async function* stuck(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  yield gzipSync(Buffer.alloc(1_000_000, 'x')).subarray(0, -20);
  await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('told')));
  });
}

describe('a layer that is not what it should be', () => {
  const layer = buildLayer([{ path: 'etc/wanted', content: 'yes' }]);

  test('other bytes than the diff ID names', async () => {
    const other = { ...layer, diffId: parseDigest(`sha256:${'0'.repeat(64)}`) };
    await assert.rejects(readBuilt(other), { code: 'LAYER_DIFF_ID_MISMATCH', subject: other.diffId });
  });

  test('a source that checked the diff ID is believed, but for the very bytes of the archive', async () => {
    const { fed } = await readBuilt(layer, { blob: layer.tar, digest: layer.diffId });
    assert.deepEqual(fed, [['etc/wanted', 'yes']]);
    // gzip is read as tar then, and is shorter than one header
    await assert.rejects(readBuilt(layer, { digest: layer.diffId }), { code: 'LAYER_TRUNCATED' });
  });

  test('cut gzip', async () => {
    await assert.rejects(readBuilt(layer, { blob: layer.bytes.subarray(0, -20) }), {
      code: 'LAYER_TRUNCATED',
    });
  });

  test('cut tar', async () => {
    await assert.rejects(readBuilt(layer, { blob: layer.tar.subarray(0, 514) }), { code: 'LAYER_TRUNCATED' });
  });

  test('no tar', async () => {
    await assert.rejects(readBuilt(layer, { blob: Buffer.alloc(4000, 'x') }), { code: 'LAYER_CORRUPT' });
  });

  test('a bomb of bytes, and one of entries', async () => {
    const bomb = buildLayer([{ path: 'zeros', content: Buffer.alloc(3_000_000) }]);
    await assert.rejects(readBuilt(bomb, { limits: { uncompressedBytes: 1_000_000 } }), {
      code: 'LAYER_TOO_LARGE',
    });
    await assert.rejects(readBuilt(layer, { limits: { entries: 0 } }), { code: 'LAYER_TOO_LARGE' });
  });

  test('an abort ends the reading with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await assert.rejects(readBuilt(layer, { signal }), /enough/);
  });

  test('a source that waits is told when the archive turns out wrong', async () => {
    const visitor = { want: () => null, file: () => false };
    await assert.rejects(readLayer(stuck, { diffId: layer.diffId, visitor }), { code: 'LAYER_CORRUPT' });
  });
});

test('the beginning of a file of any size, also where hard links lead to it', async () => {
  const layer = buildLayer([
    { path: 'whole', content: 'w'.repeat(300) },
    { path: 'beginning', content: 'b'.repeat(300) },
    { path: 'link', type: 'hardlink', linkTarget: 'beginning' },
    { path: 'too-large-link', type: 'hardlink', linkTarget: 'beginning' },
    { path: 'link-to-small', type: 'hardlink', linkTarget: 'whole' },
  ]);
  const wanted: Readonly<Record<string, Wanted>> = {
    whole: 300,
    beginning: { beginning: 100 },
    link: { beginning: 120 },
    'too-large-link': 200,
    'link-to-small': { beginning: 64 },
  };
  const fed: string[] = [];
  const { coverage } = await readLayer(
    async function* open() {
      yield layer.bytes;
    },
    {
      diffId: layer.diffId,
      visitor: {
        want: ({ path }) => wanted[path] ?? null,
        file: ({ path, sizeBytes }, content) => fed.push(`${path}: ${content.length} of ${sizeBytes}`) > 0,
      },
    },
  );
  assert.deepEqual(fed, [
    'whole: 300 of 300',
    'beginning: 100 of 300',
    'link-to-small: 64 of 300',
    'link: 120 of 300',
  ]);
  assert.deepEqual(
    coverage.map(({ code, subject }) => `${code} ${subject}`),
    ['EVIDENCE_TOO_LARGE too-large-link'],
  );
});
