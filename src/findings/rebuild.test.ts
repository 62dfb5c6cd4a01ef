import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deb } from '../versions/deb.ts';
import { rebuiltVersion } from './rebuild.ts';

/** Versions of Debian 12 and its backports, with the version of unstable that each was built from. */
const VERSIONS: readonly (readonly [version: string, rebuilt: string | null])[] = [
  ['2.9.14+dfsg-1.3~deb12u6', '2.9.14+dfsg-1.3'],
  ['590-2.1~deb12u2', '590-2.1'],
  ['17.0.15+6-1~deb12u1', '17.0.15+6-1'],
  ['1:2.39.5-0~deb12u1', '1:2.39.5-0'],
  ['6.9.7-1~bpo12+1', '6.9.7-1'],

  ['2.36-9+deb12u14', null],
  ['3.0.15-1', null],
  ['1.0~rc2-1', null],
  ['1.0-1~exp1', null],
  ['1.0-1~deb12u1+x', null],
  ['', null],
];
for (const [version, rebuilt] of VERSIONS) {
  test(`${version} is ${rebuilt === null ? 'no rebuild' : `a rebuild of ${rebuilt}`}`, () => {
    assert.equal(rebuiltVersion(version), rebuilt);
    if (rebuilt !== null) assert.ok(deb.compare(version, rebuilt) < 0);
  });
}
