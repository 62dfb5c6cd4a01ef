/** What `inspect` says of the trust in an image, by where the image comes from. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandLine } from '../../test/cli/command-line.ts';
import { buildImage, buildIndex, buildLayer } from '../../test/images/image-builder.ts';
import {
  dockerArchive,
  dockerArchiveWithLayout,
  ociArchive,
  writeOciLayout,
} from '../../test/images/layouts.ts';
import { tarArchive } from '../../test/images/tar-writer.ts';
import { temporaryDirectory } from '../../test/images/temporary-directory.ts';
import { startMemoryRegistry } from '../../test/registry/memory-registry.ts';
import { addImage } from '../../test/registry/memory-repository.ts';
import type { TrustReport } from '../model/trust-report.ts';

const image = (architecture: string, content = architecture) =>
  buildImage({
    layers: [buildLayer([{ path: 'a', content }])],
    platform: { os: 'linux', architecture },
  });
const [AMD64, ARM64] = [image('amd64'), image('arm64')];
const INDEX = buildIndex([AMD64, ARM64]);
const environment = { HALLMARK_KEY_PASSWORD: 'secret' };

test('what has manifests is verified, and of everything else it is said that nothing was', async (t) => {
  const folder = temporaryDirectory(t);
  const at = (name: string) => join(folder, name);
  const named = [{ root: AMD64, name: 'app:1' }];
  writeFileSync(at('docker.tar'), dockerArchive(named));
  writeFileSync(at('both.tar'), tarArchive(dockerArchiveWithLayout(named)));
  writeFileSync(at('oci.tar'), ociArchive([{ root: INDEX }]));
  writeOciLayout(at('layout'), [{ root: INDEX }]);
  mkdirSync(join(at('root'), 'etc'), { recursive: true });
  const run = commandLine(t);
  const verified = /verdict +unknown {2}nothing that is signed speaks for this image/;
  const unverified = /not checked +signatures, provenance, whether the tag moved/;
  for (const [reference, said] of [
    [`oci-dir:${at('layout')}`, verified],
    [at('layout'), verified],
    [`oci-archive:${at('oci.tar')}`, verified],
    [at('oci.tar'), verified],
    [at('both.tar'), verified],
    [`docker-archive:${at('docker.tar')}`, unverified],
    [at('docker.tar'), unverified],
    [`dir:${at('root')}`, /not checked +identity/],
  ] as const) {
    const { status, stdout, stderr } = await run(['inspect', '--platform', 'linux/amd64', reference]);
    assert.equal(status, 0, `${reference}: ${stderr}`);
    assert.match(stdout, said, reference);
    if (said === verified)
      assert.match(stdout, /trust root +public-good, bundled, \d+ days old, vouched for/);
    else assert.doesNotMatch(stdout, /verdict/);
  }
});

test('what a daemon holds has a name like an image of a registry, and is not taken for one', async (t) => {
  const run = commandLine(t);
  for (const scheme of ['docker', 'podman', 'containerd', 'docker-archive', 'dir']) {
    const { status, stderr } = await run(['verify', `${scheme}:registry.example/team/app:1`]);
    assert.equal(status, 3, scheme);
    assert.match(stderr, /SOURCE_UNKNOWN: .* has no manifests that signatures could refer to/);
  }
});

test('the image that is read is the one that is verified; with all platforms all of them are', async (t) => {
  await using registry = await startMemoryRegistry();
  addImage(registry.repository('team/app'), INDEX, '1');
  const folder = temporaryDirectory(t);
  const hallmark = commandLine(t);
  const run = (...args: readonly string[]) => hallmark(args, { environment, workingDirectory: folder });
  assert.equal((await run('key', 'generate', '--output', join(folder, 'maker'))).status, 0);
  const repository = `${registry.host}/team/app`;
  const signed = await run('sign', '--key', join(folder, 'maker.key'), `${repository}@${AMD64.digest}`);
  assert.equal(signed.status, 0, signed.stderr);
  writeFileSync(
    join(folder, 'hallmark-trust.yaml'),
    `schema: hallmark.trust-policy/1
authorities: { maker: { key: maker.pub } }
rules: [{ repositories: [${repository}], require: [{ signature: { by: maker } }] }]`,
  );
  const inspect = async (...options: readonly string[]) => {
    const { stdout, stderr } = await run('inspect', ...options, '--format', 'json', `${repository}:1`);
    assert.notEqual(stdout, '', stderr);
    const document = JSON.parse(stdout) as { trust: TrustReport } | { assessments: { trust: TrustReport }[] };
    const trusts = 'trust' in document ? [document.trust] : document.assessments.map(({ trust }) => trust);
    return trusts.map(({ verdict, images }) => [verdict, images.map(({ digest }) => digest)]);
  };
  assert.deepEqual(await inspect('--platform', 'linux/arm64'), [['unknown', [ARM64.digest]]]);
  assert.deepEqual(await inspect('--platform', 'linux/amd64'), [['trusted', [AMD64.digest]]]);
  const both = ['untrusted', [AMD64.digest, ARM64.digest]];
  assert.deepEqual(await inspect('--all-platforms'), [both, both]);
});
