import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CREATED, INPUT } from '../../test/sbom/sample-bill.ts';
import { writeBill } from './bill-formats.ts';
import { SbomError, type SbomErrorCode } from './errors.ts';
import { readBill } from './read-bill.ts';
import { imageOfBill } from './reading.ts';

const BILL = writeBill('cyclonedx-json', INPUT, { created: CREATED });

describe('the format is known by the content', () => {
  const bigEndian = Buffer.from(BILL, 'utf16le').swap16();
  const cases: readonly (readonly [what: string, bytes: Uint8Array])[] = [
    ['UTF-8', Buffer.from(BILL)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${BILL}`)],
    ['UTF-16, as PowerShell redirects', Buffer.from(`\uFEFF${BILL}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.concat([Uint8Array.of(0xfe, 0xff), bigEndian])],
    ['white space before it', Buffer.from(`\n  ${BILL}`)],
  ];
  for (const [what, bytes] of cases) {
    test(what, () => assert.equal(readBill(bytes).packages.length, INPUT.packages.length));
  }
});

test('a bill comes out of an attestation, with whom that is about', () => {
  const digest = { sha256: 'e'.repeat(64) };
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'app', digest }],
    predicateType: 'https://cyclonedx.org/bom',
    predicate: JSON.parse(BILL) as object,
  };
  const envelope = {
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
    signatures: [{ sig: 'AA==' }],
  };
  for (const [document, signatures] of [
    [statement, null],
    [envelope, 1],
  ] as const) {
    const reading = readBill(Buffer.from(JSON.stringify(document)));
    assert.equal(reading.format, 'CycloneDX 1.6 (JSON)');
    assert.equal(reading.statement?.signatures, signatures);
    assert.equal(reading.statement?.subjects[0]?.digest, `sha256:${digest.sha256}`);
  }
});

describe('what is no bill', () => {
  const cases: readonly (readonly [what: string, text: string, code: SbomErrorCode])[] = [
    ['nothing', '', 'SBOM_UNREADABLE'],
    ['white space', ' \n\t', 'SBOM_UNREADABLE'],
    ['half of JSON', BILL.slice(0, -100), 'SBOM_UNREADABLE'],
    ['half of XML', '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>', 'SBOM_UNREADABLE'],
    ['JSON of something else', '{"name":"app","version":"1.0.0"}', 'SBOM_FORMAT_UNKNOWN'],
    ['a list', '[1,2]', 'SBOM_FORMAT_UNKNOWN'],
    ['XML of something else', '<project/>', 'SBOM_FORMAT_UNKNOWN'],
    ['some text', 'FROM debian:12\n', 'SBOM_FORMAT_UNKNOWN'],
    ['bytes', '\u0000\u0001\u0002', 'SBOM_FORMAT_UNKNOWN'],
  ];
  for (const [what, text, code] of cases) {
    test(what, () => {
      assert.throws(
        () => readBill(Buffer.from(text)),
        (error) => error instanceof SbomError && error.code === code,
      );
    });
  }

  test('more than may be read is not even decoded', () => {
    assert.throws(
      () => readBill(new Uint8Array(256 * 1024 * 1024 + 1)),
      (error) => error instanceof SbomError && error.code === 'SBOM_TOO_LARGE',
    );
  });
});

test('the image of a bill has the reference that it was asked for by', () => {
  const own = readBill(Buffer.from(BILL));
  assert.deepEqual(imageOfBill(own, 'sbom:a.json'), { ...INPUT.image, reference: 'sbom:a.json' });
  const other = readBill(Buffer.from('{"bomFormat":"CycloneDX","specVersion":"1.6"}'));
  const { reference, digest, layers } = imageOfBill(other, 'sbom:b.json');
  assert.deepEqual([reference, digest, layers], ['sbom:b.json', null, []]);
});
