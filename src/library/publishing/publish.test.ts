/** From quarantine to the public, against a registry in memory. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { examined, INPUTS } from '../../../test/library/examined.ts';
import { admit, keyOf, newPem, planned, type PublishingScene } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import type { MemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { referrersOf } from '../../../test/registry/memory-repository.ts';
import type { BuildInputs } from '../../definitions/definition.ts';
import { digestOf } from '../../model/digest.ts';
import { verifyLedger } from '../ledger/ledger-chain.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { SourceId } from '../sources/source.ts';
import { publish } from './publish.ts';
import type { PublicationMember } from './publication-plan.ts';

/** What is attached to each manifest of a public repository, as types. */
function attachedTo(registry: MemoryRegistry, digest: string): readonly string[] {
  return referrersOf(registry.repository('library/app'), digest, null)
    .map((one) => {
      const { artifactType, annotations } = one as {
        artifactType: string;
        annotations: Record<string, string>;
      };
      return annotations['dev.sigstore.bundle.predicateType'] ?? artifactType;
    })
    .sort();
}

function publishedImage({ architecture, digest, sourceId, buildId, generation, reasons }: PublicationMember) {
  return { architecture, digest, sourceId, buildId, generation, reasons, packages: null };
}

const NGINX: BuildInputs = { ...INPUTS, gitCommit: '2'.repeat(40), directory: 'nginx' };
const OLDER: BuildInputs = { ...INPUTS, gitCommit: '3'.repeat(40) };
const AS_NGINX = { source: { ...examined('nginx', NGINX), sourceId: '2'.repeat(64) as SourceId } };
const AS_OLDER = { source: { ...examined('app', OLDER), sourceId: '3'.repeat(64) as SourceId } };

/** Every commit holds something else. */
const readThree: ReadSource = async ({ gitCommit }) =>
  gitCommit === INPUTS.gitCommit
    ? examined().sourceId
    : (`${gitCommit}${gitCommit}`.slice(0, 64) as SourceId);

const unread: ReadSource = () => Promise.reject(new Error('nothing needs to be read'));

const SIGNATURE = 'https://sigstore.dev/cosign/sign/v1';
const EVIDENCE = [
  'https://cyclonedx.org/bom',
  SIGNATURE,
  'https://slsa.dev/provenance/v1',
  'https://slsa.dev/verification_summary/v1',
  'https://spdx.dev/Document',
];

suite('publishing', () => {
  test('an index, its images, all that is said of them, its tags and the ledger', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t);
    const amd64 = await admit(scene, { architecture: 'amd64', id: 'a' });
    const arm64 = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    const { entries, problems } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1.0', 'latest'], [amd64, arm64], { missing: ['s390x'] })], retired: [] },
      publisher,
    );
    assert.deepEqual(problems, []);
    const { tags, manifests } = registry.repository('library/app');
    const digest = tags.get('1.0');
    assert.equal(tags.get('latest'), digest);
    assert.deepEqual([...tags.keys()], ['1.0', 'latest']);
    const index = JSON.parse(String(manifests.get(digest ?? '')?.bytes)) as unknown;
    assert.deepEqual(index, {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: amd64.digest,
          size: manifests.get(amd64.digest)?.bytes.length,
          platform: { os: 'linux', architecture: 'amd64' },
          annotations: {
            'com.docker.official-images.bashbrew.arch': 'amd64',
            'org.opencontainers.image.version': 'a',
          },
        },
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          digest: arm64.digest,
          size: manifests.get(arm64.digest)?.bytes.length,
          platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
          annotations: {
            'com.docker.official-images.bashbrew.arch': 'arm64v8',
            'org.opencontainers.image.version': 'b',
          },
        },
      ],
    });
    assert.deepEqual(attachedTo(registry, digest ?? ''), [SIGNATURE]);
    assert.deepEqual(attachedTo(registry, amd64.digest), EVIDENCE);
    assert.deepEqual(attachedTo(registry, arm64.digest), EVIDENCE);
    const [entry] = entries;
    assert.deepEqual([...state.ledger()], entries);
    assert.deepEqual(entry?.event, {
      kind: 'published',
      repository: 'app',
      tags: ['1.0', 'latest'],
      digest,
      images: [amd64, arm64].map((member) => publishedImage(member)),
      previous: {},
      missing: ['s390x'],
    });
    assert.deepEqual(state.pendingPublications(), []);
  });

  test('publishing again adds nothing but an entry', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t);
    const image = await admit(scene, { architecture: 'amd64', id: 'a' });
    const plan = { ready: [planned('app', ['1'], [image])], retired: [] };
    await publish(scene.settings, state, plan, publisher);
    const before = registry.repository('library/app').manifests.size;
    await publish(scene.settings, state, plan, publisher);
    assert.equal(registry.repository('library/app').manifests.size, before);
    assert.equal(verifyLedger(state.ledger()).entries, 2);
  });

  test('the ledger says what changed, and from which digest', async (t) => {
    const { scene, state, publisher } = await publishingSetting(t);
    const old = await admit(scene, {
      architecture: 'amd64',
      id: 'a',
      packages: { openssl: '3.5.1', tar: '1.35', zlib: '1.3' },
    });
    const arm = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    const now = await admit(scene, {
      architecture: 'amd64',
      id: 'c',
      packages: { openssl: '3.5.2', zlib: '1.3', curl: '8' },
    });
    const first = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1'], [old, arm])], retired: [] },
      publisher,
    );
    const { entries } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1', '1.1'], [now, arm])], retired: [] },
      publisher,
    );
    const event = entries[0]?.event;
    assert.ok(event?.kind === 'published');
    assert.deepEqual(event.previous, { 1: first.entries[0]?.event.digest });
    assert.deepEqual(
      event.images.map(({ packages, reasons }) => [packages, reasons.length]),
      [
        [
          {
            added: ['pkg:deb/debian/curl@8'],
            removed: ['pkg:deb/debian/tar@1.35'],
            changed: [{ from: 'pkg:deb/debian/openssl@3.5.1', to: 'pkg:deb/debian/openssl@3.5.2' }],
          },
          1,
        ],
        // the image of this architecture stayed as it was
        [{ added: [], removed: [], changed: [] }, 0],
      ],
    );
  });

  test('attestations in the index as BuildKit has them', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t, { attestationsInIndex: true });
    const image = await admit(scene, { architecture: 'amd64', id: 'a' });
    const { problems, entries } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1'], [image])], retired: [] },
      publisher,
    );
    assert.deepEqual(problems, []);
    const { manifests, blobs } = registry.repository('library/app');
    const index = JSON.parse(String(manifests.get(entries[0]?.event.digest ?? '')?.bytes)) as {
      manifests: { digest: string; platform: object; annotations: Record<string, string> }[];
    };
    assert.equal(index.manifests.length, 2);
    const [, attestation] = index.manifests;
    assert.deepEqual(attestation?.platform, { os: 'unknown', architecture: 'unknown' });
    assert.deepEqual(attestation.annotations, {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    });
    const { layers } = JSON.parse(String(manifests.get(attestation.digest)?.bytes)) as {
      layers: { digest: string }[];
    };
    const statements = layers.map(({ digest }) => JSON.parse(String(blobs.get(digest)?.bytes)) as object);
    assert.deepEqual(
      statements.map((statement) => (statement as { predicateType: string }).predicateType),
      ['https://spdx.dev/Document', 'https://slsa.dev/provenance/v1'],
    );
  });

  test('a registry without the referrers API gets its tags', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t, { referrers: false });
    const image = await admit(scene, { architecture: 'amd64', id: 'a' });
    const { problems } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1'], [image])], retired: [] },
      publisher,
    );
    assert.deepEqual(problems, []);
    assert.ok(registry.repository('library/app').tags.has(image.digest.replace(':', '-')));
  });

  test('a registry without the referrers API has each of its lists changed once', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t, { referrers: false });
    const amd64 = await admit(scene, { architecture: 'amd64', id: 'a' });
    const arm64 = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    const before = registry.requests.length;
    const ready = [planned('app', ['1'], [amd64, arm64])];
    const { problems } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    assert.deepEqual(problems, []);
    const lists = registry.requests
      .slice(before)
      .flatMap(({ method, url }) => (method === 'PUT' ? (/\/sha256-([0-9a-f]+)$/.exec(url)?.[1] ?? []) : []));
    const digest = registry.repository('library/app').tags.get('1') ?? '';
    const subjects = [digest, amd64.digest, arm64.digest].map((one) => one.replace('sha256:', ''));
    assert.deepEqual(lists.toSorted(), subjects.toSorted());
  });

  test('what is published side by side is brought once, and told in the order of the ledger', async (t) => {
    const { registry, scene, state, publisher } = await publishingSetting(t);
    const amd64 = await admit(scene, { architecture: 'amd64', id: 'a' });
    const arm64 = await admit(scene, { architecture: 'arm64v8', id: 'b' });
    const ready = [
      planned('app', ['1', '1.0'], [amd64]),
      planned('app', ['arm'], [arm64]),
      ...['latest', 'both', 'all', 'more'].map((tag) => planned('app', [tag], [amd64, arm64])),
    ];
    const { entries, problems } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    assert.deepEqual(problems, []);
    assert.deepEqual(entries, [...state.ledger()]);
    assert.equal(verifyLedger(entries).entries, ready.length);
    for (const { digest } of [amd64, arm64]) assert.deepEqual(attachedTo(registry, digest), EVIDENCE);
    for (const { event } of entries) assert.deepEqual(attachedTo(registry, event.digest), [SIGNATURE]);
  });
});

suite('what the verifier has not signed is not published', () => {
  const table: readonly (readonly [string, (scene: PublishingScene) => ReturnType<typeof admit>, RegExp])[] =
    [
      [
        'signed by somebody else',
        async (scene) => admit(scene, { architecture: 'amd64', id: 'a', signedBy: await keyOf(newPem()) }),
        /signed no summary/,
      ],
      [
        'another generation',
        (scene) => admit(scene, { architecture: 'amd64', id: 'a', claims: { generation: 2 } }),
        /generation is 2, expected 1/,
      ],
      [
        'another architecture',
        (scene) => admit(scene, { architecture: 'amd64', id: 'a', claims: { architecture: 'i386' } }),
        /architecture is i386/,
      ],
      [
        'the state names another digest',
        async (scene) => ({
          ...(await admit(scene, { architecture: 'amd64', id: 'a' })),
          digest: (await admit(scene, { architecture: 'amd64', id: 'b' })).digest,
        }),
        /expected .*quarantine\/amd64:a+, got .*:b+/,
      ],
      [
        'the state names an image that is not there',
        async (scene) => ({
          ...(await admit(scene, { architecture: 'amd64', id: 'a' })),
          digest: digestOf('nothing'),
        }),
        /does not have/,
      ],
      [
        'an image of another repository',
        async (scene) => ({
          ...(await admit(scene, { architecture: 'amd64', id: 'a', inputs: NGINX, claims: AS_NGINX })),
          inputs: [INPUTS],
        }),
        /not admitted for app:bad: it was examined as nginx, built from Dockerfile in nginx of 2{40}, and the definition names Dockerfile in debian of 1{40}/,
      ],
      [
        'an older version of the same repository',
        async (scene) => ({
          ...(await admit(scene, { architecture: 'amd64', id: 'a', inputs: OLDER, claims: AS_OLDER })),
          inputs: [INPUTS],
        }),
        /examined as app, built from Dockerfile in debian of 3{40}/,
      ],
      [
        'an image for an architecture that is not defined',
        async (scene) => ({ ...(await admit(scene, { architecture: 'amd64', id: 'a' })), inputs: [] }),
        /the definition names nothing for amd64/,
      ],
      [
        'admitted for an architecture that the image is not of',
        (scene) => admit(scene, { architecture: 'arm32v7', id: 'a', isReally: 'arm64v8' }),
        /is an image for arm64v8, and was admitted for arm32v7/,
      ],
    ];
  for (const [name, make, message] of table) {
    test(name, async (t) => {
      const { registry, scene, state, publisher } = await publishingSetting(t, { readSource: readThree });
      const good = await admit(scene, { architecture: 'amd64', id: 'd' });
      const bad = await make(scene);
      const { entries, problems } = await publish(
        scene.settings,
        state,
        { ready: [planned('app', ['bad'], [good, bad]), planned('app', ['good'], [good])], retired: [] },
        publisher,
      );
      assert.deepEqual(
        problems.map(({ repository, tags, error }) => [repository, tags, error.code]),
        [['app', ['bad'], 'ADMISSION_UNPROVEN']],
      );
      assert.match(problems[0]?.error.message ?? '', message);
      assert.deepEqual(
        entries.map(({ event }) => event.tags),
        [['good']],
      );
      assert.deepEqual([...registry.repository('library/app').tags.keys()], ['good']);
      assert.equal(registry.repository('library/app').manifests.has(bad.digest), false);
      assert.deepEqual(state.pendingPublications(), []);
    });
  }
});

suite('images of what is defined, whichever commit they were built from', () => {
  const table: readonly (readonly [string, BuildInputs, BuildInputs, ReadSource])[] = [
    ['the commit of the definition, which need not be read', INPUTS, INPUTS, unread],
    ['a commit that moved, and holds the same', OLDER, INPUTS, async () => examined().sourceId],
    ['another repository with the same source', NGINX, INPUTS, async () => examined().sourceId],
  ];
  for (const [name, built, defined, readSource] of table) {
    test(name, async (t) => {
      const { scene, state, publisher } = await publishingSetting(t, { readSource });
      const image = await admit(scene, { architecture: 'amd64', id: 'a', inputs: built });
      const ready = [planned('app', ['1'], [{ ...image, inputs: [defined] }])];
      const { problems, entries } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
      assert.deepEqual([problems, entries.length], [[], 1]);
    });
  }

  test('a commit that cannot be read keeps nothing else from being published', async (t) => {
    const { scene, state, publisher } = await publishingSetting(t);
    const image = await admit(scene, { architecture: 'amd64', id: 'a', inputs: OLDER });
    const ready = [
      planned('app', ['1'], [{ ...image, inputs: [INPUTS] }]),
      planned('app', ['0'], [{ ...image, inputs: [OLDER] }]),
    ];
    const { problems, entries } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    assert.deepEqual(
      problems.map(({ tags, error }) => [tags, error.code]),
      [[['1'], 'COMMIT_NOT_FOUND']],
    );
    assert.deepEqual(
      entries.map(({ event }) => event.tags),
      [['0']],
    );
  });
});

suite('registries that refuse or forget', () => {
  const table: readonly (readonly [string, (path: string, method: string) => 'refuse' | 'forget' | null])[] =
    [
      [
        'refuses the blobs',
        (path, method) => (method === 'POST' && path.includes('/library/bad/blobs') ? 'refuse' : null),
      ],
      [
        'refuses manifests',
        (path, method) =>
          method === 'PUT' && path.includes('/library/bad/manifests/sha256') ? 'refuse' : null,
      ],
      [
        'refuses the tag',
        (path, method) => (method === 'PUT' && path.endsWith('/library/bad/manifests/1') ? 'refuse' : null),
      ],
      [
        'forgets the tag',
        (path, method) => (method === 'PUT' && path.endsWith('/library/bad/manifests/1') ? 'forget' : null),
      ],
    ];
  for (const [name, rule] of table) {
    test(name, async (t) => {
      const { registry, scene, state, publisher } = await publishingSetting(t, {
        intercept: (request, response) => {
          const [path = ''] = request.url.split('?');
          const what = rule(path, request.method);
          if (what === null) return false;
          response.writeHead(what === 'refuse' ? 403 : 201, { 'content-length': 0 }).end();
          return true;
        },
      });
      const image = await admit(scene, { architecture: 'amd64', id: 'a' });
      const { entries, problems } = await publish(
        scene.settings,
        state,
        { ready: [planned('bad', ['1', '2'], [image]), planned('app', ['1'], [image])], retired: [] },
        publisher,
      );
      assert.deepEqual(
        problems.map(({ tags, error }) => [tags, error.code]),
        [[['1', '2'], 'PUBLICATION_REFUSED']],
      );
      assert.deepEqual(
        entries.map(({ event }) => event.repository),
        ['app'],
      );
      assert.equal(registry.repository('library/bad').tags.size, 0);
      assert.deepEqual(state.pendingPublications(), []);
    });
  }
});
