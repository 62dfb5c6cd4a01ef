/** An admission is signed, found again, and believed only while every byte of it is what the verifier signed for. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { buildImage, buildLayer } from '../../../test/images/image-builder.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { addImage } from '../../../test/registry/memory-repository.ts';
import { impatience } from '../../../test/registry/opening.ts';
import { digestOf } from '../../model/digest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { openRegistryWriter } from '../../oci/store/registry-writer.ts';
import { parsePrivateKey } from '../../signing/keys/private-key.ts';
import type { SigningKey } from '../../signing/keys/signing-key.ts';
import { signWithKey } from '../../signing/sign-with-key.ts';
import { makeVsa, VSA_TYPE } from '../../trust/statements/vsa.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import type { AdmissionGate } from '../programme/programme.ts';
import type { Admission } from './admission.ts';
import {
  attachEvidence,
  EVIDENCE_ARTIFACT,
  type EvidenceDocument,
  nameEvidence,
} from './evidence-artifact.ts';
import { quarantineReference } from './quarantine-reference.ts';
import { type AdmissionQuestion, readAdmission } from './read-admission.ts';
import { gatesOf } from './gates.ts';
import { signAdmission, verifierId } from './sign-admission.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const GATE: AdmissionGate = { fixableFrom: 'critical', refuseSecrets: true, toleratedTests: {} };
const GATES = gatesOf(GATE, null);
const VERIFIER = verifierId('a programme');
const IMAGE = buildImage({ layers: [buildLayer([{ path: 'etc/os-release', content: 'ID=debian\n' }])] });
const OTHER_IMAGE = buildImage({ layers: [buildLayer([{ path: 'evil', content: 'x' }])] });
const BUILD = {
  buildId: 'b'.repeat(64) as BuildId,
  generation: 2,
  architecture: 'amd64',
} as const;

const document = (predicateType: string, value: object): EvidenceDocument => ({
  predicateType,
  bytes: Buffer.from(JSON.stringify(value)),
});
const DOCUMENTS = [
  document('https://spdx.dev/Document', { spdxVersion: 'SPDX-2.3' }),
  document('https://slsa.dev/provenance/v1', { buildDefinition: {}, runDetails: {} }),
];

async function newKey(): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return parsePrivateKey(pem, 'key', async () => null);
}

interface Setting {
  readonly registry: MemoryRegistry;
  readonly writer: ImageWriter;
  readonly admission: Admission;
  readonly key: SigningKey;
  readonly question: AdmissionQuestion;
  readonly sign: (more?: Partial<Admission>, by?: SigningKey) => Promise<void>;
}

async function setting(t: TestContext): Promise<Setting> {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  addImage(registry.repository('quarantine/amd64'), IMAGE);
  const reference = quarantineReference(`${registry.host}/quarantine`, BUILD);
  const writer = openRegistryWriter(reference, { environment: {}, policy: impatience() });
  t.after(() => writer.close());
  const admission: Admission = {
    ...BUILD,
    recipeId: 'c'.repeat(64) as RecipeId,
    source: examined(),
    reference,
    digest: IMAGE.digest,
    verdict: 'admitted',
    checks: [{ id: 'platform', result: 'passed', because: 'it is linux/amd64' }],
    evidence: DOCUMENTS.map(nameEvidence),
    findings: { open: { high: 2 }, fixable: {} },
    gate: GATES('app'),
    at: '2026-11-21T11:59:00Z',
  };
  const key = await newKey();
  const question: AdmissionQuestion = {
    verifier: { verifierId: VERIFIER, key: { key: key.publicKey, id: key.id } },
    expected: { ...BUILD, reference },
    gate: GATES,
    now: NOW,
  };
  const sign = (more: Partial<Admission> = {}, by = key): Promise<void> =>
    signAdmission(writer, { ...admission, ...more }, DOCUMENTS, {
      key: by,
      verifierId: VERIFIER,
      version: '0.0.0',
      gate: GATES(admission.source.repository),
      now: () => NOW,
    });
  return { registry, writer, admission, key, question, sign };
}

test('what was signed is what is read, with the bytes of all evidence', async (t) => {
  const { writer, admission, question, sign } = await setting(t);
  assert.equal(admission.reference.split(':').at(-1), `${BUILD.buildId}-2`);
  await sign();
  const found = await readAdmission(writer, IMAGE.digest, question);
  assert.ok(found.kind === 'proven', JSON.stringify(found));
  assert.deepEqual(found.admission, admission);
  assert.deepEqual(
    found.evidence.map(({ predicateType, bytes }) => [predicateType, bytes.toString()]),
    DOCUMENTS.map(({ predicateType, bytes }) => [predicateType, bytes.toString()]),
  );
  assert.deepEqual((found.summary as { verifiedLevels: unknown }).verifiedLevels, ['SLSA_BUILD_LEVEL_1']);
});

test('signing again adds nothing, whatever the time', async (t) => {
  const { registry, sign } = await setting(t);
  const { manifests } = registry.repository('quarantine/amd64');
  await sign();
  const before = manifests.size;
  assert.equal(before, 3);
  await sign({ at: '2026-11-21T12:00:00Z' });
  assert.equal(manifests.size, before);
});

test('the newest of two summaries counts', async (t) => {
  const { writer, question, sign } = await setting(t);
  await sign();
  await sign({ at: '2026-11-21T12:00:00Z', findings: null });
  const found = await readAdmission(writer, IMAGE.digest, question);
  assert.ok(found.kind === 'proven');
  assert.deepEqual([found.admission.at, found.admission.findings], ['2026-11-21T12:00:00Z', null]);
});

test('nothing is signed about a rejected image', async (t) => {
  const { registry, sign } = await setting(t);
  await assert.rejects(sign({ verdict: 'rejected' }), TypeError);
  assert.equal(registry.repository('quarantine/amd64').manifests.size, 1);
});

const OTHER = 'd'.repeat(64);

interface Attack {
  readonly what: string;
  readonly prepare: (setting: Setting) => Promise<void>;
  readonly question?: (question: AdmissionQuestion) => AdmissionQuestion;
  readonly because: RegExp;
}

const expecting =
  (expected: Partial<AdmissionQuestion['expected']>) =>
  (question: AdmissionQuestion): AdmissionQuestion => ({
    ...question,
    expected: { ...question.expected, ...expected },
  });

/** Takes out one document of the evidence, and may put another under its digest. */
function replaceDocument({ registry }: Setting, isIt: (text: string) => boolean, by: string | null): void {
  const { blobs } = registry.repository('quarantine/amd64');
  const found = [...blobs].find(([, { bytes }]) => isIt(bytes.toString()));
  assert.ok(found !== undefined);
  const [digest, blob] = found;
  if (by === null) blobs.delete(digest);
  else blobs.set(digest, { ...blob, bytes: Buffer.from(by) });
}

const attacks: readonly Attack[] = [
  { what: 'nothing signed', prepare: async () => {}, because: /no summary/ },
  {
    what: 'evidence that nobody signed',
    prepare: async ({ registry, sign }) => {
      await sign();
      const { manifests } = registry.repository('quarantine/amd64');
      for (const [digest, { bytes }] of manifests)
        if (bytes.includes('sigstore.bundle')) manifests.delete(digest);
    },
    because: /no summary/,
  },
  {
    what: 'signed by another key',
    prepare: async ({ sign }) => sign({}, await newKey()),
    because: /no summary/,
  },
  {
    what: 'another generation of the same build',
    prepare: ({ sign }) => sign({ generation: 1 }),
    because: /generation is 1, expected 2/,
  },
  {
    what: 'another build in the same place',
    prepare: ({ sign }) => sign(),
    question: expecting({ buildId: OTHER as BuildId }),
    because: /buildId is b+, expected d+/,
  },
  {
    what: 'another place',
    prepare: ({ sign }) => sign({ reference: 'elsewhere.example/amd64:1' }),
    because: /expected .*quarantine.* got elsewhere/,
  },
  {
    what: 'another architecture',
    prepare: ({ sign }) => sign({ architecture: 'i386' }),
    because: /architecture is i386/,
  },
  {
    what: 'another verifier by the same key',
    prepare: ({ sign }) => sign(),
    question: (question) => ({ ...question, verifier: { ...question.verifier, verifierId: 'urn:other' } }),
    because: /no pair that is accepted/,
  },
  {
    what: 'another gate',
    prepare: ({ sign }) => sign(),
    question: (question) => ({ ...question, gate: gatesOf({ ...GATE, refuseSecrets: false }, null) }),
    because: /expected the policy/,
  },
  {
    what: 'a summary that was signed about another image, attached to this one',
    prepare: async (all) => {
      const { registry, sign } = all;
      const repository = registry.repository('quarantine/amd64');
      addImage(repository, OTHER_IMAGE);
      await sign({ digest: OTHER_IMAGE.digest });
      const attached = [...repository.manifests].filter(([, { bytes }]) => bytes.includes('"subject"'));
      for (const [old, manifest] of attached) {
        const text = manifest.bytes.toString().replaceAll(OTHER_IMAGE.digest, IMAGE.digest);
        const bytes = Buffer.from(
          text.replace(`"size":${OTHER_IMAGE.bytes.length}}`, `"size":${IMAGE.bytes.length}}`),
        );
        repository.manifests.delete(old);
        repository.manifests.set(digestOf(bytes), { ...manifest, digest: digestOf(bytes), bytes });
      }
    },
    because: /no summary/,
  },
  {
    what: 'evidence that is gone',
    prepare: async (all) => {
      await all.sign();
      replaceDocument(all, (text) => text.includes('spdxVersion'), null);
    },
    because: /BLOB|blob|not have|unknown/i,
  },
  {
    what: 'evidence replaced after signing, under the same digest',
    prepare: async (all) => {
      await all.sign();
      replaceDocument(all, (text) => text.includes('spdxVersion'), '{"spdxVersion":"SPDX-2.4"}');
    },
    because: /digest|expected/,
  },
  {
    what: 'a record of the first version, which does not say what was examined',
    prepare: async ({ writer, admission, key }) => {
      const { source: _source, at: _at, gate: _gate, verdict: _verdict, ...older } = admission;
      const image = { digest: IMAGE.digest, mediaType: IMAGE.mediaType, sizeBytes: IMAGE.bytes.length };
      const record = document('urn:hallmark:admission:v1', { version: 1, ...older });
      await attachEvidence(writer, image, [record, ...DOCUMENTS]);
      const summary = makeVsa({
        verifierId: VERIFIER,
        verifierVersion: '0.0.0',
        timeVerified: NOW,
        resourceUri: admission.reference,
        policy: { uri: 'urn:hallmark:admission-gate:v1', digest: GATES('redis') },
        inputs: [record, ...DOCUMENTS].map((one) => nameEvidence(one).digest),
        isPassed: true,
        verifiedLevels: [],
      });
      await signWithKey(writer, IMAGE.digest, {
        meaning: { kind: 'attestation', predicate: { type: VSA_TYPE, value: summary } },
        key,
        created: NOW.toISOString(),
        now: () => NOW,
      });
    },
    because: /an older version of the verifier .* built once more/,
  },
  {
    what: 'the record replaced by one under another digest',
    prepare: async (all) => {
      await all.sign();
      const { manifests, blobs } = all.registry.repository('quarantine/amd64');
      const artifact = [...manifests].find(([, { bytes }]) => bytes.includes(EVIDENCE_ARTIFACT));
      const record = [...blobs].find(([, { bytes }]) => bytes.includes('"recipeId"'));
      assert.ok(artifact !== undefined && record !== undefined);
      const [digest, blob] = record;
      const forged = Buffer.from(blob.bytes.toString().replace('"high":2', '"high":0'));
      const forgedDigest = digestOf(forged);
      blobs.set(forgedDigest, { ...blob, digest: forgedDigest, bytes: forged });
      const [old, manifest] = artifact;
      manifests.delete(old);
      const bytes = Buffer.from(manifest.bytes.toString().replace(digest, forgedDigest));
      manifests.set(digestOf(bytes), { ...manifest, digest: digestOf(bytes), bytes });
    },
    because: /record that a summary names is not beside it/,
  },
];
for (const { what, prepare, question, because } of attacks) {
  test(`unproven: ${what}`, async (t) => {
    const all = await setting(t);
    await prepare(all);
    const found = await readAdmission(all.writer, IMAGE.digest, question?.(all.question) ?? all.question);
    assert.ok(found.kind === 'unproven', JSON.stringify(found));
    assert.match(found.because.join('\n'), because);
  });
}

test('an image that quarantine does not have', async (t) => {
  const { writer, question } = await setting(t);
  const found = await readAdmission(writer, digestOf('nothing'), question);
  assert.ok(found.kind === 'unproven');
  assert.match(found.because.join('\n'), /does not have/);
});
