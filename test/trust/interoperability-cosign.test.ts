/** What cosign signs, Hallmark verifies: with keys and certificates, in both formats, in registries of both kinds. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { openBench, succeeded } from './peers/bench.ts';
import { believing, prepareCosign, registriesFor, type CosignSigning } from './peers/cosign.ts';
import { KEYS } from './peers/keys.ts';
import { findPeer } from './peers/peers.ts';

const registry = findPeer('docker-registry');
const GENERATIONS = [
  { generation: 3, peer: findPeer('cosign') },
  { generation: 2, peer: findPeer('cosign2') },
] as const;

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });

interface Case extends CosignSigning {
  readonly generations: readonly (2 | 3)[];
}

const SIGNINGS: readonly Case[] = [
  { generations: [3], by: 'key', form: 'bundle', log: null },
  { generations: [3], by: 'key', form: 'bundle', log: 1 },
  { generations: [3], by: 'key', form: 'bundle', log: 2 },
  { generations: [3], by: 'identity', form: 'bundle', log: 1 },
  { generations: [3], by: 'identity', form: 'bundle', log: 2 },
  { generations: [3, 2], by: 'key', form: 'layer', log: null },
  { generations: [3, 2], by: 'key', form: 'layer', log: 1 },
  { generations: [3, 2], by: 'identity', form: 'layer', log: 1 },
  { generations: [3, 2], by: 'key', form: 'layer', log: null, asReferrer: true },
];

const nameOf = ({ by, form, log, asReferrer }: CosignSigning): string =>
  `${by}, ${form}${log === null ? '' : `, log ${log}`}${asReferrer === true ? ', as a referrer' : ''}`;

/** Types by the names that cosign has for them, and by those that Hallmark is asked for. */
const PREDICATES = [
  {
    type: 'spdxjson',
    asked: 'spdx',
    predicate: { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'app' },
  },
  { type: 'cyclonedx', asked: 'cyclonedx', predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' } },
  {
    type: 'slsaprovenance1',
    asked: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    },
  },
  {
    type: 'openvex',
    asked: 'openvex',
    predicate: { '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] },
  },
] as const;

for (const { generation, peer } of GENERATIONS) {
  const skip = peer.missing || registry.missing;
  const signings = SIGNINGS.filter(({ generations }) => generations.includes(generation));

  test(`images that cosign ${peer.version} signed`, { skip }, async (t) => {
    await using bench = await openBench(t, registry);
    const cosign = await prepareCosign(peer, generation, bench);
    for (const signing of signings)
      for (const kind of registriesFor(signing))
        await t.test(`${nameOf(signing)}; ${kind} registry`, async () => {
          const reference = await bench.place(kind, image);
          succeeded(await cosign.sign(reference, signing));
          const believed = believing(signing, cosign, bench.sigstore);
          const { status, report } = await bench.verify(reference, believed);
          assert.deepEqual([report.verdict, status], ['trusted', 0], report.because);
          const [endorsement] = report.endorsements;
          assert.equal(endorsement?.meaning, 'signature');
          assert.equal(endorsement.subject, image.digest);
          assert.equal(endorsement.isLogged, signing.log !== null);
        });
  });

  test(`images that cosign ${peer.version} signed with keys of every kind`, { skip }, async (t) => {
    await using bench = await openBench(t, registry);
    const cosign = await prepareCosign(peer, generation, bench);
    const form = generation === 3 ? 'bundle' : 'layer';
    for (const { name, make } of KEYS.filter(({ signers }) => signers.includes(generation)))
      await t.test(`${name}, ${form}`, async () => {
        const { publicKey, privateKey } = make();
        const imported = join(bench.home, `imported-${name.replaceAll(' ', '-')}`);
        writeFileSync(`${imported}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
        writeFileSync(`${imported}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
        const importing = ['--key', `${imported}.pem`, '--output-key-prefix', `${imported}-cosign`];
        succeeded(await cosign.run(['import-key-pair', ...importing]));
        const reference = await bench.place('plain', image);
        const key = `${imported}-cosign.key`;
        succeeded(await cosign.sign(reference, { by: 'key', form, log: null, key }));
        const { report } = await bench.verify(reference, ['--key', `${imported}.pub`]);
        assert.equal(report.verdict, 'trusted', report.because);
      });
  });

  test(`attestations of cosign ${peer.version}`, { skip }, async (t) => {
    await using bench = await openBench(t, registry);
    const cosign = await prepareCosign(peer, generation, bench);
    // The older one makes bundles of attestations only, and only when it is told to.
    const forms = generation === 3 ? (['bundle'] as const) : (['layer', 'bundle'] as const);
    const signings = forms.flatMap((form) => [
      { by: 'key', form, log: 1 } as const,
      { by: 'identity', form, log: 1 } as const,
    ]);
    for (const { type, asked, predicate } of PREDICATES)
      for (const signing of signings)
        await t.test(`${type}, ${nameOf(signing)}`, async () => {
          const reference = await bench.place('listing', image);
          const file = join(bench.home, `${type}.json`);
          writeFileSync(file, JSON.stringify(predicate));
          succeeded(await cosign.attest(reference, type, file, signing));
          const believed = believing(signing, cosign, bench.sigstore);
          const { status, report } = await bench.verify(reference, [...believed, '--attestation', asked]);
          assert.deepEqual([report.verdict, status], ['trusted', 0], report.because);
          // An attestation is no signature, whoever made it.
          const signature = await bench.verify(reference, believed);
          assert.equal(signature.status, 2, signature.report.because);
        });
  });
}
