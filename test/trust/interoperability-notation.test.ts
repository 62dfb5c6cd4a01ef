/** What notation signs, Hallmark verifies; what somebody then changed, it refuses, each time for its reason. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { failedChecks, openBench, signBoth, succeeded, type Bench } from './peers/bench.ts';
import { editEnvelope, NOTATION_TAMPERINGS } from './peers/notation-tamperings.ts';
import { prepareNotation, type Notation, type NotationSigning } from './peers/notation.ts';
import { findPeer } from './peers/peers.ts';
import { toPem } from './services/certificate.ts';

const registry = findPeer('docker-registry');
const notation = findPeer('notation');
const skip = notation.missing || registry.missing;

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });
const other = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'another' }])] });
const FORMS = ['jws', 'cose'] as const;

/** A policy that believes certificates of a store; timestamps where it names authorities for them. */
function policyFile({ home, sigstore }: Bench, { certificate }: Notation, store = certificate): string {
  const timestamps = join(home, 'timestamps.pem');
  writeFileSync(timestamps, toPem(sigstore.timestamps.chain.at(-1)?.certificate ?? new Uint8Array()));
  const file = join(home, 'policy.yaml');
  const policy = {
    schema: 'hallmark.trust-policy/1',
    stores: { 'ca:acme': [store], 'tsa:acme': [timestamps] },
    authorities: { acme: { x509: { store: 'ca:acme', subject: { CN: 'acme' } } } },
    rules: [{ repositories: ['**'], require: [{ signature: { by: 'acme' } }] }],
  };
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

const HOUR = 60 * 60_000;

test(`images that notation ${notation.version} signed`, { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const signer = await prepareNotation(notation, bench.sigstore, bench.home);
  const policy = ['--policy', policyFile(bench, signer)];
  const signings = FORMS.flatMap((form) => [
    { form },
    { form, isTimestamped: true },
    { form, isListed: true },
  ]) satisfies NotationSigning[];
  for (const signing of signings)
    for (const kind of ['listing', 'plain'] as const)
      await t.test(
        `${Object.keys(signing).join(', ').replace('form', signing.form)}; ${kind} registry`,
        async () => {
          const reference = await bench.place(kind, image);
          const { status, said } = await signer.sign(reference, signing);
          assert.equal(status, 0, said);
          const { report } = await bench.verify(reference, policy);
          assert.equal(report.verdict, 'trusted', report.because);
          const [endorsement] = report.endorsements;
          assert.equal(endorsement?.signer.kind, 'x509');
          assert.equal(endorsement.subject, image.digest);
          assert.equal(endorsement.times.length, 'isTimestamped' in signing ? 1 : 0);
        },
      );
});

for (const form of FORMS)
  test(`${form} of notation ${notation.version}, changed`, { skip }, async (t) => {
    await using bench = await openBench(t, registry);
    const signer = await prepareNotation(notation, bench.sigstore, bench.home);
    const policy = ['--policy', policyFile(bench, signer)];
    const how: NotationSigning = { form, isTimestamped: true, isListed: true };
    const signed = await signBoth(bench, [image, other], (reference) => signer.sign(reference, how));
    for (const { name, edit, fails } of NOTATION_TAMPERINGS)
      await t.test(`${name}: ${fails}`, async () => {
        signed.edit((layer) => editEnvelope(form, edit)(layer, signed.another));
        const { status, report } = await bench.verify(signed.reference, policy);
        assert.deepEqual(failedChecks(report), [fails], JSON.stringify(report.checks, null, 2));
        assert.deepEqual([report.verdict, status, report.endorsements], ['untrusted', 2, []]);
      });
  });

test('signatures of notation end', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const signer = await prepareNotation(notation, bench.sigstore, bench.home);
  const policy = ['--policy', policyFile(bench, signer)];
  const reference = await bench.place('listing', image);
  succeeded(await signer.sign(reference, { form: 'jws', expiry: '10m' }));
  const later = await bench.verify(reference, policy, () => Date.now() + HOUR);
  assert.deepEqual(failedChecks(later.report), ['notation.expiry']);
  // The certificate that notation makes for tests lives for a day.
  const muchLater = await bench.verify(reference, policy, () => Date.now() + 48 * HOUR);
  assert.ok(failedChecks(muchLater.report).includes('notation.validity'));
});

test('certificates of somebody else of the same name', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const signer = await prepareNotation(notation, bench.sigstore, bench.home);
  const stranger = await prepareNotation(notation, bench.sigstore, join(bench.home, 'stranger'));
  const reference = await bench.place('listing', image);
  succeeded(await signer.sign(reference, { form: 'cose' }));
  const policy = policyFile(bench, signer, stranger.certificate);
  const { report } = await bench.verify(reference, ['--policy', policy]);
  assert.deepEqual(failedChecks(report), ['notation.store']);
});
