import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveDependencies } from './dependencies.ts';
import type { RpmPackageReading } from './package.ts';

function reading(
  name: string,
  relations: Partial<RpmPackageReading>,
  files: readonly string[] = [],
): RpmPackageReading {
  const none = { architecture: null, sourceRpm: null, vendor: null, licence: null, summary: null, url: null };
  return {
    package: {
      ...none,
      name,
      epoch: null,
      version: '1',
      release: '1',
      modularityLabel: null,
      files: files.join('\n'),
    },
    provides: [],
    requires: [],
    damage: null,
    ...relations,
  };
}

const INSTALLED: readonly RpmPackageReading[] = [
  reading('glibc', { provides: ['libc.so.6()(64bit)', 'glibc'], requires: ['filesystem'] }, [
    'sbin/ldconfig',
  ]),
  reading('bash', { provides: ['/bin/sh'], requires: ['libc.so.6()(64bit)', 'libc.so.6()(64bit)', 'bash'] }),
  reading('tools-b', { provides: ['tools'] }),
  reading('tools-a', { provides: ['tools', 'bash'] }),
];

const CASES: readonly (readonly [requires: string, dependencies: readonly string[]])[] = [
  ['libc.so.6()(64bit)', ['glibc']],
  ['/bin/sh', ['bash']],
  ['/sbin/ldconfig', ['glibc']],
  ['tools', ['tools-a']],
  ['bash', ['bash']],
  ['filesystem', ['filesystem']],
  ['libm.so.6()(64bit)', ['libm.so.6()(64bit)']],
  ['/usr/bin/perl', []],
  ['rpmlib(CompressedFileNames)', []],
  ['(tools if bash)', []],
  ['', []],
  ['app', []],
];

for (const [requires, dependencies] of CASES) {
  test(`requires ${JSON.stringify(requires)}`, () => {
    const packages = resolveDependencies([...INSTALLED, reading('app', { requires: [requires] })]);
    assert.deepEqual(packages.at(-1)?.dependencies, dependencies);
  });
}

test('none twice, none on itself', () => {
  assert.deepEqual(resolveDependencies(INSTALLED)[1]?.dependencies, ['glibc']);
});
