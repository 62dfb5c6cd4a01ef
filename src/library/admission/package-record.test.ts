import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { Purl } from '../../model/purl.ts';
import {
  comparePackages,
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

const record = (...packages: readonly RecordedPackage[]): PackageRecord => ({ distribution: null, packages });

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

const purls = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `pkg:deb/debian/${name}`);

for (const [what, before, after, expected] of [
  ['nothing', [recorded('a', '1')], [recorded('a', '1')], { added: [], removed: [], changed: [] }],
  [
    'added, removed, upgraded',
    [recorded('a', '1'), recorded('b', '1')],
    [recorded('a', '2'), recorded('c', '1')],
    {
      added: purls('c@1'),
      removed: purls('b@1'),
      changed: [{ from: 'pkg:deb/debian/a@1', to: 'pkg:deb/debian/a@2' }],
    },
  ],
  [
    'another architecture is another package',
    [recorded('a', '1')],
    [recorded('a', '2', { architecture: 'i386' })],
    { added: purls('a@2'), removed: purls('a@1'), changed: [] },
  ],
  [
    'one of two that are the same',
    [recorded('a', '1'), recorded('a', '1')],
    [recorded('a', '1')],
    { added: [], removed: purls('a@1'), changed: [] },
  ],
] as const) {
  test(`compared: ${what}`, () =>
    assert.deepEqual(comparePackages(record(...before), record(...after)), expected));
}

test('a comparison accounts for every package, and backwards it is the opposite', () => {
  const some = fc.array(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), version: fc.constantFrom('1', '2') }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(some, some, (left, right) => {
      const [before, after] = [left, right].map((list) =>
        record(...list.map(({ name, version }) => recorded(name, version))),
      ) as [PackageRecord, PackageRecord];
      const there = comparePackages(before, after);
      const back = comparePackages(after, before);
      assert.equal(before.packages.length - there.removed.length, after.packages.length - there.added.length);
      assert.deepEqual([back.added, back.removed], [there.removed, there.added]);
      assert.equal(back.changed.length, there.changed.length);
    }),
  );
});
