import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { readBuilds } from '../builds/builds-document.ts';
import { deployObjects, type ResolvedBuild } from './deploy-objects.ts';

const FIXTURE = new URL('../../../test/fixtures/library/builds/builds.json', import.meta.url);

interface Names {
  readonly tags: readonly string[];
  readonly archTags: readonly string[];
}

function resolvedBuilds(refsOf: (names: Names) => readonly string[]): readonly ResolvedBuild[] {
  return readBuilds(readFileSync(FIXTURE, 'utf8'), 'builds.json').flatMap(
    ({ architecture, resolved, source }) => {
      const names = (source as { readonly arches: Readonly<Record<string, Names>> }).arches[architecture];
      return resolved === null || names === undefined
        ? []
        : [{ architecture, resolved, refs: refsOf(names) }];
    },
  );
}

const ofArchitecture = resolvedBuilds(({ archTags }) => archTags);

suite('what is deployed', () => {
  test('references of the same images have one index, in the order in which they are met', () => {
    const found = deployObjects(resolvedBuilds(({ tags }) => tags));
    assert.deepEqual(
      found.map(({ refs, data }) => [refs, data.manifests.map(({ platform }) => platform?.architecture)]),
      [
        // the attestation comes after its image, and Windows last
        [['redis:8.1'], ['amd64', 'unknown', 'arm64']],
        [['redis:latest'], ['amd64', 'unknown', 'arm64', 'amd64']],
        [['redis:8.1-core'], ['amd64']],
        [['shop/app:2', 'shop/app:latest'], ['amd64']],
      ],
    );
  });

  test('an index is in its one form, and tells where its images can be copied from', () => {
    const [found] = deployObjects(ofArchitecture);
    const [image, attestation] = ofArchitecture[0]?.resolved.manifests ?? [];
    assert.ok(image !== undefined && attestation !== undefined);
    const staging =
      'oisupport/staging-amd64:005078040654b1d51449d7b1d75125de3a715d109fd2fe6e67a7a77a0dcbce7f';
    const annotations = { 'com.docker.official-images.bashbrew.arch': 'amd64' };
    const { mediaType } = image;
    assert.equal(
      JSON.stringify(found),
      JSON.stringify({
        type: 'manifest',
        refs: ['amd64/redis:8.1', 'amd64/redis:latest'],
        lookup: { [image.digest]: staging, [attestation.digest]: staging },
        data: {
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.index.v1+json',
          manifests: [
            {
              mediaType,
              digest: image.digest,
              size: 500,
              platform: { os: 'linux', architecture: 'amd64' },
              annotations,
            },
            {
              mediaType,
              digest: attestation.digest,
              size: 600,
              platform: { os: 'unknown', architecture: 'unknown' },
              annotations: {
                ...annotations,
                'vnd.docker.reference.digest': image.digest,
                'vnd.docker.reference.type': 'attestation-manifest',
              },
            },
          ],
        },
      }),
    );
  });

  test('an image of another architecture than that of its build is left out, and Docker has a list of its own', () => {
    const windows = ofArchitecture.find(({ architecture }) => architecture === 'windows-amd64');
    assert.equal(windows?.resolved.manifests.length, 2);
    const [found] = deployObjects(windows === undefined ? [] : [windows]);
    assert.deepEqual(
      found?.data.manifests.map(({ platform }) => platform),
      [{ os: 'windows', architecture: 'amd64', 'os.version': '10.0.99.2' }],
    );
    assert.equal(found?.data.mediaType, 'application/vnd.docker.distribution.manifest.list.v2+json');
  });
});
