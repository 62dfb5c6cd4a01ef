import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  assertFails,
  assertHolds,
  contextOf,
  deployment,
  evidenceOf,
  IMAGE,
  NOW,
  rootOf,
  statementAbout,
  trustedKey,
} from '../../../test/trust/evidence.ts';
import { toVerifier, type SigningRecipe } from '../../../test/trust/services/bundles.ts';
import { ecKeyPair } from '../../../test/trust/services/certificate.ts';
import {
  cosignAttestation,
  cosignPayload,
  cosignSignature,
  type CosignLayer,
} from '../../../test/trust/services/cosign-layers.ts';
import type { Sigstore } from '../../../test/trust/services/deployment.ts';
import { hashedRekord } from '../../../test/trust/services/log-bodies.ts';
import { sha256 } from '../../../test/trust/services/sha256.ts';
import type { LogEntryJson } from '../../../test/trust/services/transparency-log.ts';
import { digestOf } from '../../model/digest.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { verifyCosignAttestation } from './verify-attestation.ts';
import { verifyCosignSignature } from './verify-signature.ts';

const SIGNATURE = 'dev.cosignproject.cosign/signature';
const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const CHAIN = 'dev.sigstore.cosign/chain';
const BUNDLE = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

const REFERENCE = 'registry.example/acme/app';
const keys = ecKeyPair();
const byKey = { kind: 'key', keys } as const;
const spdx = statementAbout(IMAGE, 'https://spdx.dev/Document', { spdxVersion: 'SPDX-2.3' });

function layerEvidence(
  format: Evidence['format'],
  layer: CosignLayer,
  change: Partial<CosignLayer['annotations']> = {},
) {
  const { content, mediaType, annotations } = layer;
  return evidenceOf(format, content, {
    mediaType,
    annotations: { ...annotations, ...change } as Evidence['annotations'],
  });
}

/** A log entry in the form of the annotation. */
const annotated = ({
  canonicalizedBody,
  integratedTime,
  logIndex,
  logId,
  inclusionPromise,
}: LogEntryJson): string =>
  JSON.stringify({
    SignedEntryTimestamp: inclusionPromise?.signedEntryTimestamp,
    Payload: {
      body: canonicalizedBody,
      integratedTime: Number(integratedTime),
      logIndex: Number(logIndex),
      logID: Buffer.from(logId.keyId, 'base64').toString('hex'),
    },
  });

const image = { digest: IMAGE, reference: REFERENCE };

function verifySignature(
  recipe: SigningRecipe,
  change: (layer: CosignLayer, sigstore: Sigstore) => Record<string, string> = () => ({}),
  make: (sigstore: Sigstore) => CosignLayer = (sigstore) => cosignSignature(sigstore, image, recipe),
) {
  const sigstore = deployment();
  const layer = make(sigstore);
  const evidence = layerEvidence('cosign-signature', layer, change(layer, sigstore));
  return verifyCosignSignature(
    evidence,
    contextOf({ sigstore: [rootOf(sigstore)], keys: [trustedKey(keys)] }),
  );
}

describe("signatures in cosign's older format", () => {
  const cases: Record<string, SigningRecipe> = {
    'with a certificate': {},
    'with a certificate and a timestamp': { timestamps: [{}] },
    'with a key': { signer: byKey },
    'with a key and without a log': { signer: byKey, logs: [] },
  };
  for (const [name, recipe] of Object.entries(cases)) {
    test(`${name}: holds, and says the repository that was named`, () => {
      const outcome = verifySignature(recipe);
      assertHolds(outcome);
      const [endorsement] = outcome.endorsements;
      assert.equal(endorsement?.subject, IMAGE);
      assert.equal(endorsement?.meaning, 'signature');
      assert.equal(endorsement?.claimedReference, REFERENCE);
      assert.equal(endorsement?.isLogged, recipe.logs === undefined);
    });
  }

  test('trap, binding: payload digest ≠ image digest', () => {
    const other = { digest: digestOf('another image'), reference: REFERENCE };
    const make = (sigstore: Sigstore) => cosignSignature(sigstore, other, { signer: byKey });
    assertFails(verifySignature({}, undefined, make), 'subject.digest', /not about this image/);
  });

  test('a payload of another kind', () => {
    const payload = {
      critical: {
        identity: { 'docker-reference': REFERENCE },
        image: { 'docker-manifest-digest': IMAGE },
        type: 'atomic container signature',
      },
    };
    const make = (sigstore: Sigstore) =>
      cosignPayload(sigstore, Buffer.from(JSON.stringify(payload)), { signer: byKey });
    assertFails(verifySignature({}, undefined, make), 'payload.form', /got "atomic container signature"/);
  });

  test('a payload that names two digests', () => {
    const text = `{"critical":{"image":{"docker-manifest-digest":"${IMAGE}","docker-manifest-digest":"${IMAGE}"},"type":"x"}}`;
    const make = (sigstore: Sigstore) => cosignPayload(sigstore, Buffer.from(text), { signer: byKey });
    assertFails(verifySignature({}, undefined, make), 'payload.form', /twice/);
  });

  test('trap, log: any log entry accepted (CVE-2022-36056)', () => {
    const outcome = verifySignature({}, (_, sigstore) => {
      const other = cosignSignature(sigstore, { digest: digestOf('another image'), reference: REFERENCE });
      return { [BUNDLE]: other.annotations[BUNDLE] ?? '' };
    });
    assertFails(outcome, 'log.body', /another signature/);
  });

  test('trap, log: certificate in the log ≠ certificate in the bundle', () => {
    const outcome = verifySignature({ logs: [], timestamps: [{}] }, ({ content, signing }, sigstore) => {
      const verifier = toVerifier(ecKeyPair().publicKey, null);
      return {
        [BUNDLE]: annotated(
          sigstore.logs[1].append(hashedRekord(signing.signature, sha256(content), verifier)),
        ),
      };
    });
    assertFails(outcome, 'log.body', /another certificate/);
  });

  test('trap, log: integratedTime in the future or outside the certificate', () => {
    const old = new Date(NOW.getTime() - 60 * 60_000);
    const outcome = verifySignature({ signer: { kind: 'certificate', options: { notBefore: old } } });
    assertFails(outcome, 'certificate.chain', /was used at/);
  });

  test('trap, log: SET or inclusion proof for a different body', () => {
    const outcome = verifySignature({}, ({ annotations }) => {
      const bundle = JSON.parse(annotations[BUNDLE] ?? '');
      bundle.Payload.logIndex += 1;
      return { [BUNDLE]: JSON.stringify(bundle) };
    });
    assertFails(outcome, 'time.log', /promise does not hold/);
  });

  test('a certificate without log entry and timestamp', () => {
    assertFails(
      verifySignature({}, () => ({ [BUNDLE]: '' })),
      'time.sources',
      /got 0/,
    );
  });

  test('another payload under the signature', () => {
    const sigstore = deployment();
    const layer = cosignSignature(sigstore, image, { signer: byKey, logs: [] });
    const content = Buffer.from(layer.content.toString().replace(REFERENCE, 'registry.example/other'));
    const outcome = verifyCosignSignature(
      layerEvidence('cosign-signature', { ...layer, content }),
      contextOf({ keys: [trustedKey(keys)] }),
    );
    assertFails(outcome, 'signature.value', /none of the trusted keys \(release\)/);
  });

  test('the chain is not trusted, and neither needed nor read', () => {
    assertHolds(verifySignature({}, () => ({ [CHAIN]: 'anything' })));
  });

  const unreadable: Record<string, Record<string, string>> = {
    'signature with white space': { [SIGNATURE]: 'AAAA\nAAAA' },
    'no signature': { [SIGNATURE]: '' },
    'a certificate with text around it': { [CERTIFICATE]: 'text' },
    'a bundle with a key twice': { [BUNDLE]: '{"Payload":{},"Payload":{}}' },
    'a bundle of another shape': { [BUNDLE]: '{"SignedEntryTimestamp":"AAAA"}' },
    'a timestamp of another shape': { [TIMESTAMP]: '[]' },
  };
  for (const [name, change] of Object.entries(unreadable)) {
    test(`unreadable: ${name}`, () => {
      assertFails(
        verifySignature({}, () => change),
        'evidence.readable',
        /annotation/,
      );
    });
  }
});

function verifyAttestation(recipe: SigningRecipe, change: Record<string, string> = {}, statement = spdx) {
  const sigstore = deployment();
  const layer = cosignAttestation(sigstore, statement, recipe);
  const context = contextOf({ sigstore: [rootOf(sigstore)], keys: [trustedKey(keys)] });
  return verifyCosignAttestation(layerEvidence('cosign-attestation', layer, change), context);
}

describe("attestations in cosign's older format", () => {
  const cases: Record<string, SigningRecipe> = {
    'with a certificate': {},
    'with a certificate, logged as in-toto': { entryKind: 'intoto' },
    'with a certificate, its signature stamped': { timestamps: [{}] },
    'with a key': { signer: byKey },
  };
  for (const [name, recipe] of Object.entries(cases)) {
    test(`${name}: is an attestation of its predicate, whatever the annotation says`, () => {
      const outcome = verifyAttestation(recipe, { predicateType: 'https://slsa.dev/provenance/v1' });
      assertHolds(outcome);
      assert.equal(outcome.endorsements[0]?.meaning, 'attestation');
      assert.equal(outcome.endorsements[0]?.statement?.predicateType, 'https://spdx.dev/Document');
    });
  }

  test('with a timestamp over the whole envelope, as cosign makes it', () => {
    const sigstore = deployment();
    const layer = cosignAttestation(sigstore, spdx, {});
    const token = sigstore.timestamps.timestamp(layer.content).toString('base64');
    const evidence = layerEvidence('cosign-attestation', layer, {
      [TIMESTAMP]: JSON.stringify({ SignedRFC3161Timestamp: token }),
    });
    const outcome = verifyCosignAttestation(evidence, contextOf({ sigstore: [rootOf(sigstore)] }));
    assertHolds(outcome);
    assert.equal(outcome.endorsements[0]?.times.length, 2);
  });

  test('logged as in-toto of the first version, which digests the envelope', () => {
    const sigstore = deployment();
    const layer = cosignAttestation(sigstore, spdx, { logs: [], timestamps: [{}] });
    const { certificate, keys: signer } = layer.signing;
    const entry = (content: Uint8Array) =>
      sigstore.logs[1].append({
        kind: 'intoto',
        apiVersion: '0.0.1',
        spec: {
          content: { hash: { algorithm: 'sha256', value: sha256(content).toString('hex') } },
          publicKey: Buffer.from(toVerifier(signer.publicKey, certificate).pem).toString('base64'),
        },
      });
    const context = contextOf({ sigstore: [rootOf(sigstore)] });
    const withEntry = (content: Uint8Array) =>
      verifyCosignAttestation(
        layerEvidence('cosign-attestation', layer, { [BUNDLE]: annotated(entry(content)) }),
        context,
      );
    assertHolds(withEntry(layer.content));
    assertFails(withEntry(Buffer.from('another envelope')), 'log.body', /other content/);
  });

  test('trap, binding: statement subject ≠ image', () => {
    const other = statementAbout(digestOf('another image'), 'https://spdx.dev/Document');
    assertFails(verifyAttestation({}, {}, other), 'subject.digest', /not about this image/);
  });

  test('trap, certificates: multiple DSSE signatures', () => {
    const sigstore = deployment();
    const layer = cosignAttestation(sigstore, spdx, { signer: byKey });
    const envelope = JSON.parse(layer.content.toString());
    envelope.signatures.push(envelope.signatures[0]);
    const content = Buffer.from(JSON.stringify(envelope));
    const evidence = layerEvidence('cosign-attestation', { ...layer, content });
    const outcome = verifyCosignAttestation(evidence, contextOf({ keys: [trustedKey(keys)] }));
    assertFails(outcome, 'evidence.readable', /2 signatures; expected one/);
  });
});
