import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf, type LayerFiles } from '../../../../test/inventory/layer-stack.ts';
import { snapCataloger } from './snap.ts';

const SNAP: LayerFiles = {
  'snap/asciinema/42/meta/snap.yaml': fixture('snap/snap.yaml'),
  'snap/asciinema/42/snap/manifest.yaml': fixture('snap/manifest.yaml'),
};
const JAMMY: LayerFiles = { 'etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\n' };
const catalogers = [snapCataloger];

test('a snap, and the packages that were put into it', () => {
  const { packages, coverage } = inventoryOf([SNAP], { catalogers });
  assert.deepEqual(
    packages.map(({ purl, licences, homepage }) => [purl, licences, homepage]),
    [
      ['pkg:deb/ubuntu/libpython3.10-minimal@3.10.12-1~22.04.3?arch=amd64&distro=ubuntu-22.04', [], null],
      ['pkg:deb/ubuntu/media-types@7.0.0?arch=all&distro=ubuntu-22.04', [], null],
      ['pkg:snap/asciinema@2.10?arch=amd64', ['GPL-3.0'], 'https://asciinema.org/'],
    ],
  );
  assert.deepEqual(packages[2]?.dependencies, ['core22']);
  assert.deepEqual(coverage, []);
});

test('packages of the image’s own release are reported, those of another are coverage', () => {
  assert.equal(inventoryOf([{ ...SNAP, ...JAMMY }]).packages.length, 3);
  const noble = { 'etc/os-release': 'ID=ubuntu\nVERSION_ID="24.04"\n' };
  const { packages, coverage } = inventoryOf([{ ...SNAP, ...noble }]);
  assert.deepEqual(
    packages.map(({ type }) => type),
    ['snap'],
  );
  assert.ok(
    coverage.some(
      ({ subject, message }) =>
        subject.endsWith('manifest.yaml') && / 2 packages of ubuntu 22\.04/.test(message),
    ),
  );
});

test('files of the same names are something else', () => {
  const { packages, coverage } = inventoryOf([
    { 'chart/snap/manifest.yaml': 'a: 1\n', 'a/meta/snap.yaml': 'title: x\n', 'b/manifest.yaml': 'x' },
  ]);
  assert.deepEqual([packages, coverage], [[], []]);
});

test('what is no YAML is coverage', () => {
  assert.equal(inventoryOf([{ 'meta/snap.yaml': '\t{' }]).coverage.length, 1);
});

test('no text makes it throw', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'name: a',
      'version: 1',
      'architectures: [x]',
      'snapcraft-version: 1',
      'primed-stage-packages:',
      '- a=1',
      '- =',
      '- :=1',
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n');
      inventoryOf([{ 'meta/snap.yaml': text, 'snap/manifest.yaml': text }], { catalogers });
    }),
    { numRuns: 200 },
  );
});
