import assert from 'node:assert/strict';
import { test } from 'node:test';
import { volatileBecause } from './volatile-files.ts';

test('files that builds write differently each time, and their neighbours', () => {
  const cases: readonly (readonly [path: string, cause: RegExp | null])[] = [
    ['var/log/dpkg.log', /package manager/],
    ['var/log/apt/history.log', /package manager/],
    ['var/log/nginx/error.log', /^logs tell/],
    ['srv/var/log/dpkg.log', null],
    ['var/cache/ldconfig/aux-cache', /ldconfig/],
    ['usr/lib/python3/dist-packages/x/__pycache__/a.cpython-311.pyc', /PYTHONDONTWRITEBYTECODE/],
    ['usr/lib/python3/dist-packages/x/__pycache__', /Python/],
    ['usr/lib/python3/dist-packages/x/a.py', null],
    ['etc/machine-id', /machine/],
    ['etc/hostname', /network/],
    ['etc/hostnames', null],
    ['var/lib/apt/lists/deb.example_dists_stable_InRelease', /apt/],
    ['var/lib/dpkg/status-old', /earlier states/],
    ['var/lib/dpkg/status', null],
    ['var/cache/debconf/templates.dat-old', /earlier states/],
    ['etc/passwd-', /before the last change/],
    ['etc/passwd', null],
    ['etc/shadow', /day/],
    ['etc/ssh/ssh_host_ed25519_key.pub', /host keys/],
    ['etc/ssh/sshd_config', null],
    ['root/.npm/_logs/2026-11-21T00_00_00_000Z-debug-0.log', /npm/],
    ['usr/share/doc/a/changelog.gz', /gzip/],
    ['usr/lib/libz.a', /ar D/],
    ['usr/bin/app', null],
  ];
  for (const [path, cause] of cases) {
    const found = volatileBecause(path);
    assert.ok(cause === null ? found === null : cause.test(found ?? ''), `${path}: ${found}`);
  }
});
