import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExec, parseRun } from './docker-arguments.ts';

const NOTHING = {
  command: [],
  entrypoint: null,
  isDetached: false,
  isInteractive: false,
  isRemoved: false,
  name: null,
  user: null,
  workingDirectory: null,
  environment: [],
  volumes: [],
  links: [],
};

for (const [args, expected] of [
  ['image', { image: 'image' }],
  [
    '--rm --entrypoint date image +%Z',
    { isRemoved: true, entrypoint: 'date', image: 'image', command: ['+%Z'] },
  ],
  [
    '--rm --user 0:0 --entrypoint cut image -d: -f1-2 /etc/passwd',
    {
      isRemoved: true,
      user: '0:0',
      entrypoint: 'cut',
      image: 'image',
      command: ['-d:', '-f1-2', '/etc/passwd'],
    },
  ],
  [
    '-d -e A -e B=1 --name=x image server --port 1',
    {
      isDetached: true,
      environment: ['A', 'B=1'],
      name: 'x',
      image: 'image',
      command: ['server', '--port', '1'],
    },
  ],
  ['-it --rm image', { isInteractive: true, isRemoved: true, image: 'image' }],
  [
    '-i --link=a:b --link c -v /x:/y:ro --volume v:/z -w /tmp --init image',
    {
      isInteractive: true,
      links: ['a:b', 'c'],
      volumes: ['/x:/y:ro', 'v:/z'],
      workingDirectory: '/tmp',
      image: 'image',
    },
  ],
] as const) {
  test(`docker run ${args}`, () =>
    assert.deepEqual(parseRun(args.split(' ')), { value: { ...NOTHING, ...expected } }));
}

for (const [args, unsupported] of [
  ['--privileged image', 'docker run --privileged'],
  ['--network=host image', 'docker run --network'],
  ['-dP image', 'docker run -dP'],
  ['--rm', 'docker run without an image'],
  ['--name', 'docker run --name without a value'],
  ['--volumes-from a image', 'docker run --volumes-from'],
] as const) {
  test(`not understood, and said: docker run ${args}`, () =>
    assert.deepEqual(parseRun(args.split(' ')), { unsupported }));
}

test('docker exec', () => {
  assert.deepEqual(parseExec(['-u', 'www', '-i', 'name', 'php', '-v']), {
    value: { container: 'name', command: ['php', '-v'], isInteractive: true, user: 'www', environment: [] },
  });
  assert.deepEqual(parseExec(['--privileged', 'name']), { unsupported: 'docker exec --privileged' });
});
