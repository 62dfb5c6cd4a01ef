/** What Hallmark signs, cosign verifies: with keys and certificates, in both formats, in registries of both kinds. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildIndex, buildLayer } from '../images/image-builder.ts';
import { openBench, succeeded, worked } from './peers/bench.ts';
import { prepareCosign, registriesFor, type CosignSigning } from './peers/cosign.ts';
import { signingAs } from './peers/hallmark.ts';
import { KEYS } from './peers/keys.ts';
import { findPeer } from './peers/peers.ts';

const registry = findPeer('docker-registry');
const cosign3 = findPeer('cosign');
const cosign2 = findPeer('cosign2');
const skip = cosign3.missing || cosign2.missing || registry.missing;

const layers = [buildLayer([{ path: 'hello', content: 'hello' }])];
const image = buildImage({ layers });
const index = buildIndex([image, buildImage({ layers, platform: { os: 'linux', architecture: 'arm64' } })]);

const SIGNINGS: readonly CosignSigning[] = [
  { by: 'key', form: 'bundle', log: null },
  { by: 'key', form: 'bundle', log: 1 },
  { by: 'key', form: 'bundle', log: 2 },
  { by: 'identity', form: 'bundle', log: 1 },
  { by: 'identity', form: 'bundle', log: 2 },
  { by: 'key', form: 'layer', log: null },
  { by: 'key', form: 'layer', log: 1 },
  { by: 'identity', form: 'layer', log: 1 },
];

const nameOf = ({ by, form, log }: CosignSigning): string =>
  `${by}, ${form}${log === null ? '' : `, log ${log}`}`;

test('images that Hallmark signed', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const newer = await prepareCosign(cosign3, 3, bench);
  const older = await prepareCosign(cosign2, 2, bench);
  const verifiers = (form: CosignSigning['form']) => (form === 'bundle' ? [newer] : [newer, older]);
  for (const signing of SIGNINGS)
    for (const kind of registriesFor(signing))
      await t.test(`${nameOf(signing)}; ${kind} registry`, async () => {
        const { form, log, by } = signing;
        const reference = await bench.place(kind, image);
        worked(await bench.hallmark(['sign', ...signingAs(signing, newer, bench), reference]));
        for (const cosign of verifiers(form)) {
          const believed = { by, form, isLogged: log !== null, publicKey: newer.files.publicKey };
          succeeded(await cosign.verify(reference, believed));
          const stranger = { ...believed, by: 'key', publicKey: older.files.publicKey } as const;
          assert.notEqual((await cosign.verify(reference, stranger)).status, 0);
        }
      });

  for (const { name, make } of KEYS)
    for (const form of ['bundle', 'layer'] as const)
      await t.test(`${name}, ${form}`, async () => {
        const { publicKey, privateKey } = make();
        const key = join(bench.home, `${name}.pem`);
        writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
        const believed = join(bench.home, `${name}.pub`);
        writeFileSync(believed, publicKey.export({ type: 'spki', format: 'pem' }));
        const reference = await bench.place('plain', image);
        const legacy = form === 'layer' ? ['--legacy', 'tags'] : [];
        worked(await bench.hallmark(['sign', '--quiet', '--key', key, ...legacy, reference]));
        for (const cosign of verifiers(form))
          succeeded(
            await cosign.verify(reference, { by: 'key', form, isLogged: false, publicKey: believed }),
          );
      });

  await t.test('every image of an index, with a key that Hallmark made', async () => {
    worked(await bench.hallmark(['key', 'generate', '--output', 'release']));
    const reference = await bench.place('plain', index);
    worked(await bench.hallmark(['sign', '--quiet', '--key', 'release.key', reference]));
    const [repository = ''] = reference.split('@');
    for (const digest of index.blobs.keys()) {
      if (!isManifest(digest)) continue;
      const publicKey = join(bench.home, 'release.pub');
      succeeded(
        await newer.verify(`${repository}@${digest}`, {
          by: 'key',
          form: 'bundle',
          isLogged: false,
          publicKey,
        }),
      );
    }
  });
});

/** The index and the images that it lists. */
function isManifest(digest: string): boolean {
  return /manifest|index/.test(index.blobs.get(digest)?.mediaType ?? '');
}

const PREDICATES = [
  {
    type: 'spdx',
    cosign: 'spdxjson',
    predicate: {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'app',
      documentNamespace: 'https://example.com/app',
      creationInfo: { created: '2026-06-01T12:00:00Z', creators: ['Tool: test'] },
    },
  },
  { type: 'cyclonedx', cosign: 'cyclonedx', predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' } },
  {
    type: 'slsaprovenance1',
    cosign: 'slsaprovenance1',
    predicate: {
      buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    },
  },
  {
    type: 'https://example.com/review/v1',
    cosign: 'https://example.com/review/v1',
    predicate: { reviewer: 'ann' },
  },
] as const;

test('attestations that Hallmark made', { skip }, async (t) => {
  await using bench = await openBench(t, registry);
  const newer = await prepareCosign(cosign3, 3, bench);
  const older = await prepareCosign(cosign2, 2, bench);
  const signings = SIGNINGS.filter(({ log }) => log === 1);
  for (const { type, cosign: name, predicate } of PREDICATES)
    for (const signing of signings)
      await t.test(`${name}, ${nameOf(signing)}`, async () => {
        const { form, by } = signing;
        const reference = await bench.place('listing', image);
        const file = join(bench.home, 'predicate.json');
        writeFileSync(file, JSON.stringify(predicate));
        const asked = ['--type', type, '--predicate', file];
        worked(await bench.hallmark(['attest', ...asked, ...signingAs(signing, newer, bench), reference]));
        const believed = { by, form, isLogged: true, publicKey: newer.files.publicKey };
        for (const cosign of [newer, older])
          succeeded(await cosign.verifyAttestation(reference, name, believed));
        const another = await newer.verifyAttestation(reference, 'openvex', believed);
        assert.notEqual(another.status, 0, another.said);
      });
});
