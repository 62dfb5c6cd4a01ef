import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package, PackageType } from '../model/package.ts';
import { formatPurl } from '../model/purl.ts';
import { resolveDependencies } from './dependency-graph.ts';

function pkg(type: PackageType, id: string, path: string, dependencies: readonly string[] = []): Package {
  const [name = '', architecture = null] = id.split(':');
  return {
    id: `${id} in ${path}`,
    purl: formatPurl({ type, name: name.replace('/', '-') }),
    type,
    name,
    version: '1',
    architecture,
    source: null,
    licences: [],
    supplier: null,
    description: null,
    homepage: null,
    modularityLabel: null,
    layer: null,
    evidence: [{ path, layer: null, step: null }],
    files: [],
    ownedBy: null,
    dependencies,
  };
}

const edgesOf = (packages: readonly Package[], of: number) =>
  resolveDependencies(packages).get(packages[of]?.id ?? '');

test('a Node module loads what is nearest above it', () => {
  const packages = [
    pkg('npm', 'a', 'srv/node_modules/a/package.json', ['c', 'd', 'e', 'f']),
    pkg('npm', 'c', 'srv/node_modules/a/node_modules/c/package.json'),
    pkg('npm', 'c', 'srv/node_modules/c/package.json'),
    pkg('npm', 'd', 'node_modules/d/package.json'),
    pkg('npm', 'e', 'usr/share/nodejs/e/package.json'),
    pkg('npm', 'f', 'opt/other/node_modules/f/package.json'),
  ];
  assert.deepEqual(edgesOf(packages, 0), {
    packages: [
      'c in srv/node_modules/a/node_modules/c/package.json',
      'd in node_modules/d/package.json',
      'e in usr/share/nodejs/e/package.json',
    ],
    unmet: ['f'],
  });
});

test('packages of a lock file depend on each other, not on those of another one', () => {
  const packages = [
    pkg('npm', 'a', 'one/package-lock.json', ['b']),
    pkg('npm', 'b', 'one/package-lock.json'),
    pkg('npm', 'b', 'two/package-lock.json'),
  ];
  assert.deepEqual(edgesOf(packages, 0)?.packages, ['b in one/package-lock.json']);
});

test('of one name in two architectures the own one counts, where it is there', () => {
  const status = 'var/lib/dpkg/status';
  const packages = [
    pkg('deb', 'libssl3:amd64', status, ['libc6', 'debconf', 'perl']),
    pkg('deb', 'libc6:amd64', status),
    pkg('deb', 'libc6:i386', status),
    pkg('deb', 'debconf:all', status),
    pkg('apk', 'perl:x86_64', 'lib/apk/db/installed'),
  ];
  assert.deepEqual(edgesOf(packages, 0), {
    packages: [`debconf:all in ${status}`, `libc6:amd64 in ${status}`],
    unmet: ['perl'],
  });
});

test('a package does not depend on itself, and a path of endless depth ends', () => {
  const deep = `${'d/'.repeat(5000)}node_modules/a/package.json`;
  assert.deepEqual(edgesOf([pkg('npm', 'a', deep, ['b'])], 0), { packages: [], unmet: ['b'] });
  const self = pkg('deb', 'a:all', 'var/lib/dpkg/status', ['a']);
  assert.deepEqual(edgesOf([self], 0), { packages: [], unmet: [] });
});
