import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { request } from 'undici';
import { buildImage } from '../../../test/images/image-builder.ts';
import { isRealRegistryInstalled, push, startRealRegistry } from '../../../test/registry/real-registry.ts';
import { listenForPushes, type Push, readPushes } from './push-notifications.ts';

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

async function listen(t: TestContext, authorization: string | null) {
  const heard: Push[] = [];
  const listening = await listenForPushes({
    host: '127.0.0.1',
    port: 0,
    authorization,
    onPushes: (pushes) => heard.push(...pushes),
  });
  t.after(() => listening.close());
  return { heard, address: `http://127.0.0.1:${listening.port}/events` };
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
