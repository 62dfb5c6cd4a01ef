import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { Purl } from '../../model/purl.ts';
import {
  formatPackageRecord,
  type PackageRecord,
  readPackageRecord,
  type RecordedPackage,
} from './package-record.ts';

function recorded(name: string, version: string, more: Partial<RecordedPackage> = {}): RecordedPackage {
  return {
    purl: `pkg:deb/debian/${name}@${version}` as Purl,
    type: 'deb',
    name,
    version,
    architecture: 'amd64',
    source: null,
    modularityLabel: null,
    supplier: null,
    isInstalled: true,
    isOwn: true,
    ...more,
  };
}

test('what is written is read again', () => {
  const one: PackageRecord = {
    distribution: {
      id: 'debian',
      versionId: '12',
      codename: 'bookworm',
      idLike: [],
      prettyName: 'Debian',
      rolling: false,
      cpe: null,
      repositories: [],
      path: 'etc/os-release',
    },
    packages: [recorded('a', '1', { source: { name: 'a-source', version: null }, isOwn: false })],
  };
  assert.deepEqual(readPackageRecord(formatPackageRecord(one).bytes), one);
});

for (const [what, text] of [
  ['no JSON', '{'],
  ['another version', '{"version":2,"distribution":null,"packages":[]}'],
  [
    'an unknown type of package',
    `{"version":1,"distribution":null,"packages":[${JSON.stringify({ ...recorded('a', '1'), type: 'x' })}]}`,
  ],
  ['a key twice', '{"version":1,"version":1,"distribution":null,"packages":[]}'],
] as const) {
  test(`not read: ${what}`, () => assert.ok(readPackageRecord(Buffer.from(text)) instanceof ShapeMismatch));
}
