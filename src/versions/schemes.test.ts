import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from './register.ts';

/** From the oldest to the newest; versions in one line of `=` are equal. */
const ASCENDING: Readonly<Record<string, readonly string[]>> = {
  bitnami: ['1.2.2-9', '1.2.3 = v1.2.3', '1.2.3-0', '1.2.3-2', '1.2.3-10', '1.2.4'],
  cargo: ['1.2.3-alpha', '1.2.3-rc.1', '1.2.3-rc.2', '1.2.3 = 1.2.3+build', '1.2.10'],
  composer: [
    '1.0-dev',
    '1.0a1',
    '1.0-beta2',
    '1.0RC1 = v1.0-rc1',
    '1.0 = 1.0+x',
    '1.0.1',
    '1.0.1p1',
    '1.2',
    '1.x-dev',
    '2.0',
  ],
  generic: [
    '1.0-dev',
    '1.0-alpha1 = 1.0a1',
    '1.0b2 = 1.0.0-beta2',
    '1.0rc1 = 1.0.0-rc1',
    '1.0 = v1.0.0 = 1.0+git',
    '1.0p1 = 1.0-patch1',
    '1.0p2',
    '1.0.2',
    '1.0.2a',
    '1.0.2k',
    '1.0.2p',
    '1.0.10',
    '8.4.0',
    '9.3p1',
    '2024a',
    '2024b',
  ],
  golang: [
    'v0.0.0-20240501100000-0123456789ab',
    'v0.0.0-20240601100000-0123456789ab',
    'v1.21.0-rc.2 = go1.21rc2',
    'go1.21 = 1.21.0 = v1.21.0+incompatible',
    'go1.21.3 = go1.21.3-fips = go1.21.3 (Red Hat 1.21.3-1.el9)',
    'v1.22.0-0',
    'go1.22beta1',
    'go1.22rc1 = 1.22.0-rc.1',
    'go1.22.0',
  ],
  hackage: ['1', '1.0', '1.0.0', '1.1'],
  julia: ['1.2.3-rc1 = 1.2.3rc1', '1.2.3 = v1.2.3', '1.2.3+0', '1.2.3+1', '1.2.3+10', '1.3'],
  jvm: [
    '1.4.2_19',
    '8u392 = 1.8.0_392',
    '8u402-ea-b01',
    '8u402-b06 = 1.8.0_402-b06 = 1.8.0_402 = 8.0.402',
    '9 = 9.0.0',
    '11.0.2+9-LTS = 11.0.2 = 11.0.2-LTS',
    '17.0.10+7 = 17.0.10',
    '17.0.10.1',
    '22-ea+5',
    '22 = 22+36',
  ],
  maven: [
    '1.0-alpha-1 = 1.0a1 = 1.0.0.Alpha1',
    '1.0-M2 = 1.0-milestone-2',
    '1.0.RC1 = 1.0-CR1',
    '1.0-SNAPSHOT',
    '1.0 = 1.0.0.Final = 1.0.RELEASE = 1-ga',
    '1.0-sp1',
    '1.0.jbossorg',
    '1.0-jre',
    '1.0-1',
    '1.0.1',
  ],
  npm: [
    '0 = 0.0.0 = v0',
    '1.2.3-0',
    '1.2.3-rc.1 = 1.2.3rc.1',
    '1.2.3 = =1.2.3 = 1.2.3.0 = 1.2.3+build',
    '1.5 = 1.5.0',
    '1.5.1',
    '1.5.1.2-rc',
    '1.5.1.2',
    '1.5.2',
    '9007199254740993.0',
  ],
  nuget: ['1.0.0-ALPHA = 1.0.0-alpha', '1.0.0-beta.2', '1.0.0-beta.10', '1 = 1.0.0.0 = 1.0+x', '1.0.0.1'],
  openssl: [
    '0.9.8zh',
    '1.0.2-beta3',
    '1.0.2',
    '1.0.2a = 1.0.2a-fips',
    '1.0.2z',
    '1.0.2za',
    '1.0.2zg',
    '1.1.1-pre9',
    '1.1.1w',
    '3.0.0-alpha17',
    '3.0.0-beta1',
    '3.0.0 = 3.0.0+quic',
    '3.0.13',
  ],
  portage: ['1.05', '1.1_alpha', '1.1_rc2', '1.1 = 1.1-r0', '1.1-r1', '1.1_p1', '1.1b', '1.1.0', '1.10'],
  swift: ['1.2-beta.2', '1.2 = v1.2.0', '1.10.0'],
};

for (const [scheme, ascending] of Object.entries(ASCENDING)) {
  test(`${scheme}: versions in ascending order`, () => {
    const places = ascending.flatMap((equal, place) =>
      equal.split(' = ').map((version) => ({ version, place })),
    );
    for (const a of places) {
      for (const b of places) {
        const order = Math.sign(compareVersions(scheme, a.version, b.version));
        assert.equal(order, Math.sign(a.place - b.place), `${a.version} against ${b.version}`);
      }
    }
  });
}
