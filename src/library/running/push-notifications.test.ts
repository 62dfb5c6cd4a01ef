import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { suite, test, type TestContext } from 'node:test';
import { request } from 'undici';
import { buildImage } from '../../../test/images/image-builder.ts';
import { isRealRegistryInstalled, push, startRealRegistry } from '../../../test/registry/real-registry.ts';
import {
  LISTENING_LIMITS,
  type ListeningLimits,
  listenForPushes,
  type Push,
  readPushes,
} from './push-notifications.ts';

/** As distribution 2.8 sends it, shortened. */
const NOTIFICATION = JSON.stringify({
  events: [
    {
      id: '320678d8-ca14-430f-8bb6-4ca139cd83f7',
      action: 'push',
      target: {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: 'sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf',
        repository: 'library/debian',
        url: 'http://registry.example/v2/library/debian/manifests/sha256:fea8',
        tag: 'bookworm',
      },
    },
    { action: 'push', target: { mediaType: 'application/octet-stream', repository: 'library/debian' } },
    { action: 'pull', target: { repository: 'library/debian', tag: 'bookworm' } },
  ],
});

async function listen(t: TestContext, authorization: string | null, limits: Partial<ListeningLimits> = {}) {
  const heard: Push[] = [];
  const listening = await listenForPushes({
    host: '127.0.0.1',
    port: 0,
    authorization,
    onPushes: (pushes) => heard.push(...pushes),
    limits: { ...LISTENING_LIMITS, ...limits },
  });
  t.after(() => listening.close());
  return { heard, port: listening.port, address: `http://127.0.0.1:${listening.port}/events` };
}

async function statusOf(
  address: string | URL,
  {
    method = 'POST',
    ...rest
  }: { method?: 'GET' | 'POST'; body?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const { statusCode, body } = await request(address, { method, ...rest });
  await body.dump();
  return statusCode;
}

/** As Harbor sends it, in the payload format that it calls default. */
const harbor = (type: string, tag?: string) => ({
  type,
  occur_at: 1680501893,
  operator: 'harbor-jobservice',
  event_data: {
    resources: [
      { digest: 'sha256:abc', ...(tag === undefined ? {} : { tag }), resource_url: 'h/team/app:8' },
    ],
    repository: { name: 'app', namespace: 'team', repo_full_name: 'team/app', repo_type: 'private' },
  },
});

suite('notifications of pushes', () => {
  test('tags that were pushed are heard; pulls and blobs are not', async (t) => {
    const { heard, address } = await listen(t, null);
    assert.equal(await statusOf(address, { body: NOTIFICATION }), 202);
    assert.deepEqual(heard, [{ repository: 'library/debian', tag: 'bookworm' }]);
  });

  test('whoever does not know the secret is not heard', async (t) => {
    const { heard, address } = await listen(t, 'Bearer secret');
    const attempts = [{}, { authorization: 'Bearer secre' }, { authorization: 'Bearer secret!' }];
    for (const headers of attempts) {
      assert.equal(await statusOf(address, { body: NOTIFICATION, headers }), 401);
    }
    assert.deepEqual(heard, []);
    const headers = { authorization: 'Bearer secret' };
    assert.equal(await statusOf(address, { body: NOTIFICATION, headers }), 202);
    assert.equal(heard.length, 1);
  });

  test('what is no notification is refused', async (t) => {
    const { heard, address } = await listen(t, null);
    const cases: readonly [name: string, status: number, body: string][] = [
      ['no JSON', 400, '{'],
      ['another document', 400, '{"event": []}'],
      [
        'too many events',
        400,
        JSON.stringify({ events: Array.from({ length: 1_001 }, () => ({ action: 'push', target: {} })) }),
      ],
      ['too large', 413, ' '.repeat(1024 * 1024 + 1)],
    ];
    for (const [name, status, body] of cases) {
      assert.equal(await statusOf(address, { body }), status, name);
    }
    assert.equal(await statusOf(address, { method: 'GET' }), 405);
    assert.equal(await statusOf(new URL('/other', address)), 404);
    assert.deepEqual(heard, []);
  });

  test(
    'docker-registry itself is heard',
    { skip: isRealRegistryInstalled() ? false : 'docker-registry is not installed' },
    async (t) => {
      const heard = Promise.withResolvers<readonly Push[]>();
      const authorization = 'Bearer secret';
      const listening = await listenForPushes({
        host: '127.0.0.1',
        port: 0,
        authorization,
        onPushes: heard.resolve,
      });
      t.after(() => listening.close());
      const url = `http://127.0.0.1:${listening.port}/events`;
      await using registry = await startRealRegistry({ notifications: { url, authorization } });
      await push(registry.host, 'library/debian', 'bookworm', buildImage({ layers: [] }));
      assert.deepEqual(await heard.promise, [{ repository: 'library/debian', tag: 'bookworm' }]);
    },
  );

  test('the forms of other registries', () => {
    const zot = { name: 'team/app', reference: '8', digest: 'sha256:abc', mediaType: 'm', manifest: '{}' };
    const heard = [{ repository: 'team/app', tag: '8' }];
    const cases: readonly [name: string, body: object, heard: readonly Push[]][] = [
      ['Harbor', harbor('PUSH_ARTIFACT', '8'), heard],
      ['Harbor without a tag', harbor('PUSH_ARTIFACT'), []],
      ['Harbor of another kind', harbor('SCANNING_COMPLETED', '8'), []],
      ['zot in binary mode', zot, heard],
      ['zot in structured mode', { specversion: '1.0', type: 'zotregistry.image.updated', data: zot }, heard],
      ['zot by digest', { ...zot, reference: 'sha256:abc' }, []],
    ];
    for (const [name, body, expected] of cases) {
      assert.deepEqual(readPushes(JSON.stringify(body)), expected, name);
    }
  });

  test('an envelope without events says nothing', () => {
    assert.deepEqual(readPushes('{"events": []}'), []);
  });
});

const POST = `POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: ${NOTIFICATION.length}\r\n\r\n`;

/** A connection on which a text is sent, and nothing behind it. */
async function send(t: TestContext, port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.resume().write(text);
  return socket;
}

/** Ends when the other side has closed it, in whatever way. */
const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => void socket.once('close', () => resolve()));

suite('senders of notifications that are slow or many', () => {
  const slow: readonly [what: string, text: string][] = [
    ['says nothing', ''],
    ['stops in a header', 'POST /events HTTP/1.1\r\nHost: h\r\nX-'],
    ['stops in a body', `${POST}{`],
  ];
  for (const [what, text] of slow) {
    test(`one that ${what} is given up`, async (t) => {
      const { heard, port } = await listen(t, null, { timeoutMs: 100 });
      await closing(await send(t, port, text));
      assert.deepEqual(heard, []);
    });
  }

  test('more connections than there may be are closed, and others are heard when those have ended', async (t) => {
    const { heard, port, address } = await listen(t, null, { timeoutMs: 200, connections: 2 });
    const holding = [await send(t, port, POST), await send(t, port, POST)];
    const ends = holding.map(closing);
    await closing(await send(t, port, POST + NOTIFICATION));
    assert.deepEqual(heard, []);
    await Promise.all(ends);
    assert.equal(await statusOf(address, { body: NOTIFICATION }), 202);
  });

  test('one that sends without waiting for answers loses its connection', async (t) => {
    const { heard, port } = await listen(t, null, { requests: 10, requestsPerSecond: 10 });
    await closing(await send(t, port, (POST + NOTIFICATION).repeat(1_000)));
    assert.ok(heard.length <= 10, `${heard.length} were heard`);
  });

  test('many wait for each other, and all are heard', async (t) => {
    const { heard, address } = await listen(t, null, { requestsPerSecond: 100 });
    const begun = performance.now();
    const count = 30;
    await Promise.all(Array.from({ length: count }, () => statusOf(address, { body: NOTIFICATION })));
    assert.equal(heard.length, count);
    assert.ok(performance.now() - begun >= (count - 2) * 10, 'they did not wait');
  });
});
