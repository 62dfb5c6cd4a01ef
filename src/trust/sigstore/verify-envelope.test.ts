import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assertFails,
  assertHolds,
  contextOf,
  deployment,
  evidenceOf,
  IMAGE,
  rootOf,
  statementAbout,
  trustedKey,
} from '../../../test/trust/evidence.ts';
import { makeBundle, toVerifier } from '../../../test/trust/services/bundles.ts';
import { createCertifiedKey } from '../../../test/trust/services/certificate.ts';
import { hashedRekord } from '../../../test/trust/services/log-bodies.ts';
import { sha256 } from '../../../test/trust/services/sha256.ts';
import { digestHex } from '../../model/digest.ts';
import { verifyEnvelope } from './verify-envelope.ts';

/* Envelopes of docker/attest: a key's, with an entry of Rekor in an extension, and the key in a certificate by itself. */

const wrapped = createCertifiedKey({
  subject: [['CN', 'wrapper']],
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2027-01-01T00:00:00Z'),
  extensions: [],
});
const keys = { publicKey: wrapped.publicKey, privateKey: wrapped.privateKey };
const key = trustedKey(keys, { needsLog: true });
const statement = statementAbout(IMAGE, 'https://slsa.dev/verification_summary/v1', {
  verificationResult: 'PASSED',
});

interface EnvelopeOfDocker {
  signatures: {
    keyid: string;
    sig: string;
    extension?: { kind: string; ext: { tl: { kind: string; data: { integratedTime: number } } } };
  }[];
}

const hex = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('hex');

function makeEnvelope(change: (envelope: EnvelopeOfDocker) => void = () => {}) {
  const sigstore = deployment();
  const signer = { kind: 'key', keys } as const;
  const { bundle, signature, signed } = makeBundle(sigstore, { statement, signer, logs: [] });
  const body = hashedRekord(signature, sha256(signed), toVerifier(keys.publicKey, wrapped.certificate));
  const { canonicalizedBody, integratedTime, logIndex, logId, inclusionPromise, inclusionProof } =
    sigstore.logs[1].append(body);
  const data = {
    body: canonicalizedBody,
    integratedTime: Number(integratedTime),
    logIndex: Number(logIndex),
    logID: hex(logId.keyId),
    verification: {
      signedEntryTimestamp: inclusionPromise?.signedEntryTimestamp,
      inclusionProof: {
        checkpoint: inclusionProof?.checkpoint.envelope,
        hashes: inclusionProof?.hashes.map(hex),
        logIndex: Number(inclusionProof?.logIndex),
        rootHash: hex(inclusionProof?.rootHash),
        treeSize: Number(inclusionProof?.treeSize),
      },
    },
  };
  const extension = {
    kind: 'application/vnd.docker.attestation-verification.v1+json',
    ext: { tl: { kind: 'Rekor', data } },
  };
  const keyid = digestHex(key.id);
  const envelope = structuredClone({
    ...bundle.dsseEnvelope,
    signatures: (bundle.dsseEnvelope?.signatures ?? []).map(({ sig }) => ({ sig, keyid, extension })),
  });
  change(envelope);
  return { evidence: evidenceOf('dsse', JSON.stringify(envelope)), sigstore: [rootOf(sigstore)] };
}

test('an envelope with an entry of Rekor in its extension holds', () => {
  const { evidence, sigstore } = makeEnvelope();
  const outcome = verifyEnvelope(evidence, contextOf({ sigstore, keys: [key] }));
  assertHolds(outcome);
  assert.equal(outcome.endorsements[0]?.isLogged, true);
  assert.equal(outcome.endorsements[0]?.times.length, 1);
});

test('trap, log: SET or inclusion proof for a different body (a time that was changed)', () => {
  const { evidence, sigstore } = makeEnvelope(({ signatures: [signature] }) => {
    if (signature?.extension) signature.extension.ext.tl.data.integratedTime -= 60;
  });
  assertFails(
    verifyEnvelope(evidence, contextOf({ sigstore, keys: [key] })),
    'time.log',
    /promise does not hold/,
  );
});

test('an extension of another kind cannot be read', () => {
  const { evidence, sigstore } = makeEnvelope(({ signatures: [signature] }) => {
    if (signature?.extension) signature.extension.kind = 'another';
  });
  assertFails(verifyEnvelope(evidence, contextOf({ sigstore, keys: [key] })), 'evidence.readable', /"kind"/);
});

test('without an extension there is no log entry, and a key may need one', () => {
  const { evidence, sigstore } = makeEnvelope(({ signatures: [signature] }) => {
    if (signature) delete signature.extension;
  });
  assertFails(
    verifyEnvelope(evidence, contextOf({ sigstore, keys: [key] })),
    'log.sources',
    /needs a log entry/,
  );
  assertHolds(verifyEnvelope(evidence, contextOf({ sigstore, keys: [{ ...key, needsLog: false }] })));
});

test('a key that is not trusted leaves it undecided', () => {
  const { evidence, sigstore } = makeEnvelope();
  assert.equal(verifyEnvelope(evidence, contextOf({ sigstore, keys: [] })).result, 'undecided');
});
