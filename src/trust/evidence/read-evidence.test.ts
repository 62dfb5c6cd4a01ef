import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildBlob } from '../../../test/images/image-builder.ts';
import { BUNDLE, DSSE, IN_TOTO, SIMPLE_SIGNING } from '../../../test/images/evidence-builder.ts';
import { makeBundle } from '../../../test/trust/services/bundles.ts';
import { createSigstore } from '../../../test/trust/services/deployment.ts';
import { digestOf, parseDigest } from '../../model/digest.ts';
import { OciError } from '../../oci/errors.ts';
import type {
  EvidenceLayer,
  EvidenceManifest,
  EvidenceSubject,
} from '../../oci/evidence/evidence-manifest.ts';
import { BUILD_LOG_LAYER, PREDICATE_LAYER } from './evidence-format.ts';
import { readEvidenceFile } from './evidence-file.ts';
import { knownSubjects, readEvidence, subjectsToRead } from './read-evidence.ts';

const IMAGE = parseDigest(`sha256:${'1'.repeat(64)}`);
const MANIFEST = parseDigest(`sha256:${'2'.repeat(64)}`);

const bundle = { mediaType: BUNDLE, verificationMaterial: {}, dsseEnvelope: {} };
const envelope = { payloadType: IN_TOTO, payload: 'e30=', signatures: [] };
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  predicateType: 'https://example.com',
  subject: [],
};
const NOTATION = 'application/vnd.cncf.notary.signature';

function layerOf(
  content: object | Uint8Array,
  mediaType: string,
  further: Partial<EvidenceLayer> = {},
): EvidenceLayer {
  const { digest, bytes } = buildBlob(content, mediaType);
  return { mediaType, digest, sizeBytes: bytes.length, annotations: {}, read: async () => bytes, ...further };
}

function manifestOf(layers: readonly EvidenceLayer[], artifactType = 'application/x'): EvidenceManifest {
  const places = ['referrers-api'] as const;
  return { digest: MANIFEST, places, about: IMAGE, artifactType, annotations: {}, subject: null, layers };
}

async function formatOf(layer: EvidenceLayer, artifactType?: string) {
  const { evidence } = await readEvidence({ manifests: [manifestOf([layer], artifactType)] });
  return evidence[0]?.format;
}

describe('the format', () => {
  const cosign = { annotations: { 'dev.cosignproject.cosign/signature': '' } };
  const CASES: readonly (readonly [string, EvidenceLayer, string, string?])[] = [
    ['a bundle 0.3', layerOf(bundle, BUNDLE), 'sigstore-bundle'],
    [
      'a bundle 0.1',
      layerOf(bundle, 'application/vnd.dev.sigstore.bundle+json;version=0.1'),
      'sigstore-bundle',
    ],
    ['a bundle that is none', layerOf({ a: 1 }, BUNDLE), 'sigstore-bundle'],
    ['a bundle under another name', layerOf(bundle, 'application/json'), 'sigstore-bundle'],
    ['a bundle that is called a statement', layerOf(bundle, IN_TOTO), 'sigstore-bundle'],
    ["cosign's signature", layerOf({ critical: {} }, SIMPLE_SIGNING, cosign), 'cosign-signature'],
    ["cosign's attestation", layerOf(envelope, DSSE, cosign), 'cosign-attestation'],
    ['an envelope', layerOf(envelope, DSSE), 'dsse'],
    ['an envelope of docker/attest', layerOf(envelope, 'application/vnd.in-toto.provenance+dsse'), 'dsse'],
    ['an envelope that is called a statement', layerOf(envelope, IN_TOTO), 'dsse'],
    ['a statement', layerOf(statement, IN_TOTO), 'statement'],
    ['a statement under another name', layerOf(statement, 'text/plain'), 'statement'],
    [
      'a JWS of Notation',
      layerOf({ payload: '', protected: '' }, 'application/jose+json', {}),
      'notation',
      NOTATION,
    ],
    ['COSE of Notation', layerOf(Buffer.from([0xd2, 0x84]), 'application/cose'), 'notation', NOTATION],
    ['a JWS of somebody else', layerOf({ payload: '' }, 'application/jose+json'), 'unknown'],
    ['a bill of materials', layerOf({ spdxVersion: 'SPDX-2.3' }, 'text/spdx+json'), 'document'],
    ['what a verifier found out', layerOf({ a: 1 }, PREDICATE_LAYER), 'predicate'],
    [
      'a bundle that is called what a verifier found out',
      layerOf(bundle, PREDICATE_LAYER),
      'sigstore-bundle',
    ],
    ['JSON of no known kind', layerOf({ a: 1 }, 'application/json'), 'unknown'],
    ['what is no JSON', layerOf(Buffer.from('x'), 'application/octet-stream'), 'unknown'],
  ];
  for (const [what, layer, expected, artifactType] of CASES) {
    test(what, async () => assert.equal(await formatOf(layer, artifactType), expected));
  }
});

const unreadable = async (): Promise<never> => {
  throw new OciError('EVIDENCE_TOO_LARGE', 'too large', {});
};

describe('reading', () => {
  test('what cannot be evidence is not read', async () => {
    const layer = layerOf(Buffer.from('x'), 'application/vnd.oci.image.layer.v1.tar+gzip', {
      read: unreadable,
    });
    const { evidence, gaps, requests } = await readEvidence({ manifests: [manifestOf([layer])] });
    assert.deepEqual(
      [evidence[0]?.format, evidence[0]?.content.length, gaps, requests],
      ['unknown', 0, [], 0],
    );
  });

  test('the log of a build is told by its type, and not read, however long it is', async () => {
    const layer = layerOf(Buffer.from('x'), BUILD_LOG_LAYER, { read: unreadable });
    const { evidence, gaps, requests } = await readEvidence({ manifests: [manifestOf([layer])] });
    assert.deepEqual(
      [evidence[0]?.format, evidence[0]?.content.length, gaps, requests],
      ['build-log', 0, [], 0],
    );
  });

  test('content that is of no known format is not handed on', async () => {
    const { evidence } = await readEvidence({
      manifests: [manifestOf([layerOf({ a: 1 }, 'application/json')])],
    });
    assert.equal(evidence[0]?.content.length, 0);
  });

  test('what cannot be read is a gap, and hides nothing', async () => {
    const layers = [layerOf({ a: 1 }, BUNDLE, { read: unreadable }), layerOf(bundle, BUNDLE)];
    const { evidence, gaps } = await readEvidence({ manifests: [manifestOf(layers)] });
    assert.deepEqual(gaps, [
      { code: 'EVIDENCE_TOO_LARGE', about: IMAGE, evidence: layers[0]?.digest, message: 'too large' },
    ]);
    assert.deepEqual(
      evidence.map(({ digest }) => digest),
      [layers[1]?.digest],
    );
  });

  test('a junk manifest that misstates the size of a blob does not spoil the right one', async () => {
    const right = layerOf(bundle, BUNDLE);
    const wrong = { ...right, sizeBytes: 1, read: unreadable };
    const { evidence, gaps } = await readEvidence({ manifests: [manifestOf([wrong]), manifestOf([right])] });
    assert.deepEqual([evidence.length, gaps.length], [1, 1]);
  });

  test('the same blob is read once, the smallest first, and each place keeps its annotations', async () => {
    const read: string[] = [];
    const noted = (name: string, content: object, signature: string) => {
      const layer = layerOf(content, SIMPLE_SIGNING, { annotations: { signature } });
      const reading = async () => {
        read.push(name);
        return layer.read();
      };
      return { ...layer, read: reading };
    };
    const large = noted('large', { filler: 'x'.repeat(1000) }, '0');
    const manifests = [manifestOf([large, noted('small', {}, '1'), noted('small', {}, '2')])];
    const { evidence, requests } = await readEvidence({ manifests });
    assert.deepEqual(read, ['small', 'large']);
    assert.equal(requests, 2);
    assert.deepEqual(
      evidence.map(({ annotations }) => annotations['signature']),
      ['0', '1', '2'],
    );
  });

  test('a bug is not a gap', async () => {
    const layer = layerOf(bundle, BUNDLE, { read: () => Promise.reject(new TypeError('a bug')) });
    await assert.rejects(readEvidence({ manifests: [manifestOf([layer])] }), TypeError);
  });
});

const read = (text: string) => readEvidenceFile(Buffer.from(text), 'evidence.json', IMAGE);

const formats = (text: string) => read(text).map(({ format }) => format);

describe('evidence from a file', () => {
  test('a bundle, an envelope or a statement, in one line or several', () => {
    assert.deepEqual(formats(JSON.stringify(bundle)), ['sigstore-bundle']);
    assert.deepEqual(formats(JSON.stringify(envelope, null, 2)), ['dsse']);
    const [only] = read(JSON.stringify(statement));
    assert.deepEqual(
      [only?.format, only?.about, only?.manifest, only?.places],
      ['statement', IMAGE, null, ['file']],
    );
  });

  test('one a line, as gh writes them', () => {
    const text = `${JSON.stringify(bundle)}\n\r\n${JSON.stringify(envelope)}\r\n`;
    assert.deepEqual(formats(text), ['sigstore-bundle', 'dsse']);
  });

  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '\n', /is empty/],
    ['something else', '{"a":1}', /evidence\.json is neither/],
    ['one bad line', `${JSON.stringify(bundle)}\n{}`, /piece 2 of evidence\.json is neither/],
    ['too many lines', '{}\n'.repeat(1025), /has 1025 lines; at most 1024/],
  ];
  for (const [what, text, message] of WRONG) {
    test(`${what} is refused`, () => {
      assert.throws(() => read(text), { code: 'EVIDENCE_FILE_INVALID', message });
    });
  }
});

describe('subjects', () => {
  const root = { bytes: Buffer.from('root'), digest: IMAGE, mediaType: 'a' };
  const subject = (digest: typeof IMAGE, read: EvidenceSubject['read']): EvidenceSubject => {
    return { digest, mediaType: 'a', sizeBytes: 4, role: 'image', platform: null, parent: null, read };
  };

  test('bytes are there for the root and for what was signed as bytes', async () => {
    const message = { mediaType: BUNDLE, verificationMaterial: {}, messageSignature: {} };
    const manifest = { ...manifestOf([layerOf(message, BUNDLE)]), about: MANIFEST };
    const { evidence } = await readEvidence({ manifests: [manifest] });
    const needed = subjectsToRead(evidence);
    const subjects = [subject(IMAGE, unreadable), subject(MANIFEST, async () => Buffer.from('child'))];
    const known = await knownSubjects({ root, subjects }, needed);
    assert.deepEqual(
      known.subjects.all.map(({ bytes }) => bytes?.toString()),
      ['root', 'child'],
    );
    assert.equal(known.subjects.get(MANIFEST)?.sizeBytes, 4);
  });

  test('bytes are there for an index in the index: who signs it signs what it lists', async () => {
    const index = { ...subject(MANIFEST, async () => Buffer.from('inner')), role: 'index' } as const;
    const { subjects } = await knownSubjects({ root, subjects: [index] }, new Set());
    assert.equal(Buffer.from(subjects.get(MANIFEST)?.bytes ?? []).toString(), 'inner');
  });

  test('a bundle from a file is about any of them: its own word is followed', () => {
    const sigstore = createSigstore({ now: () => new Date('2026-06-01T12:00:00Z') });
    const child = Buffer.from('child');
    const content = Buffer.from(JSON.stringify(makeBundle(sigstore, { artifact: child }).bundle));
    const needed = subjectsToRead(readEvidenceFile(content, 'bundle.json', IMAGE));
    assert.deepEqual([...needed], [IMAGE, digestOf(child)]);
  });

  test('bytes that cannot be had are a gap', async () => {
    const { subjects, gaps } = await knownSubjects(
      { root, subjects: [subject(MANIFEST, unreadable)] },
      new Set([MANIFEST]),
    );
    assert.deepEqual(
      [subjects.get(MANIFEST)?.bytes, gaps.map(({ code }) => code)],
      [null, ['EVIDENCE_TOO_LARGE']],
    );
  });
});
