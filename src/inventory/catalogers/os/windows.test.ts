import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { windowsDistribution, windowsPackage } from './windows.ts';

const HIVE = gunzipSync(fixture('os/SOFTWARE.gz'));
const PATH = 'Files/Windows/System32/config/SOFTWARE';

test('the build that the registry tells, below Files as Windows layers have it', () => {
  const { packages, coverage } = inventoryOf([{ [PATH]: HIVE }]);
  assert.deepEqual(
    packages.map(({ purl, version, description, cpes, evidence }) => {
      return { purl, version, description, cpes, path: evidence[0]?.path };
    }),
    [
      {
        purl: 'pkg:generic/microsoft/windows@10.0.17763.6532',
        version: '10.0.17763.6532',
        description: 'Windows Server 2019 Datacenter',
        cpes: ['cpe:2.3:o:microsoft:windows_server_2019:10.0.17763.6532:*:*:*:*:*:*:*'],
        path: PATH,
      },
    ],
  );
  assert.deepEqual(coverage, []);
});

test('a base image that an upper layer updates', () => {
  const updated = Buffer.from(HIVE);
  const ubr = updated.indexOf(Buffer.from([0x84, 0x19, 0, 0, 4, 0, 0, 0]));
  updated.writeUInt32LE(6775, ubr);
  const { packages } = inventoryOf([{ [PATH]: HIVE }, { [PATH]: updated }]);
  assert.deepEqual(
    packages.map(({ version, layer }) => [version, layer?.slice(7, 9)]),
    [['10.0.17763.6775', '01']],
  );
});

test('a hive that tells nothing is coverage', () => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(8192), HIVE.subarray(0, 5000)]) {
    const { packages, coverage } = inventoryOf([{ [PATH]: content }]);
    assert.deepEqual([packages.length, coverage.length], [0, 1]);
  }
});

test('by the version that an image’s configuration states', () => {
  const [server2022, unknown] = ['10.0.20348.2762', '10.0.19041.1'].map(windowsPackage);
  assert.deepEqual(server2022?.cpes, [
    'cpe:2.3:o:microsoft:windows_server_2022:10.0.20348.2762:*:*:*:*:*:*:*',
  ]);
  assert.deepEqual(unknown?.cpes, []);
});

test('in the place of a distribution', () => {
  const record = {
    version: '10.0.26100.1742',
    productName: 'Windows Server 2025 Datacenter',
    release: '24H2',
  };
  const distribution = windowsDistribution(record, PATH);
  assert.equal(distribution.prettyName, 'Windows Server 2025 Datacenter 24H2 (10.0.26100.1742)');
  assert.deepEqual([distribution.id, distribution.versionId], ['windows', '10.0.26100.1742']);
});
