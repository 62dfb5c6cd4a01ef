/** The verifier as a whole, over a quarantine in memory: what it admits, what it refuses, and that it says the same twice. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { buildImage, buildIndex, buildLayer, type BuiltImage } from '../../../test/images/image-builder.ts';
import { examined, INPUTS } from '../../../test/library/examined.ts';
import { keyOf, newPem } from '../../../test/library/publishing.ts';
import {
  BASE,
  dpkgStatus,
  flaw,
  imageWith,
  REDIS,
  verifyingScene,
  type VerifyingScene,
} from '../../../test/library/verifying.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { memoryDatabase } from '../../../test/memory-database.ts';
import { SPECIMENS } from '../../../test/secret-specimens.ts';
import type { Advisory } from '../../advisories/advisory.ts';
import { openImageReader } from '../../oci/store/open-reader.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { readBill } from '../../sbom/read-bill.ts';
import { readProvenance } from '../../trust/provenance/read-provenance.ts';
import { PACKAGES_TYPE } from '../../trust/statements/predicate-types.ts';
import { LibraryError } from '../errors.ts';
import type { ReadSource } from '../sources/read-source.ts';
import type { BuildId } from '../builds/build.ts';
import type { SourceEntry, SourceId } from '../sources/source.ts';
import { admitImage } from './admit-image.ts';
import type { Admission, ExaminedSource } from './admission.ts';
import type { BuiltImageFacts } from './built-image.ts';
import { readPackageRecord } from './package-record.ts';
import { PROVENANCE_TYPE } from './provenance.ts';
import { readKeptEvidence } from './kept-evidence.ts';
import { readAdmission } from './read-admission.ts';
import { openGates } from './gates.ts';
import { quarantineReference } from './quarantine-reference.ts';
import { signAdmission, verifierId } from './sign-admission.ts';

const KEY = await keyOf(newPem());
const OTHER_SOURCE = 'd'.repeat(64) as SourceId;

async function admit(
  scene: VerifyingScene,
  facts: BuiltImageFacts,
  advisories: readonly Advisory[] | null = [],
  at = '2026-11-21T12:00:00Z',
  readSource: ReadSource = async () => facts.build.sourceId,
): Promise<Admission> {
  const { settings, connection } = scene;
  return admitImage(facts, {
    settings,
    gates: openGates(settings),
    connection,
    database: advisories === null ? null : memoryDatabase({ advisories }),
    key: KEY,
    readSource,
    version: '0.0.0',
    now: () => new Date(at),
  });
}

const failed = ({ checks }: Admission): readonly string[] =>
  checks.filter(({ result }) => result === 'failed').map(({ id }) => id);

function evidenceOf({ settings }: VerifyingScene, { evidence }: Admission, type: string): Buffer {
  const named = evidence.find(({ predicateType }) => predicateType === type);
  assert.ok(named !== undefined, `no evidence of the type ${type}`);
  const bytes = readKeptEvidence(settings.state, named.digest);
  assert.ok(bytes !== null);
  return bytes;
}

test('an image is admitted with bills, provenance, packages and tests, and the publisher can prove it', async (t) => {
  const scene = await verifyingScene(t);
  const facts = scene.quarantine(REDIS);
  const admission = await admit(scene, facts);
  const { gitFetch: _gitFetch, epoch: _epoch, ...place } = facts.entry;
  assert.deepEqual(admission.source, { repository: 'redis', sourceId: facts.build.sourceId, ...place });
  assert.equal(admission.verdict, 'admitted', JSON.stringify(admission.checks, null, 1));
  assert.deepEqual(
    admission.checks.map(({ id, result }) => `${id} ${result}`),
    [
      'source passed',
      'parents passed',
      'pins passed',
      'quarantine passed',
      'layout passed',
      'platform passed',
      'parent passed',
      'annotations passed',
      'sbom passed',
      'secrets passed',
      'findings passed',
      'test.utc passed',
      'test.no-hard-coded-passwords passed',
      'test.override-cmd passed',
    ],
  );
  for (const type of ['https://spdx.dev/Document', 'https://cyclonedx.org/bom']) {
    const bill = readBill(evidenceOf(scene, admission, type));
    assert.deepEqual(bill.packages.map(({ name }) => name).sort(), ['libc6', 'redis']);
  }
  const record = readPackageRecord(evidenceOf(scene, admission, PACKAGES_TYPE));
  assert.ok('packages' in record);
  assert.deepEqual(
    record.packages.map(({ name, isOwn }) => [name, isOwn]),
    [
      ['libc6', false],
      ['redis', true],
    ],
  );
  const { reader } = await openImageReader(facts.attempt.outcome.reference, scene.connection);
  const proven = await readAdmission(reader, REDIS.digest, {
    verifier: { verifierId: verifierId('test'), key: { key: KEY.publicKey, id: KEY.id } },
    expected: { ...admission },
    gate: null,
    now: new Date('2026-11-21T12:00:00Z'),
  });
  await reader.close();
  assert.ok(proven.kind === 'proven');
  assert.deepEqual(proven.admission, admission);
  assert.ok(!existsSync(join(scene.settings.state, 'verifying', `amd64-${admission.buildId}`)));
});

test('provenance names the commit and all parents, and is read as any other', async (t) => {
  const scene = await verifyingScene(t);
  const admission = await admit(scene, scene.quarantine(REDIS));
  const predicate: unknown = JSON.parse(evidenceOf(scene, admission, PROVENANCE_TYPE).toString());
  const provenance = readProvenance({ predicateType: PROVENANCE_TYPE, predicate });
  assert.ok('dependencies' in provenance, JSON.stringify(provenance));
  assert.deepEqual(provenance.source, {
    uri: 'https://github.com/redis/docker-library-redis',
    commit: '1'.repeat(40),
    ref: 'refs/tags/v8.0',
    path: 'debian/Dockerfile',
    statedBy: 'builder',
  });
  assert.deepEqual(
    provenance.dependencies.map(({ kind, name, digests }) => [
      kind,
      name.replace(/^.*@/, ''),
      Object.keys(digests),
    ]),
    [
      ['source', 'https://github.com/redis/docker-library-redis', ['gitCommit']],
      ['image', BASE.digest, ['sha256']],
    ],
  );
  assert.equal(provenance.builderId, 'urn:hallmark:programme:test:builder');
  assert.deepEqual(
    [provenance.startedOn, provenance.finishedOn],
    ['2023-11-14T22:13:20Z', '2023-11-14T22:14:20Z'],
  );
});

test('looking again, later, gives the same evidence and adds nothing to quarantine', async (t) => {
  const scene = await verifyingScene(t);
  const facts = scene.quarantine(REDIS);
  const first = await admit(scene, facts);
  const { manifests, blobs } = scene.registry.repository('quarantine/amd64');
  const before = [manifests.size, blobs.size];
  const second = await admit(scene, facts, [], '2026-11-22T00:00:00Z');
  assert.deepEqual(second, first);
  assert.deepEqual([manifests.size, blobs.size], before);
});

interface Refusal {
  readonly what: string;
  readonly image: BuiltImage;
  readonly more?: (scene: VerifyingScene) => Partial<BuiltImageFacts>;
  readonly advisories?: readonly Advisory[];
  readonly failed: readonly string[];
}

const key = SPECIMENS['private-key'] ?? '';
const refusals: readonly Refusal[] = [
  {
    what: 'another platform',
    image: imageWith([], { platform: { os: 'linux', architecture: 'arm64' } }),
    failed: ['platform'],
  },
  {
    what: 'not built on its parent',
    image: imageWith([dpkgStatus({ libc6: '2.36-9' })], {
      below: [buildLayer([{ path: 'etc/os-release', content: 'ID=debian\nVERSION_ID=12\n' }])],
    }),
    failed: ['parent'],
  },
  {
    what: 'on a parent that the build does not have',
    image: REDIS,
    more: () => ({ lastStageFrom: 'ubuntu:24.04' }),
    failed: ['parent'],
  },
  {
    what: 'other annotations',
    image: imageWith([dpkgStatus({ redis: '1' })], {
      annotations: { 'org.opencontainers.image.version': '9' },
    }),
    failed: ['annotations'],
  },
  {
    what: 'a distribution without packages',
    image: imageWith([{ path: 'var/lib/dpkg/.wh.status', content: '' }]),
    failed: ['sbom'],
  },
  {
    what: 'a key in a layer',
    image: imageWith([{ path: 'root/id_rsa', content: key }, dpkgStatus({ redis: '1' })]),
    failed: ['secrets'],
  },
  {
    what: 'a flaw that a rebuild mends',
    image: REDIS,
    advisories: [flaw('CVE-2026-0001', 'redis', '7.0.15-2')],
    failed: ['findings'],
  },
  {
    what: 'a password',
    image: imageWith([{ path: 'etc/passwd', content: 'root:$6$a$b:0:0::/:\n' }, dpkgStatus({ redis: '1' })]),
    failed: ['test.no-hard-coded-passwords'],
  },
  {
    what: 'a diff ID that is none of the layer',
    image: buildImage({
      layers: [...BASE.recipe.layers, { ...buildLayer([]), diffId: BASE.digest }],
      annotations: BASE.recipe.annotations ?? {},
    }),
    failed: ['layout'],
  },
];
for (const { what, image, more, advisories, failed: expected } of refusals) {
  test(`refused, and not signed: ${what}`, async (t) => {
    const scene = await verifyingScene(t);
    const admission = await admit(scene, scene.quarantine(image, more?.(scene)), advisories);
    assert.deepEqual(
      [admission.verdict, failed(admission)],
      ['rejected', expected],
      JSON.stringify(admission.checks),
    );
    assert.equal(scene.registry.repository('quarantine/amd64').manifests.size, 1);
  });
}

interface Taken {
  readonly what: string;
  readonly image: BuiltImage;
  readonly more?: Partial<BuiltImageFacts>;
  readonly gate?: Partial<VerifyingScene['settings']['gate']>;
  readonly advisories?: readonly Advisory[] | null;
  readonly check: RegExp;
}

const taken: readonly Taken[] = [
  {
    what: 'a flaw of the image below, which that one is rebuilt for',
    image: REDIS,
    advisories: [flaw('CVE-2026-0002', 'libc6', '2.36-10')],
    check: /^findings passed known flaws: 1 \w+; of these a rebuild could mend: none$/,
  },
  {
    what: 'a flaw without a fix',
    image: REDIS,
    advisories: [flaw('CVE-2026-0003', 'redis', null)],
    check: /^findings passed known flaws: 1 \w+; of these a rebuild could mend: none$/,
  },
  { what: 'no advisories at hand', image: REDIS, advisories: null, check: /^findings not-checked / },
  {
    what: 'a key, where the gate takes it',
    image: imageWith([{ path: 'root/id_rsa', content: key }, dpkgStatus({ redis: '1' })]),
    gate: { refuseSecrets: false },
    check: /^secrets passed 1 found, .*the gate takes them$/,
  },
  {
    what: 'a test that may fail',
    image: imageWith([{ path: 'etc/passwd', content: 'root:$6$a$b:0:0::/:\n' }, dpkgStatus({ redis: '1' })]),
    gate: { toleratedTests: { redis: ['no-hard-coded-passwords'] } },
    check: /^test\.no-hard-coded-passwords failed /,
  },
  {
    what: 'a static program on nothing: its file is listed',
    image: buildImage({ layers: [buildLayer([{ path: 'hello', content: 'ELF' }])] }),
    more: { lastStageFrom: 'scratch', annotations: {} },
    check: /^sbom passed there are no packages; it lists 1 file$/,
  },
];
for (const { what, image, more, gate, advisories, check } of taken) {
  test(`admitted: ${what}`, async (t) => {
    const scene = await verifyingScene(t);
    const settings = { ...scene.settings, gate: { ...scene.settings.gate, ...gate } };
    const admission = await admit({ ...scene, settings }, scene.quarantine(image, more), advisories);
    const told = admission.checks.map(({ id, result, because }) => `${id} ${result} ${because}`);
    assert.equal(admission.verdict, 'admitted', told.join('\n'));
    assert.ok(
      told.some((line) => check.test(line)),
      told.join('\n'),
    );
  });
}

test('refused, and not signed: a commit that holds something else than the plan goes by', async (t) => {
  const scene = await verifyingScene(t);
  const asked: unknown[] = [];
  const facts = scene.quarantine(REDIS);
  const admission = await admit(scene, facts, [], undefined, async (inputs) => {
    asked.push(inputs);
    return 'd'.repeat(64) as SourceId;
  });
  assert.deepEqual([admission.verdict, failed(admission)], ['rejected', ['source']]);
  assert.match(admission.checks[0]?.because ?? '', /^it is d{64}, expected a{64}$/);
  assert.deepEqual(asked, [facts.entry]);
  assert.equal(scene.registry.repository('quarantine/amd64').manifests.size, 1);
});

suite('a parent of the programme', () => {
  const base: SourceEntry = { ...INPUTS, directory: 'base', epoch: 1 };
  const table: readonly (readonly [string, ExaminedSource | null, SourceId, RegExp | null])[] = [
    ['admitted, and built from what its name means', examined('base', base), OTHER_SOURCE, null],
    ['admitted, from another commit with the same', examined('base'), examined().sourceId, null],
    ['that nobody admitted', null, OTHER_SOURCE, /^debian:12 \(sha256:\w+\) is not admitted: .*no summary/],
    [
      'that is another image of the programme',
      examined('nginx'),
      OTHER_SOURCE,
      /was built from Dockerfile in debian of 1{40}, and the definition names Dockerfile in base of/,
    ],
  ];
  for (const [name, source, holds, refusal] of table) {
    test(name, async (t) => {
      const scene = await verifyingScene(t);
      const facts = scene.quarantine(REDIS, { ownParents: new Map([['debian:12', base]]) });
      const below = { buildId: 'f'.repeat(64) as BuildId, generation: 1, architecture: 'amd64' } as const;
      addImage(scene.registry.repository('quarantine/amd64'), BASE, below.buildId);
      if (source !== null) {
        const reference = quarantineReference(scene.settings.registry.quarantine, below);
        const writer = openRegistryWriter(reference, scene.connection);
        const { recipeId } = facts.attempt;
        const found = { checks: [], evidence: [], findings: null, at: '2026-11-21T11:00:00Z' };
        await signAdmission(
          writer,
          { ...below, recipeId, source, reference, digest: BASE.digest, verdict: 'admitted', ...found },
          [],
          {
            key: KEY,
            verifierId: verifierId('test'),
            version: '0.0.0',
            gate: openGates(scene.settings)('redis'),
            now: () => new Date('2026-11-21T11:00:00Z'),
          },
        );
        await writer.close();
      }
      const admission = await admit(scene, facts, [], undefined, async ({ directory }) =>
        directory === 'base' ? holds : facts.build.sourceId,
      );
      assert.deepEqual(failed(admission), refusal === null ? [] : ['parents']);
      const { because = '' } = admission.checks.find(({ id }) => id === 'parents') ?? {};
      assert.match(because, refusal ?? /^debian:12: admitted$/);
    });
  }
});

test('nothing is decided while the commit cannot be read', async (t) => {
  const scene = await verifyingScene(t);
  const gone = new LibraryError('COMMIT_NOT_FOUND', 'it is gone');
  const reading = admit(scene, scene.quarantine(REDIS), [], undefined, () => Promise.reject(gone));
  await assert.rejects(reading, gone);
});

test('a name in quarantine that means another image by now', async (t) => {
  const scene = await verifyingScene(t);
  const facts = scene.quarantine(REDIS);
  scene.registry.repository('quarantine/amd64').tags.set(facts.build.buildId, BASE.digest);
  const admission = await admit(scene, facts);
  assert.deepEqual(failed(admission), ['quarantine']);
});

test('quarantine that serves other bytes under a digest, or none', async (t) => {
  for (const change of ['other', 'none'] as const) {
    const scene = await verifyingScene(t);
    const facts = scene.quarantine(REDIS);
    const { blobs } = scene.registry.repository('quarantine/amd64');
    const layer = REDIS.recipe.layers.at(-1);
    assert.ok(layer !== undefined);
    if (change === 'none') blobs.delete(layer.digest);
    else blobs.set(layer.digest, { ...layer, bytes: Buffer.from(layer.bytes).fill(1) });
    assert.deepEqual(failed(await admit(scene, facts)), ['layout']);
  }
});

test('an image that quarantine has forgotten is refused, so that it is built again', async (t) => {
  const scene = await verifyingScene(t);
  const facts = scene.quarantine(REDIS);
  const { manifests, tags } = scene.registry.repository('quarantine/amd64');
  manifests.clear();
  tags.clear();
  const admission = await admit(scene, facts);
  assert.equal(admission.verdict, 'rejected');
  assert.deepEqual(failed(admission), ['quarantine', 'layout']);
});

test('quarantine that serves another image the second time', async (t) => {
  let asked = 0;
  const evil = imageWith([{ path: 'evil', content: 'x' }]);
  const scene = await verifyingScene(t, {
    intercept: (request, response) => {
      if (!request.url.includes(`/manifests/${REDIS.digest}`)) return false;
      asked += 1;
      if (asked < 2) return false;
      response
        .writeHead(200, { 'content-type': evil.mediaType, 'content-length': evil.bytes.length })
        .end(evil.bytes);
      return true;
    },
  });
  const admission = await admit(scene, scene.quarantine(REDIS));
  assert.deepEqual(failed(admission), ['layout']);
});

test('an index in the place of an image', async (t) => {
  const scene = await verifyingScene(t);
  const facts = scene.quarantine(REDIS);
  const index = buildIndex([REDIS]);
  const repository = scene.registry.repository('quarantine/amd64');
  repository.manifests.set(index.digest, index);
  repository.tags.set(facts.build.buildId, index.digest);
  const { attempt } = facts;
  const outcome = { ...attempt.outcome, digest: index.digest };
  assert.deepEqual(failed(await admit(scene, { ...facts, attempt: { ...attempt, outcome } })), ['layout']);
});
