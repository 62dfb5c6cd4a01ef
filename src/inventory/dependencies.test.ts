import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pkg } from '../../test/packages.ts';
import type { PackageType } from '../model/package.ts';
import { type DependingPackage, resolveDependencies } from './dependencies.ts';

function depending(
  type: PackageType,
  id: string,
  path: string,
  dependencies: readonly string[] = [],
): DependingPackage {
  const [name = '', architecture = null] = id.split(':');
  return {
    ...pkg(type, name.replace('/', '-'), '1', { name, architecture, dependencies }),
    id: `${id} in ${path}`,
    evidence: [{ path, layer: null, step: null }],
    requires: [],
  };
}

const edgesOf = (packages: readonly DependingPackage[], of: number, links: Record<string, string> = {}) =>
  resolveDependencies(packages, (path) => links[path] ?? path).get(packages[of]?.id ?? '');

test('a Node module loads what is nearest above it', () => {
  const packages = [
    depending('npm', 'a', 'srv/node_modules/a/package.json', ['c', 'd', 'e', 'f']),
    depending('npm', 'c', 'srv/node_modules/a/node_modules/c/package.json'),
    depending('npm', 'c', 'srv/node_modules/c/package.json'),
    depending('npm', 'd', 'node_modules/d/package.json'),
    depending('npm', 'e', 'usr/share/nodejs/e/package.json'),
    depending('npm', 'f', 'opt/other/node_modules/f/package.json'),
  ];
  assert.deepEqual(edgesOf(packages, 0), [
    'c in srv/node_modules/a/node_modules/c/package.json',
    'd in node_modules/d/package.json',
    'e in usr/share/nodejs/e/package.json',
  ]);
});

test('packages of a lock file depend on each other, not on those of another one', () => {
  const packages = [
    depending('npm', 'a', 'one/package-lock.json', ['b']),
    depending('npm', 'b', 'one/package-lock.json'),
    depending('npm', 'b', 'two/package-lock.json'),
  ];
  assert.deepEqual(edgesOf(packages, 0), ['b in one/package-lock.json']);
});

test('of one name in two architectures the own one counts, where it is there', () => {
  const status = 'var/lib/dpkg/status';
  const packages = [
    depending('deb', 'libssl3:amd64', status, ['libc6', 'debconf', 'perl']),
    depending('deb', 'libc6:amd64', status),
    depending('deb', 'libc6:i386', status),
    depending('deb', 'debconf:all', status),
    depending('apk', 'perl:x86_64', 'lib/apk/db/installed'),
  ];
  assert.deepEqual(edgesOf(packages, 0), [`debconf:all in ${status}`, `libc6:amd64 in ${status}`]);
});

test('a package does not depend on itself, and a path of endless depth ends', () => {
  const deep = `${'d/'.repeat(5000)}node_modules/a/package.json`;
  assert.deepEqual(edgesOf([depending('npm', 'a', deep, ['b'])], 0), []);
  const self = depending('deb', 'a:all', 'var/lib/dpkg/status', ['a']);
  assert.deepEqual(edgesOf([self], 0), []);
});
