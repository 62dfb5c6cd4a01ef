import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { buildBlob, buildImage, buildIndex, buildLayer } from '../../../test/images/image-builder.ts';
import {
  sendBlob,
  sendError,
  type FakeRegistry,
  type Intercept,
} from '../../../test/registry/fake-registry.ts';
import {
  impatience,
  onlyImage,
  openFrom,
  readLayer,
  rejectsWith,
  withRegistry,
} from '../../../test/registry/opening.ts';
import type { SourceProgress } from '../image.ts';

const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
const big = buildLayer([{ path: 'big', content: seededBytes(3 * 1024 * 1024) }], 'none');
const amd64 = buildImage({ layers: [layer] });
const arm64 = buildImage({ layers: [layer], platform: { os: 'linux', architecture: 'arm64' } });
const large = buildImage({ layers: [layer, big] });
const index = buildIndex([amd64, arm64]);
const docker = buildImage({ layers: [layer], format: 'docker' });
const dockerList = buildIndex([docker], { format: 'docker' });

const images = {
  'library/app:1': amd64,
  'library/app:multi': index,
  'library/app:docker': docker,
  'library/app:list': dockerList,
  'library/app:large': large,
};

function seededBytes(length: number): Buffer {
  const block = createHash('sha512').update('hallmark').digest();
  return Buffer.alloc(length, block);
}

/** The images above, from a registry that may misbehave. */
function withImages(
  intercept: Intercept | null,
  use: (registry: FakeRegistry) => Promise<void>,
): Promise<void> {
  return withRegistry(intercept === null ? { images } : { images, intercept }, use);
}

test('an image is opened by tag and by digest, from manifests and indexes of both kinds', async () => {
  await withImages(null, async ({ host, requests }) => {
    const cases: readonly (readonly [string, string | null, string])[] = [
      ['app:1', null, amd64.digest],
      [`app@${amd64.digest}`, null, amd64.digest],
      [`app:other@${amd64.digest}`, null, amd64.digest],
      ['app:multi', index.digest, amd64.digest],
      [`app@${index.digest}`, index.digest, amd64.digest],
      ['app:docker', null, docker.digest],
      ['app:list', dockerList.digest, docker.digest],
    ];
    for (const [name, indexDigest, digest] of cases) {
      const text = `${host}/library/${name}`;
      const opened = await openFrom({ text, options: { platform: { os: 'linux', architecture: 'amd64' } } });
      const image = onlyImage(opened);
      assert.deepEqual([image.indexDigest, image.digest], [indexDigest, digest], name);
      assert.equal(image.reference, text);
      assert.deepEqual(await readLayer(image.layers[0]), layer.bytes);
      await opened.close();
    }
    assert.ok(requests.every(({ authorization }) => authorization === undefined));
    assert.match(
      requests[0]?.accept ?? '',
      /oci\.image\.index\.v1\+json.*docker\.distribution\.manifest\.v2\+json/,
    );
  });
});

test('the platform is chosen from the index, and every one can be opened', async () => {
  await withImages(null, async ({ host }) => {
    const text = `${host}/library/app:multi`;
    const opened = await openFrom({ text, options: { platform: { os: 'linux', architecture: 'arm64' } } });
    assert.equal(onlyImage(opened).digest, arm64.digest);
    await opened.close();

    const all = await openFrom({ text, options: { platform: 'all' } });
    assert.deepEqual(
      all.images.map((image) => image.kind === 'image' && image.digest),
      [amd64.digest, arm64.digest],
    );
    await all.close();

    await rejectsWith('PLATFORM_NOT_FOUND', /linux\/amd64, linux\/arm64/, () =>
      openFrom({ text, options: { platform: { os: 'linux', architecture: 's390x' } } }),
    );
  });
});

test('a refusal of the registry becomes one error that says what and where', async () => {
  const statuses: readonly (readonly [number, string, RegExp])[] = [
    [
      401,
      'REGISTRY_UNAUTHORIZED',
      /refused anonymous access .* \(HTTP 401\): it is private or does not exist/,
    ],
    [403, 'REGISTRY_UNAUTHORIZED', /does not allow anonymous users to pull .* \(HTTP 403\)/],
    [404, 'MANIFEST_UNKNOWN', /does not have the manifest 1 of /],
    [429, 'REGISTRY_RATE_LIMITED', /\(HTTP 429\).*tried 4 times/],
    [500, 'REGISTRY_UNAVAILABLE', /\(HTTP 500\); tried 4 times/],
    [503, 'REGISTRY_UNAVAILABLE', /\(HTTP 503\)/],
    [400, 'REGISTRY_PROTOCOL', /unexpected status 400/],
    [204, 'REGISTRY_PROTOCOL', /unexpected status 204/],
  ];
  for (const [status, code, message] of statuses) {
    await withImages(
      (_, response) => {
        sendError(response, status, 'UNKNOWN');
        return true;
      },
      async ({ host }) => {
        const error = await rejectsWith(code, message, () => openFrom({ text: `${host}/library/app:1` }));
        assert.match(error.message, /127\.0\.0\.1/);
        assert.doesNotMatch(error.message, /colour/, 'text of the registry is not repeated');
      },
    );
  }
  await withImages(null, async ({ host }) => {
    await rejectsWith('MANIFEST_UNKNOWN', /does not have the repository .*\/no\/such/, () =>
      openFrom({ text: `${host}/no/such:1` }),
    );
  });
});

test('a passing failure is tried again with growing waits; Retry-After is honoured up to a minute', async () => {
  const cases: readonly (readonly [number, Readonly<Record<string, string>>, readonly number[]])[] = [
    [503, {}, [375, 750]],
    [429, { 'retry-after': '7' }, [7000, 7000]],
    [429, { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }, [5000, 5000]],
  ];
  for (const [status, headers, expected] of cases) {
    let failures = 2;
    await withImages(
      (_, response) => {
        if (failures === 0) return false;
        failures -= 1;
        sendError(response, status, 'UNAVAILABLE', headers);
        return true;
      },
      async ({ host }) => {
        const waits: number[] = [];
        const events: SourceProgress[] = [];
        const options = { onProgress: (event: SourceProgress) => events.push(event) };
        const opened = await openFrom({ text: `${host}/library/app:1`, policy: impatience(waits), options });
        assert.deepEqual(waits, expected);
        assert.deepEqual(
          events
            .filter(({ kind }) => kind === 'retrying')
            .map((event) => 'attempt' in event && event.attempt),
          [1, 2],
        );
        await opened.close();
      },
    );
  }
  await withImages(
    (_, response) => {
      sendError(response, 429, 'TOOMANYREQUESTS', { 'retry-after': '21600' });
      return true;
    },
    async ({ host, requests }) => {
      await rejectsWith('REGISTRY_RATE_LIMITED', /asks to wait 21600 seconds/, () =>
        openFrom({ text: `${host}/library/app:1` }),
      );
      assert.equal(requests.length, 1, 'a server that wants hours of peace is left in peace');
    },
  );
});

test('a blob that breaks off is resumed where it stopped, and read once', async () => {
  const kinds = ['honours ranges', 'ignores ranges'] as const;
  for (const kind of kinds) {
    let breaks = 3;
    await withImages(
      (request, response) => {
        if (!request.url.includes(big.digest)) return false;
        const asked = kind === 'ignores ranges' ? { ...request, range: undefined } : request;
        if (breaks === 0) {
          sendBlob(asked, response, big);
          return true;
        }
        breaks -= 1;
        const from = Number(/\d+/.exec(asked.range ?? '')?.[0] ?? 0);
        const { length } = big.bytes;
        response.writeHead(from > 0 ? 206 : 200, {
          'content-length': length - from,
          ...(from > 0 ? { 'content-range': `bytes ${from}-${length - 1}/${length}` } : {}),
        });
        const sent = (3 - breaks) * 700_001;
        response.write(big.bytes.subarray(from, Math.max(from, sent)), () => response.destroy());
        return true;
      },
      async ({ host, requests }) => {
        const opened = await openFrom({ text: `${host}/library/app:large` });
        assert.deepEqual(await readLayer(onlyImage(opened).layers[1]), big.bytes, kind);
        const ranges = requests.filter(({ url }) => url.includes(big.digest)).map(({ range }) => range);
        assert.equal(ranges.length, 4);
        assert.ok(ranges.slice(1).every((range) => range !== undefined));
        await opened.close();
      },
    );
  }
});

test('a blob that never gets further is given up', async () => {
  await withImages(
    (request, response) => {
      if (!request.url.includes(big.digest)) return false;
      const from = Number(/\d+/.exec(request.range ?? '')?.[0] ?? 0);
      const { length } = big.bytes;
      response.writeHead(from > 0 ? 206 : 200, {
        'content-length': length - from,
        ...(from > 0 ? { 'content-range': `bytes ${from}-${length - 1}/${length}` } : {}),
      });
      response.write(big.bytes.subarray(from, from + 1), () => response.destroy());
      return true;
    },
    async ({ host, requests }) => {
      const opened = await openFrom({ text: `${host}/library/app:large` });
      await rejectsWith('REGISTRY_UNAVAILABLE', /the connection was lost.*tried 4 times/, () =>
        readLayer(onlyImage(opened).layers[1]),
      );
      assert.equal(requests.filter(({ url }) => url.includes(big.digest)).length, 4);
      await opened.close();
    },
  );
});

test('another range than the one asked for is refused', async () => {
  let first = true;
  await withImages(
    (request, response) => {
      if (!request.url.includes(big.digest)) return false;
      const { length } = big.bytes;
      if (first) {
        first = false;
        response.writeHead(200, { 'content-length': length });
        response.write(big.bytes.subarray(0, 100_000), () => response.destroy());
      } else {
        response.writeHead(206, { 'content-range': `bytes 0-${length - 1}/${length}` });
        response.end(big.bytes);
      }
      return true;
    },
    async ({ host }) => {
      const opened = await openFrom({ text: `${host}/library/app:large` });
      await rejectsWith('REGISTRY_PROTOCOL', /with another range/, () =>
        readLayer(onlyImage(opened).layers[1]),
      );
      await opened.close();
    },
  );
});

function altered(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] = (copy[copy.length >> 1] ?? 0) ^ 1;
  return copy;
}

function longer(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from('x')]);
}

test('content that is not what its digest or size says is refused', async () => {
  const cases: readonly (readonly [string, string, (bytes: Buffer) => Buffer, string])[] = [
    ['a layer', layer.digest, altered, 'LAYER_DIGEST_MISMATCH'],
    ['a layer', layer.digest, longer, 'BLOB_SIZE_MISMATCH'],
    ['a layer', layer.digest, (bytes) => bytes.subarray(1), 'BLOB_SIZE_MISMATCH'],
    ['the configuration', amd64.configuration.digest, altered, 'BLOB_DIGEST_MISMATCH'],
    ['the manifest', amd64.digest, altered, 'MANIFEST_DIGEST_MISMATCH'],
  ];
  for (const [, digest, damage, code] of cases) {
    await withImages(
      (request, response) => {
        const blob = amd64.blobs.get(digest);
        if (blob === undefined || !request.url.endsWith(digest)) return false;
        response.writeHead(200, { 'content-type': blob.mediaType });
        response.end(damage(blob.bytes));
        return true;
      },
      async ({ host }) => {
        await rejectsWith(code, /./, async () => {
          const opened = await openFrom({ text: `${host}/library/app@${amd64.digest}` });
          try {
            await readLayer(onlyImage(opened).layers[0]);
          } finally {
            await opened.close();
          }
        });
      },
    );
  }
});

test('a tag whose bytes are not those that the registry states is refused', async () => {
  await withImages(
    (_, response) => {
      response.writeHead(200, { 'content-type': amd64.mediaType, 'docker-content-digest': arm64.digest });
      response.end(amd64.bytes);
      return true;
    },
    async ({ host }) => {
      await rejectsWith(
        'MANIFEST_DIGEST_MISMATCH',
        new RegExp(`${amd64.digest}, expected ${arm64.digest}`),
        () => openFrom({ text: `${host}/library/app:1` }),
      );
    },
  );
});

test('what is no manifest of an image is refused by its kind', async () => {
  const schema1 = buildBlob(
    { schemaVersion: 1, name: 'app', tag: '1', fsLayers: [], history: [], signatures: [] },
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
  );
  const helm = buildBlob(
    {
      ...amd64Document(),
      config: { ...amd64Config(), mediaType: 'application/vnd.cncf.helm.config.v1+json' },
    },
    amd64.mediaType,
  );
  const cases: readonly (readonly [string, string, Buffer, RegExp])[] = [
    ['MANIFEST_SCHEMA1', schema1.mediaType, schema1.bytes, /schema 1/],
    ['MANIFEST_SCHEMA1', 'application/json', schema1.bytes, /schema 1/],
    [
      'MANIFEST_INVALID',
      'application/vnd.example.thing+json',
      amd64.bytes,
      /application\/vnd\.example\.thing\+json/,
    ],
    ['MANIFEST_INVALID', amd64.mediaType, Buffer.from('{"schemaVersion":2'), /./],
    ['MANIFEST_INVALID', amd64.mediaType, Buffer.alloc(4 * 1024 * 1024 + 1, ' '), /more than 4194304 bytes/],
    ['MANIFEST_INVALID', helm.mediaType, helm.bytes, /helm/],
    ['REGISTRY_PROTOCOL', 'text/html; charset=utf-8', Buffer.from('<html>Log in</html>'), /web page/],
  ];
  for (const [code, type, bytes, message] of cases) {
    await withImages(
      (_, response) => {
        response.writeHead(200, { 'content-type': type });
        response.end(bytes);
        return true;
      },
      async ({ host }) => {
        await rejectsWith(code, message, () => openFrom({ text: `${host}/library/app:1` }));
      },
    );
  }
});

function amd64Document(): Record<string, unknown> {
  return JSON.parse(amd64.bytes.toString('utf8')) as Record<string, unknown>;
}

function amd64Config(): Record<string, unknown> {
  return amd64Document()['config'] as Record<string, unknown>;
}

test('a manifest announced as mere JSON speaks for itself', async () => {
  await withImages(
    (request, response) => {
      if (!request.url.includes('/manifests/')) return false;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(amd64.bytes);
      return true;
    },
    async ({ host }) => {
      const opened = await openFrom({ text: `${host}/library/app:1` });
      assert.equal(onlyImage(opened).digest, amd64.digest);
      await opened.close();
    },
  );
});

test('a blob that the registry has lost is named', async () => {
  await withImages(
    (request, response) => {
      if (!request.url.includes(layer.digest)) return false;
      sendError(response, 404, 'BLOB_UNKNOWN');
      return true;
    },
    async ({ host }) => {
      const opened = await openFrom({ text: `${host}/library/app:1` });
      await rejectsWith('BLOB_UNKNOWN', new RegExp(layer.digest), () =>
        readLayer(onlyImage(opened).layers[0]),
      );
      await opened.close();
    },
  );
});

test('a registry that hangs is left: before the answer, in a manifest, in a layer, and when it trickles', async () => {
  const hangs: readonly (readonly [string, Intercept])[] = [
    ['before the answer', () => true],
    [
      'in a manifest',
      (_, response) => {
        response.writeHead(200, { 'content-type': amd64.mediaType, 'content-length': amd64.bytes.length });
        response.write(amd64.bytes.subarray(0, 10));
        return true;
      },
    ],
    [
      'in a layer',
      (request, response) => {
        if (!request.url.includes(layer.digest)) return false;
        response.writeHead(200, { 'content-length': layer.bytes.length });
        response.write(layer.bytes.subarray(0, 10));
        return true;
      },
    ],
    [
      'trickling',
      (request, response) => {
        if (!request.url.includes(layer.digest)) return false;
        response.writeHead(200, { 'content-length': layer.bytes.length });
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    ],
  ];
  await Promise.all(
    hangs.map(([, intercept]) =>
      withImages(intercept, async ({ host }) => {
        const options = { registry: { timeoutMs: 200, attempts: 2 } };
        await rejectsWith('REGISTRY_TIMEOUT', /silent for 0\.2 seconds/, async () => {
          const opened = await openFrom({ text: `${host}/library/app:1`, options });
          try {
            await readLayer(onlyImage(opened).layers[0]);
          } finally {
            await opened.close();
          }
        });
      }),
    ),
  );
});

/** Sends the beginning of the large layer, and then nothing. */
const stopInLayer: Intercept = (request, response) => {
  if (!request.url.includes(big.digest)) return false;
  response.writeHead(200, { 'content-length': big.bytes.length });
  response.write(big.bytes.subarray(0, 1000));
  return true;
};

test('cancelling ends what is under way and releases the connections', async () => {
  const reason = new Error('the user pressed Ctrl-C');
  await withImages(stopInLayer, async (registry) => {
    const controller = new AbortController();
    const text = `${registry.host}/library/app:large`;
    const opened = await openFrom({ text, options: { signal: controller.signal } });
    const [, second] = onlyImage(opened).layers;
    assert.ok(second);
    const chunks = second.open()[Symbol.asyncIterator]();
    await chunks.next();
    const pending = chunks.next();
    controller.abort(reason);
    await assert.rejects(pending, (error) => error === reason);
    await opened.close();
    await until(async () => (await registry.connections()) === 0);
  });
  await withImages(
    () => true,
    async (registry) => {
      const controller = new AbortController();
      const opening = openFrom({
        text: `${registry.host}/library/app:1`,
        options: { signal: controller.signal },
      });
      await until(() => registry.requests.length === 1);
      controller.abort(reason);
      await assert.rejects(opening, (error) => error === reason);
      await until(async () => (await registry.connections()) === 0);
    },
  );
});

test('a reader that stops early gives its connection back', async () => {
  await withImages(null, async (registry) => {
    const opened = await openFrom({ text: `${registry.host}/library/app:large` });
    for await (const _ of onlyImage(opened).layers[1]?.open() ?? []) break;
    assert.deepEqual(await readLayer(onlyImage(opened).layers[0]), layer.bytes);
    await opened.close();
    await until(async () => (await registry.connections()) === 0);
  });
});

/** Turns of the event loop until something is true; the test's own time limit ends a vain hope. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('progress names what is read', async () => {
  await withImages(null, async ({ host }) => {
    const events: SourceProgress[] = [];
    const options = { onProgress: (event: SourceProgress) => events.push(event) };
    const opened = await openFrom({ text: `${host}/library/app:1`, options });
    await readLayer(onlyImage(opened).layers[0]);
    assert.deepEqual(events[0], { kind: 'resolving', reference: `${host}/library/app:1` });
    const size = layer.bytes.length;
    assert.deepEqual(events.at(-1), {
      kind: 'blob',
      digest: layer.digest,
      doneBytes: size,
      totalBytes: size,
    });
    await opened.close();
  });
});

test('offline, only loopback is contacted', async () => {
  await withImages(null, async ({ host }) => {
    const opened = await openFrom({ text: `${host}/library/app:1`, options: { offline: true } });
    await opened.close();
  });
  for (const text of ['debian:12', 'registry.example/app', '192.0.2.1:5000/app', '[2001:db8::1]/app']) {
    await rejectsWith('OFFLINE', /was not contacted: offline/, () =>
      openFrom({ text, options: { offline: true } }),
    );
  }
});

test('nobody there, no such host: one error at once', async () => {
  let host = '';
  await withImages(null, async (registry) => {
    host = registry.host;
  });
  const waits: number[] = [];
  await rejectsWith('REGISTRY_UNAVAILABLE', /the connection was refused \(ECONNREFUSED\)/, () =>
    openFrom({ text: `${host}/library/app:1`, policy: impatience(waits) }),
  );
  assert.deepEqual(waits, []);
});

test('large random content arrives as it was sent', async () => {
  const noise = buildLayer([{ path: 'noise', content: randomBytes(5_000_000) }], 'none');
  const image = buildImage({ layers: [noise] });
  await withRegistry({ images: { 'a/b:1': image } }, async ({ host }) => {
    const opened = await openFrom({ text: `${host}/a/b:1` });
    assert.ok((await readLayer(onlyImage(opened).layers[0])).equals(noise.bytes));
    await opened.close();
  });
});
