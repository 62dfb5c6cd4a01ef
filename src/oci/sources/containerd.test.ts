import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { buildImage, buildIndex, buildLayer, type BuiltBlob } from '../../../test/images/image-builder.ts';
import { ociArchive } from '../../../test/images/layouts.ts';
import { onlyImage, readLayers } from '../../../test/images/opened.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { parsePlatform } from '../../model/platform.ts';
import { openImage } from '../open-image.ts';
import { decodeMessage, encodeMessage, textField } from './protobuf.ts';

const small = buildLayer([{ path: 'etc/os-release', content: 'ID=alpine\n' }]);
// More than one frame of HTTP/2 and more than one message of containerd.
const large = buildLayer([{ path: 'large', content: Buffer.alloc(3_000_000, 'large') }], 'none');
const image = buildImage({ layers: [small, large] });
const arm64 = buildImage({ layers: [small], platform: { os: 'linux', architecture: 'arm64' } });
const index = buildIndex([image, arm64]);

interface Answer {
  readonly messages: readonly Uint8Array[];
  readonly status?: number;
  readonly reason?: string;
}

type Handler = (method: string, argument: string, namespace: string) => Answer;

const NOT_FOUND: Answer = { messages: [], status: 5, reason: 'not found' };

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([prefix, message]);
}

/** Sends answers as gRPC does; a status without answers comes in the headers. */
function send(stream: ServerHttp2Stream, { messages, status = 0, reason = '' }: Answer): void {
  const end = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(reason) };
  const headers = { ':status': 200, 'content-type': 'application/grpc' };
  if (messages.length === 0) {
    stream.respond({ ...headers, ...end }, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(end));
  stream.end(Buffer.concat(messages.map(framed)));
}

/** Something that listens where containerd would. */
async function startServer(
  t: TestContext,
  handle: (stream: ServerHttp2Stream, body: Buffer, path: string, namespace: string) => void,
) {
  const socket = join(temporaryDirectory(t), 'containerd.sock');
  const server = createServer();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const parts: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      handle(stream, Buffer.concat(parts), String(headers[':path']), String(headers['containerd-namespace']));
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { CONTAINERD_ADDRESS: socket };
}

const startContainerd = (t: TestContext, handler: Handler) =>
  startServer(t, (stream, body, path, namespace) => {
    const request = decodeMessage(body.subarray(5));
    assert.ok(request);
    const method = path.split('/').at(-1) ?? '';
    send(stream, handler(method, textField(request, 1), namespace));
  });

/** containerd.services.images.v1.GetImageResponse */
function imageAnswer(name: string, { mediaType, digest, bytes }: BuiltBlob): Answer {
  const target = encodeMessage([
    [1, mediaType],
    [2, digest],
    [3, bytes.byteLength],
  ]);
  return {
    messages: [
      encodeMessage([
        [
          1,
          encodeMessage([
            [1, name],
            [3, target],
          ]),
        ],
      ]),
    ],
  };
}

/** A containerd that holds one image under one name in one namespace, and the given content. */
function holding(
  name: string,
  namespace: string,
  root: BuiltBlob,
  blobs: ReadonlyMap<string, BuiltBlob>,
): Handler {
  return (method, argument, asked) => {
    if (asked !== namespace) return NOT_FOUND;
    if (method === 'Get') return argument === name ? imageAnswer(name, root) : NOT_FOUND;
    const blob = blobs.get(argument);
    if (blob === undefined) return NOT_FOUND;
    if (method === 'Info') return { messages: [encodeMessage([[1, encodeMessage([[1, argument]])]])] };
    const messages: Buffer[] = [];
    for (let at = 0; at < blob.bytes.length; at += 1_048_576) {
      messages.push(
        encodeMessage([
          [1, at],
          [2, blob.bytes.subarray(at, at + 1_048_576)],
        ]),
      );
    }
    return { messages };
  };
}

const NAME = 'docker.io/library/app:latest';

test('an image of containerd, by its short name, in the namespace of Kubernetes', async (t) => {
  const environment = await startContainerd(t, holding(NAME, 'k8s.io', index, index.blobs));
  const opened = await openImage('containerd:app', { environment, platform: parsePlatform('amd64') });
  const found = onlyImage(opened);
  assert.equal(found.digest, image.digest);
  assert.equal(found.indexDigest, index.digest);
  assert.deepEqual(await readLayers(found), [small.bytes, large.bytes]);
  await opened.close();
});

test('only the namespace that the environment names is asked', async (t) => {
  const environment = await startContainerd(t, holding(NAME, 'k8s.io', image, image.blobs));
  const mine = { ...environment, CONTAINERD_NAMESPACE: 'mine' };
  await assert.rejects(openImage('containerd:app', { environment: mine }), {
    code: 'IMAGE_NOT_FOUND',
    message: 'containerd has no image app in the namespaces mine',
  });
});

test('platforms that were not pulled do not count', async (t) => {
  const blobs = new Map([...arm64.blobs, [String(index.digest), index] as const]);
  const environment = await startContainerd(t, holding(NAME, 'default', index, blobs));
  const opened = await openImage(`containerd:${NAME}`, { environment, platform: 'all' });
  assert.equal(onlyImage(opened).digest, arm64.digest);
  await opened.close();
  await assert.rejects(openImage('containerd:app', { environment, platform: parsePlatform('amd64') }), {
    code: 'PLATFORM_NOT_FOUND',
    message: /it has linux\/arm64/,
  });
});

test('a layer that containerd has discarded, and one that it changed', async (t) => {
  const without = new Map(image.blobs);
  without.delete(small.digest);
  const changed = new Map(image.blobs).set(small.digest, {
    ...small,
    bytes: Buffer.alloc(small.bytes.length),
  });
  for (const [blobs, code] of [
    [without, 'BLOB_UNKNOWN'],
    [changed, 'LAYER_DIGEST_MISMATCH'],
  ] as const) {
    const environment = await startContainerd(t, holding(NAME, 'default', image, blobs));
    const opened = await openImage('containerd:app', { environment });
    await assert.rejects(readLayers(onlyImage(opened)), { code });
    await opened.close();
  }
});

test('reading half a layer and closing leaves nothing open', async (t) => {
  const environment = await startContainerd(t, holding(NAME, 'default', image, image.blobs));
  const opened = await openImage('containerd:app', { environment });
  const chunks = onlyImage(opened).layers[1]?.open();
  assert.ok(chunks);
  for await (const chunk of chunks) {
    assert.ok(chunk.byteLength > 0);
    break;
  }
  const cancelled = onlyImage(opened).layers[1]?.open(AbortSignal.abort(new Error('cancelled')));
  await assert.rejects(async () => {
    for await (const chunk of cancelled ?? []) void chunk;
  }, /cancelled/);
  await opened.close();
});

test('no containerd', async (t) => {
  const directory = temporaryDirectory(t);
  for (const [address, message] of [
    [`${directory}/none.sock`, /not reachable: .*none\.sock \(does not exist\)$/],
    [`unix://${directory}/none.sock`, /none\.sock \(does not exist\)$/],
    ['tcp://example.org:1', /CONTAINERD_ADDRESS names an engine by tcp/],
  ] as const) {
    await assert.rejects(openImage('containerd:app', { environment: { CONTAINERD_ADDRESS: address } }), {
      code: 'DAEMON_UNAVAILABLE',
      message,
    });
  }
});

const target = (digest: string): Uint8Array =>
  encodeMessage([
    [
      1,
      encodeMessage([
        [
          3,
          encodeMessage([
            [1, image.mediaType],
            [2, digest],
          ]),
        ],
      ]),
    ],
  ]);

const ANSWERS: readonly (readonly [what: string, answer: Answer, message: RegExp])[] = [
  ['an error', { messages: [], status: 7, reason: 'not allowed: 100%' }, /status 7: not allowed: 100%/],
  ['no answer', { messages: [new Uint8Array()], status: 0 }, /cannot be read/],
  ['no message', { messages: [Buffer.from('ff', 'hex')] }, /cannot be read/],
  ['no digest', { messages: [target('../../etc')] }, /"..\/..\/etc" is not a digest/],
];

for (const [what, answer, message] of ANSWERS) {
  test(`containerd answers with ${what}`, async (t) => {
    const environment = await startContainerd(t, () => answer);
    await assert.rejects(openImage('containerd:app', { environment }), { code: 'DAEMON_PROTOCOL', message });
  });
}

const STREAMS: readonly (readonly [
  what: string,
  send: (stream: ServerHttp2Stream) => void,
  code: string,
  message: RegExp,
])[] = [
  [
    'HTTP without gRPC',
    (stream) => {
      stream.respond({ ':status': 404 });
      stream.end('no');
    },
    'DAEMON_PROTOCOL',
    /HTTP status 404|has \d+ bytes|compressed|cut short/,
  ],
  [
    'no status',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end();
    },
    'DAEMON_PROTOCOL',
    /a status is missing/,
  ],
  [
    'a compressed answer',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.from('010000000100', 'hex'));
    },
    'DAEMON_PROTOCOL',
    /compressed/,
  ],
  [
    'a gigantic answer',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.from('00ffffffff00', 'hex'));
    },
    'DAEMON_PROTOCOL',
    /has 4294967295 bytes/,
  ],
  [
    'half an answer',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.from('0000000009aa', 'hex'));
    },
    'DAEMON_PROTOCOL',
    /cut short/,
  ],
  ['a reset', (stream) => stream.close(2), 'DAEMON_UNAVAILABLE', /broke/],
  ['a broken connection', (stream) => stream.session?.destroy(), 'DAEMON_UNAVAILABLE', /broke/],
];

for (const [what, answer, code, message] of STREAMS) {
  test(`at the socket of containerd answers something with ${what}`, async (t) => {
    const environment = await startServer(t, answer);
    await assert.rejects(openImage('containerd:app', { environment }), { code, message });
  });
}

/** Why containerd cannot be started here; false when it can. */
function withoutContainerd(): string | false {
  if (spawnSync('containerd', ['--version']).status !== 0) return 'containerd is not installed';
  return process.getuid?.() === 0 ? false : 'only root can start containerd';
}

test('a real containerd', { skip: withoutContainerd() }, async (t) => {
  const directory = temporaryDirectory(t);
  const [socket, configuration, archive] = ['c.sock', 'config.toml', 'image.tar'].map((name) =>
    join(directory, name),
  );
  assert.ok(socket && configuration && archive);
  writeFileSync(
    configuration,
    `version = 2
root = "${directory}/root"
state = "${directory}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "${socket}"
[ttrpc]
address = "${socket}.ttrpc"
`,
  );
  writeFileSync(archive, ociArchive([{ root: index, name: NAME }]));
  const service = spawn('containerd', ['--config', configuration]);
  const ended = once(service, 'exit');
  try {
    for (let tries = 0; tries < 600 && !existsSync(socket); tries++) await delay(50);
    const load = spawnSync(
      'ctr',
      [
        '--address',
        socket,
        '--namespace',
        'k8s.io',
        'image',
        'import',
        '--no-unpack',
        '--all-platforms',
        archive,
      ],
      { encoding: 'utf8' },
    );
    assert.equal(load.status, 0, load.stderr);
    const environment = { CONTAINERD_ADDRESS: socket };
    for (const [platform, built, layers] of [
      ['amd64', image, [small, large]],
      ['arm64', arm64, [small]],
    ] as const) {
      const opened = await openImage('containerd:app', { environment, platform: parsePlatform(platform) });
      const found = onlyImage(opened);
      assert.equal(found.digest, built.digest);
      assert.deepEqual(
        await readLayers(found),
        layers.map(({ bytes }) => bytes),
      );
      await opened.close();
    }
    await assert.rejects(openImage('containerd:other', { environment }), { code: 'IMAGE_NOT_FOUND' });
  } finally {
    service.kill();
    await ended;
  }
});
