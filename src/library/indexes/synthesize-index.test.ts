import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import {
  buildAttachment,
  buildImage,
  buildIndex,
  buildLayer,
  descriptorOf,
  type BuiltRoot,
} from '../../../test/images/image-builder.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { impatience } from '../../../test/registry/opening.ts';
import { parseReference } from '../../oci/reference.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { indexBytes, type IndexDocument, type IndexEntry } from './index-document.ts';
import { architectureOf, synthesizeIndex } from './synthesize-index.ts';

const layers = [buildLayer([{ path: 'hello', content: 'hello' }])];
const AMD64 = buildImage({ layers });
const ARM64 = buildImage({ layers, platform: { os: 'linux', architecture: 'arm64' } });
const PROVENANCE = buildAttachment(AMD64, {
  content: {},
  mediaType: 'application/vnd.in-toto+json',
  predicateType: 'https://slsa.dev/provenance/v0.2',
});
const ARCHITECTURE = 'com.docker.official-images.bashbrew.arch';

async function synthesize(t: TestContext, root: BuiltRoot | null): Promise<IndexDocument | null> {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  if (root !== null) addImage(registry.repository('library/app'), root, '1');
  const text = `${registry.host}/library/app:1`;
  const reader = openRegistryWriter(text, { environment: {}, policy: impatience() });
  t.after(() => reader.close());
  const found = await synthesizeIndex(reader, parseReference(text));
  // the host has another port each time
  return found === null
    ? null
    : (JSON.parse(JSON.stringify(found).replaceAll(registry.host, 'r')) as IndexDocument);
}

const told = ({ digest, platform, annotations }: IndexEntry) => [
  digest,
  platform,
  annotations?.[ARCHITECTURE],
];

suite('an index of whatever a reference leads to', () => {
  test('nothing', async (t) => assert.equal(await synthesize(t, null), null));

  test('an image: its platform is in its configuration', async (t) => {
    const found = await synthesize(t, ARM64);
    const named = { 'org.opencontainers.image.ref.name': `r/library/app:1@${ARM64.digest}` };
    assert.deepEqual(found, {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: ARM64.mediaType,
          digest: ARM64.digest,
          size: ARM64.bytes.length,
          platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
          annotations: { ...named, [ARCHITECTURE]: 'arm64v8' },
        },
      ],
      annotations: named,
    });
  });

  test('an image of Docker’s types makes a list of Docker’s', async (t) => {
    const found = await synthesize(t, buildImage({ layers, format: 'docker' }));
    assert.equal(found?.mediaType, 'application/vnd.docker.distribution.manifest.list.v2+json');
  });

  test('what an index says of architectures does not count', async (t) => {
    const lie = { annotations: { [ARCHITECTURE]: 'amd64', kept: 'yes' }, data: 'e30=' };
    const index = buildIndex([AMD64, ARM64], {
      further: [
        // a second time, with another platform: the first counts
        descriptorOf(AMD64, { platform: { os: 'linux', architecture: 's390x' } }),
      ],
    });
    const lying = buildIndex([ARM64], {
      further: [descriptorOf(AMD64, { ...lie, platform: { os: 'plan9', architecture: 'amd64' } })],
    });
    const found = await synthesize(t, index);
    assert.deepEqual(found?.manifests.map(told), [
      [AMD64.digest, { os: 'linux', architecture: 'amd64' }, 'amd64'],
      [ARM64.digest, { os: 'linux', architecture: 'arm64', variant: 'v8' }, 'arm64v8'],
    ]);
    const other = (await synthesize(t, { ...lying, blobs: new Map([...lying.blobs, ...AMD64.blobs]) }))
      ?.manifests[1];
    assert.deepEqual(other && told(other), [AMD64.digest, { os: 'plan9', architecture: 'amd64' }, undefined]);
    assert.deepEqual([other?.annotations?.['kept'], other?.['data']], ['yes', undefined]);
  });

  test('an attestation has the architecture of what it is about, which must come first', async (t) => {
    const attached = await synthesize(t, buildIndex([AMD64], { attached: [PROVENANCE] }));
    assert.deepEqual(
      attached?.manifests.map((entry) => entry.annotations?.[ARCHITECTURE]),
      ['amd64', 'amd64'],
    );
    const dangling = buildIndex([ARM64], { attached: [PROVENANCE] });
    assert.deepEqual(
      (await synthesize(t, dangling))?.manifests.map(({ digest }) => digest),
      [ARM64.digest],
    );
  });

  test('fields that are not known here stay', async (t) => {
    const platform = {
      architecture: 'amd64',
      os: 'windows',
      'os.version': '10.0.1',
      'os.features': ['win32k'],
    };
    const further = [descriptorOf(AMD64, { platform })];
    const index = buildIndex([], { further });
    const found = await synthesize(t, { ...index, blobs: new Map([...index.blobs, ...AMD64.blobs]) });
    assert.equal(
      JSON.stringify(found?.manifests[0]?.platform),
      JSON.stringify({
        os: 'windows',
        architecture: 'amd64',
        'os.version': '10.0.1',
        'os.features': ['win32k'],
      }),
    );
    assert.equal(found?.manifests[0]?.annotations?.[ARCHITECTURE], 'windows-amd64');
  });
});

test('architectures of platforms', () => {
  const table = [
    [{ os: 'linux', architecture: 'arm' }, 'arm32v7'],
    [{ os: 'linux', architecture: 'arm', variant: 'v6' }, 'arm32v6'],
    [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, null],
    [{ os: 'freebsd', architecture: 'amd64' }, null],
  ] as const;
  for (const [platform, expected] of table) assert.equal(architectureOf(platform), expected);
});

test('objects of JSON keep the order of their fields, of one that is there twice the place of the first', () => {
  const fields = JSON.parse('{"z":1,"m":2,"a":3,"z":4}') as object;
  assert.equal(JSON.stringify(fields), '{"z":4,"m":2,"a":3}');
});

test('indexes are written as upstream writes them', () => {
  const index: IndexDocument = { schemaVersion: 2, mediaType: 'm', manifests: [] };
  assert.equal(
    String(indexBytes(index)),
    '{\n\t"schemaVersion": 2,\n\t"mediaType": "m",\n\t"manifests": []\n}\n',
  );
});
