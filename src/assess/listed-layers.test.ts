/** Images whose layers have tables of contents: the same answer as by reading them whole, for a part of the bytes. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type BuiltImage, buildImage, buildLayer } from '../../test/images/image-builder.ts';
import { buildListedLayer, type ListedLayerRecipe, type TableEntry } from '../../test/images/listed-layer.ts';
import { noise } from '../../test/images/noise.ts';
import type { ArchiveEntry } from '../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { fixture, fixtureTree } from '../../test/inventory/layer-stack.ts';
import { type FakeRegistry, type Intercept, startFakeRegistry } from '../../test/registry/fake-registry.ts';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects } from '../../test/packages.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from '../../test/registry/real-registry.ts';
import type { Assessment } from '../model/assessment.ts';
import { assess, type AssessOptions } from './library.ts';

/** Finds something in what is linked into the programs, in a module and in a package of the distribution. */
const DATABASE = memoryDatabase({
  advisories: [
    advisory('GHSA-xvch-5gv4-984h', [affects('npm', 'minimist', '1.2.6')]),
    advisory('GO-2026-0001', [affects('Go', 'stdlib', '99.0.0', { naming: 'binary', scheme: 'go' })]),
  ],
  sources: { ghsa: 'GitHub Advisory Database' },
});

const debian = fixtureTree('debian/bookworm-minbase.tar.gz');
const goProgram = gunzipSync(fixture('go/assay-tagged-mips.gz'));
const LIST = 'var/lib/dpkg/info/bash.list';

/** Debian, to whose package bash two programs belong: noise, and one made by Go. */
const base: readonly ArchiveEntry[] = [
  ...Object.entries(debian).map(([path, value]): ArchiveEntry => {
    if (value !== null && typeof value === 'object' && 'link' in value) {
      return { path, type: 'symlink', linkTarget: value.link };
    }
    return { path, content: path === LIST ? `${String(value)}/usr/bin/assay\n` : (value ?? '') };
  }),
  { path: 'bin/bash', content: Buffer.concat([Buffer.from('\x7fELF'), noise(1_500_000)]), mode: 0o755 },
  { path: 'usr/bin/assay', content: goProgram, mode: 0o755 },
];

const KEY = ['-----BEGIN', 'PRIVATE KEY-----\n'].join(' ');

const application: readonly ArchiveEntry[] = [
  { path: 'app/node_modules/minimist/package.json', content: '{"name":"minimist","version":"1.2.0"}' },
  {
    path: 'copy/node_modules/minimist/package.json',
    type: 'hardlink',
    linkTarget: 'app/node_modules/minimist/package.json',
  },
  { path: 'app/data.bin', content: noise(2_000_000, 7) },
  { path: 'app/notes.txt', content: 'nothing to see\n'.repeat(100) },
  { path: 'opt/tool', content: goProgram, mode: 0o755 },
  {
    path: 'root/.ssh/id_ed25519',
    content: `${KEY}${noise(48, 3).toString('base64')}\n${KEY.replace('BEGIN', 'END')}`,
  },
];

const top: readonly ArchiveEntry[] = [{ path: 'app/node_modules/.wh.gone', content: '' }];

const listedLayer = (entries: readonly ArchiveEntry[], recipe: ListedLayerRecipe) =>
  buildListedLayer(entries, { chunkBytes: 65_536, ...recipe });

function imageOf(recipe: ListedLayerRecipe, appRecipe = recipe): BuiltImage {
  return buildImage({
    layers: [listedLayer(base, recipe), listedLayer(application, appRecipe), buildLayer(top)],
  });
}

interface Served {
  readonly registry: FakeRegistry;
  readonly read: (options?: AssessOptions) => Promise<Assessment>;
}

/** A registry with the image, and who assesses it apart from whoever runs the tests. */
async function serve(
  t: TestContext,
  image: BuiltImage,
  intercept?: Intercept,
): Promise<Served & AsyncDisposable> {
  const registry = await startFakeRegistry({
    images: { 'app:1': image },
    ...(intercept === undefined ? {} : { intercept }),
  });
  const environment = { HOME: temporaryDirectory(t) };
  const now = new Date('2026-11-21T00:00:00Z');
  return {
    registry,
    read: (options) =>
      assess(`${registry.host}/app:1`, {
        cacheDirectory: null,
        environment,
        now,
        offline: true,
        database: null,
        ...options,
      }),
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}

const partsOf = ({ coverage }: Assessment) =>
  coverage.filter(({ code }) => code === 'LAYER_READ_IN_PART').map(({ subject }) => subject);

/** What an assessment says, but for what it says about how it read. */
function answer({ coverage, ...assessment }: Assessment) {
  return { ...assessment, coverage: coverage.filter(({ code }) => code !== 'LAYER_READ_IN_PART') };
}

/** Bytes of blobs that ranges asked for, and how often a layer was asked for whole. */
function asked({ requests }: FakeRegistry, image: BuiltImage) {
  let rangeBytes = 0;
  let whole = 0;
  const layers = image.recipe.layers.map(({ digest }) => digest as string);
  for (const { url, range } of requests) {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    if (from !== undefined) rangeBytes += Number(to) - Number(from) + 1;
    else if (layers.some((digest) => url.endsWith(digest))) whole++;
  }
  return { rangeBytes, whole };
}

for (const format of ['eStargz', 'zstd:chunked'] as const) {
  test(`an image of such layers is assessed as if it had been read whole: ${format}`, async (t) => {
    const image = imageOf({ format });
    await using served = await serve(t, image);
    const found = await served.read({ database: DATABASE });
    const { rangeBytes, whole } = asked(served.registry, image);
    const listed = image.recipe.layers.slice(0, 2);
    const total = listed.reduce((sum, { bytes }) => sum + bytes.length, 0);
    assert.ok(rangeBytes < total * 0.15, `${rangeBytes} of ${total} bytes`);
    assert.equal(whole, 1, 'only the small layer is pulled');
    assert.deepEqual(partsOf(found), listed.map(({ digest }) => digest as string).sort());

    const expected = await served.read({ whole: true, database: DATABASE });
    assert.deepEqual(partsOf(expected), []);
    assert.deepEqual(answer(found), answer(expected));
    const purls = found.packages.map(({ purl, evidence }) => `${purl} ${evidence[0]?.path}`);
    for (const part of [
      'minimist@1.2.0 app/',
      'minimist@1.2.0 copy/',
      'usr/bin/assay',
      'opt/tool',
      '/bash@',
    ]) {
      assert.ok(
        purls.some((text) => text.includes(part)),
        part,
      );
    }
    assert.equal(found.findings.length, 4);
    assert.deepEqual(
      found.secrets.map(({ rule }) => rule),
      ['private-key'],
    );
  });
}

test('the coverage says of each layer what was read and what was not', async (t) => {
  await using served = await serve(t, imageOf({ format: 'zstd:chunked' }));
  const { coverage } = await served.read();
  const messages = coverage.filter(({ code }) => code === 'LAYER_READ_IN_PART').map(({ message }) => message);
  for (const message of messages)
    assert.match(message, /^\d+ of its \d+ bytes were read, by its zstd:chunked table/);
  assert.ok(messages.some((message) => message.includes('packages (1), other files')));
  assert.ok(messages.some((message) => message.includes('packages (0), other files (2)')));
});

test('what was read in part is cached for the image alone, and never in place of a whole layer', async (t) => {
  const image = imageOf({ format: 'zstd:chunked' });
  await using served = await serve(t, image);
  const cacheDirectory = temporaryDirectory(t);
  const first = await served.read({ cacheDirectory });
  const { length } = served.registry.requests;
  const second = await served.read({ cacheDirectory });
  assert.deepEqual(second, first);
  const blobs = served.registry.requests.slice(length).filter(({ url }) => url.includes('/blobs/'));
  assert.equal(blobs.length, 1, 'the configuration only');

  const layers = image.recipe.layers.map((layer) => ({ ...layer, annotations: {} }));
  await using other = await serve(t, buildImage({ layers }));
  const unlisted = await other.read({ cacheDirectory: temporaryDirectory(t) });
  assert.deepEqual(partsOf(unlisted), [], 'the same layers without annotations are another matter');
  assert.deepEqual(partsOf(await other.read({ cacheDirectory })), [], 'also for the cache');
});

test('once a whole layer is known it is used', async (t) => {
  await using served = await serve(t, imageOf({ format: 'zstd:chunked' }));
  const cacheDirectory = temporaryDirectory(t);
  await served.read({ cacheDirectory });
  const whole = await served.read({ cacheDirectory, whole: true });
  assert.deepEqual(partsOf(whole), []);
  const after = await served.read({ cacheDirectory });
  assert.deepEqual(partsOf(after), []);
});

const rejected: readonly (readonly [string, ListedLayerRecipe])[] = [
  [
    'its table states another digest of a file',
    { format: 'zstd:chunked', changeTable: lie({ chunkDigest: `sha256:${'0'.repeat(64)}` }) },
  ],
  ['its table leads to another place', { format: 'eStargz', changeTable: lie({ offset: 0 }) }],
  [
    'its annotation states another digest of the table',
    {
      format: 'eStargz',
      annotations: { 'containerd.io/snapshot/stargz/toc.digest': `sha256:${'0'.repeat(64)}` },
    },
  ],
];

function lie(change: TableEntry): (entries: TableEntry[]) => unknown {
  return (entries) => ({
    version: 1,
    entries: entries.map((entry) =>
      String(entry['name']).endsWith('minimist/package.json') && entry['type'] === 'reg'
        ? { ...entry, ...change }
        : entry,
    ),
  });
}

for (const [why, recipe] of rejected) {
  test(`a layer is read whole when ${why}`, async (t) => {
    const image = imageOf({ format: recipe.format }, recipe);
    await using served = await serve(t, image);
    const found = await served.read();
    assert.deepEqual(partsOf(found), [image.recipe.layers[0]?.digest]);
    assert.deepEqual(answer(found), answer(await served.read({ whole: true })));
  });
}

test('a registry without ranges is asked for whole layers', async (t) => {
  const image = imageOf({ format: 'zstd:chunked' });
  await using served = await serve(t, image, (request, response) => {
    const blob = image.blobs.get(request.url.split('/').at(-1) ?? '');
    if (request.range === undefined || blob === undefined) return false;
    response.writeHead(200, { 'content-length': blob.bytes.length });
    response.end(blob.bytes);
    return true;
  });
  const found = await served.read();
  assert.deepEqual(partsOf(found), []);
  assert.ok(found.packages.some(({ purl }) => purl.includes('minimist')));
});

test('a part that breaks off is continued where it stopped', async (t) => {
  const image = imageOf({ format: 'zstd:chunked' });
  const [layer] = image.recipe.layers;
  let broken = 0;
  await using served = await serve(t, image, (request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.range ?? '') ?? [];
    if (from === undefined || layer === undefined || !request.url.endsWith(layer.digest) || broken > 0)
      return false;
    broken++;
    response.writeHead(206, {
      'content-range': `bytes ${from}-${to}/${layer.bytes.length}`,
      'content-length': Number(to) - Number(from) + 1,
    });
    response.write(layer.bytes.subarray(Number(from), Number(from) + 10), () => response.destroy());
    return true;
  });
  const found = await served.read({ registry: { attempts: 2 } });
  assert.equal(broken, 1);
  assert.equal(partsOf(found).length, 2);
});

const skip = isRealRegistryInstalled() ? false : 'docker-registry is not installed';

test('a real registry serves parts of layers', { skip }, async (t) => {
  const image = imageOf({ format: 'zstd:chunked' });
  await withRealRegistry({}, async (host) => {
    await push(host, 'team/app', '1', image);
    const options = {
      cacheDirectory: null,
      environment: { HOME: temporaryDirectory(t) },
      offline: true,
      database: null,
    };
    const found = await assess(`${host}/team/app:1`, options);
    assert.equal(partsOf(found).length, 2);
    assert.deepEqual(
      found.packages,
      (await assess(`${host}/team/app:1`, { ...options, whole: true })).packages,
    );
  });
});
