import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pkg } from '../../test/packages.ts';
import type { PackageType } from '../model/package.ts';
import { isKernelHeaders } from './kernel-headers.ts';

const CASES: readonly (readonly [PackageType, name: string, source: string, expected: boolean])[] = [
  ['deb', 'linux-libc-dev', 'linux', true],
  ['deb', 'linux-headers-6.1.0-28-amd64', 'linux', true],
  ['deb', 'linux-headers-6.1.0-28-common', 'linux', true],
  ['deb', 'linux-kbuild-6.1', 'linux', true],
  ['deb', 'linux-hwe-5.15-headers-5.15.0-91', 'linux-hwe-5.15', true],
  ['deb', 'linux-image-6.1.0-28-amd64', 'linux-signed-amd64', false],
  ['deb', 'linux-image-5.15.0-91-generic', 'linux', false],
  ['deb', 'linux-perf', 'linux', false],
  ['deb', 'libx-headers', 'libx', false],
  ['rpm', 'kernel-headers', 'kernel', true],
  ['rpm', 'kernel-uek-devel', 'kernel-uek', true],
  ['rpm', 'kernel-rt-debug-devel', 'kernel-rt', true],
  ['rpm', 'kernel6.12-headers', 'kernel6.12', true],
  ['rpm', 'kernel-default-devel', 'kernel-source', true],
  ['rpm', 'linux-glibc-devel', 'linux-glibc-devel', true],
  ['rpm', 'linux-api-headers', 'linux-api-headers', true],
  ['rpm', 'kernel-core', 'kernel', false],
  ['rpm', 'kernel-default', 'kernel-default', false],
  ['rpm', 'bpftool', 'kernel', false],
  ['apk', 'linux-headers', 'linux-headers', true],
  ['apk', 'linux-lts-dev', 'linux-lts', true],
  ['apk', 'linux-lts', 'linux-lts', false],
  ['alpm', 'linux-api-headers', 'linux-api-headers', true],
  ['npm', 'linux-headers', 'linux', false],
];

for (const [type, name, source, expected] of CASES) {
  test(`kernel headers: ${type} ${name} of ${source}: ${expected}`, () =>
    assert.equal(
      isKernelHeaders(pkg(type, name, '1', { source: { name: source, version: null } })),
      expected,
    ));
}
