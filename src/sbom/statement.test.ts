import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { CREATED, INPUT } from '../../test/sbom/sample-bill.ts';
import { BILL_FORMATS, writeBill } from './bill-formats.ts';
import { SbomError } from './errors.ts';
import { readBill } from './read-bill.ts';

const SHA256 = 'a'.repeat(64);

/** As BuildKit attaches a bill to each image of an index. */
const statement = (predicate: unknown, predicateType = 'https://spdx.dev/Document') => ({
  _type: 'https://in-toto.io/Statement/v0.1',
  subject: [{ name: 'pkg:docker/app@1?platform=linux%2Famd64', digest: { sha256: SHA256 } }],
  predicateType,
  predicate,
});

const envelope = (payload: unknown, signatures: readonly object[] = [{ keyid: '', sig: 'AA==' }]) => ({
  payloadType: 'application/vnd.in-toto+json',
  payload: Buffer.from(JSON.stringify(payload)).toString('base64'),
  signatures,
});

const read = (value: unknown) => readBill(Buffer.from(JSON.stringify(value)));

for (const { name, versions, standard } of BILL_FORMATS) {
  const text = writeBill(name, INPUT, { created: CREATED });
  const isJson = text.startsWith('{');
  test(`${name}@${standard} in a statement in an envelope`, () => {
    assert.ok(versions.has(standard));
    // cosign puts what is no JSON into a text, beside a timestamp
    const predicate = isJson ? JSON.parse(text) : { Data: text, Timestamp: CREATED };
    const wrapped = read(envelope(statement(predicate)));
    const plain = readBill(Buffer.from(text));
    assert.deepEqual({ ...wrapped, statement: null }, { ...plain, statement: null });
    assert.equal(plain.statement, null);
    assert.deepEqual(wrapped.statement, {
      predicateType: 'https://spdx.dev/Document',
      subjects: [{ name: 'pkg:docker/app@1?platform=linux%2Famd64', digest: `sha256:${SHA256}` }],
      signatures: 1,
    });
  });
}

describe('wrappers', () => {
  const bill = JSON.parse(writeBill('spdx-json', INPUT, { created: CREATED })) as unknown;

  test('a statement without envelope, as BuildKit writes it, has no signatures', () => {
    assert.equal(read(statement(bill)).statement?.signatures, null);
    assert.equal(read(envelope(statement(bill), [])).statement?.signatures, 0);
  });

  test('a Sigstore bundle', () => {
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {},
      dsseEnvelope: envelope(statement(bill)),
    };
    assert.equal(read(bundle).packages.length, INPUT.packages.length);
  });

  test('digests: SHA-256 and SHA-512, none of another kind', () => {
    for (const [digest, expected] of [
      [{ sha512: 'b'.repeat(128) }, `sha512:${'b'.repeat(128)}`],
      [{ sha1: 'c'.repeat(40) }, null],
      [{ sha256: 'short' }, null],
      [null, null],
    ] as const) {
      const wrapped = { ...statement(bill), subject: [{ name: 'x', digest }] };
      assert.equal(read(wrapped).statement?.subjects[0]?.digest, expected);
    }
  });

  for (const [what, value] of [
    ['another kind of payload', { ...envelope(statement(bill)), payloadType: 'text/plain' }],
    ['a payload that is no JSON', { ...envelope(null), payload: 'AAAA' }],
    ['a statement of something else', statement({ builder: {} }, 'https://slsa.dev/provenance/v1')],
    ['wrappers without end', Array.from({ length: 9 }).reduce<unknown>((inner) => envelope(inner), bill)],
  ] as const) {
    test(`refused: ${what}`, () => {
      assert.throws(
        () => read(value),
        (error) => error instanceof SbomError && error.code === 'SBOM_FORMAT_UNKNOWN',
      );
    });
  }

  test('any JSON with the fields of wrappers', () => {
    const field = fc.constantFrom(
      'payload',
      'payloadType',
      'dsseEnvelope',
      'predicate',
      'predicateType',
      'subject',
      'Data',
    );
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('application/vnd.in-toto+json', 'e30='));
    fc.assert(
      fc.property(fc.dictionary(field, value), (wrapped) => {
        assert.throws(
          () => read(wrapped),
          (error) => error instanceof SbomError,
        );
      }),
      { numRuns: 200 },
    );
  });
});
