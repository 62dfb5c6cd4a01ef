import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { startFakeRegistry } from '../../../test/registry/fake-registry.ts';
import { openFrom, rejectsWith, tryOpening } from '../../../test/registry/opening.ts';
import { basicAuthorization } from '../../../test/registry/token-server.ts';

const image = buildImage({ layers: [buildLayer([{ path: 'a', content: 'a' }])] });
const images = { 'team/app:1': image };

/** Not loopback by name, yet a connection to it stays on this machine. */
const anywhere = ({ host }: { host: string }) => host.replace('127.0.0.1', '0.0.0.0');

test('plain HTTP goes through HTTP_PROXY, but not to loopback and not to what NO_PROXY names', async () => {
  await using proxy = await startFakeRegistry({ images });
  await using registry = await startFakeRegistry({ images });
  const HTTP_PROXY = `http://${proxy.host}`;
  const cases: readonly (readonly [string, Record<string, string>, boolean])[] = [
    [anywhere(registry), { HTTP_PROXY }, true],
    [anywhere(registry), { http_proxy: HTTP_PROXY }, true],
    [anywhere(registry), { HTTP_PROXY: proxy.host }, true],
    [anywhere(registry), { HTTP_PROXY, NO_PROXY: '0.0.0.0' }, false],
    [anywhere(registry), { HTTP_PROXY, no_proxy: '*' }, false],
    [anywhere(registry), { HTTPS_PROXY: HTTP_PROXY }, false],
    [registry.host, { HTTP_PROXY }, false],
  ];
  for (const [host, environment, proxied] of cases) {
    const before = proxy.requests.length;
    const options = { environment, registry: { plainHttp: [host] } };
    await tryOpening({ text: `${host}/team/app:1`, options });
    const [first] = proxy.requests.slice(before);
    assert.equal(first?.url, proxied ? `http://${host}/v2/team/app/manifests/1` : undefined);
  }
});

test('HTTPS goes through a tunnel of HTTPS_PROXY, whose password is not shown', async () => {
  const tunnels: (string | undefined)[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.headers['proxy-authorization']);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  try {
    const { port } = proxy.address() as AddressInfo;
    const environment = { https_proxy: `http://ann:secret@127.0.0.1:${port}` };
    const error = await rejectsWith('REGISTRY_UNAVAILABLE', /the proxy refused or failed/, () =>
      openFrom({ text: '0.0.0.0:1/team/app:1', options: { environment, registry: { attempts: 1 } } }),
    );
    assert.deepEqual(tunnels, [basicAuthorization('ann', 'secret')]);
    const shown = inspect(error, { depth: 10 });
    assert.ok(!shown.includes('secret') && !shown.includes(basicAuthorization('ann', 'secret')));
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('a proxy that is no address is an error without the address', async () => {
  const environment = { HTTPS_PROXY: 'not an address with secret' };
  const error = await rejectsWith(
    'REGISTRY_OPTIONS_INVALID',
    /^HTTPS_PROXY is not the address of a proxy$/,
    () => openFrom({ text: 'registry.invalid/team/app:1', options: { environment } }),
  );
  assert.ok(!inspect(error).includes('secret'));
});

/** A server below HTTP: what it does with a connection is up to the test. */
async function withSocketServer(
  serve: (socket: Socket) => unknown,
  use: (host: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('what does not speak HTTP is no registry', async () => {
  await withSocketServer(
    (socket) => socket.once('data', () => socket.end('220 mail.example ESMTP\r\n')),
    async (host) => {
      await rejectsWith('REGISTRY_PROTOCOL', /did not answer in HTTP/, () =>
        openFrom({ text: `${host}/team/app:1`, options: { registry: { plainHttp: [host] } } }),
      );
    },
  );
});

test('what accepts connections and says nothing is left in time', async () => {
  await withSocketServer(
    () => undefined,
    async (host) => {
      await rejectsWith('REGISTRY_TIMEOUT', /was silent for 0\.1 seconds/, () =>
        openFrom({ text: `${host}/team/app:1`, options: { registry: { timeoutMs: 100 } } }),
      );
    },
  );
});

test('a loopback registry with a certificate that nobody vouches for is not asked over plain HTTP', async (t) => {
  if (spawnSync('openssl', ['version']).status !== 0) {
    t.skip('openssl is not installed');
    return;
  }
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const keyType = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', '-nodes', ...keyType, '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  });
  let requests = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    requests += 1;
    response.end();
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    await rejectsWith(
      'REGISTRY_UNAVAILABLE',
      /its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      () => openFrom({ text: `localhost:${port}/team/app:1` }),
    );
    assert.equal(requests, 0);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  }
});
