import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { buildLayer, type BuiltLayer } from '../../test/images/image-builder.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { digestHex } from '../model/digest.ts';
import { clearLayerCache, type LayerCache, layerCacheUsage, openLayerCache } from './layer-cache.ts';
import type { CatalogedImage, LayerResult } from './layer-result.ts';
import { readLayerResult } from './read-layer-result.ts';

const CATALOGERS = [
  { name: 'npm', version: 1 },
  { name: 'dpkg', version: 3 },
];

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21);

/** A layer with one module, and what is read from it. */
async function readModule(name: string): Promise<{ layer: BuiltLayer; result: LayerResult }> {
  const content = JSON.stringify({ name, version: '1.0.0', license: 'MIT' });
  const layer = buildLayer([{ path: `app/node_modules/${name}/package.json`, content }]);
  const result = await readLayerResult(layer, async function* () {
    yield layer.bytes;
  });
  assert.ok(result.records.length > 0);
  return { layer, result };
}

function openIn(directory: string, options: Partial<Parameters<typeof openLayerCache>[0]> = {}): LayerCache {
  return openLayerCache({ directory, catalogers: CATALOGERS, now: () => NOW, ...options });
}

/** Every file below the cache, by its path in it. */
function filesOf(directory: string): string[] {
  return readdirSync(join(directory, 'layers'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const only = (files: readonly string[]): string => {
  assert.equal(files.length, 1, files.join(', '));
  return files[0] ?? '';
};

async function cachedModule(t: TestContext) {
  const directory = temporaryDirectory(t);
  const { layer, result } = await readModule('left-pad');
  const cache = openIn(directory);
  cache.put(layer.digest, layer.diffId, result);
  return { directory, cache, layer, result, file: only(filesOf(directory)) };
}

test('what was put is what is got, also by another process', async (t) => {
  const { directory, cache, layer, result } = await cachedModule(t);
  assert.deepEqual(cache.get(layer.digest, layer.diffId), JSON.parse(JSON.stringify(result)));
  assert.deepEqual(openIn(directory).get(layer.digest, layer.diffId), cache.get(layer.digest, layer.diffId));
});

test('nothing is got for another layer, diff ID or set of catalogers', async (t) => {
  const { directory, cache, layer } = await cachedModule(t);
  const { layer: other } = await readModule('right-pad');
  assert.equal(cache.get(other.digest, other.diffId), null);
  assert.equal(cache.get(layer.digest, other.diffId), null);
  assert.equal(cache.get(other.digest, layer.diffId), null);
  for (const catalogers of [
    [],
    [
      { name: 'npm', version: 2 },
      { name: 'dpkg', version: 3 },
    ],
    [{ name: 'npm', version: 1 }],
  ]) {
    assert.equal(openIn(directory, { catalogers }).get(layer.digest, layer.diffId), null);
  }
  const sameInAnotherOrder = openIn(directory, { catalogers: CATALOGERS.toReversed() });
  assert.notEqual(sameInAnotherOrder.get(layer.digest, layer.diffId), null);
});

test('images are kept beside layers, by their whole key', async (t) => {
  const { directory, cache } = await cachedModule(t);
  const image = { inventory: { packages: [] }, coverage: [] } as unknown as CatalogedImage;
  cache.putImage('final\nlayer 1', image);
  assert.deepEqual(cache.getImage('final\nlayer 1'), image);
  assert.equal(cache.getImage('final\nlayer 2'), null);
  assert.equal(filesOf(directory).length, 2);
});

test('a damaged file is read as absent, and the next result replaces it', async (t) => {
  const damages: Readonly<Record<string, (file: string) => void>> = {
    'cut off': (file) => truncateSync(file, statSync(file).size - 5),
    empty: (file) => truncateSync(file, 0),
    'one bit changed': (file) => {
      const bytes = readFileSync(file);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
    'not compressed': (file) => writeFileSync(file, '{}'),
    'not JSON': (file) => writeFileSync(file, zstdCompressSync('{"diffId":')),
    'of another form': (file) => writeFileSync(file, zstdCompressSync('null')),
    'of no form': (file) => writeFileSync(file, zstdCompressSync('{}')),
  };
  const { cache, layer, result, file } = await cachedModule(t);
  for (const [what, damage] of Object.entries(damages)) {
    damage(file);
    assert.equal(cache.get(layer.digest, layer.diffId), null, what);
    cache.put(layer.digest, layer.diffId, result);
    assert.notEqual(cache.get(layer.digest, layer.diffId), null, what);
  }
});

test('only the user can read what was found, and nothing temporary is left', async (t) => {
  const { directory, file } = await cachedModule(t);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700);
  assert.match(only(filesOf(directory)), /\.json\.zst$/);
});

test('what was not used for longest goes first when the cache is full', async (t) => {
  const directory = temporaryDirectory(t);
  let now = NOW;
  const modules = await Promise.all(['a', 'b', 'c', 'd'].map(readModule));
  const unbounded = openIn(directory, { now: () => now });
  for (const { layer, result } of modules.slice(0, 3)) unbounded.put(layer.digest, layer.diffId, result);
  const isCached = ({ layer }: (typeof modules)[number]) =>
    filesOf(directory).some((file) => file.includes(digestHex(layer.digest)));
  const [a, b, c, d] = modules;
  assert.ok(a && b && c && d);
  for (const { layer } of [b, a, c]) {
    now += HOUR;
    unbounded.get(layer.digest, layer.diffId);
  }

  const { bytes } = layerCacheUsage(directory);
  const bounded = openIn(directory, { now: () => now, maxBytes: bytes + 10 });
  bounded.put(d.layer.digest, d.layer.diffId, d.result);

  assert.deepEqual([a, b, c, d].map(isCached), [true, false, true, true]);
  assert.ok(layerCacheUsage(directory).bytes <= bytes + 10);
});

test('temporary files of a run that was killed are swept after an hour, younger ones are somebody else at work', async (t) => {
  const { cache, layer, result, file } = await cachedModule(t);
  const [old, young] = ['0123456789abcdef.tmp', 'fedcba9876543210.tmp'].map((name) => join(file, '..', name));
  assert.ok(old !== undefined && young !== undefined);
  for (const [path, age] of [
    [old, HOUR + 1000],
    [young, HOUR - 1000],
  ] as const) {
    writeFileSync(path, 'half a result');
    utimesSync(path, (NOW - age) / 1000, (NOW - age) / 1000);
  }
  cache.put(layer.digest, layer.diffId, result);
  assert.deepEqual([old, young].map(existsSync), [false, true]);
});

test('a folder that holds other things too loses none of them', async (t) => {
  const { directory, cache, layer, result } = await cachedModule(t);
  const mine = [join('layers', 'drawing.tmp'), join('layers', 'sources', 'map.bin'), 'notes.txt'];
  mkdirSync(join(directory, 'layers', 'sources'));
  for (const path of mine) writeFileSync(join(directory, path), 'mine');
  for (const path of mine) utimesSync(join(directory, path), 0, 0);
  const before = layerCacheUsage(directory);

  openIn(directory, { maxBytes: 1 }).put(layer.digest, layer.diffId, result);
  cache.put(layer.digest, layer.diffId, result);
  clearLayerCache(directory);

  assert.equal(before.files, 1);
  assert.deepEqual(layerCacheUsage(directory), { files: 0, bytes: 0 });
  for (const path of mine) assert.ok(existsSync(join(directory, path)), path);
});

test('a cache that cannot be written costs time and nothing else', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'a-file');
  writeFileSync(file, 'not a folder');
  const { layer, result } = await readModule('left-pad');
  for (const place of [file, join(file, 'below')]) {
    const cache = openIn(place);
    cache.put(layer.digest, layer.diffId, result);
    assert.equal(cache.get(layer.digest, layer.diffId), null);
    assert.deepEqual(layerCacheUsage(place), { files: 0, bytes: 0 });
    clearLayerCache(place);
  }
  assert.equal(readFileSync(file, 'utf8'), 'not a folder');
});

test('a result that cannot take its place leaves nothing behind', async (t) => {
  const { cache, layer, result, file } = await cachedModule(t);
  const { layer: other } = await readModule('right-pad');
  const place = join(file, '..', `${digestHex(other.digest)}.json.zst`);
  mkdirSync(join(place, 'occupied'), { recursive: true });
  cache.put(other.digest, other.diffId, result);
  assert.equal(cache.get(other.digest, other.diffId), null);
  assert.deepEqual(
    readdirSync(join(file, '..')).filter((name) => name.endsWith('.tmp')),
    [],
  );
  assert.notEqual(cache.get(layer.digest, layer.diffId), null);
});

test('a cache that was never written is empty', (t) => {
  const directory = join(temporaryDirectory(t), 'nowhere');
  assert.deepEqual(layerCacheUsage(directory), { files: 0, bytes: 0 });
  clearLayerCache(directory);
  assert.ok(!existsSync(directory));
});
