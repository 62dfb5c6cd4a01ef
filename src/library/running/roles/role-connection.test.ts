import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { findCredentials } from '../../../oci/registry/credentials.ts';
import { defaultSettings } from '../../programme/read-settings.ts';
import { connectionOfRole } from './role-connection.ts';

const HOST = 'registry.example';

function writeCredentials(file: string, username: string): void {
  mkdirSync(join(file, '..'), { recursive: true });
  const auth = Buffer.from(`${username}:secret`).toString('base64');
  writeFileSync(file, JSON.stringify({ auths: { [HOST]: { auth } } }));
}

test('a role has its own credentials and no others, wherever the environment names some', async (t) => {
  const folder = temporaryDirectory(t);
  const environment = {
    REGISTRY_AUTH_FILE: join(folder, 'auth.json'),
    DOCKER_CONFIG: join(folder, 'docker'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    HOME: join(folder, 'home'),
  };
  writeCredentials(environment.REGISTRY_AUTH_FILE, 'file');
  writeCredentials(join(environment.DOCKER_CONFIG, 'config.json'), 'docker');
  writeCredentials(join(environment.XDG_RUNTIME_DIR, 'containers/auth.json'), 'podman');
  writeCredentials(join(environment.HOME, '.docker/config.json'), 'home');
  writeCredentials(join(folder, 'own/config.json'), 'own');
  mkdirSync(join(folder, 'none'));
  const nameOf = async (credentials: string | null): Promise<string | null> => {
    const connection = connectionOfRole(defaultSettings(folder), { credentials }, { environment });
    const found = await findCredentials(HOST, 'redis', connection.environment ?? {});
    return found?.kind === 'password' ? found.username : null;
  };
  assert.equal(await nameOf(null), 'file');
  assert.equal(await nameOf(join(folder, 'own')), 'own');
  assert.equal(await nameOf(join(folder, 'none')), null);
});
