import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { buildLayer, type BuiltLayer, sha256 } from '../../test/images/image-builder.ts';
import type { ArchiveEntry } from '../../test/images/tar-writer.ts';
import { HallmarkError } from '../model/errors.ts';
import type { ImageLayer } from '../oci/image.ts';
import { verifyStream } from '../oci/verified-stream.ts';
import { readLayers } from './layer-pool.ts';
import { readLayerResult } from './read-layer-result.ts';

const MEBIBYTE = 1 << 20;

/** More than what is read without threads. */
const LARGE = 13 * MEBIBYTE;

interface Source {
  /** How often the layer was opened, and how often what was opened was closed again. */
  opened: number;
  closed: number;
}

/** A layer whose source gives its bytes in pieces of 64 kB, and counts. `sizeBytes` may claim more than there is. */
function layerOf(
  built: BuiltLayer,
  facts: Partial<ImageLayer> = {},
): { readonly layer: ImageLayer; readonly source: Source } {
  const source: Source = { opened: 0, closed: 0 };
  const open: ImageLayer['open'] =
    facts.open ??
    async function* () {
      for (let at = 0; at < built.bytes.length; at += 65_536) yield built.bytes.subarray(at, at + 65_536);
    };
  const layer: ImageLayer = {
    index: 0,
    diffId: built.diffId,
    digest: built.digest,
    sizeBytes: built.bytes.length,
    mediaType: built.mediaType,
    step: null,
    annotations: {},
    ...facts,
    async *open(signal) {
      source.opened += 1;
      try {
        yield* open(signal);
      } finally {
        source.closed += 1;
      }
    },
  };
  return { layer, source };
}

const module = (name: string): ArchiveEntry => ({
  path: `app/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version: '1.0.0' }),
});

/** A file that no compression makes smaller. */
const noise = (path: string, mebibytes: number): ArchiveEntry => ({
  path,
  content: randomBytes(mebibytes * MEBIBYTE),
});

const small = (name: string) => buildLayer([module(name)]);

/** The threads that were started while a test ran, each with whether it has ended. */
function watchWorkers(t: TestContext): { readonly ended: boolean }[] {
  const workers: { ended: boolean }[] = [];
  const started = (worker: Worker) => {
    const seen = { ended: false };
    workers.push(seen);
    worker.once('exit', () => {
      seen.ended = true;
    });
  };
  process.on('worker', started);
  t.after(() => process.off('worker', started));
  return workers;
}

function assertEnded(workers: readonly { readonly ended: boolean }[], count: number): void {
  assert.deepEqual(
    workers.map(({ ended }) => ended),
    Array.from({ length: count }, () => true),
  );
}

test('small layers are read without threads, in their order', async (t) => {
  const workers = watchWorkers(t);
  const layers = ['a', 'b', 'c'].map((name) => layerOf(small(name)));
  const results = await readLayers(layers.map(({ layer }) => layer));
  assert.deepEqual(
    results.map(({ records }) => records.map(({ path }) => path)[0]),
    ['a', 'b', 'c'].map((name) => `app/node_modules/${name}/package.json`),
  );
  assert.deepEqual(workers, []);
  assert.deepEqual(await readLayers([]), []);
});

test('threads read what this thread would have read', async (t) => {
  const built = [
    buildLayer([
      noise('usr/lib/a.bin', 5),
      module('first'),
      { path: 'usr/lib/b', type: 'symlink', linkTarget: 'a.bin' },
    ]),
    buildLayer([module('second'), noise('usr/lib/c.bin', 5), { path: 'app/.wh.old', content: '' }], 'zstd'),
    // large, and wanted only by the name of a later hard link: the layer has to be read a second time
    buildLayer(
      [
        noise('usr/lib/d.bin', 5),
        { path: 'store/1', content: `{"name":"linked","version":"2.0.0","pad":"${' '.repeat(1_200_000)}"}` },
        { path: 'app/node_modules/linked/package.json', type: 'hardlink', linkTarget: 'store/1' },
        { path: '../escape', content: 'x' },
      ],
      'none',
    ),
    buildLayer([]),
  ];
  const workers = watchWorkers(t);
  const sources = built.map((layer, index) => layerOf(layer, { index }));
  const results = await readLayers(
    sources.map(({ layer }) => layer),
    { workers: 2 },
  );
  assertEnded(workers, 2);
  assert.deepEqual(
    sources.map(({ source }) => source),
    [1, 1, 2, 1].map((times) => ({ opened: times, closed: times })),
  );
  for (const [index, { layer }] of sources.entries()) {
    assert.deepEqual(results[index], await readLayerResult(layer, () => layer.open()));
  }
  assert.ok(results[2]?.coverage.some(({ code }) => code === 'ENTRY_REFUSED'));
});

test('many layers share few threads, and nothing is left listening', async (t) => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on('warning', warned);
  t.after(() => process.off('warning', warned));
  const workers = watchWorkers(t);
  const layers = Array.from({ length: 40 }, (_, index) =>
    layerOf(small(`module-${index}`), { index, sizeBytes: MEBIBYTE }),
  );
  const { signal } = new AbortController();
  const results = await readLayers(
    layers.map(({ layer }) => layer),
    { workers: 2, signal },
  );
  assert.deepEqual(
    results.map(({ records }) => records[0]?.path),
    layers.map((_, index) => `app/node_modules/module-${index}/package.json`),
  );
  assertEnded(workers, 2);
  await new Promise(setImmediate);
  assert.deepEqual(warnings, []);
});

test('the error of a source arrives as it was thrown, from either path', async () => {
  const mine = new HallmarkError('BLOB_UNKNOWN', { exit: 1, means: '', remedy: 'push again' }, 'gone');
  const built = small('a');
  for (const sizeBytes of [100, LARGE]) {
    const failing = layerOf(built, {
      sizeBytes,
      async *open() {
        yield built.bytes.subarray(0, 10);
        throw mine;
      },
    });
    const other = layerOf(small('b'));
    await assert.rejects(readLayers([failing.layer, other.layer]), (error) => error === mine);
    assert.equal(failing.source.closed, failing.source.opened);
  }
});

test('what is wrong with a layer is told by a thread as by this one', async (t) => {
  const good = small('a');
  const plain = buildLayer([module('a')], 'none');
  const damaged = Buffer.from(good.bytes);
  damaged.fill(0xff, 20, 30);
  const cases: readonly (readonly [code: string, layer: BuiltLayer])[] = [
    ['LAYER_DIFF_ID_MISMATCH', { ...good, diffId: sha256(Buffer.from('something else')) }],
    ['LAYER_CORRUPT', { ...good, bytes: damaged }],
    ['LAYER_TRUNCATED', { ...good, bytes: good.bytes.subarray(0, -30) }],
    ['LAYER_TRUNCATED', { ...plain, bytes: plain.bytes.subarray(0, 520) }],
  ];
  const workers = watchWorkers(t);
  for (const [code, built] of cases) {
    const { layer, source } = layerOf(built, { sizeBytes: LARGE });
    const here: unknown = await readLayerResult(layer, () => layer.open()).catch((error: unknown) => error);
    assert.ok(here instanceof HallmarkError);
    assert.equal(here.code, code);
    await assert.rejects(readLayers([layer]), (error) => {
      assert.ok(error instanceof HallmarkError);
      const { message, exit, remedy, subject } = here;
      assert.deepEqual(
        {
          code: error.code,
          message: error.message,
          exit: error.exit,
          remedy: error.remedy,
          subject: error.subject,
        },
        { code, message, exit, remedy, subject },
      );
      return true;
    });
    assert.equal(source.closed, source.opened);
  }
  assertEnded(workers, cases.length);
});

test('a changed blob is told from one that was built badly', async () => {
  const built = buildLayer([noise('a.bin', 3)]);
  const changed = Buffer.from(built.bytes);
  changed.fill(0xff, 200_000, 200_100); // long before the end, with much of the layer still on its way
  const open = async function* () {
    for (let at = 0; at < changed.length; at += 65_536) yield changed.subarray(at, at + 65_536);
  };
  for (const [digest, code] of [
    [built.digest, 'LAYER_DIGEST_MISMATCH'],
    [sha256(changed), 'LAYER_CORRUPT'],
  ] as const) {
    for (const sizeBytes of [100, LARGE]) {
      const { layer, source } = layerOf(built, {
        sizeBytes,
        digest,
        open: () =>
          verifyStream(open(), {
            digest,
            sizeBytes: changed.length,
            subject: 'the layer',
            mismatch: 'LAYER_DIGEST_MISMATCH',
          }),
      });
      await assert.rejects(readLayers([layer]), { code });
      await new Promise(setImmediate);
      assert.equal(source.closed, source.opened);
    }
  }
});

test('results that are there before another layer fails are handed over', async () => {
  const built = small('a');
  const first = layerOf(built, { sizeBytes: LARGE });
  for (const workers of [1, 2]) {
    const read: ImageLayer[] = [];
    const handedOver = Promise.withResolvers<void>();
    const failing = layerOf(small('b'), {
      async *open() {
        await handedOver.promise;
        yield new Uint8Array(0);
        throw new Error('late');
      },
    });
    const onRead = (layer: ImageLayer) => {
      read.push(layer);
      handedOver.resolve();
    };
    await assert.rejects(readLayers([first.layer, failing.layer], { workers, onRead }), /late/);
    assert.deepEqual(read, [first.layer]);
  }
});

test('cancelling rejects with its reason, ends the threads and closes the sources', async (t) => {
  const workers = watchWorkers(t);
  const cancel = new AbortController();
  const reason = new Error('enough');
  const started = Promise.withResolvers<void>();
  const large = buildLayer([noise('large.bin', 14)], 'none');
  const running = layerOf(large, {
    async *open(signal) {
      for (let at = 0; at < large.bytes.length; at += 65_536) {
        await new Promise(setImmediate);
        signal?.throwIfAborted();
        yield large.bytes.subarray(at, at + 65_536);
        started.resolve();
      }
    },
  });
  const hangs = Promise.withResolvers<void>();
  const hung = layerOf(small('hung'), {
    async *open(signal) {
      assert.ok(signal !== undefined);
      hangs.resolve();
      await once(signal, 'abort');
      yield* [];
      throw signal.reason;
    },
  });
  const reading = readLayers([running.layer, hung.layer], { workers: 2, signal: cancel.signal });
  await Promise.all([started.promise, hangs.promise]);
  cancel.abort(reason);
  await assert.rejects(reading, (error) => error === reason);
  await new Promise(setImmediate);
  assertEnded(workers, 2);
  for (const { source } of [running, hung]) assert.deepEqual(source, { opened: 1, closed: 1 });
});

test('what was cancelled before is not begun', async () => {
  const reason = new Error('too late');
  for (const sizeBytes of [100, LARGE]) {
    const { layer, source } = layerOf(small('a'), { sizeBytes });
    await assert.rejects(
      readLayers([layer], { signal: AbortSignal.abort(reason) }),
      (error) => error === reason,
    );
    assert.equal(source.opened, source.closed);
  }
});
