import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asExpected,
  expectedRpms,
  readContainerManifest,
} from '../../../../../test/inventory/rpm-fixtures.ts';
import { parseContainerManifest } from './container-manifest.ts';

test('the packages of the database that it was printed from, without licences', () => {
  const { packages, lostLines } = parseContainerManifest(readContainerManifest());
  assert.equal(lostLines, 0);
  assert.deepEqual(
    asExpected(packages),
    expectedRpms('real-mariner2-part').map((row) => ({ ...row, license: null })),
  );
});

const EPOCHS: readonly (readonly [epoch: string, epochNumber: string, result: number | null])[] = [
  ['(none)', '0', null],
  ['0', '0', 0],
  ['2', '2', 2],
  // Microsoft's dalec writes every epoch as none, and its number as it is
  ['(none)', '1', 1],
  ['(none)', '(none)', null],
  ['x', 'x', null],
];

for (const [epoch, epochNumber, result] of EPOCHS) {
  test(`epoch ${epoch} with number ${epochNumber}`, () => {
    const line = `glibc\t2.35-2.cm2\t1\t1\t(none)\t${epoch}\t1\tx86_64\t${epochNumber}\tglibc-2.35-2.cm2.src.rpm`;
    const [pkg] = parseContainerManifest(Buffer.from(line)).packages;
    assert.equal(pkg?.epoch, result);
    assert.equal(pkg?.vendor, null);
  });
}

test('lines that describe no package are counted, empty ones are not', () => {
  const lines = [
    '',
    'glibc',
    'a b\t1-1\t\t\t\t\t\t\t\t',
    'bash\t5\t1\t1\tv\t(none)\t1\tx\t0\ts',
    '<html>',
    ' ',
  ];
  assert.deepEqual(parseContainerManifest(Buffer.from(lines.join('\n'))), { packages: [], lostLines: 4 });
});
