import assert from 'node:assert/strict';
import { X509Certificate, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { makeBundle, WORKFLOW, type BundleRecipe } from './bundles.ts';
import { ecKeyPair, type KeyPair } from './certificate.ts';
import { cosignAttestation, cosignSignature } from './cosign-layers.ts';
import { createSigstore, type Sigstore } from './deployment.ts';
import { createMerkleTree } from './merkle-tree.ts';
import { digestOf } from '../../../src/model/digest.ts';

/* That the services are sound is judged by somebody else: the library of Sigstore's own authors. */

const now = (): Date => new Date('2026-06-01T12:00:00Z');
const artifact = Buffer.from('an artifact');
const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [],
  predicateType: 'p',
  predicate: {},
};
const keys = ecKeyPair();

function verifyBundle(sigstore: Sigstore, recipe: BundleRecipe, key: KeyPair | null): void {
  const bundle = bundleFromJSON(JSON.parse(JSON.stringify(makeBundle(sigstore, recipe).bundle)));
  const root = TrustedRoot.fromJSON(sigstore.trustedRoot());
  const finder = key && (() => ({ publicKey: key.publicKey, validFor: () => true }));
  const material = finder ? toTrustMaterial(root, finder) : toTrustMaterial(root);
  const verifier = new Verifier(material, {
    tlogThreshold: recipe.logs?.length ?? 1,
    ctlogThreshold: key === null ? 1 : 0,
    timestampThreshold: key === null ? 1 : 0,
  });
  verifier.verify(toSignedEntity(bundle, 'artifact' in recipe ? Buffer.from(recipe.artifact) : undefined));
}

describe('bundles of the services hold for @sigstore/verify', () => {
  const cases: Record<string, BundleRecipe> = {
    'a message': { artifact },
    'an envelope': { statement },
    'version 0.1 with a promise': { artifact, version: '0.1' },
    'version 0.1 with a promise, envelope': { statement, version: '0.1' },
    'version 0.2': { statement, version: '0.2' },
    'an entry of kind intoto': { statement, entryKind: 'intoto' },
    'a log of version 2': { artifact, logs: [2] },
    'a log of version 2, envelope': { statement, logs: [2] },
    'both logs': { statement, logs: [1, 2] },
    'no log, a timestamp': { statement, logs: [], timestamps: [{}] },
    'a workflow': { statement, signer: { kind: 'certificate', identity: WORKFLOW } },
  };
  for (const [name, recipe] of Object.entries(cases)) {
    test(`${name}, with a certificate`, () => verifyBundle(createSigstore({ now }), recipe, null));
    test(`${name}, with a key`, () =>
      verifyBundle(createSigstore({ now }), { ...recipe, signer: { kind: 'key', keys } }, keys));
  }
});

test('a certificate of another deployment does not hold', () => {
  const bundle = bundleFromJSON(makeBundle(createSigstore({ now }), { artifact }).bundle);
  const root = TrustedRoot.fromJSON(createSigstore({ now }).trustedRoot());
  const verifier = new Verifier(toTrustMaterial(root));
  assert.throws(() => verifier.verify(toSignedEntity(bundle, artifact)));
});

test('a leaf is certified by a chain that ends in the root', () => {
  const { authority } = createSigstore({ now });
  const [intermediate, root] = authority.chain.map(({ certificate }) => new X509Certificate(certificate));
  const leaf = new X509Certificate(authority.issue(keys.publicKey, WORKFLOW));
  assert.ok(intermediate && root);
  assert.equal(leaf.verify(intermediate.publicKey) && leaf.checkIssued(intermediate), true);
  assert.equal(intermediate.verify(root.publicKey) && intermediate.checkIssued(root), true);
  assert.equal(leaf.subjectAltName, `URI:${WORKFLOW.subject.value}`);
  assert.deepEqual(
    [leaf.validFromDate, leaf.validToDate].map((date) => date.toISOString()),
    ['2026-06-01T12:00:00.000Z', '2026-06-01T12:10:00.000Z'],
  );
});

test("cosign's older format carries what it needs beside the signature", () => {
  const sigstore = createSigstore({ now });
  const digest = digestOf('an image');
  const layer = cosignSignature(sigstore, { digest, reference: 'registry.example/app' });
  const signature = Buffer.from(layer.annotations['dev.cosignproject.cosign/signature'] ?? '', 'base64');
  const { publicKey } = new X509Certificate(layer.annotations['dev.sigstore.cosign/certificate'] ?? '');
  assert.ok(verify('sha256', layer.content, publicKey, signature));
  const attestation = cosignAttestation(sigstore, statement, { signer: { kind: 'key', keys } });
  assert.deepEqual(Object.keys(attestation.annotations), [
    'dev.cosignproject.cosign/signature',
    'predicateType',
    'dev.sigstore.cosign/bundle',
  ]);
});

// RFC 6962 has no vectors; these roots are those of the certificate transparency project's own tests.
test('a Merkle tree has the roots that certificate transparency computes', () => {
  const leaves = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ];
  const tree = createMerkleTree();
  const roots = leaves.map((leaf) => {
    tree.append(Buffer.from(leaf, 'hex'));
    return tree.root().toString('hex').slice(0, 16);
  });
  assert.deepEqual(roots, [
    '6e340b9cffb37a98',
    'fac54203e7cc696c',
    'aeb6bcfe274b70a1',
    'd37ee418976dd957',
    '4e3bbb1f7b478dcf',
    '76e67dadbcdf1e10',
    'ddb89be403809e32',
    '5dc9da79a70659a9',
  ]);
});
