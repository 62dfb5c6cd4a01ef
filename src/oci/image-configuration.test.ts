import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildLayer } from '../../test/images/image-builder.ts';
import { parseImageConfiguration } from './image-configuration.ts';

const { diffId } = buildLayer([]);
const minimal = {
  os: 'linux',
  architecture: 'amd64',
  rootfs: { type: 'layers', diff_ids: [diffId, diffId] },
};

const parse = (fields: object) =>
  parseImageConfiguration(Buffer.from(JSON.stringify({ ...minimal, ...fields })), 'the configuration');

test('everything that a configuration says', () => {
  const found = parse({
    architecture: 'arm64',
    variant: 'v8',
    created: '2024-05-14T01:28:14Z',
    author: 'me',
    config: {
      User: '1000:1000',
      Entrypoint: ['/entry'],
      Cmd: ['run', '--fast'],
      WorkingDir: '/srv',
      Env: ['PATH=/bin', 'A=1'],
      ExposedPorts: { '443/tcp': {}, '80/tcp': {} },
      Volumes: { '/data': {} },
      StopSignal: 'SIGQUIT',
      Healthcheck: { Test: ['CMD', 'true'], Interval: 1 },
      Shell: ['/bin/bash', '-c'],
      Labels: { maintainer: 'me' },
      ArgsEscaped: true,
    },
  });
  assert.deepEqual(found.platform, { os: 'linux', architecture: 'arm64' });
  assert.deepEqual([found.created, found.author], ['2024-05-14T01:28:14Z', 'me']);
  assert.deepEqual({ ...found.labels }, { maintainer: 'me' });
  assert.deepEqual(found.run, {
    user: '1000:1000',
    entrypoint: ['/entry'],
    command: ['run', '--fast'],
    workingDirectory: '/srv',
    environment: ['PATH=/bin', 'A=1'],
    exposedPorts: ['443/tcp', '80/tcp'],
    volumes: ['/data'],
    stopSignal: 'SIGQUIT',
    healthcheck: ['CMD', 'true'],
    shell: ['/bin/bash', '-c'],
  });
});

test('what a configuration leaves out, empties or writes as null is null or empty', () => {
  const empty = { User: '', Cmd: null, Env: null, Labels: null, Volumes: null, WorkingDir: '' };
  for (const config of [undefined, null, {}, empty]) {
    const { created, labels, run, history } = parse({
      config,
      history: null,
      created: '0001-01-01T00:00:00Z',
    });
    assert.equal(created, null);
    assert.deepEqual(Object.keys(labels), []);
    assert.deepEqual(run, {
      user: null,
      entrypoint: [],
      command: [],
      workingDirectory: null,
      environment: [],
      exposedPorts: [],
      volumes: [],
      stopSignal: null,
      healthcheck: null,
      shell: [],
    });
    assert.deepEqual(history, []);
  }
});

test('a command that is one string, as old builders wrote it', () => {
  assert.deepEqual(parse({ config: { Cmd: 'sh' } }).run.command, ['sh']);
});

const STEP = { created_by: 'RUN x' };
const EMPTY = { created_by: 'ENV x', empty_layer: true };
const HISTORIES = [
  ['every step made a layer', [STEP, STEP], [0, 1]],
  ['steps without layers between', [EMPTY, STEP, EMPTY, STEP, EMPTY], [null, 0, null, 1, null]],
  ['a step too few: squashed', [STEP], [null]],
  ['a step too many', [STEP, STEP, STEP], [null, null, null]],
] as const;

for (const [what, history, layers] of HISTORIES) {
  test(`build steps and layers: ${what}`, () => {
    assert.deepEqual(
      parse({ history }).history.map(({ layer }) => layer),
      layers,
    );
  });
}

const REFUSED: readonly (readonly [what: string, fields: object, message: RegExp])[] = [
  ['no root file system', { rootfs: undefined }, /at "rootfs"/],
  ['a root file system of another kind', { rootfs: { type: 'x', diff_ids: [] } }, /at "rootfs.type"/],
  [
    'a diff ID that is none',
    { rootfs: { type: 'layers', diff_ids: ['sha256:00'] } },
    /at "rootfs.diff_ids.0"/,
  ],
  ['an environment of numbers', { config: { Env: [1] } }, /at "config.Env/],
  [
    'ports as a list',
    { config: { ExposedPorts: ['80/tcp'] } },
    /at "config.ExposedPorts": expected an object/,
  ],
  ['history that is no list', { history: {} }, /at "history"/],
  ['a field in another case', { Rootfs: {} }, /writes the field "rootfs" as "Rootfs"/],
];

for (const [what, fields, message] of REFUSED) {
  test(`a configuration is refused: ${what}`, () => {
    assert.throws(() => parse(fields), { code: 'MANIFEST_INVALID', message });
  });
}
