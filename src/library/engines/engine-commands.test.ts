/** The exact words that builders are given. What they do with them is tested where they are installed. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { buildRequest } from '../../../test/library/build-request.ts';
import { digestOf } from '../../model/digest.ts';
import {
  buildahConfiguration,
  type BuildahSettings,
  buildCommand,
  inNamespaces,
  nameParents,
  parentCommands,
  pushCommand,
} from './buildah/buildah-commands.ts';
import { buildkitCommand, type BuildkitSettings, sourcePolicy } from './buildkit/buildkit-command.ts';
import type { PinnedParent } from './engine.ts';

const DIGEST = digestOf('parent');
const PARENTS: readonly PinnedParent[] = [
  'debian:bookworm-slim',
  `registry.example:5000/tool@${DIGEST}`,
  'alpine',
].map((from) => ({ from, digest: DIGEST, layout: '/layouts/one' }));
const FURTHER = {
  platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
  parents: PARENTS,
  arguments: { MIRROR: 'http://deb.example/ debian', EMPTY: '' },
};
const BUILDAH: BuildahSettings = { kind: 'buildah', isolation: 'chroot', storageDriver: 'overlay' };
const STORAGE = [
  '--root=storage',
  '--runroot=run',
  '--storage-driver=overlay',
  '--registries-conf=registries.conf',
  '--default-mounts-file=mounts.conf',
];

test('buildah knows parents by the names that Dockerfiles use', () => {
  assert.deepEqual(
    nameParents(PARENTS).map(({ folder, name }) => [folder, name]),
    [
      ['parents/0', 'docker.io/library/debian:bookworm-slim'],
      ['parents/1', `registry.example:5000/tool:hallmark-${DIGEST.slice(7, 39)}`],
      ['parents/2', 'docker.io/library/alpine:latest'],
    ],
  );
});

test('buildah builds without a registry, a cache, or a word of its own', (t) => {
  const { request } = buildRequest(t, FURTHER);
  const parents = nameParents(PARENTS);
  assert.deepEqual(
    buildCommand(BUILDAH, request, { context: '/context', file: '/context/Dockerfile', parents }),
    [
      ...STORAGE,
      'build',
      '--signature-policy=policy.json',
      '--isolation=chroot',
      '--pull=never',
      '--no-cache',
      '--layers=true',
      '--format=oci',
      '--platform=linux/arm/v7',
      '--timestamp=1700000000',
      '--identity-label=false',
      '--build-arg=SOURCE_DATE_EPOCH=1700000000',
      '--build-arg=MIRROR=http://deb.example/ debian',
      '--build-arg=EMPTY=',
      `--build-context=registry.example:5000/tool@${DIGEST}=docker-image://${parents[1]?.name}`,
      '--file=/context/Dockerfile',
      '--tag=localhost/hallmark/result:build',
      '--',
      '/context',
    ],
  );
});

test('buildah takes parents from their layouts, and leaves the image in one', () => {
  const [parent] = nameParents(PARENTS);
  assert.ok(parent !== undefined);
  assert.deepEqual(parentCommands(BUILDAH, parent), [
    [...STORAGE, 'pull', '--quiet', '--signature-policy=policy.json', 'oci:parents/0'],
    [...STORAGE, 'tag', 'localhost/parents/0:latest', 'docker.io/library/debian:bookworm-slim'],
    [...STORAGE, 'rmi', 'localhost/parents/0:latest'],
  ]);
  assert.deepEqual(pushCommand(BUILDAH), [
    ...STORAGE,
    'push',
    '--quiet',
    '--format=oci',
    '--signature-policy=policy.json',
    'localhost/hallmark/result:build',
    'oci:layout',
  ]);
});

test('what is set on this machine for buildah does not count', () => {
  assert.deepEqual(Object.keys(buildahConfiguration(BUILDAH)), [
    'registries.conf',
    'policy.json',
    'containers.conf',
    'storage.conf',
    'mounts.conf',
  ]);
});

test('buildah runs in namespaces of its own, which without root are within one of users', () => {
  const own =
    '--pdeathsig=KILL -- unshare --pid --mount --fork --kill-child=KILL --mount-proc -- buildah info'.split(
      ' ',
    );
  assert.deepEqual(inNamespaces(['info'], true), { program: 'setpriv', args: own });
  const within = ['--pdeathsig=KILL', '--', 'buildah', 'unshare', 'setpriv', ...own];
  assert.deepEqual(inNamespaces(['info'], false), { program: 'setpriv', args: within });
});

const BUILDKIT: BuildkitSettings = { kind: 'buildkit', address: null, frontend: null };
const INPUTS = { context: '/context', folder: '/context/dir', file: 'Dockerfile' };

test('BuildKit builds without a registry, a cache, or a statement of its own', (t) => {
  const { request } = buildRequest(t, FURTHER);
  assert.deepEqual(buildkitCommand(BUILDKIT, request, INPUTS), [
    'build',
    '--progress=plain',
    '--no-cache',
    '--source-policy-file=source-policy.json',
    '--frontend=dockerfile.v0',
    '--local=context=/context',
    '--local=dockerfile=/context/dir',
    '--oci-layout=parent0=/layouts/one',
    '--oci-layout=parent1=/layouts/one',
    '--oci-layout=parent2=/layouts/one',
    '--opt=filename=Dockerfile',
    '--opt=platform=linux/arm/v7',
    '--opt=cmdline=dockerfile.v0',
    '--opt=build-arg:SOURCE_DATE_EPOCH=1700000000',
    '--opt=build-arg:MIRROR=http://deb.example/ debian',
    '--opt=build-arg:EMPTY=',
    `--opt=context:debian:bookworm-slim=oci-layout://parent0@${DIGEST}`,
    `--opt=context:registry.example:5000/tool@${DIGEST}=oci-layout://parent1@${DIGEST}`,
    `--opt=context:alpine=oci-layout://parent2@${DIGEST}`,
    '--output=type=oci,dest=layout,tar=false,oci-mediatypes=true,compression=gzip,rewrite-timestamp=true',
  ]);
});

test('BuildKit builds with the frontend and the daemon that the programme names', (t) => {
  const frontend = `registry.example/dockerfile@${DIGEST}`;
  const settings: BuildkitSettings = { kind: 'buildkit', address: 'tcp://builder:1234', frontend };
  const command = buildkitCommand(settings, buildRequest(t).request, INPUTS);
  assert.deepEqual(command.slice(0, 6), [
    '--addr=tcp://builder:1234',
    'build',
    '--progress=plain',
    '--no-cache',
    '--source-policy-file=source-policy.json',
    '--frontend=gateway.v0',
  ]);
  assert.ok(command.includes(`--opt=source=${frontend}`));
  assert.ok(command.includes(`--opt=cmdline=${frontend}`));
  assert.deepEqual(JSON.parse(sourcePolicy(settings)), {
    version: 1,
    rules: [
      { action: 'DENY', selector: { identifier: 'docker-image://*' } },
      { action: 'ALLOW', selector: { identifier: `docker-image://${frontend}` } },
    ],
  });
});
