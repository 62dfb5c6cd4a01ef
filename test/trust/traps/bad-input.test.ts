/**
 * Bad input on the command line: evidence that does not hold is exit status 2, none at all is 4, what could not be read is 1, and
 * what the user gave wrong is 3. Each with a code that stays and a reason, on a terminal and in the report.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { VerdictCode } from '../../../src/model/trust-report.ts';
import {
  buildFallback,
  buildReferrer,
  buildSignature,
  BUNDLE,
  IN_TOTO,
} from '../../images/evidence-builder.ts';
import { type BuiltBlob, buildBlob } from '../../images/image-builder.ts';
import { type Intercept, sendError } from '../../registry/fake-registry.ts';
import { amd64, arm64, tagOf } from '../../registry/gathering.ts';
import { statementAbout } from '../evidence.ts';
import { type BundleJson, WORKFLOW } from '../services/bundles.ts';
import { ecKeyPair } from '../services/certificate.ts';
import { base64, entryOf, envelopeOf, minutes, setTimestamp } from './changes.ts';
import { endlessBundle, GIGABYTE_BUNDLE, TEN_THOUSAND_REFERRERS } from './resources.ts';
import { bundleOf, type Place, type Scene, setStage, SPDX, type Stage, verifyByCommand } from './scene.ts';

interface BadInput {
  readonly scene: Scene;
  /** Something is taken out of the registry, or put into it, once everything is there. */
  readonly spoil?: (stage: Stage) => void;
  readonly because: RegExp;
}

const certificateOf = ({ verificationMaterial: { certificate } }: BundleJson) => {
  assert.ok(certificate);
  return certificate;
};

const damaged = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - 1);

const certified = (options: object): Scene => ({ signing: { signer: { kind: 'certificate', options } } });

/** What is attached, listed in a tag that anybody who may push can write. */
const listing = (list: (place: Place) => BuiltBlob): Scene => ({
  registry: { referrers: false },
  attached: (place) => {
    const index = list(place);
    const blobs = new Map([[String(index.digest), index]]);
    return [bundleOf(place.sigstore, {}), [{ ...index, blobs }, tagOf(amd64)]];
  },
});

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Answers for what a path contains. */
const refusing =
  (path: string, status: number): Intercept =>
  ({ url }, response) => {
    if (!url.includes(path)) return false;
    sendError(response, status, 'DENIED');
    return true;
  };

const unsigned = buildReferrer(amd64, {
  layers: [{ content: statementAbout(amd64.digest), mediaType: IN_TOTO }],
});

const withoutEvidence: Scene = { attached: () => [] };

/** Evidence that does not hold. */
const DOES_NOT_HOLD: Record<string, BadInput> = {
  'JSON that ends too early': {
    scene: { text: (bundle) => bundle.slice(0, -1) },
    because: /the bundle is not JSON/,
  },
  'JSON that is no object': { scene: { text: () => '"bundle"' }, because: /the bundle is not an object/ },
  'a key twice': {
    scene: { text: (bundle) => bundle.replace('{', '{"mediaType":"",') },
    because: /"mediaType" twice/,
  },
  'a number that no integer holds': {
    scene: { text: (bundle) => bundle.replace(/"logIndex":"\d+"/, '"logIndex":1e400') },
    because: /the number 1e400, which is beyond 2\^53/,
  },
  'nesting without end': {
    scene: { text: (bundle) => bundle.replace('{', `{"x":${'['.repeat(200)}${']'.repeat(200)},`) },
    because: /nested deeper than/,
  },
  'a certificate in broken DER': {
    scene: {
      bundle: (bundle) => {
        const certificate = certificateOf(bundle);
        certificate.rawBytes = base64(damaged(Buffer.from(certificate.rawBytes, 'base64')));
      },
    },
    because: /the certificate is not DER/,
  },
  'a timestamp in broken DER': {
    scene: {
      signing: { logs: [2] },
      bundle: (bundle, { timestamps }) => setTimestamp(bundle, damaged(timestamps.timestamp(amd64.bytes))),
    },
    because: /not a timestamp in DER/,
  },
  'base64 that is none': {
    scene: { bundle: (bundle) => void (envelopeOf(bundle).payload = '*') },
    because: /dsseEnvelope\.payload/,
  },
  'a certificate that had expired': {
    scene: certified({ notBefore: minutes(-11) }),
    because: /was used at 2026-06-01T12:00:00/,
  },
  'a certificate that was not valid yet': {
    scene: certified({ notBefore: minutes(1) }),
    because: /was used at 2026-06-01T12:00:00/,
  },
  'a key that is too weak': {
    scene: {
      signing: {
        signer: { kind: 'certificate', keys: generateKeyPairSync('rsa', { modulusLength: 1024 }) },
      },
    },
    because: /RSA key of 1024 bits/,
  },
  'evidence of another image': {
    scene: { signing: { statement: statementAbout(arm64.digest) } },
    because: /not about this image/,
  },
  'a log entry of another deployment': {
    scene: { bundle: (bundle) => void (entryOf(bundle).logId.keyId = base64(Buffer.alloc(32))) },
    because: /does not name/,
  },
  'a list that names what refers to another image': {
    scene: {
      registry: { referrers: false },
      attached: ({ sigstore }) => {
        const other = bundleOf(sigstore, { image: arm64 });
        return [other, [buildFallback([{ of: other }]), tagOf(amd64)]];
      },
    },
    because: /is listed for .*, but refers to/,
  },
};

/** What is listed, and cannot be had: it might have been the good one. */
const CANNOT_BE_READ: Record<string, BadInput> = {
  'a blob that is missing': {
    scene: {},
    spoil: ({ registry }) => {
      const { blobs } = registry.repository('acme/app');
      for (const { mediaType, digest } of blobs.values()) if (mediaType === BUNDLE) blobs.delete(digest);
    },
    because: /does not have the blob sha256:/,
  },
  'a manifest that is listed and missing': {
    scene: listing(() => buildFallback([{ of: buildSignature(amd64, 1) }])),
    because: /but .* does not have it/,
  },
  'a list that is no list': {
    scene: listing(() => buildBlob(Buffer.from('{"manifests":'), INDEX)),
    because: /JSON/,
  },
  'a list that the registry refuses': {
    scene: { registry: { intercept: refusing('/referrers/', 403) } },
    because: /403/,
  },
};

const NOTHING_THERE: Record<string, BadInput & { readonly code: VerdictCode }> = {
  'nothing at all': { scene: withoutEvidence, code: 'NO_EVIDENCE', because: /nothing that is signed/ },
  'a document that nobody signed': {
    scene: { attached: () => [unsigned] },
    code: 'NO_EVIDENCE',
    because: /is not signed, so anybody could have written it/,
  },
  'a signature, and no rule': {
    scene: { policy: '\nrules: []' },
    code: 'NO_RULE',
    because: /no rule says whom to believe/,
  },
  'a signature by a key that nobody named': {
    scene: { signing: { signer: { kind: 'key', keys: ecKeyPair() } } },
    code: 'NOT_VERIFIABLE',
    because: /no key or trust root/,
  },
};

/** What the user gave. */
const USER_ERRORS: Record<string, { file: string; content: string; code: string }> = {
  'a policy that is none': { file: 'policy.yaml', content: 'rules: [', code: 'POLICY_INVALID' },
  'a policy with a key twice': {
    file: 'policy.yaml',
    content: 'schema: hallmark.trust-policy/1\nrules: []\nrules: []\n',
    code: 'POLICY_INVALID',
  },
  'a trust root that is none': { file: 'root.json', content: '{', code: 'TRUSTED_ROOT_INVALID' },
  'a trust root with a key twice': {
    file: 'root.json',
    content: '{"mediaType":"","mediaType":""}',
    code: 'TRUSTED_ROOT_INVALID',
  },
};

/** Sound evidence, but not what is asked for. */
const NOT_ASKED_FOR: Record<string, BadInput> = {
  'a signature by somebody else': {
    scene: { signing: { signer: { kind: 'certificate', identity: WORKFLOW } } },
    because: /it is not ann: /,
  },
  'an attestation in place of a signature': {
    scene: { signing: { statement: statementAbout(amd64.digest, SPDX) } },
    because: /expected a signature/,
  },
};

const answers: readonly (readonly [string, number, VerdictCode | null, Record<string, BadInput>])[] = [
  ['evidence that does not hold', 2, 'EVIDENCE_DOES_NOT_HOLD', DOES_NOT_HOLD],
  ['evidence that is not what is asked for', 2, 'REQUIREMENT_NOT_MET', NOT_ASKED_FOR],
  ['evidence that cannot be read', 1, 'EVIDENCE_UNREADABLE', CANNOT_BE_READ],
  ['no evidence', 4, null, NOTHING_THERE],
];

test('the image is trusted as it is: exit status 0', async (t) => {
  await using stage = await setStage(t, {});
  const { status, stdout, report } = await verifyByCommand(t, stage);
  assert.deepEqual([status, report?.code], [0, 'REQUIREMENTS_MET'], stdout);
  assert.match(stdout, /trusted +everything that the rule/);
});

for (const [title, status, code, inputs] of answers) {
  describe(`${title}: exit status ${status}`, () => {
    for (const [name, { scene, spoil, because, ...own }] of Object.entries(inputs)) {
      test(name, async (t) => {
        await using stage = await setStage(t, scene);
        spoil?.(stage);
        const outcome = await verifyByCommand(t, stage);
        const expected = code ?? (own as { code: VerdictCode }).code;
        assert.deepEqual([outcome.status, outcome.report?.code], [status, expected], outcome.stdout);
        assert.match(outcome.report?.because ?? '', because);
        assert.match(outcome.stdout, new RegExp(`code +${expected}`));
        assert.doesNotMatch(outcome.stdout, /^ *trusted/m);
      });
    }
  });
}

describe('what the user gave wrong: exit status 3', () => {
  for (const [name, { file, content, code }] of Object.entries(USER_ERRORS)) {
    test(name, async (t) => {
      await using stage = await setStage(t, {});
      writeFileSync(join(stage.directory, file), content);
      const { status, stdout, stderr, report } = await verifyByCommand(t, stage);
      assert.deepEqual([status, stdout, report], [3, '', null], stderr);
      assert.match(stderr, new RegExp(code));
      assert.ok(stderr.includes(file));
    });
  }
});

describe('an image that cannot be had: exit status 1', () => {
  const spoils: Record<string, (stage: Stage) => void> = {
    'it is not there': ({ registry }) => registry.repository('acme/app').tags.clear(),
    'its manifest is no JSON': ({ registry }) => {
      const { manifests, tags } = registry.repository('acme/app');
      const broken = buildBlob(Buffer.from('{"schemaVersion":2,'), amd64.mediaType);
      manifests.set(broken.digest, broken);
      tags.set('1.4', broken.digest);
    },
    'its manifest has a key twice': ({ registry }) => {
      const { manifests, tags } = registry.repository('acme/app');
      const text = amd64.bytes.toString().replace('{', '{"schemaVersion":1,');
      const broken = buildBlob(Buffer.from(text), amd64.mediaType);
      manifests.set(broken.digest, broken);
      tags.set('1.4', broken.digest);
    },
  };
  for (const [name, spoil] of Object.entries(spoils)) {
    test(name, async (t) => {
      await using stage = await setStage(t, {});
      spoil(stage);
      const { status, report, stdout } = await verifyByCommand(t, stage);
      assert.deepEqual([status, report?.code], [1, 'IMAGE_UNREADABLE'], stdout);
      assert.match(report?.because ?? '', /^[A-Z_]+: /);
    });
  }

  test('its manifest is not that of the digest', async (t) => {
    await using stage = await setStage(t, {});
    const { manifests } = stage.registry.repository('acme/app');
    manifests.set(amd64.digest, { ...arm64, digest: amd64.digest });
    const reference = `${stage.reference.slice(0, -':1.4'.length)}@${amd64.digest}`;
    const { status, report } = await verifyByCommand(t, { ...stage, reference });
    assert.deepEqual([status, report?.code], [1, 'IMAGE_UNREADABLE']);
    assert.match(report?.because ?? '', /^MANIFEST_DIGEST_MISMATCH: /);
  });
});

describe('more than anybody needs is refused within bounds', () => {
  test('an image with 10,000 referrers', async (t) => {
    await using stage = await setStage(t, TEN_THOUSAND_REFERRERS);
    const { status, report } = await verifyByCommand(t, stage);
    assert.deepEqual([status, report?.code], [1, 'EVIDENCE_UNREADABLE'], report?.because);
    const { requests } = stage.registry;
    assert.ok(requests.length < 300, `${requests.length} requests`);
    assert.ok((report?.evidence.length ?? 0) <= 128);
  });

  test('a bundle that is said to have a gibibyte', async (t) => {
    await using stage = await setStage(t, GIGABYTE_BUNDLE);
    const { status, report } = await verifyByCommand(t, stage);
    assert.deepEqual([status, report?.code], [1, 'EVIDENCE_UNREADABLE'], report?.because);
    const asked = stage.registry.requests.filter(({ url }) => url.includes('/blobs/'));
    assert.deepEqual(asked, [], 'it is not even begun');
  });

  test('a gibibyte where a small bundle was announced', async (t) => {
    const sent = { bytes: 0 };
    await using stage = await setStage(t, endlessBundle(sent));
    const { status, report } = await verifyByCommand(t, stage);
    assert.deepEqual([status, report?.code], [2, 'EVIDENCE_DOES_NOT_HOLD'], report?.because);
    assert.ok(sent.bytes < 64 * 1024 * 1024, `${sent.bytes} bytes were taken`);
  });
});
