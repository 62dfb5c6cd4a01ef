import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  attestationEntry,
  buildReferrer,
  buildSignature,
  IN_TOTO,
} from '../../../test/images/evidence-builder.ts';
import { buildIndex, type BuiltRoot, descriptorOf, sha256 } from '../../../test/images/image-builder.ts';
import type { Intercept } from '../../../test/registry/fake-registry.ts';
import {
  amd64,
  arm64,
  STATEMENT,
  statementAbout,
  oldStatement,
  cosignSignature,
  tagOf,
  type Setting,
  fill,
  gather,
  found,
} from '../../../test/registry/gathering.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { openImageReader } from '../store/open-reader.ts';
import { gatherEvidence } from './gather-evidence.ts';

describe('what is found', () => {
  const attestation = statementAbout(amd64);
  const index = buildIndex([amd64, arm64], { further: [attestationEntry(attestation, amd64)] });
  const [onIndex, onImage, onAttestation] = [index, amd64, attestation].map((one, at) =>
    buildSignature(one, at),
  );
  assert.ok(onIndex && onImage && onAttestation);
  const root = { ...index, blobs: new Map([...index.blobs, ...attestation.blobs]) };
  const names = Object.entries({
    index,
    amd64,
    arm64,
    attestation,
    onIndex,
    onImage,
    onAttestation,
    cosignSignature,
  });
  const setting: Setting = {
    root,
    attached: [onIndex, onImage, onAttestation, [cosignSignature, tagOf(amd64, '.sig')]],
  };
  const everything = [
    'onIndex: referrers-api of index',
    'cosignSignature: cosign-tag of amd64',
    'attestation: index, referrers-api of amd64',
    'onImage: referrers-api of amd64',
    'onAttestation: referrers-api of attestation',
  ];

  test('of an index alone, without a question about what it lists', async () => {
    const gathering = await gather({ ...setting, options: { isAlone: true } });
    assert.deepEqual(found(gathering, names), ['onIndex: referrers-api of index']);
    assert.deepEqual(
      gathering.subjects.map(({ digest }) => digest),
      [index.digest],
    );
    assert.equal(gathering.requests, 7);
  });

  test('of an index, its images and attestations, in three round trips by digest', async () => {
    const gathering = await gather(setting);
    assert.deepEqual(found(gathering, names), everything);
    assert.deepEqual(
      gathering.subjects.map(({ digest, role, platform, parent }) => [
        digest,
        role,
        platform?.architecture ?? null,
        parent,
      ]),
      [
        [index.digest, 'index', null, null],
        [amd64.digest, 'image', 'amd64', index.digest],
        [arm64.digest, 'image', 'arm64', index.digest],
        [attestation.digest, 'attestation', null, index.digest],
      ],
    );
    assert.deepEqual(gathering.gaps, []);
    assert.equal(gathering.roundTrips, 3);
    assert.equal(gathering.requests, gathering.asked.length);
  });

  test('by tag in as many, and each address asked once', async () => {
    const gathering = await gather({ ...setting, name: ':1' });
    assert.deepEqual(found(gathering, names), everything);
    assert.equal(gathering.root.digest, index.digest);
    assert.equal(gathering.roundTrips, 3);
    assert.equal(new Set(gathering.asked).size, gathering.asked.length);
  });

  test('of one platform', async () => {
    const platform = { os: 'linux', architecture: 'arm64' };
    const gathering = await gather({ ...setting, options: { platform } });
    assert.deepEqual(found(gathering, names), ['onIndex: referrers-api of index']);
    assert.deepEqual(
      gathering.subjects.map(({ digest }) => digest),
      [index.digest, arm64.digest],
    );
    await assert.rejects(
      gather({ ...setting, options: { platform: { os: 'linux', architecture: 's390x' } } }),
      {
        code: 'PLATFORM_NOT_FOUND',
      },
    );
  });

  test('bytes of subjects are read when they are asked for', async () => {
    const contents: Uint8Array[] = [];
    await using registry = await startMemoryRegistry();
    fill(registry.repository('team/app'), setting);
    const { reader, name } = await openImageReader(`${registry.host}/team/app@${index.digest}`, {
      environment: {},
    });
    const { subjects } = await gatherEvidence(reader, name);
    for (const subject of subjects) contents.push(await subject.read(), await subject.read());
    await reader.close();
    assert.deepEqual(
      contents.map((bytes) => sha256(bytes)),
      subjects.flatMap(({ digest }) => [digest, digest]),
    );
    const asked = registry.requests.map(({ url }) => url);
    assert.equal(new Set(asked).size, asked.length, 'nothing is read twice');
  });

  test('the older form of attestations, of several, and in an index of an index', async () => {
    const second = statementAbout(amd64, 2);
    const inner = buildIndex([amd64], {
      further: [attestationEntry(oldStatement, amd64), attestationEntry(second, amd64)],
    });
    const outer = buildIndex([inner]);
    const blobs = new Map([...outer.blobs, ...oldStatement.blobs, ...second.blobs]);
    const gathering = await gather({ root: { ...outer, blobs }, attached: [onImage] });
    assert.deepEqual(found(gathering, [...names, ['old', oldStatement], ['second', second]]), [
      'old: index of amd64',
      'second: index, referrers-api of amd64',
      'onImage: referrers-api of amd64',
    ]);
    assert.equal(gathering.roundTrips, 4);
  });

  test('signatures of statements that are attached, and nothing beyond them', async () => {
    const statement = buildReferrer(amd64, { layers: [{ content: STATEMENT, mediaType: IN_TOTO }] });
    const signature = buildSignature(statement, 1);
    const deeper = buildReferrer(signature, { layers: [{ content: STATEMENT, mediaType: IN_TOTO }] });
    const attached = [statement, signature, deeper];
    const gathering = await gather({ root: amd64, attached });
    assert.deepEqual(found(gathering, [...names, ['statement', statement], ['signature', signature]]), [
      'statement: referrers-api of amd64',
      'signature: referrers-api of statement',
    ]);
    assert.equal(gathering.roundTrips, 3);
    assert.deepEqual(
      gathering.subjects.map(({ role }) => role),
      ['image', 'attestation'],
    );
  });

  test('in a repository for signatures', async () => {
    await using registry = await startMemoryRegistry();
    addImage(registry.repository('team/app'), amd64);
    addImage(registry.repository('team/signatures'), onImage);
    const open = (text: string) => openImageReader(`${registry.host}/${text}`, { environment: {} });
    const [image, signatures] = [await open(`team/app@${amd64.digest}`), await open('team/signatures')];
    const options = { signatureRepositories: [signatures.reader] };
    const gathering = await gatherEvidence(image.reader, image.name, options);
    assert.deepEqual(found(gathering, names), ['onImage: referrers-api of amd64']);
    const content = await gathering.manifests[0]?.layers[0]?.read();
    assert.ok(content !== undefined && onImage.blobs.has(sha256(content)));
    await image.reader.close();
    await signatures.reader.close();
  });
});

const disguised = (platform: object) =>
  descriptorOf(arm64, { platform, annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } });
const indexWith = (...further: readonly object[]) => buildIndex([amd64], { further });
const withBlobs = (root: BuiltRoot, ...others: readonly BuiltRoot[]): BuiltRoot => ({
  ...root,
  blobs: new Map([root, ...others].flatMap(({ blobs }) => [...blobs])),
});

describe('what would run is an image, whatever else it is called', () => {
  const runs = disguised({ os: 'linux', architecture: 'arm64' });
  const nowhere = disguised({ os: 'unknown', architecture: 'unknown' });
  // runs, and refers to another index as a statement about it does
  const other = buildIndex([amd64]);
  const statement = buildReferrer(other, {
    layers: [{ content: STATEMENT, mediaType: IN_TOTO }],
    configType: 'application/vnd.oci.image.config.v1+json',
  });
  const asImage = descriptorOf(statement, { platform: { os: 'linux', architecture: 'arm64' } });
  const deep = [1, 2].reduce<BuiltRoot>(
    (inner) => buildIndex([inner]),
    withBlobs(indexWith(asImage), statement),
  );
  const SETTINGS: readonly (readonly [string, Setting, sha: string])[] = [
    ['annotated as an attestation', { root: withBlobs(indexWith(runs), arm64) }, arm64.digest],
    ['listed as an attestation before', { root: withBlobs(indexWith(nowhere, runs), arm64) }, arm64.digest],
    [
      'found before as a statement about another index',
      { root: withBlobs(buildIndex([other, deep]), statement), attached: [statement] },
      statement.digest,
    ],
  ];
  for (const [what, setting, digest] of SETTINGS) {
    test(what, async () => {
      const { subjects } = await gather(setting);
      assert.equal(subjects.find((subject) => subject.digest === digest)?.role, 'image');
    });
  }
});

const intercept: Intercept = ({ url }, response) => {
  if (!url.includes('/manifests/sha256:')) return false;
  response.setHeader('content-type', arm64.mediaType);
  response.end(arm64.bytes);
  return true;
};

describe('what is no gap', () => {
  test('a root that is missing, or of other bytes', async () => {
    await assert.rejects(gather({ root: amd64, name: `@${arm64.digest}` }), { code: 'MANIFEST_UNKNOWN' });
    await assert.rejects(gather({ root: amd64, intercept }), { code: 'MANIFEST_DIGEST_MISMATCH' });
  });

  test('cancelling', async () => {
    const signal = AbortSignal.abort(new Error('cancelled'));
    await assert.rejects(gather({ root: amd64, options: { signal } }), /cancelled/);
  });
});
