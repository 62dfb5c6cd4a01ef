import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LITTLE, startCpuTime } from '../../../../test/cpu-time.ts';
import { isModulePath, isPseudoVersion, standardLibraryVersion } from './go-module.ts';
import { mainVersion } from './main-version.ts';
import { parseModuleInfo } from './module-info.ts';

const UNTAGGED = 'v0.0.0-20240501100000-0123456789ab';

/** Version of the module `example.com/coin/assay` and the flags that its program was linked with. */
const VERSIONS: readonly (readonly [
  stated: string,
  flags: string,
  version: string,
  variable: string | null,
])[] = [
  ['v1.2.3', '', 'v1.2.3', null],
  ['v1.2.3', '-X main.version=9.9.9', 'v1.2.3', null],
  ['v1.2.3+dirty', '', 'v1.2.3+dirty', null],
  ['(devel)', '', '', null],
  ['(devel)', '-s -w', '', null],
  ['(devel)', '-X main.version=1.2.3', 'v1.2.3', 'main.version'],
  ['(devel)', '-X main.version=v1.2.3-rc.1', 'v1.2.3-rc.1', 'main.version'],
  ['(devel)', '-X=main.Version=1.2.3', 'v1.2.3', 'main.Version'],
  ['(devel)', `-s -X 'main.version=1.2.3' -w`, 'v1.2.3', 'main.version'],
  ['(devel)', '-X "main.tag=1.2.3"', 'v1.2.3', 'main.tag'],
  ['(devel)', '-X main.version=dev', '', null],
  ['(devel)', '-X main.commit=1.2.3', '', null],
  ['(devel)', '-X main.goVersion=1.22.3', '', null],
  ['(devel)', '-X other.org/lib.version=1.2.3', '', null],
  [
    '(devel)',
    '-X github.com/prometheus/common/version.Version=2.45.0',
    'v2.45.0',
    'github.com/prometheus/common/version.Version',
  ],
  [
    '(devel)',
    '-X k8s.io/component-base/version.gitVersion=v1.29.0 -X example.com/coin/assay/internal.Version=1.5.0',
    'v1.5.0',
    'example.com/coin/assay/internal.Version',
  ],
  ['(devel)', '-X example.com/coin/assays.Version=1.5.0', '', null],
  [UNTAGGED, '', '', null],
  [UNTAGGED, '-X main.version=1.2.3', 'v1.2.3', 'main.version'],
  ['v1.2.4-0.20240501100000-0123456789ab', '', 'v1.2.4-0.20240501100000-0123456789ab', null],
];

for (const [stated, flags, version, variable] of VERSIONS) {
  test(`${stated} linked with ${flags || 'nothing'}: ${version || 'unknown'}`, () => {
    const text = [
      'path\texample.com/coin/assay/cmd/assay',
      `mod\texample.com/coin/assay\t${stated}\t`,
      `build\t-ldflags=${JSON.stringify(flags)}`,
      'build\tvcs.revision=0123456789abcdef0123456789abcdef01234567',
    ].join('\n');
    assert.deepEqual(mainVersion(parseModuleInfo(text)), { version, variable });
  });
}

test('a pseudo-version that was asked for is one: nothing was stamped from a checkout', () => {
  const info = parseModuleInfo(`mod\texample.com/coin/assay\t${UNTAGGED}\th1:x=`);
  assert.equal(mainVersion(info).version, UNTAGGED);
});

for (const [version, isPseudo] of [
  [UNTAGGED, true],
  ['v1.2.4-0.20240501100000-0123456789ab', true],
  ['v1.3.0-rc.1.0.20240501100000-0123456789ab', true],
  ['v2.0.0-20240501100000-0123456789ab+incompatible', true],
  ['v0.0.0-20240501100000-0123456789ab+dirty', true],
  ['v1.2.3', false],
  ['v1.2.3-20240501', false],
  ['v1.2.3-rc.1', false],
] as const) {
  test(`${version} is ${isPseudo ? 'a' : 'no'} pseudo-version`, () => {
    assert.equal(isPseudoVersion(version), isPseudo);
  });
}

/** As golang.org/x/vuln maps tags of Go to versions. */
for (const [goVersion, release] of [
  ['go1.22.3', '1.22.3'],
  ['go1.22', '1.22.0'],
  ['go1.22rc1', '1.22.0-rc.1'],
  ['go1.13beta1', '1.13.0-beta.1'],
  ['go1.19.4b7', '1.19.4'],
  ['go1.20.4 X:boringcrypto', '1.20.4'],
  ['go1.24.6 (Red Hat 1.24.6-1.el9)', '1.24.6'],
  ['devel go1.23-0b0c7b4 Tue Mar 5 10:00:00 2024 +0000', ''],
  ['devel +0b0c7b4', ''],
  ['', ''],
] as const) {
  test(`Go "${goVersion}" has the standard library ${release || 'of no release'}`, () => {
    assert.equal(standardLibraryVersion(goVersion), release);
  });
}

for (const path of ['', './stamp', '../stamp', '/srv/stamp', 'a//b', 'a b', 'a/', 'a\u0000b', '.hidden/a']) {
  test(`${JSON.stringify(path)} is no path of a module`, () => assert.equal(isModulePath(path), false));
}

test('long texts take no long time', () => {
  const spent = startCpuTime();
  for (const piece of ['a', 'a/', '/', '1.', 'v1.2.3-', '-X ', '-X a=', "'", '"', 'dep\ta\tv1\n', '=>\t']) {
    const text = piece.repeat(300_000 / piece.length);
    isModulePath(text);
    isPseudoVersion(`v1.2.3-${text}`.slice(0, 100_000));
    standardLibraryVersion(`go${text}`);
    mainVersion(parseModuleInfo(`mod\ta\t\nbuild\t-ldflags=${text}`));
    parseModuleInfo(text);
  }
  assert.ok(spent() < LITTLE);
});
