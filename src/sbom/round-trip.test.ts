import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { billInput, hostileText, xmlText } from '../../test/sbom/arbitrary-bill.ts';
import { CREATED, INPUT } from '../../test/sbom/sample-bill.ts';
import type { BillInput } from './bill.ts';
import { BILL_FORMATS, writeBill } from './bill-formats.ts';
import { readBill } from './read-bill.ts';
import { imageOfBill } from './reading.ts';

const OPTIONS = { created: CREATED, files: true };

/** What a bill in that format gives back. */
function throughBill(format: string, input: BillInput): Omit<BillInput, 'tool'> {
  const reading = readBill(Buffer.from(writeBill(format, input, OPTIONS)));
  const { distribution, packages, coverage } = reading;
  return { image: imageOfBill(reading, input.image.reference), distribution, packages, coverage };
}

for (const { name, versions } of BILL_FORMATS) {
  for (const version of versions.keys()) {
    const format = `${name}@${version}`;
    describe(format, () => {
      test('a bill gives back what it was written from', () => {
        const { tool: _tool, ...expected } = INPUT;
        assert.deepEqual(throughBill(format, INPUT), expected);
      });

      test('whatever the image says', () => {
        const text = name === 'cyclonedx-xml' ? xmlText() : hostileText();
        fc.assert(
          fc.property(billInput(text), ({ tool, ...input }) => {
            assert.deepEqual(throughBill(format, { tool, ...input }), input);
          }),
          { numRuns: 30 },
        );
      });

      test('the order of the input does not show', () => {
        const shuffled = { ...INPUT, packages: INPUT.packages.toReversed() };
        assert.equal(writeBill(format, shuffled, OPTIONS), writeBill(format, INPUT, OPTIONS));
      });
    });
  }
}
