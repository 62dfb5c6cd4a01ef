import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { sendError, startFakeRegistry, type Intercept } from '../../../test/registry/fake-registry.ts';
import { onlyImage, openFrom, readLayer, rejectsWith } from '../../../test/registry/opening.ts';
import { basicAuthorization } from '../../../test/registry/token-server.ts';
import type { SourceProgress } from '../image.ts';

const layer = buildLayer([{ path: 'a', content: 'a' }]);
const image = buildImage({ layers: [layer] });
const changed = buildImage({ layers: [layer], annotations: { changed: 'yes' } });
const images = { 'team/app:1': image };

test('a mirror is asked first, told whose repository it is, and the registry not at all', async () => {
  await using mirror = await startFakeRegistry({ images });
  await using registry = await startFakeRegistry({ images });
  const opened = await openFrom({
    text: `${registry.host}/team/app:1`,
    options: { registry: { mirrors: { [registry.host]: [mirror.host] } } },
  });
  assert.deepEqual(await readLayer(onlyImage(opened).layers[0]), layer.bytes);
  await opened.close();
  assert.equal(registry.requests.length, 0);
  const query = `?ns=${encodeURIComponent(registry.host)}`;
  assert.deepEqual(
    mirror.requests.map(({ url }) => url),
    [`manifests/1`, `blobs/${image.configuration.digest}`, `blobs/${layer.digest}`].map(
      (path) => `/v2/team/app/${path}${query}`,
    ),
  );
});

test('the next one is asked when a mirror fails, however it fails', async () => {
  const failures: readonly (readonly [string, Intercept])[] = [
    ['has not the image', answerWith(404)],
    ['wants a login', answerWith(401)],
    ['refuses', answerWith(403)],
    ['is broken', answerWith(500)],
    [
      'serves a web page',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<html>');
        return true;
      },
    ],
    [
      'serves something else under the digest',
      (_, response) => {
        response.writeHead(200, { 'content-type': changed.mediaType });
        response.end(changed.bytes);
        return true;
      },
    ],
  ];
  for (const [name, intercept] of failures) {
    await using broken = await startFakeRegistry({ intercept });
    await using registry = await startFakeRegistry({ images });
    const events: SourceProgress[] = [];
    const opened = await openFrom({
      text: `${registry.host}/team/app@${image.digest}`,
      options: {
        registry: { mirrors: { [registry.host]: [broken.host] } },
        onProgress: (event) => events.push(event),
      },
    });
    const asked = broken.requests.length;
    assert.deepEqual(await readLayer(onlyImage(opened).layers[0]), layer.bytes, name);
    assert.equal(broken.requests.length, asked, 'a mirror that failed is not asked again');
    assert.ok(
      events.some((event) => event.kind === 'retrying' && event.address === broken.host),
      name,
    );
    await opened.close();
  }
});

function answerWith(status: number): Intercept {
  return (_, response) => {
    sendError(response, status, 'UNKNOWN');
    return true;
  };
}

test('a mirror that has the manifest but not a layer is left for the registry', async () => {
  const intercept: Intercept = ({ url }, response) => {
    if (!url.includes(layer.digest)) return false;
    sendError(response, 404, 'BLOB_UNKNOWN');
    return true;
  };
  await using mirror = await startFakeRegistry({ images, intercept });
  await using registry = await startFakeRegistry({ images });
  const opened = await openFrom({
    text: `${registry.host}/team/app:1`,
    options: { registry: { mirrors: { [registry.host]: [mirror.host] } } },
  });
  assert.deepEqual(await readLayer(onlyImage(opened).layers[0]), layer.bytes);
  assert.equal(registry.requests.length, 1);
  await opened.close();
});

test('when nobody has it, the error is that of the registry', async () => {
  await using mirror = await startFakeRegistry({ intercept: answerWith(500) });
  await using registry = await startFakeRegistry({ images });
  const options = { registry: { mirrors: { [registry.host]: [mirror.host] } } };
  const error = await rejectsWith('MANIFEST_UNKNOWN', /does not have the manifest 2/, () =>
    openFrom({ text: `${registry.host}/team/app:2`, options }),
  );
  assert.ok(error.message.startsWith(registry.host));
});

const demandLogin: Intercept = ({ authorization }, response) => {
  if (authorization !== undefined) return false;
  sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="r"' });
  return true;
};

test('a mirror gets its own credentials, never those of the registry', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-mirror-'));
  try {
    await using unknown = await startFakeRegistry({ images, intercept: demandLogin });
    await using known = await startFakeRegistry({ images, intercept: demandLogin });
    await using registry = await startFakeRegistry({ images, intercept: demandLogin });
    const auths = {
      [known.host]: { username: 'mirror', password: 'm' },
      [registry.host]: { username: 'registry', password: 'r' },
    };
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths }));
    const open = async (mirrors: readonly string[]) => {
      const options = {
        environment: { DOCKER_CONFIG: directory },
        registry: { mirrors: { [registry.host]: mirrors } },
      };
      await (await openFrom({ text: `${registry.host}/team/app:1`, options })).close();
    };
    await open([unknown.host, known.host]);
    const sent = (requests: typeof known.requests) =>
      new Set(requests.map((request) => request.authorization));
    assert.deepEqual(sent(unknown.requests), new Set([undefined]));
    assert.deepEqual(sent(known.requests), new Set([undefined, basicAuthorization('mirror', 'm')]));
    assert.equal(registry.requests.length, 0);

    await open([unknown.host]);
    assert.deepEqual(sent(unknown.requests), new Set([undefined]));
    assert.deepEqual(sent(registry.requests), new Set([undefined, basicAuthorization('registry', 'r')]));
  } finally {
    rmSync(directory, { recursive: true });
  }
});
