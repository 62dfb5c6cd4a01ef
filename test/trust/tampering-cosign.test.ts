/** What cosign signed and somebody then changed, Hallmark refuses: each time for the reason that it is. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import type { CheckId } from '../../src/trust/checks/checks.ts';
import { failedChecks, openBench, signBoth, type Bench, type SignedImage } from './peers/bench.ts';
import { BUNDLE_TAMPERINGS } from './peers/bundle-tamperings.ts';
import { CERTIFICATE_FLAWS, resignBundle, resignLayer } from './peers/certificate-flaws.ts';
import { ANN, believing, prepareCosign, type Cosign, type CosignSigning } from './peers/cosign.ts';
import type { EvidenceLayer } from './peers/edit-evidence.ts';
import { findPeer } from './peers/peers.ts';
import { ATTESTATION_TAMPERINGS, LAYER_TAMPERINGS } from './peers/layer-tamperings.ts';
import { present, type SigningKind } from './peers/tampering.ts';
import type { CertificateOptions } from './services/certificate-authority.ts';
import { ecKeyPair } from './services/certificate.ts';
import type { SigstoreServer } from './services/server.ts';

const registry = findPeer('docker-registry');
const cosign3 = findPeer('cosign');
const cosign2 = findPeer('cosign2');

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });
const other = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'another' }])] });

const FORMATS: readonly Format[] = [
  { generation: 3, kind: 'key', by: 'key', form: 'bundle', log: null },
  { generation: 3, kind: 'identity, log 1', by: 'identity', form: 'bundle', log: 1 },
  { generation: 3, kind: 'identity, log 2', by: 'identity', form: 'bundle', log: 2 },
  { generation: 2, kind: 'key', by: 'key', form: 'layer', log: null },
  { generation: 2, kind: 'identity, log 1', by: 'identity', form: 'layer', log: 1 },
];

interface Format extends CosignSigning {
  readonly generation: 2 | 3;
  readonly kind: SigningKind;
}

for (const { generation, kind, ...signing } of FORMATS) {
  const peer = generation === 3 ? cosign3 : cosign2;
  const skip = peer.missing || registry.missing;

  test(`signatures of cosign ${peer.version}: ${signing.form}, ${kind}`, { skip }, async (t) => {
    await using bench = await openBench(t, registry, stillClock());
    const cosign = await prepareCosign(peer, generation, bench);
    const believed = believing(signing, cosign, bench.sigstore);
    const signed = await signBoth(bench, [image, other], (reference) => cosign.sign(reference, signing));
    const refuses = refusing(bench, signed, believed);

    await t.test('holds as it is', async () => {
      const { report } = await bench.verify(signed.reference, believed);
      assert.equal(report.verdict, 'trusted', report.because);
    });
    for (const { name, args, code } of strangers(signing, cosign, bench))
      await t.test(`${name} is believed: ${code}`, async () => {
        const { report } = await bench.verify(signed.reference, args);
        assert.equal(report.code, code, report.because);
      });
    if (signing.form === 'layer')
      await t.test('taken into another repository', async () => {
        const { status, report } = await bench.verify(signed.copyTo('acme/elsewhere'), believed);
        assert.deepEqual([report.code, status], ['REQUIREMENT_NOT_MET', 2], report.because);
      });
    for (const { name, edit, fails } of signing.form === 'bundle' ? BUNDLE_TAMPERINGS : LAYER_TAMPERINGS)
      if (fails[kind] !== undefined)
        await t.test(`${name}: ${fails[kind]}`, () =>
          refuses((layer) => edit(layer, signed.another), present(fails[kind])),
        );
    if (signing.by === 'identity')
      for (const { name, options, fails } of CERTIFICATE_FLAWS)
        await t.test(`${name}: ${fails}`, () =>
          refuses((layer) => resign(bench.sigstore, layer, signing, options(new Date())), fails),
        );
  });
}

for (const { kind, ...signing } of FORMATS.filter(({ generation }) => generation === 2)) {
  const skip = cosign2.missing || registry.missing;
  test(`attestations of cosign ${cosign2.version}: ${kind}`, { skip }, async (t) => {
    await using bench = await openBench(t, registry, stillClock());
    const cosign = await prepareCosign(cosign2, 2, bench);
    const predicate = join(bench.home, 'predicate.json');
    writeFileSync(predicate, JSON.stringify({ reviewer: 'ann' }));
    const type = 'https://example.com/review/v1';
    const signed = await signBoth(bench, [image, other], (reference) =>
      cosign.attest(reference, type, predicate, signing),
    );
    const believed = believing(signing, cosign, bench.sigstore);
    const refuses = refusing(bench, signed, [...believed, '--attestation', type]);

    await t.test('holds as it is', async () => {
      const { report } = await bench.verify(signed.reference, [...believed, '--attestation', type]);
      assert.equal(report.verdict, 'trusted', report.because);
    });
    await t.test('another type is asked for', async () => {
      const { report } = await bench.verify(signed.reference, [...believed, '--attestation', 'spdx']);
      assert.equal(report.code, 'REQUIREMENT_NOT_MET', report.because);
    });
    for (const { name, edit, fails } of ATTESTATION_TAMPERINGS)
      if (fails[kind] !== undefined)
        await t.test(`${name}: ${fails[kind]}`, () =>
          refuses((layer) => edit(layer, signed.another), present(fails[kind])),
        );
  });
}

/** A clock that stands still: which of two signatures is older then does not matter to what fails. */
function stillClock(): () => Date {
  const opened = new Date();
  return () => opened;
}

/** Asserts that an image with edited evidence is refused because of one check. */
function refusing(bench: Bench, signed: SignedImage, believed: readonly string[]) {
  return async (edit: (layer: EvidenceLayer) => void, expected: CheckId): Promise<void> => {
    signed.edit(edit);
    const { status, report } = await bench.verify(signed.reference, believed);
    assert.deepEqual(failedChecks(report), [expected], JSON.stringify(report.checks, null, 2));
    assert.deepEqual([report.verdict, status, report.endorsements], ['untrusted', 2, []]);
  };
}

/** Signs what evidence says again, for the same person, with a certificate of one's choice. */
function resign(
  sigstore: SigstoreServer,
  layer: EvidenceLayer,
  { form, log }: CosignSigning,
  options: CertificateOptions,
): void {
  const identity = { issuer: sigstore.issuerUrl, subject: { kind: 'email', value: ANN.email } } as const;
  if (form === 'bundle') resignBundle(sigstore, layer, log ?? 1, identity, options);
  else resignLayer(sigstore, layer, identity, options);
}

/** Others than the signer whom somebody might believe. */
function strangers({ by, form }: CosignSigning, { files }: Cosign, { home, sigstore }: Bench) {
  const root = ['--trusted-root', files.trustedRoot];
  if (by === 'key') {
    const key = join(home, 'stranger.pub');
    writeFileSync(key, ecKeyPair().publicKey.export({ type: 'spki', format: 'pem' }));
    // A bundle names its key; of a layer only trying tells.
    const code = form === 'bundle' ? 'NOT_VERIFIABLE' : 'EVIDENCE_DOES_NOT_HOLD';
    return [{ name: 'another key', args: [...root, '--key', key], code }];
  }
  const identities = [
    { name: 'somebody else', identity: 'bob@example.com', issuer: sigstore.issuerUrl },
    { name: 'the beginning of the name', identity: 'ann@example.co', issuer: sigstore.issuerUrl },
    { name: 'a pattern', identity: 'ann@example*', issuer: sigstore.issuerUrl },
    { name: 'the same name of another issuer', identity: ANN.email, issuer: 'https://accounts.example' },
  ];
  return identities.map(({ name, identity, issuer }) => ({
    name,
    args: [...root, '--certificate-identity', identity, '--certificate-issuer', issuer],
    code: 'REQUIREMENT_NOT_MET',
  }));
}
