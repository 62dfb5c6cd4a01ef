import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { dockerArchive, dockerArchiveWithLayout } from '../../../test/images/layouts.ts';
import { onlyImage, readLayers } from '../../../test/images/opened.ts';
import { tarArchive } from '../../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import type { SourceProgress } from '../image.ts';
import { openImage } from '../open-image.ts';

const layer = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
const image = buildImage({ layers: [layer], format: 'docker' });
const ID = image.configuration.digest;

/** An engine on a socket of its own; answers the addresses that it was asked for. */
async function startEngine(t: TestContext, socket: string, answer: RequestListener): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(socket);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return asked;
}

/** Answers as Docker does: an inspection, an export in pieces, and errors as JSON. */
function docker(names: readonly string[], archive: Buffer): RequestListener {
  return (request, response) => {
    const [, name = '', action] =
      /^\/images\/(.+)\/(json|get)$/.exec(decodeURIComponent(request.url ?? '')) ?? [];
    if (!names.includes(name) && name !== ID) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `No such image: ${name}` }));
    } else if (action === 'json') {
      response.end(JSON.stringify({ Id: ID, RepoTags: names, Size: 1234, GraphDriver: { Data: null } }));
    } else {
      for (let at = 0; at < archive.length; at += 1000) response.write(archive.subarray(at, at + 1000));
      response.end();
    }
  };
}

test('an image of Docker: inspected, exported by its id, and nothing left behind', async (t) => {
  const directory = temporaryDirectory(t);
  const socket = join(directory, 'docker.sock');
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const asked = await startEngine(
    t,
    socket,
    docker(['registry.example:5000/team/app:1.0'], dockerArchive([{ root: image }])),
  );
  const steps: SourceProgress[] = [];
  const opened = await openImage('docker:registry.example:5000/team/app:1.0', {
    environment: { DOCKER_HOST: `unix://${socket}`, TMPDIR: temporary },
    onProgress: (step) => steps.push(step),
  });
  const found = onlyImage(opened);
  assert.equal(found.configDigest, ID);
  assert.deepEqual(await readLayers(found), [layer.tar]);
  await opened.close();
  assert.deepEqual(asked, [
    'GET /images/registry.example%3A5000/team/app%3A1.0/json',
    `GET /images/${encodeURIComponent(ID)}/get`,
  ]);
  assert.deepEqual(readdirSync(temporary), []);
  assert.deepEqual(steps[0], { kind: 'resolving', reference: 'docker:registry.example:5000/team/app:1.0' });
  assert.ok(steps.some((step) => step.kind === 'blob' && step.digest === ID));
});

test('an image of a newer Docker, whose export is a layout', async (t) => {
  const socket = join(temporaryDirectory(t), 'docker.sock');
  const archive = tarArchive(dockerArchiveWithLayout([{ root: image }]));
  await startEngine(t, socket, docker(['app'], archive));
  const opened = await openImage('docker:app', { environment: { DOCKER_HOST: `unix://${socket}` } });
  assert.equal(onlyImage(opened).digest, image.digest);
  await opened.close();
});

test('podman by its own socket, also under the name that it gives to what it builds', async (t) => {
  const runtime = temporaryDirectory(t);
  mkdirSync(join(runtime, 'podman'));
  const asked = await startEngine(
    t,
    join(runtime, 'podman/podman.sock'),
    docker(['localhost/app'], dockerArchive([{ root: image }])),
  );
  const opened = await openImage('podman:app', { environment: { XDG_RUNTIME_DIR: runtime } });
  assert.equal(onlyImage(opened).configDigest, ID);
  await opened.close();
  assert.deepEqual(asked.slice(0, 2), ['GET /images/app/json', 'GET /images/localhost/app/json']);
});

test('Docker without a setting: the sockets are tried in order', async (t) => {
  const home = temporaryDirectory(t);
  mkdirSync(join(home, '.docker/run'), { recursive: true });
  await startEngine(
    t,
    join(home, '.docker/run/docker.sock'),
    docker(['app'], dockerArchive([{ root: image }])),
  );
  const environment = { HOME: home, XDG_RUNTIME_DIR: join(home, 'none') };
  if (existsSync('/var/run/docker.sock')) return t.skip('this machine has a Docker of its own');
  const opened = await openImage('docker:app', { environment });
  assert.equal(onlyImage(opened).configDigest, ID);
  await opened.close();
});

test('an engine that is not there', async (t) => {
  const directory = temporaryDirectory(t);
  const file = join(directory, 'file');
  writeFileSync(file, '');
  for (const [reference, environment, message] of [
    ['docker:app', { DOCKER_HOST: `unix://${directory}/none.sock` }, /none\.sock \(does not exist\)/],
    ['docker:app', { DOCKER_HOST: `unix://${file}` }, /file \((?:nobody listens|is not a socket)\)/],
    [
      'docker:app',
      { DOCKER_HOST: 'tcp://me:secret@example.org:2375' },
      /DOCKER_HOST names an engine by tcp:\/\/; only/,
    ],
    [
      'podman:app',
      { CONTAINER_HOST: 'ssh://me:secret@example.org' },
      /CONTAINER_HOST names an engine by ssh:\/\/; only/,
    ],
  ] as const) {
    await assert.rejects(openImage(reference, { environment }), { code: 'DAEMON_UNAVAILABLE', message });
  }
});

const ANSWERS: readonly (readonly [what: string, answer: RequestListener, code: string, message: RegExp])[] =
  [
    ['no such image', docker([], Buffer.alloc(0)), 'IMAGE_NOT_FOUND', /docker has no image app$/],
    [
      'an error',
      (_, response) => response.writeHead(500).end('{"message":"disk on fire"}'),
      'DAEMON_PROTOCOL',
      /status 500: disk on fire/,
    ],
    [
      'an error that is no JSON',
      (_, response) => response.writeHead(503).end('<html>'),
      'DAEMON_PROTOCOL',
      /status 503: no reason given/,
    ],
    ['no JSON', (_, response) => response.end('hello'), 'DAEMON_PROTOCOL', /is not JSON/],
    ['other JSON', (_, response) => response.end('{"id":1}'), 'DAEMON_PROTOCOL', /malformed at "Id"/],
    [
      'endless JSON',
      (_, response) => response.end(Buffer.alloc(9_000_000, ' ')),
      'DAEMON_PROTOCOL',
      /longer than 8388608 bytes/,
    ],
    ['nothing', (request) => request.socket.destroy(), 'DAEMON_UNAVAILABLE', /broke/],
    [
      'an export of nothing',
      docker(['app'], Buffer.alloc(0)),
      'LAYER_TRUNCATED',
      /the export of app by docker is empty/,
    ],
    [
      'an export that is no archive',
      docker(['app'], Buffer.alloc(3000, 'x')),
      'LAYER_CORRUPT',
      /the export of app/,
    ],
    [
      'half an export',
      (request, response) => {
        if (request.url?.endsWith('/json')) return docker(['app'], Buffer.alloc(0))(request, response);
        response.writeHead(200, { 'content-length': '100000' });
        response.write(Buffer.alloc(1000), () => response.destroy());
      },
      'DAEMON_UNAVAILABLE',
      /broke/,
    ],
    [
      'a refused export',
      (request, response) =>
        request.url?.endsWith('/json')
          ? docker(['app'], Buffer.alloc(0))(request, response)
          : void response.writeHead(500).end('{"message":"no layer"}'),
      'DAEMON_PROTOCOL',
      /status 500: no layer/,
    ],
  ];

for (const [what, answer, code, message] of ANSWERS) {
  test(`an engine answers with ${what}`, async (t) => {
    const socket = join(temporaryDirectory(t), 'docker.sock');
    await startEngine(t, socket, answer);
    await assert.rejects(openImage('docker:app', { environment: { DOCKER_HOST: socket } }), {
      code,
      message,
    });
  });
}

test('a name that is no reference is not sent', async () => {
  for (const location of ['../containers/json?all=1', 'UPPER', 'a b']) {
    await assert.rejects(openImage(`docker:${location}`, { environment: {} }), { code: 'REFERENCE_INVALID' });
  }
});

test('an export is cancelled', async (t) => {
  const socket = join(temporaryDirectory(t), 'docker.sock');
  const cancel = new AbortController();
  await startEngine(t, socket, (request, response) => {
    if (request.url?.endsWith('/json')) return docker(['app'], Buffer.alloc(0))(request, response);
    response.write(Buffer.alloc(1000), () => cancel.abort(new Error('cancelled')));
  });
  const options = { environment: { DOCKER_HOST: socket }, signal: cancel.signal };
  await assert.rejects(openImage('docker:app', options), /cancelled/);
});

/** Why podman's service cannot be started here; false when it can. */
function withoutPodman(): string | false {
  if (spawnSync('podman', ['--version']).status !== 0) return 'podman is not installed';
  return process.getuid?.() === 0 ? false : 'only root can start podman without further set-up';
}

test('a real podman', { skip: withoutPodman() }, async (t) => {
  const directory = temporaryDirectory(t);
  const store = [
    '--root',
    join(directory, 'root'),
    '--runroot',
    join(directory, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const archive = join(directory, 'image.tar');
  const socket = join(directory, 'podman.sock');
  writeFileSync(archive, dockerArchive([{ root: image, name: 'app:1.0' }]));
  const load = spawnSync('podman', [...store, 'load', '--quiet', '--input', archive], { encoding: 'utf8' });
  if (load.status !== 0) return t.skip(`podman does not work here: ${load.stderr.slice(0, 200)}`);
  const service = spawn('podman', [...store, 'system', 'service', '--time', '0', `unix://${socket}`]);
  const ended = once(service, 'exit');
  try {
    for (let tries = 0; tries < 600 && !existsSync(socket); tries++) await delay(50);
    for (const name of ['app:1.0', 'localhost/app:1.0', ID.slice('sha256:'.length, 20)]) {
      const opened = await openImage(`podman:${name}`, {
        environment: { CONTAINER_HOST: `unix://${socket}` },
      });
      assert.deepEqual(await readLayers(onlyImage(opened)), [layer.tar]);
      await opened.close();
    }
    await assert.rejects(openImage('podman:app:2.0', { environment: { CONTAINER_HOST: socket } }), {
      code: 'IMAGE_NOT_FOUND',
    });
  } finally {
    service.kill();
    await ended;
  }
});
