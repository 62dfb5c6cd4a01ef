/** What the publisher publishes, cosign verifies by the publisher's public key alone; in a registry that is in real use. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publish } from '../../src/library/publishing/publish.ts';
import { openState } from '../../src/library/state/open-state.ts';
import { toPublicPem } from '../../src/signing/keys/signing-key.ts';
import { commandLine } from '../cli/command-line.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { startRealRegistry } from '../registry/real-registry.ts';
import { startSigstore } from '../trust/services/server.ts';
import { succeeded } from '../trust/peers/bench.ts';
import { prepareCosign } from '../trust/peers/cosign.ts';
import { findPeer } from '../trust/peers/peers.ts';
import { admit, NOW, planned, publisherOf, publishingScene } from './publishing.ts';

const registry = findPeer('docker-registry');
const cosign3 = findPeer('cosign');

const ATTESTATIONS = [
  'spdxjson',
  'cyclonedx',
  'slsaprovenance1',
  'https://slsa.dev/verification_summary/v1',
] as const;

for (const attestationsInIndex of [false, true]) {
  const name = `every published image has an SBOM, provenance and a signature that cosign accepts${attestationsInIndex ? '; attestations in the index too' : ''}`;
  test(name, { skip: cosign3.missing || registry.missing }, async (t) => {
    await using server = await startRealRegistry({ command: registry.command });
    const home = temporaryDirectory(t);
    await using sigstore = await startSigstore({ now: () => new Date() });
    const cosign = await prepareCosign(cosign3, 3, { sigstore, home });
    const scene = await publishingScene(server.host, attestationsInIndex);
    const amd64 = await admit(scene, { architecture: 'amd64', id: 'a' });
    const arm64 = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    const publisher = publisherOf(scene);
    const state = openState(join(home, 'state'));
    const { problems } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1', 'latest'], [amd64, arm64])], retired: [] },
      publisher,
    );
    assert.deepEqual(
      problems.map(({ error }) => error.message),
      [],
    );
    const [index] = [...state.ledger()].map(({ event }) => event.digest);
    assert.ok(index !== undefined);
    const retirement = { repository: 'app', tags: ['1'], digest: index, successor: 'latest' };
    const retired = await publish(scene.settings, state, { ready: [], retired: [retirement] }, publisher);
    assert.deepEqual(retired.problems, []);
    await publisher.close();
    state.close();

    const publicKey = join(home, 'publisher.pub');
    writeFileSync(publicKey, toPublicPem(scene.publisherKey.publicKey));
    const believed = { by: 'key', form: 'bundle', isLogged: false, publicKey } as const;
    const repository = `${server.host}/library/app`;
    for (const tag of ['1', 'latest']) succeeded(await cosign.verify(`${repository}:${tag}`, believed));
    for (const { digest } of [amd64, arm64]) {
      const reference = `${repository}@${digest}`;
      succeeded(await cosign.verify(reference, believed));
      for (const type of ATTESTATIONS) succeeded(await cosign.verifyAttestation(reference, type, believed));
    }
    succeeded(await cosign.verifyAttestation(`${repository}:1`, 'urn:hallmark:tag-state:v1', believed));
    const hallmark = commandLine(t);
    const trusted = ['verify', '--no-memory', '--key', publicKey, `${repository}:latest`];
    const { status, stdout, stderr } = await hallmark(trusted, { now: () => NOW.getTime() });
    assert.equal(status, 0, stdout + stderr);
    assert.match(
      stdout.replaceAll(/\s+/g, ' '),
      /retired .*\/library\/app:1 since 2026-11-21T12:00:00.000Z; latest takes its place/,
    );
    const stranger = { ...believed, publicKey: cosign.files.publicKey };
    assert.notEqual((await cosign.verify(`${repository}:1`, stranger)).status, 0);
  });
}
