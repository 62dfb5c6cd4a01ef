/** skopeo verifies what Hallmark signs, and the reverse; oras, crane and cosign find and carry what Hallmark attaches. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildLayer } from '../images/image-builder.ts';
import { openBench, PASSWORD, succeeded, worked } from './peers/bench.ts';
import { believing, prepareCosign, type CosignSigning } from './peers/cosign.ts';
import { findPeer, runPeer } from './peers/peers.ts';
import { prepareSkopeo } from './peers/skopeo.ts';
import { signingAs } from './peers/hallmark.ts';

const registry = findPeer('docker-registry');
const cosign3 = findPeer('cosign');
const skopeo = findPeer('skopeo');
const oras = findPeer('oras');
const crane = findPeer('crane');
const missing = registry.missing || cosign3.missing;

const image = buildImage({ layers: [buildLayer([{ path: 'hello', content: 'hello' }])] });

const KEY: CosignSigning = { by: 'key', form: 'layer', log: null };
const IDENTITY: CosignSigning = { by: 'identity', form: 'layer', log: 1 };

test(`skopeo ${skopeo.version} and Hallmark`, { skip: skopeo.missing || missing }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(cosign3, 3, bench);

  for (const signing of [KEY, IDENTITY])
    for (const kind of ['listing', 'plain'] as const)
      await t.test(
        `what Hallmark signed by ${signing.by}, skopeo lets through; ${kind} registry`,
        async () => {
          const reference = await bench.place(kind, image);
          const peer = prepareSkopeo(skopeo, signing.by, cosign, bench);
          const before = await peer.pull(reference);
          assert.notEqual(before.status, 0);
          assert.match(before.said, /[Ss]ource image rejected/);
          worked(await bench.hallmark(['sign', ...signingAs(signing, cosign, bench), reference]));
          succeeded(await peer.pull(reference));
        },
      );

  await t.test('what skopeo signed, Hallmark verifies', async () => {
    const reference = await bench.place('plain', image);
    // skopeo signs names, and a name with a digest is none that it could write to.
    const tagged = `${reference.split('@')[0]}:1`;
    const peer = prepareSkopeo(skopeo, 'anybody', cosign, bench);
    succeeded(await peer.sign(tagged, cosign.files.key, PASSWORD));
    const { report } = await bench.verify(tagged, believing(KEY, cosign, bench.sigstore));
    assert.equal(report.verdict, 'trusted', report.because);
    assert.equal(report.endorsements[0]?.claimedReference, tagged);
  });
});

test(`oras ${oras.version} finds what Hallmark attached`, { skip: oras.missing || missing }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(cosign3, 3, bench);
  const signing: CosignSigning = { by: 'key', form: 'bundle', log: null };
  const predicate = join(bench.home, 'predicate.json');
  writeFileSync(predicate, JSON.stringify({ reviewer: 'ann' }));
  const attested = ['--type', 'https://example.com/review/v1', '--predicate', predicate];
  for (const kind of ['listing', 'plain'] as const)
    await t.test(`${kind} registry`, async () => {
      const reference = await bench.place(kind, image);
      worked(await bench.hallmark(['sign', ...signingAs(signing, cosign, bench), reference]));
      const as = signingAs(signing, cosign, bench);
      worked(await bench.hallmark(['attest', ...attested, ...as, reference]));
      const args = ['discover', '--plain-http', '--format', 'json', reference];
      const found = await runPeer(oras, args, { home: bench.home });
      succeeded(found);
      const { referrers } = JSON.parse(found.stdout) as { referrers: Referrer[] };
      assert.deepEqual(
        referrers.map(({ artifactType }) => artifactType),
        Array.from({ length: 2 }, () => 'application/vnd.dev.sigstore.bundle.v0.3+json'),
      );
      assert.deepEqual(
        referrers.map(({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] ?? '').sort(),
        ['https://example.com/review/v1', 'https://sigstore.dev/cosign/sign/v1'],
      );
    });

  await t.test('and carries it', async () => {
    const reference = await bench.place('listing', image);
    worked(await bench.hallmark(['sign', ...signingAs(signing, cosign, bench), reference]));
    const carried = `${bench.registries.plain.host}/carried/app`;
    const args = ['copy', '--recursive', '--from-plain-http', '--to-plain-http', reference, `${carried}:1`];
    succeeded(await runPeer(oras, args, { home: bench.home }));
    const { report } = await bench.verify(
      `${carried}@${image.digest}`,
      believing(signing, cosign, bench.sigstore),
    );
    assert.equal(report.verdict, 'trusted', report.because);
  });
});

interface Referrer {
  readonly artifactType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

test(
  `crane ${crane.version} sees the tags of older formats`,
  { skip: crane.missing || missing },
  async (t) => {
    await using bench = await openBench(t, registry);
    const cosign = await prepareCosign(cosign3, 3, bench);
    const reference = await bench.place('plain', image);
    const bundle: CosignSigning = { by: 'key', form: 'bundle', log: null };
    for (const signing of [KEY, bundle])
      worked(await bench.hallmark(['sign', ...signingAs(signing, cosign, bench), reference]));
    const [repository = ''] = reference.split('@');
    const listed = await runPeer(crane, ['ls', '--insecure', repository], { home: bench.home });
    succeeded(listed);
    const fallback = image.digest.replace(':', '-');
    assert.deepEqual(listed.stdout.trim().split('\n').toSorted(), ['1', fallback, `${fallback}.sig`]);
    const index = await runPeer(crane, ['manifest', '--insecure', `${repository}:${fallback}`], {
      home: bench.home,
    });
    succeeded(index);
    const { manifests } = JSON.parse(index.stdout) as { manifests: Referrer[] };
    assert.deepEqual(
      manifests.map(({ artifactType }) => artifactType),
      ['application/vnd.dev.sigstore.bundle.v0.3+json'],
    );
  },
);

test('copies keep their signatures', { skip: oras.missing || missing }, async (t) => {
  await using bench = await openBench(t, registry);
  const cosign = await prepareCosign(cosign3, 3, bench);
  const places = { listing: 'plain', plain: 'listing' } as const;
  for (const form of ['bundle', 'layer'] as const)
    for (const kind of ['listing', 'plain'] as const) {
      const signing: CosignSigning = { by: 'identity', form, log: 1 };
      const believed = believing(signing, cosign, bench.sigstore);

      await t.test(`${form}: Hallmark copies from the ${kind} registry, cosign verifies`, async () => {
        const reference = await bench.place(kind, image);
        succeeded(await cosign.sign(reference, signing));
        const there = `${bench.registries[places[kind]].host}/copied/${form}-${kind}`;
        worked(await bench.hallmark(['copy', '--quiet', ...believed, reference, `${there}:1`]));
        succeeded(await cosign.verify(`${there}@${image.digest}`, { ...signing, isLogged: true }));
      });

      await t.test(`${form}: a layout from the ${kind} registry, Hallmark verifies`, async () => {
        const reference = await bench.place(kind, image);
        succeeded(await cosign.sign(reference, signing));
        const layout = join(bench.home, `saved-${form}-${kind}`);
        // cosign saves its older format only, and oras what has a subject.
        const saving = ['--to-oci-layout', '--from-plain-http', '--recursive', reference, `${layout}:1`];
        succeeded(
          form === 'layer'
            ? await cosign.run(['save', '--dir', layout, '--allow-http-registry', reference])
            : await runPeer(oras, ['copy', ...saving], { home: bench.home }),
        );
        const { report } = await bench.verify(`oci-dir:${layout}`, believed);
        assert.equal(report.verdict, 'trusted', report.because);
      });
    }
});
