import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPlatform } from '../model/platform.ts';
import { ARCHITECTURES, ARCHITECTURE_NAMES, isArchitecture } from './architectures.ts';

const PLATFORMS = {
  amd64: 'linux/amd64',
  arm32v5: 'linux/arm/v5',
  arm32v6: 'linux/arm/v6',
  arm32v7: 'linux/arm/v7',
  arm64v8: 'linux/arm64/v8',
  i386: 'linux/386',
  mips64le: 'linux/mips64le',
  ppc64le: 'linux/ppc64le',
  riscv64: 'linux/riscv64',
  s390x: 'linux/s390x',
  'windows-amd64': 'windows/amd64',
};

test('architectures have the platforms of upstream, and no two the same', () => {
  const platforms = Object.fromEntries(
    ARCHITECTURE_NAMES.map((name) => [name, formatPlatform(ARCHITECTURES[name].platform)]),
  );
  assert.deepEqual(platforms, PLATFORMS);
  assert.equal(new Set(Object.values(platforms)).size, ARCHITECTURE_NAMES.length);
});

test('architectures stand in the order of their names', () => {
  assert.deepEqual(ARCHITECTURE_NAMES, ARCHITECTURE_NAMES.toSorted());
});

test('names that only look like architectures are none', () => {
  const found = ['amd64', 'arm64', 'AMD64', '', 'constructor', '__proto__'].filter(isArchitecture);
  assert.deepEqual(found, ['amd64']);
});
