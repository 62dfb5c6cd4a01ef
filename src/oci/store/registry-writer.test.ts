/** Writing to registries: blobs, manifests, tags, and lists of referrers that several write to at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildAttachment,
  buildBlob,
  buildImage,
  buildLayer,
  descriptorOf,
  type BuiltBlob,
  type BuiltImage,
} from '../../../test/images/image-builder.ts';
import { noise } from '../../../test/images/noise.ts';
import { sendError } from '../../../test/registry/fake-registry.ts';
import {
  type MemoryRegistry,
  type MemoryRegistryOptions,
  startMemoryRegistry,
} from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { impatience, rejectsWith } from '../../../test/registry/opening.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from '../../../test/registry/real-registry.ts';
import { demandTokens, sendJson, type TokenRequest } from '../../../test/registry/token-server.ts';
import type { Digest } from '../../model/digest.ts';
import { parseManifest } from '../manifest.ts';
import { parseReference } from '../reference.ts';
import { connectRegistry } from '../registry/connection.ts';
import { referrersTag } from '../registry/referrers.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../registry/retry.ts';
import type { ImageReader, ImageWriter } from './image-store.ts';
import { registryReader } from './registry-reader.ts';
import { openRegistryWriter } from './registry-writer.ts';

const SKIP = isRealRegistryInstalled() ? false : 'docker-registry is not installed';
const IMAGE = buildImage({ layers: [buildLayer([{ path: 'a', content: 'a' }])] });
const SIGNATURE = 'application/vnd.example.signature';
const REPOSITORY = 'team/app';

/** A signature among many: each has content of its own. */
const signature = (number: number, about: BuiltImage = IMAGE) =>
  buildAttachment(about, { content: { number }, mediaType: 'application/json', artifactType: SIGNATURE });

async function withWriter(
  { options = {}, policy = impatience(), repository = REPOSITORY }: Setting,
  use: (writer: ImageWriter, registry: MemoryRegistry) => Promise<void>,
): Promise<void> {
  await using registry = await startMemoryRegistry(options);
  addImage(registry.repository(REPOSITORY), IMAGE, '1');
  const writer = writerOf(`${registry.host}/${repository}`, policy);
  try {
    await use(writer, registry);
  } finally {
    await writer.close();
  }
}

interface Setting {
  readonly options?: MemoryRegistryOptions;
  readonly policy?: RetryPolicy;
  readonly repository?: string;
}

function writerOf(reference: string, policy: RetryPolicy): ImageWriter {
  return openRegistryWriter(reference, { environment: {}, policy });
}

function readerOf(reference: string): ImageReader {
  return registryReader(
    connectRegistry(parseReference(reference), { environment: {}, policy: impatience() }),
  );
}

const changed = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, at) => (at === 50 ? byte ^ 1 : byte)));

const keepAnother: MemoryRegistryOptions['intercept'] = ({ method }, response) => {
  if (method !== 'PUT') return false;
  response.writeHead(201, { 'docker-content-digest': signature(1).digest }).end();
  return true;
};

async function* bytesOf(...parts: Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* parts;
}

const blobOf = ({ mediaType, digest, bytes }: BuiltBlob) => ({ mediaType, digest, sizeBytes: bytes.length });

async function writeBlobs(writer: ImageWriter, blobs: Iterable<BuiltBlob>, manifest: Digest): Promise<void> {
  for (const blob of blobs)
    if (blob.digest !== manifest) await writer.writeBlob(blobOf(blob), () => bytesOf(blob.bytes));
}

async function attach(writer: ImageWriter, number: number): Promise<Digest> {
  const attachment = signature(number);
  await writeBlobs(writer, attachment.blobs.values(), attachment.digest);
  return writer.attach(attachment);
}

async function listed(reader: ImageReader): Promise<Digest[]> {
  const { manifests, failures } = await reader.listReferrers(IMAGE.digest);
  assert.deepEqual(failures, []);
  return manifests.map(({ digest }) => digest).sort();
}

const signatures = (count: number) =>
  Array.from({ length: count }, (_, number) => signature(number).digest).sort();

for (const sizeBytes of [0, 10, 3 * 1024 * 1024]) {
  test(`a blob of ${sizeBytes} bytes arrives whole, and is then there`, async () => {
    await withWriter({}, async (writer, registry) => {
      const blob = buildBlob(noise(sizeBytes), 'application/octet-stream');
      assert.equal(await writer.hasBlob(blob.digest), false);
      const middle = Math.floor(sizeBytes / 2);
      await writer.writeBlob(blobOf(blob), () =>
        bytesOf(blob.bytes.subarray(0, middle), blob.bytes.subarray(middle)),
      );
      assert.equal(await writer.hasBlob(blob.digest), true);
      assert.ok(registry.repository(REPOSITORY).blobs.get(blob.digest)?.bytes.equals(blob.bytes));
    });
  });
}

test('a source that gives other bytes, fewer or more: the registry never gets a whole blob', async () => {
  const blob = buildBlob(noise(2 * 1024 * 1024), 'application/octet-stream');
  const small = buildBlob(noise(100), 'application/octet-stream');
  const cases = [
    [blob, changed(blob.bytes), 'BLOB_DIGEST_MISMATCH'],
    [blob, blob.bytes.subarray(1), 'BLOB_SIZE_MISMATCH'],
    [blob, Buffer.concat([blob.bytes, Buffer.from('x')]), 'BLOB_SIZE_MISMATCH'],
    [small, changed(small.bytes), 'BLOB_DIGEST_MISMATCH'],
    [small, small.bytes.subarray(1), 'BLOB_SIZE_MISMATCH'],
  ] as const;
  await withWriter({}, async (writer, registry) => {
    for (const [wanted, bytes, code] of cases) {
      await rejectsWith(code, /the blob sha256/, () =>
        writer.writeBlob(blobOf(wanted), () => bytesOf(bytes)),
      );
      assert.equal(registry.repository(REPOSITORY).blobs.has(wanted.digest), false);
    }
    assert.ok(registry.requests.every(({ bytes }) => bytes.length < blob.bytes.length));
  });
});

test('an upload that fails is begun anew, from the first byte', async () => {
  let failures = 0;
  const intercept: MemoryRegistryOptions['intercept'] = (request, response) => {
    if (request.method !== 'PUT' || ++failures > 2) return false;
    sendError(response, 503, 'UNAVAILABLE');
    return true;
  };
  await withWriter({ options: { intercept } }, async (writer, registry) => {
    const blob = buildBlob(noise(2 * 1024 * 1024), 'application/octet-stream');
    let opened = 0;
    await writer.writeBlob(blobOf(blob), () => {
      opened += 1;
      return bytesOf(blob.bytes);
    });
    assert.equal(opened, 3);
    assert.equal(registry.requests.filter(({ method }) => method === 'POST').length, 3);
    assert.ok(registry.repository(REPOSITORY).blobs.has(blob.digest));
  });
});

test('sound bytes that a registry refuses once, since somebody else brings them too, are sent again; refused twice they are', async () => {
  for (const refusals of [1, 2]) {
    let refused = 0;
    const intercept: MemoryRegistryOptions['intercept'] = ({ method }, response) => {
      if (method !== 'PUT' || ++refused > refusals) return false;
      sendError(response, 400, 'DIGEST_INVALID');
      return true;
    };
    await withWriter({ options: { intercept } }, async (writer, registry) => {
      const blob = buildBlob(noise(10), 'application/octet-stream');
      const write = () => writer.writeBlob(blobOf(blob), () => bytesOf(blob.bytes));
      if (refusals === 1) await write();
      else await rejectsWith('REGISTRY_REFUSED', /DIGEST_INVALID/, write);
      assert.equal(registry.repository(REPOSITORY).blobs.has(blob.digest), refusals === 1);
    });
  }
});

test('a manifest that a registry refuses once, since somebody else brings the same, is sent again', async () => {
  for (const tag of [undefined, '2']) {
    let refused = 0;
    const intercept: MemoryRegistryOptions['intercept'] = ({ method }, response) => {
      if (method !== 'PUT' || ++refused > 1) return false;
      sendError(response, 400, 'DIGEST_INVALID');
      return true;
    };
    await withWriter({ options: { intercept } }, async (writer, registry) => {
      await writer.writeManifest(IMAGE, { tag });
      assert.equal(registry.requests.filter(({ method }) => method === 'PUT').length, 2);
      assert.equal((await writer.readManifest(tag ?? IMAGE.digest))?.digest, IMAGE.digest);
    });
  }
});

test('an upload does not go on over plain HTTP, nor nowhere', async () => {
  for (const location of [undefined, 'ftp://127.0.0.1/upload']) {
    const intercept: MemoryRegistryOptions['intercept'] = ({ method }, response) => {
      if (method !== 'POST') return false;
      response.writeHead(202, location === undefined ? {} : { location }).end();
      return true;
    };
    await withWriter({ options: { intercept } }, async (writer) => {
      const blob = buildBlob(noise(10), 'application/octet-stream');
      await rejectsWith('REGISTRY_PROTOCOL', /does not say where an upload goes on/, () =>
        writer.writeBlob(blobOf(blob), () => bytesOf(blob.bytes)),
      );
    });
  }
});

test('a blob is taken over from a repository of the same registry, and of no other', async () => {
  await withWriter({ repository: 'other/app' }, async (writer, registry) => {
    const layer = IMAGE.recipe.layers[0]?.digest ?? IMAGE.digest;
    const elsewhere = readerOf(`elsewhere.example/${REPOSITORY}`);
    assert.equal(await writer.mountBlob?.(layer, elsewhere), false);
    assert.equal(registry.requests.length, 0);
    const source = readerOf(`${registry.host}/${REPOSITORY}`);
    const absent = buildBlob(noise(10), 'application/octet-stream').digest;
    assert.equal(await writer.mountBlob?.(absent, source), false);
    assert.equal(await writer.mountBlob?.(layer, source), true);
    assert.ok(registry.repository('other/app').blobs.has(layer));
    await Promise.all([elsewhere.close(), source.close()]);
  });
});

test('tokens are asked for that may push from the first request on', async () => {
  const asked: TokenRequest[] = [];
  const intercept = demandTokens((request) => {
    asked.push(request);
    return 'token';
  });
  await withWriter({ options: { intercept } }, async (writer) => {
    assert.equal(await writer.hasBlob(IMAGE.digest), false);
    await attach(writer, 1);
    assert.deepEqual(
      asked.map(({ fields }) => fields['scope']),
      [`repository:${REPOSITORY}:pull,push`],
    );
  });
});

for (const isGranted of [true, false]) {
  test(`taking a blob over asks for the right to read there; ${isGranted ? 'granted' : 'refused, it is sent'}`, async () => {
    const scopes: (readonly string[])[] = [];
    const intercept: MemoryRegistryOptions['intercept'] = (request, response) => {
      const { pathname, searchParams } = new URL(request.url, 'http://registry');
      if (pathname === '/token') {
        scopes.push(searchParams.getAll('scope'));
        sendJson(response, { token: isGranted && scopes.length > 1 ? 'both' : 'own' });
        return true;
      }
      const needs = searchParams.has('mount') ? ['Bearer both'] : ['Bearer own', 'Bearer both'];
      if (needs.includes(request.authorization ?? '')) return false;
      const scope = `repository:other/app:pull,push repository:${REPOSITORY}:pull`;
      const challenge = `Bearer realm="http://${request.host}/token",service="s",scope="${searchParams.has('mount') ? scope : ''}"`;
      sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
      return true;
    };
    await withWriter({ options: { intercept }, repository: 'other/app' }, async (writer, registry) => {
      const source = readerOf(`${registry.host}/${REPOSITORY}`);
      const layer = IMAGE.recipe.layers[0]?.digest ?? IMAGE.digest;
      assert.equal(await writer.hasBlob(layer), false);
      assert.equal(await writer.mountBlob?.(layer, source), isGranted);
      const own = 'repository:other/app:pull,push';
      assert.deepEqual(scopes.slice(0, 2), [[own], [own, `repository:${REPOSITORY}:pull`]]);
      await source.close();
    });
  });
}

test('a manifest goes behind its digest and its tag; one that lacks a blob is refused', async () => {
  await withWriter({}, async (writer, registry) => {
    await writer.writeManifest(IMAGE, { tag: '2' });
    assert.equal(registry.repository(REPOSITORY).tags.get('2'), IMAGE.digest);
    const other = buildImage({ layers: [buildLayer([{ path: 'b', content: 'b' }])] });
    for (const tag of [undefined, '3']) {
      await rejectsWith('REGISTRY_REFUSED', /HTTP 400, MANIFEST_BLOB_UNKNOWN/, () =>
        writer.writeManifest(other, { tag }),
      );
    }
  });
});

test('a tag that may not be moved: the manifest is there, and the error says so', async () => {
  await withWriter({ options: { immutableTags: true } }, async (writer, registry) => {
    const other = buildImage({ layers: IMAGE.recipe.layers, annotations: { other: 'yes' } });
    await rejectsWith('TAG_REFUSED', /took the manifest sha256.*, but not as .*team\/app:1/, () =>
      writer.writeManifest(other, { tag: '1' }),
    );
    assert.equal(registry.repository(REPOSITORY).tags.get('1'), IMAGE.digest);
    assert.ok(registry.repository(REPOSITORY).manifests.has(other.digest));
    await writer.writeManifest(IMAGE, { tag: '1' });
  });
});

test('a registry that keeps other bytes than were sent is caught', async () => {
  await withWriter({ options: { intercept: keepAnother } }, async (writer) => {
    await rejectsWith('MANIFEST_DIGEST_MISMATCH', /kept sha256/, () => writer.writeManifest(IMAGE));
  });
});

test('with a referrers API the API lists it, and no tag is made', async () => {
  await withWriter({}, async (writer, registry) => {
    await attach(writer, 1);
    await attach(writer, 1);
    assert.deepEqual(await listed(writer), [signature(1).digest]);
    assert.deepEqual([...registry.repository(REPOSITORY).tags.keys()], ['1']);
  });
});

test('a registry that promises to list and does not gets the tag, after it was asked again', async () => {
  const waits: number[] = [];
  const empty = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const intercept: MemoryRegistryOptions['intercept'] = ({ url }, response) => {
    if (!url.includes('/referrers/')) return false;
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end(empty);
    return true;
  };
  await withWriter({ options: { intercept }, policy: impatience(waits) }, async (writer, registry) => {
    await attach(writer, 1);
    assert.deepEqual(waits.slice(0, 3), [500, 1000, 1500]);
    assert.ok(registry.repository(REPOSITORY).tags.has(referrersTag(IMAGE.digest)));
    assert.deepEqual(await listed(writer), [signature(1).digest]);
  });
});

test('without a referrers API the list names type and annotations of what was attached, and keeps what others wrote', async () => {
  await withWriter({ options: { referrers: false } }, async (writer, registry) => {
    const { manifests, tags } = registry.repository(REPOSITORY);
    const theirs = buildAttachment(IMAGE, { content: { theirs: 1 }, mediaType: 'application/json' });
    const entry = descriptorOf(theirs, { artifactType: 'x/y', odd: { field: [1] } });
    const index = buildBlob(
      { schemaVersion: 2, manifests: [entry], annotations: { of: 'theirs' } },
      'application/vnd.oci.image.index.v1+json',
    );
    manifests.set(index.digest, index);
    manifests.set(theirs.digest, theirs);
    tags.set(referrersTag(IMAGE.digest), index.digest);
    const manifest = {
      ...JSON.parse(signature(1).bytes.toString()),
      annotations: { 'org.opencontainers.image.created': '2026-01-01T00:00:00Z' },
    };
    await writeBlobs(writer, signature(1).blobs.values(), signature(1).digest);
    const ours = buildBlob(manifest, 'application/vnd.oci.image.manifest.v1+json');
    await writer.attach(ours);
    await writer.attach(ours);
    const written = manifests.get(tags.get(referrersTag(IMAGE.digest)) ?? '');
    assert.deepEqual(JSON.parse(written?.bytes.toString() ?? ''), {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      annotations: { of: 'theirs' },
      manifests: [entry, descriptorOf(ours, { artifactType: SIGNATURE, annotations: manifest.annotations })],
    });
  });
});

test('what has no subject is not attached; a tag that is no list is left alone', async () => {
  await withWriter({ options: { referrers: false } }, async (writer, registry) => {
    await rejectsWith('MANIFEST_INVALID', /names no subject/, () => writer.attach(IMAGE));
    registry.repository(REPOSITORY).tags.set(referrersTag(IMAGE.digest), IMAGE.digest);
    await rejectsWith('MANIFEST_INVALID', /the list of what refers to .* is not an index/, () =>
      attach(writer, 1),
    );
    assert.equal(registry.repository(REPOSITORY).tags.get(referrersTag(IMAGE.digest)), IMAGE.digest);
  });
});

test('a registry whose tags may not be moved takes the first entry, and refuses the second aloud', async () => {
  await withWriter({ options: { referrers: false, immutableTags: true } }, async (writer) => {
    await attach(writer, 1);
    await rejectsWith('TAG_REFUSED', /sha256-/, () => attach(writer, 2));
  });
});

test('entries that are attached through one writer at once are written together', async () => {
  await withWriter({ options: { referrers: false } }, async (writer, { requests }) => {
    await Promise.all(Array.from({ length: 20 }, (_, number) => attach(writer, number)));
    assert.deepEqual(await listed(writer), signatures(20));
    const writes = requests.filter(({ method, url }) => method === 'PUT' && url.includes('sha256-'));
    assert.ok(writes.length < 20, `${writes.length} writes`);
  });
});

for (const referrers of [false, true]) {
  test(`what is attached together is listed by one change of each list; ${referrers ? 'with' : 'without'} a referrers API`, async () => {
    await withWriter({ options: { referrers } }, async (writer, registry) => {
      const other = buildImage({ layers: IMAGE.recipe.layers, annotations: { other: 'yes' } });
      addImage(registry.repository(REPOSITORY), other, '2');
      const all = [1, 2, 3, 4, 5].map((number) => signature(number, number % 2 === 0 ? other : IMAGE));
      for (const { blobs, digest } of all) await writeBlobs(writer, blobs.values(), digest);
      await attach(writer, 0);
      const before = registry.requests.length;
      await writer.attachAll(all);
      const since = registry.requests.slice(before);
      const writes = since.filter(({ method, url }) => method === 'PUT' && url.includes('/sha256-'));
      assert.equal(writes.length, referrers ? 0 : 2);
      assert.equal(since.filter(({ url }) => url.includes('/referrers/')).length, 2);
      const digests = [0, 2, 4].map((at) => all[at]?.digest ?? '');
      assert.deepEqual(await listed(writer), [signature(0).digest, ...digests].sort());
      const ofOther = (await writer.listReferrers(other.digest)).manifests.map(({ digest }) => digest);
      assert.deepEqual(ofOther.sort(), [1, 3].map((at) => all[at]?.digest ?? '').sort());
      await writer.attachAll(all);
      assert.equal((await listed(writer)).length, 4);
      await writer.attachAll([]);
    });
  });
}

test('of what is attached together one that the registry does not take is told', async () => {
  await withWriter({ options: { referrers: false } }, async (writer) => {
    const [there, lacking] = [signature(1), signature(2)];
    await writeBlobs(writer, there.blobs.values(), there.digest);
    await rejectsWith('REGISTRY_REFUSED', /MANIFEST_BLOB_UNKNOWN/, () => writer.attachAll([there, lacking]));
    await rejectsWith('MANIFEST_INVALID', /names no subject/, () => writer.attachAll([there, IMAGE]));
    assert.deepEqual(await listed(writer), []);
  });
});

/** A clock that several share: it goes on when all of them sleep. Each wakes alone, the one that is due first. */
function sharedClock(sharers: number) {
  let now = 0;
  let awake = sharers;
  const sleepers: { readonly due: number; readonly wake: () => void }[] = [];
  const wakeNext = (): void => {
    if (awake > 0) return;
    const next = sleepers.sort((a, b) => a.due - b.due).shift();
    if (next === undefined) return;
    now = next.due;
    awake += 1;
    next.wake();
  };
  const fallAsleep = (): void => {
    awake -= 1;
    wakeNext();
  };
  const policy = (chance: number): RetryPolicy => ({
    attempts: 4,
    now: () => now,
    random: () => chance,
    sleep: (milliseconds) =>
      new Promise((wake) => {
        sleepers.push({ due: now + milliseconds, wake });
        fallAsleep();
      }),
  });
  return { policy, end: fallAsleep };
}

for (const conditions of [false, true]) {
  test(`twenty who read the same list at once lose no entry, ${conditions ? 'with' : 'without'} If-Match`, async () => {
    const writers = 20;
    const held: (() => void)[] = [];
    const intercept: MemoryRegistryOptions['intercept'] = async ({ method, url }) => {
      // the first ones to read the list, which asking the API does not do, have all read it before any of them writes
      if (method === 'PUT' && url.includes('/manifests/sha256-') && held.length < writers) {
        await new Promise<void>((release) => {
          held.push(release);
          if (held.length === writers) for (const one of held) one();
        });
      }
      return false;
    };
    await using registry = await startMemoryRegistry({ referrers: false, conditions, intercept });
    addImage(registry.repository(REPOSITORY), IMAGE, '1');
    const clock = sharedClock(writers);
    await Promise.all(
      Array.from({ length: writers }, async (_, number) => {
        const writer = writerOf(`${registry.host}/${REPOSITORY}`, clock.policy(number / writers));
        await attach(writer, number).finally(clock.end);
        await writer.close();
      }),
    );
    const reader = writerOf(`${registry.host}/${REPOSITORY}`, impatience());
    assert.deepEqual(await listed(reader), signatures(writers));
    await reader.close();
    assert.equal(
      registry.requests.some(({ headers }) => headers['if-match'] !== undefined),
      conditions,
    );
  });
}

test('who is overwritten at every try says so at last', async () => {
  await using registry = await startMemoryRegistry({ referrers: false, conditions: false });
  const { manifests, tags } = registry.repository(REPOSITORY);
  addImage(registry.repository(REPOSITORY), IMAGE, '1');
  const others = buildBlob({ schemaVersion: 2, manifests: [] }, 'application/vnd.oci.image.index.v1+json');
  manifests.set(others.digest, others);
  const policy: RetryPolicy = {
    ...impatience(),
    sleep: async () => void tags.set(referrersTag(IMAGE.digest), others.digest),
  };
  const writer = writerOf(`${registry.host}/${REPOSITORY}`, policy);
  await rejectsWith('REFERRERS_CONTENDED', /changed by others at each of 20 tries/, () => attach(writer, 1));
  await writer.close();
});

test('docker-registry: two and twenty who attach at once lose no entry', { skip: SKIP }, async () => {
  await withRealRegistry({}, async (host) => {
    for (const count of [2, 20]) {
      const repository = `${host}/team/by-${count}`;
      await push(host, `team/by-${count}`, '1', IMAGE);
      await Promise.all(
        Array.from({ length: count }, async (_, number) => {
          const writer = writerOf(repository, DEFAULT_RETRY_POLICY);
          await attach(writer, number);
          await writer.close();
        }),
      );
      const reader = writerOf(repository, DEFAULT_RETRY_POLICY);
      assert.deepEqual(await listed(reader), signatures(count));
      const found = await reader.readManifest(referrersTag(IMAGE.digest));
      const index = found && parseManifest(found.bytes, found.mediaType, 'the list');
      assert.ok(
        index?.kind === 'index' && index.manifests.every(({ artifactType }) => artifactType === SIGNATURE),
      );
      await reader.close();
    }
  });
});

test(
  'docker-registry: large blobs are streamed, small ones sent, others taken over',
  { skip: SKIP },
  async () => {
    await withRealRegistry({}, async (host) => {
      const from = writerOf(`${host}/team/from`, DEFAULT_RETRY_POLICY);
      const to = writerOf(`${host}/team/to`, DEFAULT_RETRY_POLICY);
      for (const size of [0, 100, 3 * 1024 * 1024]) {
        const blob = buildBlob(noise(size, 7), 'application/octet-stream');
        await from.writeBlob(blobOf(blob), () => bytesOf(blob.bytes));
        assert.equal(await from.hasBlob(blob.digest), true);
        assert.equal(await to.hasBlob(blob.digest), false);
        assert.equal(await to.mountBlob?.(blob.digest, from), true);
        assert.equal(await to.hasBlob(blob.digest), true);
      }
      await Promise.all([from.close(), to.close()]);
    });
  },
);
