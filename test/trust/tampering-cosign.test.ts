/** What cosign signed and somebody then changed, Hallmark refuses: each time for the reason that it is. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { failedChecks, openBench, signBoth, type Bench } from './peers/bench.ts';
import { BUNDLE_TAMPERINGS, LAYER_TAMPERINGS, type SigningKind } from './peers/cosign-tamperings.ts';
import { ANN, believing, prepareCosign, type Cosign, type CosignSigning } from './peers/cosign.ts';
import { findPeer } from './peers/peers.ts';
import { ecKeyPair } from './services/certificate.ts';

const registry = findPeer('docker-registry');
const cosign3 = findPeer('cosign');
const cosign2 = findPeer('cosign2');

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });
const other = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'another' }])] });

const FORMATS = [
  { generation: 3, kind: 'key', by: 'key', form: 'bundle', log: null },
  { generation: 3, kind: 'identity, log 1', by: 'identity', form: 'bundle', log: 1 },
  { generation: 3, kind: 'identity, log 2', by: 'identity', form: 'bundle', log: 2 },
  { generation: 2, kind: 'key', by: 'key', form: 'layer', log: null },
  { generation: 2, kind: 'identity, log 1', by: 'identity', form: 'layer', log: 1 },
] as const satisfies readonly (CosignSigning & { generation: 2 | 3; kind: SigningKind })[];

for (const { generation, kind, ...signing } of FORMATS) {
  const peer = generation === 3 ? cosign3 : cosign2;
  const skip = peer.missing || registry.missing;
  const tamperings = signing.form === 'bundle' ? BUNDLE_TAMPERINGS : LAYER_TAMPERINGS;

  test(`${signing.form} of cosign ${peer.version}, ${kind}`, { skip }, async (t) => {
    await using bench = await openBench(t, registry);
    const cosign = await prepareCosign(peer, generation, bench);
    const believed = believing(signing, cosign, bench.sigstore);
    const signed = await signBoth(bench, [image, other], (reference) => cosign.sign(reference, signing));

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
    for (const { name, edit, fails } of tamperings) {
      const expected = fails[kind];
      if (expected === undefined) continue;
      await t.test(`${name}: ${expected}`, async () => {
        signed.edit((layer) => edit(layer, signed.another));
        const { status, report } = await bench.verify(signed.reference, believed);
        assert.deepEqual(failedChecks(report), [expected], JSON.stringify(report.checks, null, 2));
        assert.deepEqual([report.verdict, status, report.endorsements], ['untrusted', 2, []]);
      });
    }
  });
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
