/** What cosign signs, Hallmark verifies: with keys and certificates, in both formats, in registries of both kinds. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { openBench, succeeded } from './peers/bench.ts';
import { believing, prepareCosign, registriesFor, type CosignSigning } from './peers/cosign.ts';
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

/** Types by the names that cosign has for them. */
const PREDICATES = [
  { type: 'spdxjson', predicate: { spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'app' } },
  { type: 'cyclonedx', predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' } },
  {
    type: 'slsaprovenance1',
    predicate: {
      buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    },
  },
  { type: 'openvex', predicate: { '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] } },
] as const;

const HALLMARK_TYPES = {
  spdxjson: 'spdx',
  cyclonedx: 'cyclonedx',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  openvex: 'openvex',
} as const satisfies Record<(typeof PREDICATES)[number]['type'], string>;

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
          const { status, report } = await bench.verify(
            reference,
            believing(signing, cosign, bench.sigstore),
          );
          assert.deepEqual([report.verdict, report.because, status], ['trusted', report.because, 0]);
          const [endorsement] = report.endorsements;
          assert.equal(endorsement?.meaning, 'signature');
          assert.equal(endorsement.subject, image.digest);
          assert.equal(endorsement.isLogged, signing.log !== null);
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
    for (const { type, predicate } of PREDICATES)
      for (const signing of signings)
        await t.test(`${type}, ${nameOf(signing)}`, async () => {
          const reference = await bench.place('listing', image);
          const file = join(bench.home, `${type}.json`);
          writeFileSync(file, JSON.stringify(predicate));
          succeeded(await cosign.attest(reference, type, file, signing));
          const believed = believing(signing, cosign, bench.sigstore);
          const asked = await bench.verify(reference, [...believed, '--attestation', HALLMARK_TYPES[type]]);
          assert.deepEqual([asked.report.verdict, asked.status], ['trusted', 0], asked.report.because);
          // An attestation is no signature, whoever made it.
          const signature = await bench.verify(reference, believed);
          assert.equal(signature.status, 2, signature.report.because);
        });
  });
}
