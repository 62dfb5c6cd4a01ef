import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  assertFails,
  assertHolds,
  bundleEvidence,
  contextOf,
  deployment,
  evidenceOf,
  IMAGE,
  IMAGE_BYTES,
  OCI_MANIFEST,
  rootOf,
  statementAbout,
  subject,
  subjectsOf,
} from '../../../test/trust/evidence.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import type { EvidenceManifest } from '../../oci/evidence/evidence-manifest.ts';
import { throughManifests } from './attested-statements.ts';
import type { Evidence, KnownSubject } from './evidence.ts';
import { verifyEvidence } from './verify-evidence.ts';

/* An index lists an image and BuildKit's attestations about it; somebody signs the attestations, or the index. */

const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const IN_TOTO = 'application/vnd.in-toto+json';

const spdx = JSON.stringify(statementAbout(IMAGE, 'https://spdx.dev/Document', {}));
const image = { mediaType: OCI_MANIFEST, digest: IMAGE, size: IMAGE_BYTES.length };

interface Scene {
  /** The statement in the attestation manifest. */
  readonly statement: string;
  /** What the attestation manifest says that it is about. */
  readonly about: typeof image | null;
  /** What the signature is about. */
  readonly signed: 'attestation' | 'index' | 'image' | 'outer';
  readonly predicateType?: string;
  /** What the index says of the attestation manifest besides the truth. */
  readonly entry: object;
  /** Another index around the index, and whether the inner one was read. */
  readonly nested: 'read' | 'unread' | null;
  /** What of the layer is not as the statement that was read. */
  readonly layer: Partial<EvidenceManifest['layers'][number]>;
}

const SCENE: Scene = {
  statement: spdx,
  about: image,
  signed: 'attestation',
  entry: {},
  layer: {},
  nested: null,
};

function play(change: Partial<Scene>) {
  const { statement, about, signed, predicateType, entry, layer, nested } = { ...SCENE, ...change };
  const content = Buffer.from(statement);
  const attestation = Buffer.from(
    JSON.stringify({ schemaVersion: 2, subject: about, layer: digestOf(content) }),
  );
  const attestationEntry = {
    mediaType: OCI_MANIFEST,
    digest: digestOf(attestation),
    size: attestation.length,
  };
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [image, { ...attestationEntry, ...entry }],
    }),
  );
  const outer = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [{ mediaType: OCI_INDEX, digest: digestOf(index), size: index.length }],
    }),
  );
  const parent = digestOf(index);
  const known: Record<Scene['signed'], KnownSubject> = {
    outer: subject(outer, { mediaType: OCI_INDEX, role: 'index' }),
    index: subject(index, {
      mediaType: OCI_INDEX,
      role: 'index',
      parent: nested === null ? null : digestOf(outer),
      bytes: nested === 'unread' ? null : index,
    }),
    image: subject(IMAGE_BYTES, { parent }),
    attestation: subject(attestation, { role: 'attestation', parent, bytes: null }),
  };
  const subjects = subjectsOf(known.outer, known.index, known.image, known.attestation);
  const manifest: EvidenceManifest = {
    digest: known.attestation.digest,
    places: ['index'],
    about: IMAGE,
    artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
    annotations: {},
    subject: about && { digest: about.digest, mediaType: about.mediaType, sizeBytes: about.size },
    layers: [
      {
        mediaType: IN_TOTO,
        digest: digestOf(content),
        sizeBytes: content.length,
        annotations: {},
        read: () => Promise.resolve(content),
        ...layer,
      },
    ],
  };
  const sigstore = deployment();
  const evidence: Evidence[] = [
    evidenceOf('statement', content, { mediaType: IN_TOTO, manifest: manifest.digest }),
    bundleEvidence(sigstore, { statement: statementAbout(known[signed].digest, predicateType) }),
  ];
  const context = contextOf({ sigstore: [rootOf(sigstore)] }, subjects);
  const [outcome] = throughManifests(verifyEvidence(evidence, context), [manifest], subjects);
  assert.ok(outcome);
  return {
    outcome,
    outer: known.outer.digest,
    index: known.index.digest,
    attestation: known.attestation.digest,
  };
}

const through = ({ outcome }: ReturnType<typeof play>): readonly (readonly Digest[])[] =>
  outcome.endorsements.map((endorsement) => endorsement.through);

describe('statements in signed manifests', () => {
  test('a signature of the attestation manifest endorses its statements', () => {
    const played = play({});
    assertHolds(played.outcome);
    assert.deepEqual(through(played), [[played.attestation]]);
    const [endorsement] = played.outcome.endorsements;
    assert.equal(endorsement?.subject, IMAGE);
    assert.equal(endorsement?.meaning, 'attestation');
    assert.equal(endorsement?.statement?.predicateType, 'https://spdx.dev/Document');
    assert.equal(endorsement?.signer.kind, 'certificate');
    assert.equal(endorsement?.isLogged, true);
  });

  test('a signature of the index endorses the statements of what it lists', () => {
    const played = play({ signed: 'index' });
    assertHolds(played.outcome);
    assert.deepEqual(through(played), [[played.index, played.attestation]]);
  });

  test('trap, binding: nested index', () => {
    const played = play({ signed: 'outer', nested: 'read' });
    assertHolds(played.outcome);
    assert.deepEqual(through(played), [[played.outer, played.index, played.attestation]]);
    // what was not read proves nothing
    assert.equal(play({ signed: 'outer', nested: 'unread' }).outcome.result, 'unsigned');
    assert.equal(play({ signed: 'outer' }).outcome.result, 'unsigned');
  });

  test('older attestation manifests name no subject: the statement does', () => {
    assertHolds(play({ about: null }).outcome);
  });

  test('a signature of the image alone says nothing of what is beside it', () => {
    const { outcome } = play({ signed: 'image' });
    assert.equal(outcome.result, 'unsigned');
    assert.deepEqual(outcome.endorsements, []);
  });

  test('an attestation about the attestation manifest is no signature of it', () => {
    assert.equal(play({ predicateType: 'https://spdx.dev/Document' }).outcome.result, 'unsigned');
  });

  test('trap, binding: unsigned index annotation steering', () => {
    const entry = {
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': digestOf('another image'),
      },
    };
    assertHolds(play({ entry }).outcome);
  });

  const other = { ...image, digest: digestOf('another image') };
  const aboutOther = JSON.stringify(statementAbout(other.digest, 'https://spdx.dev/Document', {}));
  const traps: Record<string, readonly [change: Partial<Scene>, id: string, reason: RegExp]> = {
    'referrer subject mismatch (digest)': [{ about: other }, 'subject.digest', /its manifest is about/],
    'referrer subject mismatch (size)': [{ about: { ...image, size: 1 } }, 'subject.digest', /its manifest/],
    'referrer subject mismatch (media type)': [
      { about: { ...image, mediaType: OCI_INDEX } },
      'subject.digest',
      /its manifest/,
    ],
    'statement subject ≠ image': [{ statement: aboutOther }, 'subject.digest', /not both about this image/],
    'an entry of the index with another size': [
      { signed: 'index', entry: { size: 1 } },
      'attestation.chain',
      /does not list/,
    ],
    'an entry of the index with another type': [
      { signed: 'index', entry: { mediaType: OCI_INDEX } },
      'attestation.chain',
      /does not list/,
    ],
    'a layer with another size': [{ layer: { sizeBytes: 1 } }, 'attestation.chain', /has no layer/],
    'a layer with another type': [
      { layer: { mediaType: 'text/plain' } },
      'attestation.chain',
      /has no layer/,
    ],
    'a layer that is no statement': [{ statement: '{}' }, 'payload.form', /"_type"/],
  };
  for (const [name, [change, id, reason]] of Object.entries(traps)) {
    test(`trap, binding: ${name}`, () => assertFails(play(change).outcome, id, reason));
  }
});
