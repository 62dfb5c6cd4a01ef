import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { fixture, inventoryOf } from '../../../../test/inventory/layer-stack.ts';
import { nativeImageCataloger as cataloger } from './native-image.ts';

const COMPILER = fixture('java/closure-compiler.elf');
const BILLED = fixture('java/native-image.elf');

const inventory = (content: Uint8Array) =>
  inventoryOf([{ 'usr/bin/tool': content }], { catalogers: [cataloger] });

describe('programs compiled by GraalVM', () => {
  test('the runtime in a published program', () => {
    const { packages, coverage } = inventory(COMPILER);
    assert.deepEqual(coverage, []);
    assert.deepEqual(
      packages.map(({ purl, supplier, architecture, cpes }) => ({ purl, supplier, architecture, cpes })),
      [
        {
          purl: 'pkg:generic/graalvm-community@25.0.2',
          supplier: 'GraalVM CE',
          architecture: 'x86_64',
          cpes: ['cpe:2.3:a:oracle:openjdk:25.0.2:*:*:*:*:*:*:*'],
        },
      ],
    );
  });

  test('what the bill of materials in it names', () => {
    const { packages, coverage } = inventory(BILLED);
    assert.deepEqual(coverage, []);
    assert.deepEqual(
      packages.map(({ purl, presence, licences }) => [purl, presence, licences]),
      [
        ['pkg:generic/graalvm@21.0.2', 'installed', []],
        ['pkg:maven/org.reactivestreams/reactive-streams@1.0.4', 'installed', ['MIT-0']],
        ['pkg:maven/org.slf4j/slf4j-api@2.0.13', 'installed', ['MIT']],
      ],
    );
  });

  test('a damaged bill is told', () => {
    const bytes = Buffer.from(BILLED);
    bytes[bytes.indexOf(Buffer.from([0x1f, 0x8b, 0x08])) + 40] = 0xff;
    const { packages, coverage } = inventory(bytes);
    assert.deepEqual([packages.length, coverage.map(({ code }) => code)], [1, ['EVIDENCE_UNREADABLE']]);
  });

  test('other programs say nothing', () => {
    const bytes = Buffer.from(BILLED);
    bytes.write('.xvm_heap', bytes.indexOf('.svm_heap'), 'latin1');
    assert.deepEqual(cataloger.read({ path: 'a', content: bytes }), { record: null, coverage: [] });
  });

  test('flipped bits and cuts', () => {
    const flip = fc.tuple(fc.nat(), fc.nat(7));
    fc.assert(
      fc.property(fc.array(flip, { maxLength: 8 }), fc.nat(), (flips, cut) => {
        const bytes = Buffer.from(BILLED);
        for (const [at, bit] of flips)
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
        const content = flips.length > 3 ? bytes.subarray(0, cut % bytes.length) : bytes;
        assert.ok(cataloger.read({ path: 'a', content }).coverage.length <= 1);
      }),
      { numRuns: 300 },
    );
  });
});
