import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { isRegistryHive, readRegistryKey } from './regf.ts';

const HIVE = gunzipSync(
  readFileSync(new URL('../../test/fixtures/inventory/os/SOFTWARE.gz', import.meta.url)),
);
const KEY = ['microsoft', 'WINDOWS NT', 'CurrentVersion'];

/** As hivexget printed the key; the binary value is left out. */
const EXPECTED = {
  SystemRoot: 'C:\\Windows',
  BuildBranch: 'rs5_release',
  CurrentBuild: '17763',
  CurrentBuildNumber: '17763',
  CurrentMajorVersionNumber: 10,
  CurrentMinorVersionNumber: 0,
  CurrentVersion: '6.3',
  EditionID: 'ServerDatacenter',
  InstallationType: 'Server Core',
  ProductName: 'Windows Server 2019 Datacenter',
  ReleaseId: '1809',
  UBR: 0x1984,
};

test('the values of a key, whose path knows no case', () => {
  assert.ok(isRegistryHive(HIVE));
  assert.deepEqual(Object.fromEntries(readRegistryKey(HIVE, KEY) ?? []), EXPECTED);
});

test('a key without values, and one that is not there', () => {
  assert.equal(readRegistryKey(HIVE, ['Microsoft'])?.size, 0);
  assert.equal(readRegistryKey(HIVE, [])?.size, 0);
  assert.equal(readRegistryKey(HIVE, ['Microsoft', 'Windows 3']), null);
});

test('what is no hive', () => {
  for (const content of [Buffer.alloc(0), Buffer.from('regf'), Buffer.alloc(8192)]) {
    assert.equal(isRegistryHive(content), false);
    assert.equal(readRegistryKey(content, KEY), null);
  }
});

test('a list of lists: one that leads to itself ends, one that is proper is followed', () => {
  const root = HIVE.readUInt32LE(36);
  const list = HIVE.readUInt32LE(4096 + root + 4 + 28);
  for (const [target, found] of [
    [HIVE.length - 4096, null],
    [list, 12],
  ] as const) {
    // a new cell at the end, a list of the kind "ri" with two entries
    const more = Buffer.alloc(32);
    more.writeInt32LE(-32, 0);
    more.write('ri', 4);
    more.writeUInt16LE(2, 6);
    more.writeUInt32LE(target, 8);
    more.writeUInt32LE(target, 12);
    const copy = Buffer.concat([HIVE, more]);
    copy.writeUInt32LE(HIVE.length - 4096, 4096 + root + 4 + 28);
    assert.equal(readRegistryKey(copy, KEY)?.size ?? null, found);
  }
});

test('no hive makes it throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(HIVE.length - 1), fc.nat(255)), { maxLength: 20 }),
      fc.nat(HIVE.length),
      (changes, length) => {
        const copy = Buffer.from(HIVE.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) copy[at] = byte;
        readRegistryKey(copy, KEY);
      },
    ),
    { numRuns: 400 },
  );
});
