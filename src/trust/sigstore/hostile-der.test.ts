import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bundleEvidence,
  contextOf,
  deployment,
  IMAGE,
  rootOf,
  statementAbout,
} from '../../../test/trust/evidence.ts';
import { type BundleJson, WORKFLOW } from '../../../test/trust/services/bundles.ts';
import { readToken } from './timestamp-token.ts';
import { verifyBundle } from './verify-bundle.ts';

/* Certificates and tokens with a byte changed: whatever that makes of them, it is no exception and proves nothing. */

const VALUES = [0x00, 0x01, 0x30, 0x7f, 0x80, 0xff];

/** Copies of bytes with one of them changed, every so many. */
function* mutations(bytes: Buffer, stride: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += stride) {
    const value = VALUES[at % VALUES.length] ?? 0;
    if (bytes.readUInt8(at) === value) continue;
    const copy = Buffer.from(bytes);
    copy.writeUInt8(value, at);
    yield copy;
  }
}

function* tokensIn({ verificationMaterial }: BundleJson): Generator<{ signedTimestamp: string }> {
  yield* verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? [];
}

const sigstore = deployment();
const context = contextOf({ sigstore: [rootOf(sigstore)] });
const signer = { kind: 'certificate', identity: WORKFLOW } as const;
const statement = statementAbout(IMAGE);

test('a certificate with a byte changed', () => {
  const holds: BundleJson[] = [];
  const sound = bundleEvidence(sigstore, { statement, signer, logs: [1], timestamps: [{}] }, (bundle) => {
    holds.push(structuredClone(bundle));
  });
  assert.equal(verifyBundle(sound, context).result, 'holds');
  const [bundle] = holds;
  assert.ok(bundle?.verificationMaterial.certificate);
  const der = Buffer.from(bundle.verificationMaterial.certificate.rawBytes, 'base64');
  for (const changed of mutations(der, 7)) {
    bundle.verificationMaterial.certificate.rawBytes = changed.toString('base64');
    const content: Uint8Array = Buffer.from(JSON.stringify(bundle));
    assert.equal(verifyBundle({ ...sound, content }, context).result, 'fails');
  }
});

test('a timestamp token with a byte changed', () => {
  const sound = bundleEvidence(sigstore, { statement, signer, logs: [2], timestamps: [{}] });
  const bundle = JSON.parse(Buffer.from(sound.content).toString()) as BundleJson;
  for (const token of tokensIn(bundle)) {
    const der = Buffer.from(token.signedTimestamp, 'base64');
    for (const changed of mutations(der, 7)) {
      token.signedTimestamp = changed.toString('base64');
      const content: Uint8Array = Buffer.from(JSON.stringify(bundle));
      const outcome = verifyBundle({ ...sound, content }, context);
      // some bytes of an answer are not signed: its text of a status, and the certificate inside, which nobody believes
      if (outcome.result === 'holds') assert.equal(outcome.endorsements[0]?.times.length, 1);
    }
  }
});

test('a token over a digest that is not of the SHA-2 family', () => {
  const der = sigstore.timestamps.timestamp(Buffer.from('signature')).toString('hex');
  // the identifiers of SHA-256 and of SHA3-256
  const changed = Buffer.from(der.replaceAll('608648016503040201', '608648016503040208'), 'hex');
  assert.equal(readToken(changed), 'covers a digest that is neither SHA-256, SHA-384 nor SHA-512');
});
