/** Copies between registries, layouts and archives: what arrives, what is said of what does not, what is left when it fails. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  buildAttachment,
  buildBlob,
  buildImage,
  buildIndex,
  buildLayer,
  type BuiltBlob,
  type BuiltRoot,
  descriptorOf,
} from '../../../test/images/image-builder.ts';
import { noise } from '../../../test/images/noise.ts';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { startMemoryRegistry, type MemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage, type MemoryRepository } from '../../../test/registry/memory-repository.ts';
import { impatience, rejectsWith } from '../../../test/registry/opening.ts';
import { isRealRegistryInstalled, push, withRealRegistry } from '../../../test/registry/real-registry.ts';
import { digestHex, type Digest } from '../../model/digest.ts';
import type { RetryPolicy } from '../registry/retry.ts';
import { DEFAULT_RETRY_POLICY } from '../registry/retry.ts';
import { openImageReader } from '../store/open-reader.ts';
import { copyImage, type CopyPlan, type CopyReport } from './copy-image.ts';
import { openDestination } from './destination.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const SIMPLE_SIGNING = 'application/vnd.dev.cosign.simplesigning.v1+json';
const base = buildLayer([{ path: 'etc/os-release', content: 'ID=test\n' }]);
const large = buildLayer([{ path: 'large', content: noise(3 * 1024 * 1024) }], 'none');
const AMD = buildImage({ layers: [base, large] });
const ARM = buildImage({ layers: [base], platform: { os: 'linux', architecture: 'arm64' } });
const provenance = (image: typeof AMD) =>
  buildAttachment(image, {
    content: { predicate: image.digest },
    mediaType: 'application/vnd.in-toto+json',
    predicateType: 'https://slsa.dev/provenance/v1',
  });
const INDEX = buildIndex([AMD, ARM], { attached: [provenance(AMD), provenance(ARM)] });

const attached = (about: BuiltBlob, content: object) =>
  buildAttachment(about as typeof AMD, {
    content,
    mediaType: 'application/json',
    artifactType: 'x/signature',
  });

const OF_INDEX = attached(INDEX, { of: 'index' });
const OF_AMD = attached(AMD, { of: 'amd64' });
/** A signature of an attestation, and one of that signature. */
const OF_PROVENANCE = attached(provenance(AMD), { of: 'provenance' });
const OF_SIGNATURE = attached(OF_PROVENANCE, { of: 'signature' });
const REFERRERS = [OF_INDEX, OF_AMD, OF_PROVENANCE, OF_SIGNATURE];

/** What cosign keeps behind a tag: a layer for each signature. */
function cosignSignatures(...numbers: readonly number[]) {
  const configuration = buildBlob({ of: 'cosign' }, 'application/vnd.oci.image.config.v1+json');
  const payload = buildBlob({ critical: { type: 'cosign container image signature' } }, SIMPLE_SIGNING);
  const layers = numbers.map((number) =>
    descriptorOf(payload, { annotations: { 'dev.cosignproject.cosign/signature': String(number) } }),
  );
  const manifest = buildBlob(
    { schemaVersion: 2, mediaType: MANIFEST, config: descriptorOf(configuration), layers },
    MANIFEST,
  );
  const blobs = new Map([manifest, configuration, payload].map((blob) => [String(blob.digest), blob]));
  return { ...manifest, blobs };
}

const changed = (blob: BuiltBlob): BuiltBlob => ({
  ...blob,
  bytes: Buffer.from(blob.bytes).fill(' ', 0, 1),
});

const listOf = (...entries: readonly BuiltBlob[]) =>
  buildBlob(
    { schemaVersion: 2, manifests: entries.map((one) => descriptorOf(one)) },
    'application/vnd.oci.image.index.v1+json',
  );

const SIG_TAG = `sha256-${digestHex(INDEX.digest)}.sig`;

function addEverything(repository: MemoryRepository): void {
  addImage(repository, INDEX, '1');
  for (const one of REFERRERS) addImage(repository, one);
  addImage(repository, cosignSignatures(1, 2), SIG_TAG);
}

async function copy(
  from: string,
  to: string,
  plan: Partial<CopyPlan> = {},
  policy: RetryPolicy = impatience(),
): Promise<CopyReport> {
  const options = { environment: {}, policy };
  const { reader } = await openImageReader(from, options);
  try {
    const { writer, tag } = await openDestination(to, options);
    try {
      return await copyImage(reader, writer, { digest: INDEX.digest, platform: 'all', tag, ...plan });
    } finally {
      await writer.close();
    }
  } finally {
    await reader.close();
  }
}

/** Everything that can be asked of a store about the image: the manifests by name, and who refers to what. */
async function everythingIn(reference: string): Promise<object> {
  const { reader, name } = await openImageReader(reference, { environment: {}, policy: impatience() });
  try {
    const referrers: Record<string, Digest[]> = {};
    for (const { digest } of [INDEX, AMD, ARM, provenance(AMD), OF_PROVENANCE]) {
      const { manifests, failures } = await reader.listReferrers(digest);
      assert.deepEqual(failures, []);
      referrers[digest] = manifests.map((one) => one.digest).sort();
    }
    return {
      image: (await reader.readManifest(name))?.digest,
      signatures: (await reader.readManifest(SIG_TAG))?.digest,
      referrers,
    };
  } finally {
    await reader.close();
  }
}

const EVERYTHING = {
  image: INDEX.digest,
  signatures: cosignSignatures(1, 2).digest,
  referrers: {
    [INDEX.digest]: [OF_INDEX.digest],
    [AMD.digest]: [OF_AMD.digest],
    [ARM.digest]: [],
    [provenance(AMD).digest]: [OF_PROVENANCE.digest],
    [OF_PROVENANCE.digest]: [OF_SIGNATURE.digest],
  },
};

const outcomes = ({ evidence }: CopyReport): string[] => evidence.map(({ outcome }) => outcome);

async function registryWithEverything(): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry();
  addEverything(registry.repository('team/app'));
  return registry;
}

test('registry, layout, archive, and a registry without referrers API: each has what the first one had', async (t) => {
  const parent = temporaryDirectory(t);
  await using first = await registryWithEverything();
  await using last = await startMemoryRegistry({ referrers: false, conditions: false });
  const places = [
    `${first.host}/team/app:1`,
    `oci-dir:${join(parent, 'layout')}:1`,
    `oci-archive:${join(parent, 'image.tar')}:1`,
    `${last.host}/mirror/app:1`,
  ];
  assert.deepEqual(await everythingIn(places[0] ?? ''), EVERYTHING);
  for (const [at, to] of places.slice(1).entries()) {
    const report = await copy(places[at] ?? '', to);
    assert.equal(report.digest, INDEX.digest);
    assert.equal(report.manifests, 5);
    assert.ok(report.blobs > 5 && report.bytes > large.bytes.length);
    assert.deepEqual(outcomes(report), Array(5).fill('copied'));
    assert.deepEqual(await everythingIn(to), EVERYTHING, to);
  }
  const again = await copy(places[2] ?? '', places[3] ?? '');
  assert.deepEqual([again.blobs, again.bytes, outcomes(again)], [0, 0, Array(5).fill('present')]);
});

test('a copy onto itself changes nothing', async () => {
  await using registry = await startMemoryRegistry({ referrers: false });
  addImage(registry.repository('team/app'), INDEX, '1');
  const name = `${registry.host}/team/app:1`;
  await copy(name, name);
  assert.ok(registry.requests.every(({ method }) => method === 'GET' || method === 'HEAD'));
});

test('within a registry blobs are taken over', async () => {
  await using registry = await registryWithEverything();
  const report = await copy(`${registry.host}/team/app:1`, `${registry.host}/other/app:2`);
  assert.equal(report.blobs, 0);
  assert.ok(report.mounted > 5);
  assert.equal(registry.repository('other/app').tags.get('2'), INDEX.digest);
});

test('the tag is written when all else is there', async () => {
  await using from = await registryWithEverything();
  await using to = await startMemoryRegistry();
  await copy(`${from.host}/team/app:1`, `${to.host}/team/app:1`);
  const puts = to.requests.filter(({ method }) => method === 'PUT').map(({ url }) => url);
  assert.equal(puts.at(-1), '/v2/team/app/manifests/1');
});

test("cosign's tag: signatures of both sides are kept", async () => {
  const cases = [
    [[3], [1, 2, 3]],
    [[1], [1, 2]],
    [
      [2, 1],
      [1, 2],
    ],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ] as const;
  for (const [there, expected] of cases) {
    await using from = await registryWithEverything();
    await using to = await startMemoryRegistry();
    const repository = to.repository('team/app');
    addImage(repository, cosignSignatures(...there), SIG_TAG);
    await copy(`${from.host}/team/app:1`, `${to.host}/team/app:1`);
    const written = repository.manifests.get(repository.tags.get(SIG_TAG) ?? '');
    const { layers } = JSON.parse(written?.bytes.toString() ?? '');
    const found: string[] = layers.map(
      (layer: { annotations: object }) => Object.values(layer.annotations)[0],
    );
    assert.deepEqual(
      found.map(Number).toSorted((a, b) => a - b),
      expected,
    );
  }
});

test('one platform goes by itself, with the attestations of the index that can be attached to it', async () => {
  await using from = await startMemoryRegistry();
  const repository = from.repository('team/app');
  const withSubject = buildBlob(
    { ...JSON.parse(provenance(AMD).bytes.toString()), subject: descriptorOf(AMD) },
    MANIFEST,
  );
  const entry = {
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': AMD.digest,
    },
  };
  const index = buildIndex([AMD, ARM], {
    attached: [provenance(AMD), provenance(ARM)],
    further: [descriptorOf(withSubject, entry)],
  });
  addImage(repository, index, '1');
  repository.manifests.set(withSubject.digest, withSubject);
  for (const one of [OF_AMD, attached(index, {}), attached(withSubject, {})]) addImage(repository, one);
  await using to = await startMemoryRegistry();
  const report = await copy(`${from.host}/team/app:1`, `${to.host}/team/app:amd64`, {
    digest: index.digest,
    platform: { os: 'linux', architecture: 'amd64' },
  });
  assert.equal(report.digest, AMD.digest);
  const target = to.repository('team/app');
  assert.deepEqual([...target.tags], [['amd64', AMD.digest]]);
  assert.deepEqual(
    new Set(target.manifests.keys()),
    new Set([AMD, OF_AMD, withSubject, attached(withSubject, {})].map(({ digest }) => digest)),
  );
  assert.equal(outcomes(report).filter((outcome) => outcome === 'copied').length, 3);
  const behind = report.evidence.filter(({ outcome }) => outcome === 'left-behind');
  assert.deepEqual(
    new Set(behind.map(({ digest }) => digest)),
    new Set([provenance(AMD).digest, attached(index, {}).digest]),
  );
  assert.match(behind.map(({ reason }) => reason).join(), /refers to nothing.*only one platform is copied/);
});

test('a part of the image that the source lacks: the copy fails, and nobody can meet the half', async (t) => {
  const parent = temporaryDirectory(t);
  const cases: readonly (readonly [BuiltBlob, string])[] = [
    [large, 'BLOB_UNKNOWN'],
    [ARM, 'MANIFEST_UNKNOWN'],
    [AMD.configuration, 'BLOB_UNKNOWN'],
  ];
  for (const [missing, code] of cases) {
    await using from = await registryWithEverything();
    from.repository('team/app').blobs.delete(missing.digest);
    from.repository('team/app').manifests.delete(missing.digest);
    await using to = await startMemoryRegistry();
    const name = `${from.host}/team/app:1`;
    await rejectsWith(code, /does not have/, () => copy(name, `${to.host}/team/app:1`));
    assert.equal(to.repository('team/app').tags.size, 0);
    await rejectsWith(code, /does not have/, () => copy(name, `oci-dir:${join(parent, 'layout')}:1`));
    await rejectsWith(code, /does not have/, () => copy(name, `oci-archive:${join(parent, 'image.tar')}:1`));
    assert.deepEqual(
      [existsSync(join(parent, 'layout')), existsSync(join(parent, 'image.tar'))],
      [false, false],
    );
  }
});

test('a source whose bytes are not those of their digest is refused', async (t) => {
  const parent = temporaryDirectory(t);
  const cases = [
    [large, 'blobs', 'BLOB_DIGEST_MISMATCH'],
    [base, 'blobs', 'BLOB_DIGEST_MISMATCH'],
    [AMD, 'manifests', 'MANIFEST_DIGEST_MISMATCH'],
    [INDEX, 'manifests', 'MANIFEST_DIGEST_MISMATCH'],
  ] as const;
  for (const [blob, kind, code] of cases) {
    await using from = await registryWithEverything();
    from.repository('team/app')[kind].set(blob.digest, changed(blob));
    await using to = await startMemoryRegistry();
    for (const place of [`${to.host}/team/app:1`, `oci-dir:${join(parent, 'layout')}:1`])
      await rejectsWith(code, /has the digest/, () => copy(`${from.host}/team/app:1`, place));
    assert.equal(to.repository('team/app').tags.size, 0);
    assert.equal(to.repository('team/app').blobs.has(blob.digest), false);
    assert.equal(existsSync(join(parent, 'layout')), false);
  }
});

test('evidence that the source lacks, or that is about something else, is told and not copied', async () => {
  await using from = await registryWithEverything();
  const repository = from.repository('team/app');
  const other = attached(ARM, { of: 'arm64' });
  const gone = attached(AMD, { gone: true });
  const lying = listOf(other, gone);
  addImage(repository, other);
  repository.manifests.set(lying.digest, lying);
  repository.tags.set(`sha256-${digestHex(AMD.digest)}`, lying.digest);
  for (const { digest, mediaType } of OF_INDEX.blobs.values())
    if (mediaType === 'application/json') repository.blobs.delete(digest);
  await using to = await startMemoryRegistry();
  const report = await copy(`${from.host}/team/app:1`, `${to.host}/team/app:1`);
  const told = report.evidence.filter(({ outcome }) => outcome === 'missing');
  const reasonOf = (digest: Digest) => told.find((one) => one.digest === digest)?.reason ?? '';
  assert.match(reasonOf(OF_INDEX.digest), /does not have the blob/);
  assert.match(reasonOf(other.digest), new RegExp(`refers to ${ARM.digest} and not to ${AMD.digest}`));
  assert.match(reasonOf(gone.digest), /lists the manifest .* and does not have it/);
  assert.equal(told.length, 3);
  assert.equal(to.repository('team/app').tags.get('1'), INDEX.digest);
  assert.equal(to.repository('team/app').manifests.has(OF_INDEX.digest), false);
});

test('a destination that takes evidence and does not list it is found out, before the tag is written', async () => {
  await using from = await registryWithEverything();
  await using to = await startMemoryRegistry({
    referrers: false,
    intercept: ({ method, url }, response) => {
      if (method !== 'GET' || !/\/manifests\/sha256-[0-9a-f]{64}$/.test(url)) return false;
      const calls = (asked.get(url) ?? 0) + 1;
      asked.set(url, calls);
      // the writer finds its entry in the list; whoever looks afterwards does not
      if (calls < 5) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  const asked = new Map<string, number>();
  await rejectsWith('COPY_INCOMPLETE', /does not list sha256/, () =>
    copy(`${from.host}/team/app:1`, `${to.host}/team/app:1`),
  );
  assert.equal(to.repository('team/app').tags.has('1'), false);
});

test('layers that may not be passed on stay named, and are neither fetched nor sent', async (t) => {
  const directory = join(temporaryDirectory(t), 'layout');
  await using from = await startMemoryRegistry();
  const foreign = {
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    digest: large.digest,
    size: large.bytes.length,
    urls: ['https://vendor.example/layer'],
  };
  const image = buildBlob(
    { ...JSON.parse(ARM.bytes.toString()), layers: [foreign, descriptorOf(base)] },
    MANIFEST,
  );
  addImage(from.repository('team/app'), ARM);
  from.repository('team/app').manifests.set(image.digest, image);
  const report = await copy(`${from.host}/team/app`, `oci-dir:${directory}`, { digest: image.digest });
  assert.deepEqual(report.foreign, [large.digest]);
  assert.equal(report.digest, image.digest);
  assert.equal(existsSync(join(directory, 'blobs/sha256', digestHex(large.digest))), false);
  assert.ok(from.requests.every(({ url }) => !url.includes(large.digest)));
});

test('what comes of the choice has to be what was expected', async () => {
  await using from = await registryWithEverything();
  await using to = await startMemoryRegistry();
  await rejectsWith('COPY_UNEXPECTED', /was chosen to be copied, expected/, () =>
    copy(`${from.host}/team/app:1`, `${to.host}/team/app`, { expected: [AMD.digest] }),
  );
  assert.equal(to.requests.length, 0);
});

test('destinations that cannot be written to', async (t) => {
  const directory = temporaryDirectory(t);
  const cases: readonly (readonly [string, string])[] = [
    ['docker:app', 'DESTINATION_INVALID'],
    ['docker-archive:app.tar', 'DESTINATION_INVALID'],
    ['./app.tar', 'DESTINATION_INVALID'],
    ['oci-dir:', 'DESTINATION_INVALID'],
    [`oci-dir:${directory}:a b`, 'DESTINATION_INVALID'],
    ['team/App', 'REFERENCE_INVALID'],
  ];
  for (const [text, code] of cases)
    await rejectsWith(code, /./, () => openDestination(text, { environment: {} }));
});

const SKIP = isRealRegistryInstalled() ? false : 'docker-registry is not installed';
const hasSkopeo = spawnSync('skopeo', ['--version']).status === 0;

async function pushEverything(host: string): Promise<void> {
  await push(host, 'team/app', '1', INDEX);
  const policy = DEFAULT_RETRY_POLICY;
  const { writer } = await openDestination(`${host}/team/app`, { environment: {}, policy });
  for (const one of REFERRERS as readonly BuiltRoot[])
    await push(host, 'team/app', digestHex(one.digest).slice(0, 12), one);
  await Promise.all(REFERRERS.map((one) => writer.attach(one)));
  await writer.close();
  await push(host, 'team/app', SIG_TAG, cosignSignatures(1, 2));
}

function skopeoRaw(t: TestContext, reference: string): Buffer {
  const env = { HOME: temporaryDirectory(t), PATH: process.env['PATH'] };
  return execFileSync('skopeo', ['inspect', '--tls-verify=false', '--raw', reference], { env });
}

test('docker-registry to a layout, to an archive, and back', { skip: SKIP }, async (t) => {
  const parent = temporaryDirectory(t);
  await withRealRegistry({}, async (host) => {
    await pushEverything(host);
    const places = [
      `${host}/team/app:1`,
      `oci-dir:${join(parent, 'layout')}:1`,
      `oci-archive:${join(parent, 'image.tar')}:1`,
      `${host}/mirror/app:1`,
      `${host}/again/app:1`,
    ];
    for (const [at, to] of places.slice(1).entries()) {
      const report = await copy(places[at] ?? '', to, {}, DEFAULT_RETRY_POLICY);
      assert.deepEqual(outcomes(report), Array(5).fill('copied'), to);
      assert.equal(report.mounted > 0, to.includes('again'));
      assert.deepEqual(await everythingIn(to), EVERYTHING, to);
    }
    if (!hasSkopeo) return;
    const seen = [
      `oci:${join(parent, 'layout')}:1`,
      `oci-archive:${join(parent, 'image.tar')}:1`,
      `docker://${host}/again/app:1`,
    ];
    for (const reference of seen) assert.ok(skopeoRaw(t, reference).equals(INDEX.bytes), reference);
    const layer = join(parent, 'layout/blobs/sha256', digestHex(large.digest));
    assert.ok(readFileSync(layer).equals(large.bytes));
  });
});
