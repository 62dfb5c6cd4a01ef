import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { sendError, startFakeRegistry, type Intercept } from '../../../test/registry/fake-registry.ts';
import {
  impatience,
  onlyImage,
  openFrom,
  readLayer,
  rejectsWith,
  tryOpening,
  withRegistry,
} from '../../../test/registry/opening.ts';
import {
  basicAuthorization,
  demandTokens,
  sendChallenge,
  sendJson,
  type TokenRequest,
} from '../../../test/registry/token-server.ts';

const SECRET = 'correct horse battery staple';
const layer = buildLayer([{ path: 'a', content: 'a' }]);
const other = buildLayer([{ path: 'b', content: 'b' }]);
const images = { 'team/app:1': buildImage({ layers: [layer, other] }) };

/** An environment whose Docker configuration holds an entry for a host. */
async function withEntry(
  host: string,
  entry: object,
  use: (environment: Record<string, string>) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-auth-'));
  try {
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { [host]: entry } }));
    await use({ DOCKER_CONFIG: directory });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const password = { auth: Buffer.from(`ann:${SECRET}`).toString('base64') };

test('one anonymous token serves manifest, configuration and layers', async () => {
  const asked: TokenRequest[] = [];
  const intercept = demandTokens((request) => {
    asked.push(request);
    return 'anonymous-token';
  });
  await withRegistry({ images, intercept }, async ({ host, requests }) => {
    const opened = await openFrom({ text: `${host}/team/app:1` });
    const { layers } = onlyImage(opened);
    assert.deepEqual(await readLayer(layers[0]), layer.bytes);
    await opened.close();
    const scope = 'repository:team/app:pull';
    const fields = { service: 'fake registry', scope, client_id: 'hallmark' };
    assert.deepEqual(asked, [{ method: 'GET', fields, authorization: undefined }]);
    assert.deepEqual(
      requests.filter(({ url }) => url.startsWith('/v2/')).map(({ authorization }) => authorization),
      [undefined, ...Array<string>(3).fill('Bearer anonymous-token')],
    );
  });
});

test('each kind of stored credentials is used as its kind asks', async () => {
  const granted = (request: TokenRequest) =>
    request.authorization === basicAuthorization('ann', SECRET) || request.fields['refresh_token'] === SECRET;
  const cases: readonly (readonly [string, object, Intercept, Partial<TokenRequest> | null])[] = [
    [
      'password for a token',
      password,
      demandTokens((request) => (granted(request) ? 't1' : null)),
      { method: 'GET', authorization: basicAuthorization('ann', SECRET) },
    ],
    [
      'user and password in clear',
      { username: 'ann', password: SECRET },
      demandTokens((request) => (granted(request) ? 't1' : null)),
      { method: 'GET', authorization: basicAuthorization('ann', SECRET) },
    ],
    [
      'identity token',
      { identitytoken: SECRET },
      demandTokens(
        (request) => (granted(request) ? 't2' : null),
        (token) => ({ access_token: token }),
      ),
      { method: 'POST', authorization: undefined },
    ],
    ['registry token', { registrytoken: 'ready-made' }, demandBearer('Bearer ready-made'), null],
    ['basic', password, demandBasic, null],
  ];
  for (const [name, entry, intercept, expected] of cases) {
    await withRegistry({ images, intercept }, async ({ host, requests }) => {
      await withEntry(host, entry, async (environment) => {
        await tryOpening({ text: `${host}/team/app:1`, options: { environment } });
        const tokens = requests.filter(({ url }) => url.startsWith('/token'));
        assert.equal(tokens.length, expected === null ? 0 : 1, name);
        for (const [field, value] of Object.entries(expected ?? {})) {
          assert.equal(tokens[0]?.[field as 'method' | 'authorization'], value, name);
        }
        if (expected?.method === 'POST') {
          const fields = new URLSearchParams(tokens[0]?.body);
          assert.equal(fields.get('grant_type'), 'refresh_token');
          assert.ok(!tokens[0]?.url.includes('?'), 'the refresh token is not in the address');
        }
      });
    });
  }
});

function demandBearer(wanted: string): Intercept {
  return (request, response) => {
    if (request.authorization === wanted) return false;
    sendChallenge(request, response);
    return true;
  };
}

const demandBasic: Intercept = ({ authorization }, response) => {
  if (authorization === basicAuthorization('ann', SECRET)) return false;
  sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="Registry Realm"' });
  return true;
};

test('a refusal says whether credentials were used, and never which', async () => {
  const cases: readonly (readonly [string, object | null, Intercept, string, RegExp])[] = [
    [
      'no token for anybody',
      null,
      demandTokens(() => null),
      'REGISTRY_UNAUTHORIZED',
      /refused anonymous access to team\/app \(HTTP 401\)/,
    ],
    [
      'wrong password at the token server',
      password,
      demandTokens(() => null),
      'REGISTRY_UNAUTHORIZED',
      /refused the stored credentials to team\/app/,
    ],
    [
      'a token that does not suffice, as Docker Hub gives for what does not exist',
      null,
      (request, response) => {
        if (request.url.startsWith('/token')) sendJson(response, { token: 'useless' });
        else sendChallenge(request, response);
        return true;
      },
      'REGISTRY_UNAUTHORIZED',
      /private or does not exist; registries such as Docker Hub answer the same for both/,
    ],
    [
      'a user without the right',
      password,
      (request, response) => {
        if (request.url.startsWith('/token')) sendJson(response, { token: 'useless' });
        else if (request.authorization === undefined) sendChallenge(request, response);
        else sendError(response, 403, 'DENIED');
        return true;
      },
      'REGISTRY_UNAUTHORIZED',
      /does not allow this user to pull team\/app \(HTTP 403\)/,
    ],
    [
      'wrong password',
      { username: 'ann', password: `not ${SECRET}` },
      demandBasic,
      'REGISTRY_UNAUTHORIZED',
      /stored/,
    ],
    [
      'a token server that is busy',
      password,
      (request, response) => {
        if (request.url.startsWith('/token')) sendError(response, 429, 'TOOMANYREQUESTS');
        else sendChallenge(request, response);
        return true;
      },
      'REGISTRY_RATE_LIMITED',
      /HTTP 429/,
    ],
    [
      'no token',
      password,
      demandTokens(
        () => 'x',
        () => ({}),
      ),
      'REGISTRY_PROTOCOL',
      /did not answer with a token/,
    ],
    [
      'a token that would be two headers',
      password,
      demandTokens(() => 'x\r\nHost: evil'),
      'REGISTRY_PROTOCOL',
      /did not answer with a token/,
    ],
    [
      'a token server over plain HTTP elsewhere',
      password,
      (_, response) => {
        const challenge = 'Bearer realm="http://evil.example/token"';
        sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
        return true;
      },
      'REGISTRY_PROTOCOL',
      /names a token server that is not a safe https address/,
    ],
    [
      'a challenge of an unknown kind',
      password,
      (_, response) => {
        sendError(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Negotiate' });
        return true;
      },
      'REGISTRY_UNAUTHORIZED',
      /HTTP 401/,
    ],
  ];
  for (const [name, entry, intercept, code, message] of cases) {
    await withRegistry({ images, intercept }, async ({ host }) => {
      await withEntry(host, entry ?? {}, async (environment) => {
        const options = { environment };
        const error = await rejectsWith(code, message, () =>
          tryOpening({ text: `${host}/team/app:1`, options }),
        );
        const shown = inspect(error, { depth: 10 }) + error.remedy;
        for (const secret of [SECRET, password.auth]) assert.ok(!shown.includes(secret), name);
      });
    });
  }
});

test('a token is renewed when its term is over, and when the registry no longer accepts it', async () => {
  let now = Date.UTC(2026, 0, 1);
  let tokens = 0;
  let revoked: string | undefined;
  const demand = demandTokens(
    () => `token-${++tokens}`,
    (token) => ({ token, expires_in: 120 }),
  );
  const intercept: Intercept = (request, response) => {
    if (revoked === undefined || request.authorization !== revoked) return demand(request, response);
    sendChallenge(request, response);
    return true;
  };
  await withRegistry({ images, intercept }, async ({ host }) => {
    const opened = await openFrom({ text: `${host}/team/app:1`, policy: impatience([], () => now) });
    const { layers } = onlyImage(opened);
    assert.equal(tokens, 1);
    now += 119_000;
    await readLayer(layers[0]);
    assert.equal(tokens, 1, 'within its term');
    now += 2_000;
    await Promise.all([readLayer(layers[0]), readLayer(layers[1]), readLayer(layers[0])]);
    assert.equal(tokens, 2, 'three readers share one new token');
    revoked = 'Bearer token-2';
    await readLayer(layers[1]);
    assert.equal(tokens, 3);
    await opened.close();
  });
});

test('unreadable credentials matter only where somebody asks for them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-auth-'));
  const environment = { DOCKER_CONFIG: directory };
  writeFileSync(join(directory, 'config.json'), `{"auths": {"x": {"auth": ${SECRET}`);
  try {
    const open = demandTokens(() => 'for-everybody');
    await withRegistry({ images, intercept: open }, ({ host }) =>
      tryOpening({ text: `${host}/team/app:1`, options: { environment } }),
    );
    await withRegistry({ images, intercept: demandTokens(() => null) }, async ({ host }) => {
      const error = await rejectsWith(
        'REGISTRY_CREDENTIALS',
        /wants credentials for team\/app, but .*config\.json is not JSON/,
        () => tryOpening({ text: `${host}/team/app:1`, options: { environment } }),
      );
      assert.ok(!inspect(error, { depth: 10 }).includes(SECRET));
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('a storage host that a redirect leads to gets no credentials', async () => {
  await using storage = await startFakeRegistry({ images });
  const intercept: Intercept = (request, response) => {
    if (demandBasic(request, response)) return true;
    if (!request.url.includes('/blobs/')) return false;
    response.writeHead(307, {
      location: `http://${storage.host}${request.url}?signature=${encodeURIComponent(SECRET)}`,
    });
    response.end();
    return true;
  };
  await withRegistry({ images, intercept }, async ({ host }) => {
    await withEntry(host, password, async (environment) => {
      const opened = await openFrom({ text: `${host}/team/app:1`, options: { environment } });
      assert.deepEqual(await readLayer(onlyImage(opened).layers[0]), layer.bytes);
      await opened.close();
      assert.equal(storage.requests.length, 2);
      assert.ok(storage.requests.every(({ authorization }) => authorization === undefined));
    });
  });
});

test('a failing storage host is asked again through the registry, and its signed address is not shown', async () => {
  await using storage = await startFakeRegistry({
    intercept: (_, response) => {
      sendError(response, 403, 'EXPIRED');
      return true;
    },
  });
  let redirects = 0;
  const intercept: Intercept = (request, response) => {
    if (!request.url.includes('/blobs/')) return false;
    redirects += 1;
    response.writeHead(302, {
      location: `http://${storage.host}/data?signature=${encodeURIComponent(SECRET)}`,
    });
    response.end();
    return true;
  };
  await withRegistry({ images, intercept }, async ({ host }) => {
    const error = await rejectsWith(
      'REGISTRY_UNAVAILABLE',
      /failed to deliver the blob .* \(HTTP 403\)/,
      () => tryOpening({ text: `${host}/team/app:1` }),
    );
    assert.equal(redirects, 4);
    assert.ok(!inspect(error).includes('signature'));
  });
});
