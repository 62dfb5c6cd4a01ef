import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, buildIndex, buildLayer } from '../../../test/images/image-builder.ts';
import { onlyImage, openFrom, readLayer, rejectsWith } from '../../../test/registry/opening.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from '../../../test/registry/real-registry.ts';
import { basicAuthorization } from '../../../test/registry/token-server.ts';

/*
 * What the fakes of the other tests claim, the distribution project's registry has to say too.
 */

const skip = isRealRegistryInstalled() ? false : 'docker-registry is not installed';

const layers = [
  buildLayer([{ path: 'etc/os-release', content: 'ID=debian\n' }]),
  buildLayer([{ path: 'data', content: Buffer.alloc(2_000_000, 'hallmark') }], 'zstd'),
];
const amd64 = buildImage({ layers });
const arm64 = buildImage({ layers, platform: { os: 'linux', architecture: 'arm64' } });
const index = buildIndex([amd64, arm64]);
const docker = buildImage({ layers, format: 'docker' });

test('images are read from a real registry', { skip }, async () => {
  await withRealRegistry({}, async (host) => {
    await push(host, 'team/app', 'oci', index);
    await push(host, 'team/app', 'docker', docker);
    const cases: readonly (readonly [string, string | null, string])[] = [
      ['team/app:oci', index.digest, arm64.digest],
      [`team/app@${index.digest}`, index.digest, arm64.digest],
      [`team/app@${arm64.digest}`, null, arm64.digest],
    ];
    for (const [name, indexDigest, digest] of cases) {
      const options = { platform: { os: 'linux', architecture: 'arm64' } };
      const opened = await openFrom({ text: `${host}/${name}`, options });
      const image = onlyImage(opened);
      assert.deepEqual([image.indexDigest, image.digest], [indexDigest, digest], name);
      for (const [at, layer] of layers.entries()) {
        assert.ok((await readLayer(image.layers[at])).equals(layer.bytes));
      }
      await opened.close();
    }
    const opened = await openFrom({ text: `${host}/team/app:docker` });
    assert.equal(onlyImage(opened).digest, docker.digest);
    await opened.close();

    await rejectsWith('MANIFEST_UNKNOWN', /does not have the manifest none of /, () =>
      openFrom({ text: `${host}/team/app:none` }),
    );
    await rejectsWith('MANIFEST_UNKNOWN', /does not have /, () => openFrom({ text: `${host}/no/such` }));
  });
});

test('a real registry with users lets in those it knows', { skip }, async () => {
  await withRealRegistry({ users: true }, async (host, directory) => {
    await push(host, 'team/app', '1', amd64, { authorization: basicAuthorization('ann', 'secret') });
    const text = `${host}/team/app:1`;
    await rejectsWith('REGISTRY_UNAUTHORIZED', /refused anonymous access/, () => openFrom({ text }));

    const logIn = (password: string) => {
      const auths = { [host]: { username: 'ann', password } };
      writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths }));
      return openFrom({ text, options: { environment: { DOCKER_CONFIG: directory } } });
    };
    await rejectsWith('REGISTRY_UNAUTHORIZED', /refused the stored credentials/, () => logIn('wrong'));
    const opened = await logIn('secret');
    assert.equal(onlyImage(opened).digest, amd64.digest);
    await opened.close();
  });
});
