import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSecretPlace } from './places.ts';

test('keys and settings of clients are places of secrets, and hardly anything else is', () => {
  for (const path of [
    'etc/ssl/private/ssl-cert-snakeoil.key',
    'root/.ssh/id_ed25519',
    'app/.env',
    'app/.env.production',
    'root/.docker/config.json',
    'root/.netrc',
    'home/ann/.aws/credentials',
    '.npmrc',
  ]) {
    assert.ok(isSecretPlace(path), path);
  }
  for (const path of [
    'etc/passwd',
    'root/.ssh/id_ed25519.pub',
    'app/config.json',
    'usr/bin/env',
    'app/main.js',
  ]) {
    assert.ok(!isSecretPlace(path), path);
  }
});
