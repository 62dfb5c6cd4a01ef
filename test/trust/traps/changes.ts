/** Where the parts of a bundle are that traps change. */
import assert from 'node:assert/strict';
import type { BundleJson } from '../services/bundles.ts';
import type { EnvelopeJson } from '../services/log-bodies.ts';
import type { InclusionProofJson, LogEntryJson } from '../services/transparency-log.ts';
import { NOW } from '../evidence.ts';

export function entryOf({ verificationMaterial: { tlogEntries } }: BundleJson): LogEntryJson {
  const [entry] = tlogEntries;
  assert.ok(entry, 'the bundle has a log entry');
  return entry;
}

export function proofOf(bundle: BundleJson): InclusionProofJson {
  const { inclusionProof } = entryOf(bundle);
  assert.ok(inclusionProof, 'the log entry has a proof');
  return inclusionProof;
}

export function envelopeOf({ dsseEnvelope }: BundleJson): EnvelopeJson {
  assert.ok(dsseEnvelope, 'the bundle has an envelope');
  return dsseEnvelope;
}

export function setTimestamp({ verificationMaterial }: BundleJson, token: Uint8Array): void {
  verificationMaterial.timestampVerificationData = {
    rfc3161Timestamps: [{ signedTimestamp: base64(token) }],
  };
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** So long after the time at which all of it happens. */
export const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);
