/** What builders sign: workflows, manifests of attestations, manifests as files. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { request } from 'undici';
import { buildAttachment, buildImage, buildIndex, buildLayer } from '../images/image-builder.ts';
import { addImage } from '../registry/memory-repository.ts';
import { openBench, succeeded, worked } from './peers/bench.ts';
import { believing, prepareCosign, type CosignSigning } from './peers/cosign.ts';
import { signingAs } from './peers/hallmark.ts';
import { findPeer } from './peers/peers.ts';
import { workflowClaims } from './services/oidc-issuer.ts';

const registry = findPeer('docker-registry');
const peer = findPeer('cosign');
const skip = peer.missing || registry.missing;

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });
const other = buildImage({
  layers: image.recipe.layers,
  platform: { os: 'linux', architecture: 'arm64' },
});
const BY_IDENTITY: CosignSigning = { by: 'identity', form: 'bundle', log: 2 };

test('workflows are believed by issuer, repository and ref', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(peer, 3, bench);
  const claims = workflowClaims('acme/app', 'release.yml', 'refs/tags/v1.2.3');
  const reference = await bench.place('listing', image);
  succeeded(await cosign.sign(reference, { ...BY_IDENTITY, claims }));
  const root = ['--trusted-root', cosign.files.trustedRoot];
  const believed = [...root, '--certificate-issuer', bench.sigstore.issuerUrl];
  const cases = [
    { repository: 'https://github.com/acme/app', ref: 'refs/tags/v1.2.3', code: 'REQUIREMENTS_MET' },
    { repository: 'https://github.com/acme/app', ref: 'refs/tags/v1.2', code: 'REQUIREMENT_NOT_MET' },
    { repository: 'https://github.com/acme/app-evil', ref: 'refs/tags/v1.2.3', code: 'REQUIREMENT_NOT_MET' },
    { repository: 'https://github.com/acme/ap', ref: 'refs/tags/v1.2.3', code: 'REQUIREMENT_NOT_MET' },
  ];
  for (const { repository, ref, code } of cases)
    await t.test(`${repository} ${ref}: ${code}`, async () => {
      const asked = ['--certificate-repository', repository, '--certificate-ref', ref];
      const { report } = await bench.verify(reference, [...believed, ...asked]);
      assert.equal(report.code, code, report.because);
    });
});

test('statements count that lie in a manifest which cosign signed', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(peer, 3, bench);
  const believed = believing(BY_IDENTITY, cosign, bench.sigstore);
  const predicateType = 'https://spdx.dev/Document';
  const attestations = buildAttachment(image, {
    content: {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'app', digest: { sha256: image.digest.slice('sha256:'.length) } }],
      predicateType,
      predicate: { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'app' },
    },
    mediaType: 'application/vnd.in-toto+json',
    predicateType,
  });
  const index = buildIndex([image], { attached: [attestations] });
  for (const kind of ['listing', 'plain'] as const)
    await t.test(`${kind} registry`, async () => {
      const reference = await bench.place(kind, index);
      const asked = [...believed, '--attestation', 'spdx'];
      const before = await bench.verify(reference, asked);
      assert.equal(before.report.verdict, 'unknown', before.report.because);
      const [repository = ''] = reference.split('@');
      succeeded(await cosign.sign(`${repository}@${attestations.digest}`, BY_IDENTITY));
      const { report } = await bench.verify(reference, asked);
      assert.equal(report.verdict, 'trusted', report.because);
      const endorsement = report.endorsements.find(({ meaning }) => meaning === 'attestation');
      assert.equal(endorsement?.subject, image.digest);
      assert.deepEqual(endorsement.through, [attestations.digest]);
    });
});

test('statements count that are attached, and signed where they are', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(peer, 3, bench);
  const attached = buildAttachment(image, {
    content: {
      _type: 'https://in-toto.io/Statement/v0.1',
      subject: [{ name: 'app', digest: { sha256: image.digest.slice('sha256:'.length) } }],
      predicateType: 'https://cyclonedx.org/bom',
      predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' },
    },
    mediaType: 'application/vnd.in-toto+json',
    artifactType: 'application/vnd.in-toto+json',
  });
  for (const signing of [
    { by: 'key', form: 'bundle', log: null },
    { by: 'key', form: 'layer', log: null, asReferrer: true },
  ] as const satisfies CosignSigning[])
    await t.test(signing.form, async () => {
      const reference = await bench.place('listing', image);
      const { memory, host } = bench.registries.listing;
      const [repository = ''] = reference.split('@');
      addImage(memory.repository(repository.slice(host.length + 1)), attached);
      const asked = [...believing(signing, cosign, bench.sigstore), '--attestation', 'cyclonedx'];
      assert.equal((await bench.verify(reference, asked)).report.verdict, 'unknown');
      succeeded(await cosign.sign(`${repository}@${attached.digest}`, signing));
      const { report } = await bench.verify(reference, asked);
      assert.equal(report.verdict, 'trusted', report.because);
    });
});

test('who signs an index speaks for its images, and not the reverse', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(peer, 3, bench);
  const believed = believing(BY_IDENTITY, cosign, bench.sigstore);
  const index = buildIndex([image, other]);
  const cases = [
    { signed: 'index', digest: index.digest, isRecursive: false, asked: index, code: 'REQUIREMENTS_MET' },
    { signed: 'all', digest: index.digest, isRecursive: true, asked: image, code: 'REQUIREMENTS_MET' },
    { signed: 'image', digest: image.digest, isRecursive: false, asked: image, code: 'REQUIREMENTS_MET' },
    { signed: 'image', digest: image.digest, isRecursive: false, asked: index, code: 'REQUIREMENT_NOT_MET' },
    { signed: 'index', digest: index.digest, isRecursive: false, asked: other, code: 'NO_EVIDENCE' },
  ];
  for (const { signed, digest, isRecursive, asked, code } of cases)
    await t.test(`${signed} signed, ${asked === index ? 'index' : 'image'} asked for: ${code}`, async () => {
      const [repository = ''] = (await bench.place('listing', index)).split('@');
      succeeded(await cosign.sign(`${repository}@${digest}`, { ...BY_IDENTITY, isRecursive }));
      const { report } = await bench.verify(`${repository}@${asked.digest}`, believed);
      assert.equal(report.code, code, report.because);
    });
});

test('manifests are signed as files', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(peer, 3, bench);
  const manifest = join(bench.home, 'manifest.json');
  writeFileSync(manifest, image.bytes);
  for (const by of ['key', 'identity'] as const) {
    const signing: CosignSigning = { by, form: 'bundle', log: 1 };

    await t.test(`by cosign, with ${by}`, async () => {
      const bundle = await cosign.signBlob(manifest, signing);
      const given = [...believing(signing, cosign, bench.sigstore), '--evidence', bundle];
      for (const { root, code } of [
        { root: image, code: 'REQUIREMENTS_MET' },
        { root: buildIndex([image]), code: 'REQUIREMENTS_MET' },
        { root: buildIndex([image, other]), code: 'REQUIREMENT_NOT_MET' },
        { root: other, code: 'EVIDENCE_DOES_NOT_HOLD' },
      ]) {
        const { report } = await bench.verify(await bench.place('listing', root), given);
        assert.equal(report.code, code, report.because);
      }
    });

    await t.test(`by Hallmark, with ${by}`, async () => {
      const reference = await bench.place('listing', image);
      worked(await bench.hallmark(['sign', '--message', ...signingAs(signing, cosign, bench), reference]));
      const { report } = await bench.verify(reference, believing(signing, cosign, bench.sigstore));
      const [evidence] = report.evidence;
      const [repository = ''] = reference.split('@');
      const [host = '', ...path] = repository.split('/');
      const { body } = await request(`http://${host}/v2/${path.join('/')}/blobs/${evidence?.digest}`);
      const bundle = join(bench.home, `hallmark-${by}.json`);
      writeFileSync(bundle, await body.text());
      succeeded(await cosign.verifyBlob(manifest, bundle, signing));
    });
  }
});
