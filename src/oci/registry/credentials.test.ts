import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { rejectsWith } from '../../../test/registry/opening.ts';
import { findCredentials, type Credentials } from './credentials.ts';

const SECRET = 'correct horse battery staple';
const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') });
const password = (username: string, password: string): Credentials => ({
  kind: 'password',
  username,
  password,
});

/** Runs with files in a private directory, where `~` is the home and `bin` is on PATH. */
async function withFiles(
  files: Readonly<Record<string, unknown>>,
  use: (directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'hallmark-credentials-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
      if (path.startsWith('bin/')) chmodSync(file, 0o755);
    }
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('an entry of config.json is found under every name that Docker and podman write', async () => {
  const cases: readonly (readonly [string, string, Record<string, object>, string | null])[] = [
    ['registry.example', 'a/b', { 'registry.example': auth('ann:1') }, 'ann'],
    ['registry.example:5000', 'a', { 'registry.example:5000': auth('ann:1') }, 'ann'],
    ['registry.example', 'a', { 'registry.example:5000': auth('ann:1') }, null],
    ['registry.example', 'a', { 'https://registry.example': auth('ann:1') }, 'ann'],
    ['registry.example', 'a', { 'https://registry.example/v2/': auth('ann:1') }, 'ann'],
    ['registry.example', 'a', { 'http://registry.example/v1/': auth('ann:1') }, 'ann'],
    [
      'registry.example',
      'a',
      { 'https://registry.example': auth('old:1'), 'registry.example': auth('new:1') },
      'new',
    ],
    [
      'registry.example',
      'a',
      { 'registry.example': auth('new:1'), 'https://registry.example': auth('old:1') },
      'new',
    ],
    ['docker.io', 'library/debian', { 'https://index.docker.io/v1/': auth('hub:1') }, 'hub'],
    ['docker.io', 'library/debian', { 'docker.io': auth('hub:1') }, 'hub'],
    ['registry.example', 'library/debian', { 'https://index.docker.io/v1/': auth('hub:1') }, null],
    // podman: the most specific name space wins
    ['r.example', 'a/b/c', { 'r.example': auth('host:1'), 'r.example/a/b': auth('team:1') }, 'team'],
    ['r.example', 'a/b/c', { 'r.example': auth('host:1'), 'r.example/a/bx': auth('team:1') }, 'host'],
    // a name from a file is never a property of Object
    ['constructor.example', 'a', {}, null],
    ['r.example', 'a', { 'r.example': {} }, null],
  ];
  for (const [host, repository, auths, username] of cases) {
    await withFiles({ '.docker/config.json': { auths } }, async (directory) => {
      const found = await findCredentials(host, repository, { HOME: directory });
      assert.deepEqual(
        found,
        username === null ? null : password(username, '1'),
        `${host} ${inspect(auths)}`,
      );
    });
  }
});

test('an entry may hold a password or a token in several forms', async () => {
  const cases: readonly (readonly [object, Credentials])[] = [
    [auth('ann:a:b'), password('ann', 'a:b')],
    [auth('ann:padded\0\0'), password('ann', 'padded')],
    [{ username: 'ann', password: 'x' }, password('ann', 'x')],
    [
      { ...auth('00000000:x'), identitytoken: 'refresh' },
      { kind: 'identity-token', token: 'refresh' },
    ],
    [{ registrytoken: 'bearer' }, { kind: 'registry-token', token: 'bearer' }],
  ];
  for (const [entry, expected] of cases) {
    await withFiles({ 'config.json': { auths: { 'r.example': entry } } }, async (directory) => {
      assert.deepEqual(await findCredentials('r.example', 'a', { DOCKER_CONFIG: directory }), expected);
    });
  }
});

const fileOf = (user: string) => ({ auths: { 'r.example': auth(`${user}:1`) } });

test('files are asked in order, and the first with an answer wins', async () => {
  const files = {
    'named.json': fileOf('named'),
    '.docker/config.json': fileOf('docker'),
    'run/containers/auth.json': fileOf('podman'),
    'empty/config.json': {},
  };
  await withFiles(files, async (directory) => {
    const at = (...path: string[]) => join(directory, ...path);
    const cases: readonly (readonly [Record<string, string>, string | null])[] = [
      [{ REGISTRY_AUTH_FILE: at('named.json'), HOME: directory }, 'named'],
      [{ HOME: directory, XDG_RUNTIME_DIR: at('run') }, 'docker'],
      [{ HOME: directory, DOCKER_CONFIG: at('empty') }, null],
      [{ DOCKER_CONFIG: at('empty'), XDG_RUNTIME_DIR: at('run') }, 'podman'],
      [{ HOME: at('nowhere'), REGISTRY_AUTH_FILE: at('no-such-file.json') }, null],
      [{}, null],
    ];
    for (const [environment, user] of cases) {
      const found = await findCredentials('r.example', 'a', environment);
      assert.equal(found?.kind === 'password' ? found.username : null, user, inspect(environment));
    }
  });
});

test('a damaged file is named, and nothing in it is repeated', async () => {
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [`{"auths": {"r.example": {"auth": "${SECRET}}}`, /config\.json is not JSON/],
    ['[]', /unexpected value/],
    [{ auths: 7 }, /unexpected value at "auths"/],
    [{ auths: { 'r.example': { auth: [SECRET] } } }, /unexpected value in "auths"/],
    [{ auths: { 'r.example': auth(SECRET) } }, /not base64 of user:password/],
    [{ credsStore: { [SECRET]: 1 } }, /unexpected value at "credsStore"/],
    [' '.repeat(1024 * 1024 + 1), /larger than 1048576 bytes/],
  ];
  for (const [content, message] of cases) {
    await withFiles({ 'config.json': content }, async (directory) => {
      const error = await rejectsWith('REGISTRY_CREDENTIALS', message, () =>
        findCredentials('r.example', 'a', { DOCKER_CONFIG: directory }),
      );
      assert.ok(!inspect(error, { depth: 10 }).includes(SECRET));
    });
  }
});

const HELPER = `#!/bin/sh
read -r server
case "$1 $server" in
  "get r.example") printf '{"ServerURL":"r.example","Username":"ann","Secret":"${SECRET}"}' ;;
  "get https://index.docker.io/v1/") printf '{"Username":"<token>","Secret":"${SECRET}"}' ;;
  "get broken.example") printf '${SECRET}'; exit 0 ;;
  "get locked.example") printf '${SECRET}' >&2; exit 3 ;;
  "get endless.example") yes '${SECRET}' ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac
`;

test('a credential helper is asked as Docker asks it', async () => {
  const stored = { 'mixed.example': auth('file:1'), 'r.example': {} };
  const files = {
    'bin/docker-credential-test': HELPER,
    'store/config.json': { credsStore: 'test', auths: stored },
    'helpers/config.json': { credHelpers: { 'r.example': 'test', 'docker.io': 'test' }, auths: stored },
  };
  await withFiles(files, async (directory) => {
    const PATH = `${join(directory, 'bin')}:/usr/bin:/bin`;
    const find = (config: string, host: string) =>
      findCredentials(host, 'a', { DOCKER_CONFIG: join(directory, config), PATH });
    assert.deepEqual(await find('store', 'r.example'), password('ann', SECRET));
    assert.deepEqual(await find('helpers', 'r.example'), password('ann', SECRET));
    assert.deepEqual(await find('store', 'docker.io'), { kind: 'identity-token', token: SECRET });
    assert.deepEqual(await find('helpers', 'docker.io'), { kind: 'identity-token', token: SECRET });
    // what the helper does not know may stand in the file
    assert.deepEqual(await find('store', 'mixed.example'), password('file', '1'));
    assert.deepEqual(await find('store', 'unknown.example'), null);
    assert.deepEqual(await find('helpers', 'unknown.example'), null);
  });
});

test('a helper that fails is named, and what it printed is not repeated', async () => {
  const files = {
    'bin/docker-credential-test': HELPER,
    'bin/other': HELPER,
    'config.json': {
      credHelpers: {
        'broken.example': 'test',
        'locked.example': 'test',
        'endless.example': 'test',
        'absent.example': 'absent',
        'escape.example': '../other',
        'option.example': '',
      },
    },
  };
  const cases: readonly (readonly [string, RegExp])[] = [
    ['broken.example', /"docker-credential-test" did not answer with a user name and a secret/],
    ['locked.example', /"docker-credential-test" failed \(3\)/],
    ['endless.example', /"docker-credential-test" wrote more than 262144 bytes/],
    ['absent.example', /"docker-credential-absent" is not installed/],
    ['escape.example', /has a name that is not allowed/],
  ];
  await withFiles(files, async (directory) => {
    const environment = { DOCKER_CONFIG: directory, PATH: `${join(directory, 'bin')}:/usr/bin:/bin` };
    for (const [host, message] of cases) {
      const error = await rejectsWith('REGISTRY_CREDENTIALS', message, () =>
        findCredentials(host, 'a', environment),
      );
      assert.ok(!inspect(error, { depth: 10 }).includes(SECRET), host);
    }
    assert.equal(await findCredentials('option.example', 'a', environment), null);
  });
});
