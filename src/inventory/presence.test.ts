import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pkg } from '../../test/packages.ts';
import type { Package } from '../model/package.ts';
import { dropInstalledDeclarations } from './presence.ts';

const at = (path: string) => [{ path, layer: null, step: null }];
const installed = (name: string): Package =>
  pkg('pypi', name, '1', { evidence: at(`usr/lib/python3/${name}.dist-info/METADATA`) });
const declared = (name: string, lock: string): Package =>
  pkg('pypi', name, '1', { presence: 'declared', evidence: at(lock) });

const namesOf = (packages: readonly Package[]) => packages.map(({ name, presence }) => `${presence} ${name}`);

test('a lock file of which half is installed names nothing more', () => {
  const packages = [installed('flask'), declared('flask', 'app/uv.lock'), declared('pytest', 'app/uv.lock')];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), ['installed flask']);
});

test('a lock file of which nothing is installed is all that tells', () => {
  const packages = [
    installed('flask'),
    declared('flask', 'app/uv.lock'),
    declared('django', 'other/uv.lock'),
    declared('pytest', 'other/uv.lock'),
  ];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), [
    'installed flask',
    'declared django',
    'declared pytest',
  ]);
});

test('a package of the same name from another ecosystem says nothing', () => {
  const packages = [pkg('npm', 'flask', '1'), declared('flask', 'app/uv.lock')];
  assert.deepEqual(namesOf(dropInstalledDeclarations(packages)), ['installed flask', 'declared flask']);
});
