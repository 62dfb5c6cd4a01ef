import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { ASN1Obj } from '@sigstore/core';
import {
  assertFails,
  assertHolds,
  bundleEvidence,
  contextOf,
  deployment,
  evidenceOf,
  IMAGE,
  IMAGE_BYTES,
  NOW,
  outcomeOf,
  rootOf,
  statementAbout,
  subject,
  subjectsOf,
  trustedKey,
} from '../../../test/trust/evidence.ts';
import {
  makeBundle,
  toVerifier,
  WORKFLOW,
  type BundleJson,
  type BundleRecipe,
} from '../../../test/trust/services/bundles.ts';
import { ecKeyPair, extension } from '../../../test/trust/services/certificate.ts';
import type { Sigstore, TrustedRootJson } from '../../../test/trust/services/deployment.ts';
import { hashedRekord } from '../../../test/trust/services/log-bodies.ts';
import { sha256 } from '../../../test/trust/services/sha256.ts';
import { digestOf } from '../../model/digest.ts';
import type { Thresholds } from '../material/material.ts';
import { verifyBundle } from './verify-bundle.ts';

/* A valid bundle, and one thing changed. The names of traps are those of the trap list. */

const statement = statementAbout(IMAGE);
const keys = ecKeyPair();
const byKey = { kind: 'key', keys } as const;

interface Trap {
  readonly recipe?: Partial<BundleRecipe>;
  readonly bundle?: (bundle: BundleJson, sigstore: Sigstore) => void;
  readonly root?: (root: TrustedRootJson, sigstore: Sigstore) => void;
  readonly thresholds?: Partial<Thresholds>;
  readonly now?: Date;
  readonly fails: readonly [id: string, reason: RegExp];
}

function verify({ recipe = {}, bundle, root, thresholds, now = NOW }: Omit<Trap, 'fails'>) {
  const sigstore = deployment();
  const evidence = bundleEvidence(sigstore, { statement, ...recipe }, (json) => bundle?.(json, sigstore));
  const trusted = rootOf(sigstore, (json) => root?.(json, sigstore), thresholds);
  return verifyBundle(evidence, contextOf({ sigstore: [trusted] }, subjectsOf(subject(IMAGE_BYTES)), now));
}

const entryOf = ({ verificationMaterial: { tlogEntries } }: BundleJson, index = 0) => {
  const entry = tlogEntries[index];
  assert.ok(entry);
  return entry;
};

const proofOf = (bundle: BundleJson, index = 0) => {
  const { inclusionProof } = entryOf(bundle, index);
  assert.ok(inclusionProof);
  return inclusionProof;
};

const envelopeOf = ({ dsseEnvelope }: BundleJson) => {
  assert.ok(dsseEnvelope);
  return dsseEnvelope;
};

const tokensOf = ({ verificationMaterial: { timestampVerificationData } }: BundleJson) => {
  assert.ok(timestampVerificationData);
  return timestampVerificationData.rfc3161Timestamps;
};

const at = (offset: number): string => minutes(offset).toISOString();
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const withLineBreak = (text: string): string => `${text.slice(0, 8)}\n${text.slice(8)}`;

const STAMPED: Partial<BundleRecipe> = { logs: [2], timestamps: [{}] };

/** The same in the other version. */
const upgrade = (json: TrustedRootJson, sigstore: Sigstore): void =>
  void Object.assign(json, sigstore.trustedRoot('0.2'));

const differingOperators = ({ tlogs }: TrustedRootJson): void => {
  for (const [index, log] of tlogs.entries()) log.operator = `operator ${index}`;
};

describe('bundles that hold', () => {
  const cases: Record<string, BundleRecipe> = {
    'a statement': { statement },
    'a message': { artifact: IMAGE_BYTES },
    'version 0.1 with a promise': { statement, version: '0.1' },
    'version 0.1 with promise and proof': { statement, version: '0.1', inclusion: 'both' },
    'version 0.2': { artifact: IMAGE_BYTES, version: '0.2' },
    'an entry of kind intoto': { statement, entryKind: 'intoto' },
    'an entry of kind hashedrekord for an envelope': { statement, entryKind: 'hashedrekord' },
    'a log of version 2': { statement, logs: [2] },
    'a log of version 2, message': { artifact: IMAGE_BYTES, logs: [2] },
    'both logs': { statement, logs: [1, 2] },
    'a workflow': { statement, signer: { kind: 'certificate', identity: WORKFLOW } },
  };
  for (const [name, recipe] of Object.entries(cases)) {
    test(`${name}, with a certificate`, () => {
      const sigstore = deployment();
      const outcome = verifyBundle(
        bundleEvidence(sigstore, recipe),
        contextOf({ sigstore: [rootOf(sigstore)] }),
      );
      assertHolds(outcome);
      assert.equal(outcome.endorsements.length, 1);
      assert.ok(outcome.endorsements[0]?.isLogged);
      assert.equal(outcome.endorsements[0]?.subject, IMAGE);
      assert.equal(outcome.endorsements[0]?.meaning, 'signature');
    });
    test(`${name}, with a key`, () => {
      const sigstore = deployment();
      const evidence = bundleEvidence(sigstore, { ...recipe, signer: byKey });
      const material = { sigstore: [rootOf(sigstore)], keys: [trustedKey(keys, { needsLog: true })] };
      const outcome = verifyBundle(evidence, contextOf(material));
      assertHolds(outcome);
      assert.deepEqual(outcome.endorsements[0]?.signer, {
        kind: 'key',
        name: 'release',
        keyId: trustedKey(keys).id,
      });
    });
  }

  test('trust roots of version 0.2 name the keys of checkpoints in four bytes', () => {
    assertHolds(verify({ root: upgrade }));
    assertHolds(verify({ root: upgrade, recipe: STAMPED }));
  });

  test('the endorsement says who, when and by whose word', () => {
    const [endorsement] = verify({
      recipe: { signer: { kind: 'certificate', identity: WORKFLOW } },
    }).endorsements;
    assert.deepEqual(endorsement?.times, [
      { source: 'log', at: '2026-06-01T12:00:00.000Z', by: 'https://log1.hallmark.test' },
    ]);
    assert.deepEqual(endorsement?.signer, { kind: 'certificate', identity: WORKFLOW, root: 'acme' });
    assert.deepEqual(endorsement?.through, []);
    assert.equal(endorsement?.claimedReference, null);
  });

  test('a statement about several known manifests endorses each of them', () => {
    const other = Buffer.from('another manifest');
    const both = {
      ...statement,
      subject: [...statement.subject, ...statementAbout(digestOf(other)).subject],
    };
    const sigstore = deployment();
    const context = contextOf(
      { sigstore: [rootOf(sigstore)] },
      subjectsOf(subject(IMAGE_BYTES), subject(other)),
    );
    const { endorsements } = verifyBundle(bundleEvidence(sigstore, { statement: both }), context);
    assert.deepEqual(
      endorsements.map((endorsement) => endorsement.subject),
      [IMAGE, digestOf(other)],
    );
  });
});

const BINDING: Record<string, Trap> = {
  'statement subject ≠ image': {
    recipe: { statement: statementAbout(digestOf('another image')) },
    fails: ['subject.digest', /not about this image/],
  },
  'payload digest ≠ image digest': {
    recipe: { artifact: Buffer.from('another manifest') },
    fails: ['subject.digest', /not about this image/],
  },
  'one digest of the subject is right, another one contradicts': {
    recipe: {
      statement: {
        ...statement,
        subject: [{ name: '', digest: { ...statement.subject[0]?.digest, sha512: '0'.repeat(128) } }],
      },
    },
    fails: ['subject.digest', /not about this image/],
  },
  'a payload that is no statement': {
    recipe: { payload: Buffer.from('{}'), payloadType: 'application/vnd.acme+json' },
    fails: ['payload.form', /expected a payload of application\/vnd\.in-toto\+json/],
  },
  'a payload that only claims to be a statement': {
    recipe: { statement: { ...statement, _type: 'https://in-toto.io/Statement/v2' } },
    fails: ['payload.form', /expected a statement of type v1 or v0\.1/],
  },
};

const LOG: Record<string, Trap> = {
  'any log entry accepted': {
    bundle: (bundle, sigstore) => {
      const other = makeBundle(sigstore, { statement: statementAbout(digestOf('another image')) }).bundle;
      bundle.verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries;
    },
    fails: ['log.body', /another signature/],
  },
  'certificate in the log ≠ certificate in the bundle': {
    bundle: (bundle, sigstore) => {
      const signed = makeBundle(sigstore, { statement, logs: [] });
      const other = sigstore.authority.issue(signed.keys.publicKey, WORKFLOW);
      const verifier = toVerifier(signed.keys.publicKey, other);
      const entry = sigstore.logs[1].append(hashedRekord(signed.signature, sha256(signed.signed), verifier));
      Object.assign(bundle, signed.bundle);
      bundle.verificationMaterial.tlogEntries = [entry];
    },
    fails: ['log.body', /another certificate/],
  },
  'SET or inclusion proof for a different body (SET)': {
    bundle: (bundle, sigstore) => {
      const other = makeBundle(sigstore, { statement: statementAbout(digestOf('another image')) }).bundle;
      entryOf(bundle).canonicalizedBody = entryOf(other).canonicalizedBody;
    },
    fails: ['time.log', /promise does not hold/],
  },
  'SET or inclusion proof for a different body (proof)': {
    recipe: STAMPED,
    bundle: (bundle, sigstore) => {
      const other = makeBundle(sigstore, { statement, ...STAMPED }).bundle;
      entryOf(bundle).canonicalizedBody = entryOf(other).canonicalizedBody;
    },
    fails: ['log.inclusion', /root hash does not match/],
  },
  'checkpoint from another log or origin (log)': {
    bundle: (bundle, sigstore) => {
      const other = makeBundle(sigstore, { statement, ...STAMPED }).bundle;
      proofOf(bundle).checkpoint = proofOf(other).checkpoint;
    },
    fails: ['log.checkpoint', /expected a checkpoint of https:\/\/log1\.hallmark\.test with its key/],
  },
  'checkpoint from another log or origin (origin)': {
    root: ({ tlogs }) => {
      for (const log of tlogs) log.baseUrl = log.baseUrl.replace('log1.', '1.');
    },
    fails: ['log.checkpoint', /expected a checkpoint of https:\/\/1\.hallmark\.test/],
  },
  'a checkpoint that somebody else signed': {
    bundle: (bundle) => {
      const { checkpoint } = proofOf(bundle);
      const [note = '', signature = ''] = checkpoint.envelope.split(/(?<=\n)(?=\u2014)/);
      const [dash, name, value = ''] = signature.trim().split(' ');
      const forged = Buffer.concat([
        Buffer.from(value, 'base64').subarray(0, 4),
        sign('sha256', Buffer.from(note.slice(0, -1)), keys.privateKey),
      ]);
      checkpoint.envelope = `${note}${dash} ${name} ${base64(forged)}\n`;
    },
    fails: ['log.checkpoint', /invalid checkpoint signature/],
  },
  'a checkpoint of another tree than the proof': {
    bundle: (bundle) => void (proofOf(bundle).rootHash = base64(sha256('another root'))),
    fails: ['log.checkpoint', /size or root differ/],
  },
  'a checkpoint with a second blank line': {
    bundle: (bundle) => {
      const { checkpoint } = proofOf(bundle);
      checkpoint.envelope = checkpoint.envelope.replace('\n\n', '\n\nfurther\n\n');
    },
    fails: ['log.checkpoint', /not a signed note/],
  },
  'proof index and global index confused': {
    bundle: (bundle) => void (proofOf(bundle).logIndex = entryOf(bundle).logIndex),
    fails: ['log.inclusion', /invalid index/],
  },
  'proof index and global index confused (version 2)': {
    recipe: STAMPED,
    bundle: (bundle) => void (entryOf(bundle).logIndex = '1005'),
    fails: ['log.checkpoint', /number 1005, and its proof is for number 5/],
  },
  'integratedTime in the future or outside the certificate (future)': {
    now: minutes(-6),
    fails: ['time.log', /in the future/],
  },
  'integratedTime in the future or outside the certificate (before)': {
    recipe: { signer: { kind: 'certificate', options: { notBefore: minutes(1) } } },
    fails: ['certificate.chain', /was used at 2026-06-01T12:00:00/],
  },
  'integratedTime in the future or outside the certificate (after)': {
    recipe: { signer: { kind: 'certificate', options: { notBefore: minutes(-11) } } },
    fails: ['certificate.chain', /was used at 2026-06-01T12:00:00/],
  },
  'integratedTime in the future or outside the certificate (changed)': {
    bundle: (bundle) => void (entryOf(bundle).integratedTime = String(NOW.getTime() / 1000 - 60)),
    fails: ['time.log', /promise does not hold/],
  },
  'integratedTime without SET': {
    recipe: { inclusion: 'proof' },
    fails: ['time.sources', /expected verified times of 1 parties, got 0/],
  },
  'same log entry twice for threshold 2': {
    bundle: ({ verificationMaterial: { tlogEntries } }) =>
      void tlogEntries.push(...structuredClone(tlogEntries)),
    thresholds: { logs: 2 },
    fails: ['log.sources', /2 operators, got 1/],
  },
  'same operator twice': {
    recipe: { logs: [1, 2] },
    root: ({ tlogs }) => {
      for (const log of tlogs) log.operator = 'one.example';
    },
    thresholds: { logs: 2 },
    fails: ['log.sources', /2 operators, got 1/],
  },
  'same operator twice (times)': {
    recipe: { timestamps: [{}, { at: minutes(1) }] },
    thresholds: { timestamps: 3 },
    fails: ['time.sources', /3 parties, got 2/],
  },
  'an entry of a log that nobody trusts': {
    root: (root) => void root.tlogs.shift(),
    fails: ['time.log', /does not name/],
  },
  'no entry where one is asked for': {
    recipe: { logs: [], timestamps: [{}] },
    fails: ['log.sources', /1 operators, got 0/],
  },
};

const TIME: Record<string, Trap> = {
  'Rekor v2 without TSA': {
    recipe: { logs: [2], timestamps: [] },
    fails: ['time.sources', /got 0/],
  },
  'no log and no timestamps': {
    recipe: { logs: [], timestamps: [] },
    thresholds: { logs: 0, timestamps: 0 },
    fails: ['time.sources', /expected verified times of 1 parties, got 0/],
  },
  'TSA token over the wrong bytes': {
    recipe: STAMPED,
    bundle: (bundle, { timestamps }) => {
      tokensOf(bundle).splice(0, 1, { signedTimestamp: base64(timestamps.timestamp(Buffer.from('other'))) });
    },
    fails: ['time.authority', /over other bytes/],
  },
  'TSA certificate embedded but not in the trust root': {
    recipe: STAMPED,
    root: (root) => void (root.timestampAuthorities = deployment().trustedRoot().timestampAuthorities),
    fails: ['time.authority', /does not name/],
  },
  'a token with one bit changed': {
    recipe: STAMPED,
    bundle: (bundle) => {
      for (const token of tokensOf(bundle)) {
        const bytes = Buffer.from(token.signedTimestamp, 'base64');
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        token.signedTimestamp = base64(bytes);
      }
    },
    fails: ['time.authority', /does not hold/],
  },
  'a token that is no DER': {
    recipe: STAMPED,
    bundle: (bundle) => {
      tokensOf(bundle).splice(0, 1, { signedTimestamp: base64(Buffer.from('token')) });
    },
    fails: ['time.authority', /not a timestamp in DER/],
  },
  'an authority whose certificate is not for time stamping': {
    recipe: STAMPED,
    root: (root, { authority, timestamps: { chain } }) => {
      const [signer] = chain;
      assert.ok(signer);
      const leaf = authority.issue(signer.publicKey, WORKFLOW);
      root.timestampAuthorities[0]?.certChain.certificates.splice(0, 1, { rawBytes: base64(leaf) });
    },
    fails: ['time.authority', /does not name/],
  },
  'trust-root windows (end of an authority of time)': {
    recipe: STAMPED,
    root: ({ timestampAuthorities }) => {
      for (const { validFor } of timestampAuthorities)
        validFor.end = new Date(NOW.getTime() - 1).toISOString();
    },
    fails: ['time.authority', /was not trusted/],
  },
  'trust-root windows (end of a log)': {
    recipe: STAMPED,
    root: ({ tlogs }) => {
      for (const { publicKey } of tlogs) publicKey.validFor.end = new Date(NOW.getTime() - 1).toISOString();
    },
    fails: ['log.checkpoint', /was not trusted at/],
  },
  'trust-root windows (end of an authority)': {
    root: ({ certificateAuthorities }) => {
      for (const { validFor } of certificateAuthorities)
        validFor.end = new Date(NOW.getTime() - 1).toISOString();
    },
    fails: ['certificate.chain', /does not chain/],
  },
  'clock skew': {
    recipe: { logs: [2], timestamps: [{ at: minutes(6) }] },
    fails: ['time.authority', /in the future/],
  },
};

const critical = extension('1.3.6.1.4.1.99999.1', Buffer.of(5, 0), true);
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
const koblitz = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });

const CERTIFICATES: Record<string, Trap> = {
  'root certificate in the bundle chain': {
    recipe: { version: '0.2' },
    bundle: ({ verificationMaterial: { x509CertificateChain } }, { authority: { chain } }) => {
      const rawBytes = base64(chain[1]?.certificate ?? Buffer.alloc(0));
      x509CertificateChain?.certificates.push({ rawBytes });
    },
    fails: ['certificate.form', /a root/],
  },
  'leaf without codeSigning EKU': {
    recipe: { signer: { kind: 'certificate', options: { usages: [] } } },
    fails: ['certificate.form', /not for signing code/],
  },
  'leaf with another EKU': {
    recipe: { signer: { kind: 'certificate', options: { usages: ['1.3.6.1.5.5.7.3.1'] } } },
    fails: ['certificate.form', /not for signing code/],
  },
  'intermediate as leaf': {
    recipe: { signer: { kind: 'certificate', options: { isAuthority: true } } },
    fails: ['certificate.form', /one of an authority/],
  },
  'a critical extension that nobody understands': {
    recipe: { signer: { kind: 'certificate', options: { further: [critical] } } },
    fails: ['certificate.form', /critical extension 1\.3\.6\.1\.4\.1\.99999\.1/],
  },
  'an extension that is there twice': {
    recipe: {
      signer: {
        kind: 'certificate',
        options: { further: [extension('1.3.6.1.4.1.57264.1.8', Buffer.of(12, 1, 65))] },
      },
    },
    fails: ['certificate.form', /extension 1\.3\.6\.1\.4\.1\.57264\.1\.8 twice/],
  },
  'an extension of Fulcio that is no UTF8String': {
    recipe: {
      signer: {
        kind: 'certificate',
        options: { further: [extension('1.3.6.1.4.1.57264.1.12', Buffer.from('https'))] },
      },
    },
    fails: ['certificate.form', /sourceRepositoryUri/],
  },
  'broken algorithms (SHA-1, RSA < 2048)': {
    recipe: { signer: { kind: 'certificate', keys: weak } },
    fails: ['certificate.form', /RSA key of 1024 bits/],
  },
  'a curve that is not accepted': {
    recipe: { signer: { kind: 'certificate', keys: koblitz } },
    fails: ['certificate.form', /curve secp256k1/],
  },
  'a certificate of another deployment': {
    root: (root) => void (root.certificateAuthorities = deployment().trustedRoot().certificateAuthorities),
    fails: ['certificate.chain', /does not chain to an authority of acme/],
  },
  'a certificate that no log has seen': {
    recipe: { signer: { kind: 'certificate', options: { isLogged: false } } },
    fails: ['certificate.transparency', /expected 1 SCTs, got 0/],
  },
  'a promise of another certificate log': {
    root: (root) => void (root.ctlogs = deployment().trustedRoot().ctlogs),
    fails: ['certificate.transparency', /SCT verification failed/],
  },
  'multiple DSSE signatures': {
    bundle: (bundle) => {
      const { signatures } = envelopeOf(bundle);
      signatures.push(...structuredClone(signatures));
    },
    fails: ['evidence.readable', /dsseEnvelope\.signatures/],
  },
  'bytes after the end of the certificate': {
    bundle: ({ verificationMaterial: { certificate } }) => {
      assert.ok(certificate);
      certificate.rawBytes = base64(
        Buffer.concat([Buffer.from(certificate.rawBytes, 'base64'), Buffer.of(0)]),
      );
    },
    fails: ['evidence.readable', /the certificate/],
  },
};

const ENCODING: Record<string, Trap> = {
  'url-safe base64 and whitespace malleability (whitespace)': {
    bundle: (bundle) => {
      const envelope = envelopeOf(bundle);
      envelope.payload = withLineBreak(envelope.payload);
    },
    fails: ['evidence.readable', /dsseEnvelope\.payload/],
  },
  'url-safe base64 and whitespace malleability (alphabet)': {
    bundle: (bundle) => {
      const entry = entryOf(bundle);
      entry.logId.keyId = entry.logId.keyId.replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
    },
    fails: ['evidence.readable', /logId\.keyId/],
  },
  'integers beyond 2^53': {
    bundle: (bundle) => void Object.assign(entryOf(bundle), { logIndex: 2 ** 53 }),
    fails: ['evidence.readable', /beyond 2\^53/],
  },
  'a number in another notation': {
    bundle: (bundle) => void (entryOf(bundle).logIndex = '0x3ed'),
    fails: ['evidence.readable', /whose numbers are none/],
  },
  'certificate and key at once': {
    bundle: ({ verificationMaterial }) => void (verificationMaterial.publicKey = { hint: 'x' }),
    fails: ['evidence.readable', /several of publicKey/],
  },
  'a version that does not exist': {
    bundle: (bundle) => void (bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v1.0+json'),
    fails: ['evidence.readable', /version 0\.x/],
  },
  'more log entries than anybody needs': {
    bundle: ({ verificationMaterial }) => {
      const [entry] = verificationMaterial.tlogEntries;
      assert.ok(entry);
      verificationMaterial.tlogEntries = Array.from({ length: 17 }, () => entry);
    },
    fails: ['evidence.readable', /at most 16/],
  },
};

const SIGNATURE: Record<string, Trap> = {
  'another payload under the signature': {
    recipe: { logs: [], timestamps: [{}] },
    thresholds: { logs: 0 },
    bundle: (bundle) => {
      const payload = Buffer.from(JSON.stringify({ ...statement, predicate: { changed: true } }));
      envelopeOf(bundle).payload = base64(payload);
    },
    fails: ['signature.value', /does not fit/],
  },
  'another type of the payload': {
    recipe: { logs: [], timestamps: [{}] },
    thresholds: { logs: 0 },
    bundle: (bundle) => void (envelopeOf(bundle).payloadType = 'application/vnd.in-toto'),
    fails: ['signature.value', /does not fit/],
  },
};

for (const [area, traps] of Object.entries({ BINDING, LOG, TIME, CERTIFICATES, ENCODING, SIGNATURE })) {
  describe(`trap, ${area.toLowerCase()}`, () => {
    for (const [name, trap] of Object.entries(traps)) {
      test(name, () => assertFails(verify(trap), ...trap.fails));
    }
  });
}

test('trap, encoding: duplicate JSON keys', () => {
  const sigstore = deployment();
  const text = JSON.stringify(makeBundle(sigstore, { statement }).bundle);
  const twice = text.replace('"tlogEntries":', '"tlogEntries":[],"tlogEntries":');
  const outcome = verifyBundle(
    evidenceOf('sigstore-bundle', twice),
    contextOf({ sigstore: [rootOf(sigstore)] }),
  );
  assertFails(outcome, 'evidence.readable', /has the field "tlogEntries" twice/);
});

test('trap, binding: wrong predicateType accepted as signature', () => {
  const tests = statementAbout(IMAGE, 'https://in-toto.io/attestation/test-result/v0.1', {
    result: 'FAILED',
  });
  const outcome = verify({ recipe: { statement: tests } });
  assertHolds(outcome);
  assert.deepEqual(
    outcome.endorsements.map(({ meaning }) => meaning),
    ['attestation'],
  );
});

test('trap, binding: attestation for another platform', () => {
  const arm = Buffer.from('the manifest for arm64');
  const sigstore = deployment();
  const evidence = bundleEvidence(sigstore, {
    statement: statementAbout(digestOf(arm), 'https://spdx.dev/Document'),
  });
  const context = contextOf({ sigstore: [rootOf(sigstore)] }, subjectsOf(subject(IMAGE_BYTES), subject(arm)));
  // found for one image, and about the other: what was signed decides
  const { endorsements } = verifyBundle({ ...evidence, about: IMAGE }, context);
  assert.deepEqual(
    endorsements.map((endorsement) => endorsement.subject),
    [digestOf(arm)],
  );
});

test('trust-root windows (inclusive ends, missing start): the last instant counts', () => {
  const end = NOW.toISOString();
  const outcome = verify({
    recipe: { logs: [1, 2], timestamps: [{}] },
    root: ({ tlogs, timestampAuthorities, certificateAuthorities }) => {
      for (const { publicKey } of tlogs) publicKey.validFor.end = end;
      for (const { validFor } of [...timestampAuthorities, ...certificateAuthorities]) validFor.end = end;
    },
  });
  assertHolds(outcome);
});

test('what a root does not ask for and does not get is not checked, and never passed', () => {
  const without = verify({
    recipe: {
      logs: [],
      timestamps: [{}],
      signer: { kind: 'certificate', options: { isLogged: false } },
    },
    root: (root) => {
      root.tlogs = [];
      root.ctlogs = [];
    },
  });
  assertHolds(without);
  for (const id of [
    'certificate.transparency',
    'log.inclusion',
    'log.checkpoint',
    'log.body',
    'log.sources',
  ]) {
    assert.equal(outcomeOf(without, id), 'not-checked', id);
  }
  assert.equal(without.endorsements[0]?.isLogged, false);
});

test('operators that differ are counted', () => {
  assertHolds(verify({ recipe: { logs: [1, 2] }, root: differingOperators, thresholds: { logs: 2 } }));
});

test('a clock that is a few minutes behind does not spoil a fresh signature', () => {
  assertHolds(verify({ now: minutes(-4) }));
});

/** The root of a deployment that shares nothing with others, not even the name of its authority, but the parts that are given. */
const stranger = (parts: Partial<TrustedRootJson>) =>
  rootOf(deployment(), (json) =>
    Object.assign(json, { certificateAuthorities: json.timestampAuthorities }, parts),
  );

describe('several trust roots', () => {
  const sigstore = deployment();
  const evidence = bundleEvidence(sigstore, { statement });
  const right = rootOf(sigstore);
  const wrong = { ...rootOf(deployment()), name: 'other' };

  test('any of them may verify', () => {
    assertHolds(verifyBundle(evidence, contextOf({ sigstore: [wrong, right] })));
    assertHolds(verifyBundle(evidence, contextOf({ sigstore: [right, wrong] })));
  });

  test('the reasons of all are told where none does', () => {
    const outcome = verifyBundle(evidence, contextOf({ sigstore: [wrong, { ...wrong, name: 'third' }] }));
    assertFails(
      outcome,
      'time.log',
      /^other: .*root other does not name.*; third: .*root third does not name/,
    );
  });

  test('of a deployment of which none knows anything, nothing is decided; of one that it knows in part, it does not hold', () => {
    const stamped = bundleEvidence(sigstore, { statement, logs: [1], timestamps: [{}] });
    const known = sigstore.trustedRoot();
    const resultOf = (parts: Partial<TrustedRootJson>) =>
      verifyBundle(stamped, contextOf({ sigstore: [stranger({}), stranger(parts)] })).result;
    assert.equal(resultOf({}), 'undecided');
    for (const name of ['tlogs', 'certificateAuthorities', 'timestampAuthorities'] as const) {
      assert.equal(resultOf({ [name]: known[name] }), 'fails', name);
    }
  });

  test('without any, nothing is decided', () => {
    const outcome = verifyBundle(evidence, contextOf({}));
    assert.equal(outcome.result, 'undecided');
    assert.equal(outcomeOf(outcome, 'signature.value'), 'not-checked');
  });
});

describe('keys', () => {
  const sigstore = deployment();
  const logged = bundleEvidence(sigstore, { statement, signer: byKey });
  const bare = bundleEvidence(sigstore, { statement, signer: byKey, logs: [] });
  const material = (further: Parameters<typeof trustedKey>[1]) => ({
    sigstore: [rootOf(sigstore)],
    keys: [trustedKey(keys, further)],
  });

  test('signature by a revoked or rotated key before or after the time of compromise: before', () => {
    // much later, the log still says when
    const context = contextOf(material({ distrustedFrom: at(1) }), undefined, minutes(100_000));
    assertHolds(verifyBundle(logged, context));
  });

  test('signature by a revoked or rotated key before or after the time of compromise: after', () => {
    const outcome = verifyBundle(logged, contextOf(material({ distrustedFrom: at(0) })));
    assertFails(outcome, 'key.validity', /was used at .*, and is distrusted from/);
  });

  test('signature by a revoked or rotated key before or after the time of compromise: nobody knows when', () => {
    const outcome = verifyBundle(bare, contextOf(material({ distrustedFrom: at(-1) })));
    assertFails(outcome, 'key.validity', /without a verified time/);
  });

  test('a key outside of its window', () => {
    assertFails(verifyBundle(logged, contextOf(material({ to: at(-1) }))), 'key.validity', /counted until/);
    assertFails(verifyBundle(logged, contextOf(material({ from: at(1) }))), 'key.validity', /counts from/);
    assertHolds(verifyBundle(logged, contextOf(material({ from: at(0), to: at(0) }))));
  });

  test('a key that needs a log, and has none', () => {
    assertFails(
      verifyBundle(bare, contextOf(material({ needsLog: true }))),
      'log.sources',
      /needs a log entry/,
    );
    const outcome = verifyBundle(bare, contextOf(material({})));
    assertHolds(outcome);
    assert.equal(outcomeOf(outcome, 'log.inclusion'), 'not-checked');
  });

  test('an entry of a log that no root names proves nothing, and spoils nothing', () => {
    const other = [rootOf(deployment())];
    const outcome = verifyBundle(logged, contextOf({ ...material({}), sigstore: other }));
    assertHolds(outcome);
    assert.equal(outcome.endorsements[0]?.isLogged, false);
    assert.deepEqual(outcome.endorsements[0]?.times, []);
    const context = contextOf({ ...material({ needsLog: true }), sigstore: other });
    assertFails(verifyBundle(logged, context), 'log.sources', /needs a log entry/);
  });

  test('certificate in the log ≠ certificate in the bundle (key)', () => {
    const evidence = bundleEvidence(sigstore, { statement, signer: byKey, logs: [] }, (bundle) => {
      const signature = Buffer.from(bundle.dsseEnvelope?.signatures[0]?.sig ?? '', 'base64');
      const { signed } = makeBundle(sigstore, { statement, logs: [] });
      const verifier = toVerifier(ecKeyPair().publicKey, null);
      bundle.verificationMaterial.tlogEntries = [
        sigstore.logs[1].append(hashedRekord(signature, sha256(signed), verifier)),
      ];
    });
    assertFails(verifyBundle(evidence, contextOf(material({}))), 'log.body', /another key/);
  });

  test('a key that is named and not trusted leaves it undecided; one that is named and does not fit fails', () => {
    const other = contextOf({ keys: [trustedKey(ecKeyPair())] });
    assert.equal(verifyBundle(logged, other).result, 'undecided');
    const changed = bundleEvidence(sigstore, { statement, signer: byKey }, (bundle) => {
      envelopeOf(bundle).payload = base64(Buffer.from('{}'));
    });
    assertFails(
      verifyBundle(changed, contextOf(material({}))),
      'signature.value',
      /none of the trusted keys/,
    );
  });

  test('a hint that is not the key id of the envelope', () => {
    const evidence = bundleEvidence(sigstore, { statement, signer: byKey }, (bundle) => {
      for (const signature of envelopeOf(bundle).signatures) signature.keyid = 'another';
    });
    assertFails(verifyBundle(evidence, contextOf(material({}))), 'evidence.readable', /names the key/);
  });
});

test('a message whose manifest was not read is undecided', () => {
  const sigstore = deployment();
  const unread = subjectsOf(subject(IMAGE_BYTES, { bytes: null }));
  const context = contextOf({ sigstore: [rootOf(sigstore)] }, unread);
  const outcome = verifyBundle(bundleEvidence(sigstore, { artifact: IMAGE_BYTES }), context);
  assert.equal(outcome.result, 'undecided');
  assert.equal(outcomeOf(outcome, 'subject.digest'), 'not-checked');
});

test('trap, binding: index or platform manifest (who is signed?)', () => {
  const index = subject(Buffer.from('the index that lists the image'), { role: 'index' });
  const image = subject(IMAGE_BYTES, { parent: index.digest });
  const sigstore = deployment();
  const context = contextOf({ sigstore: [rootOf(sigstore)] }, subjectsOf(index, image));
  for (const signed of [index, image]) {
    const evidence = bundleEvidence(sigstore, { statement: statementAbout(signed.digest) });
    const { endorsements } = verifyBundle(evidence, context);
    // neither speaks for the other: whether a parent covers its children is a policy's to say
    assert.deepEqual(
      endorsements.map((endorsement) => endorsement.subject),
      [signed.digest],
    );
  }
});

test('trap, certificates: broken algorithms (SHA-1, RSA < 2048), a certificate that is signed with SHA-1', () => {
  const outcome = verify({
    bundle: ({ verificationMaterial: { certificate } }, { authority: { chain } }) => {
      const [issuer] = chain;
      assert.ok(certificate && issuer);
      const parsed = ASN1Obj.parseBuffer(Buffer.from(certificate.rawBytes, 'base64'));
      const ecdsaWithSha1 = ASN1Obj.parseBuffer(Buffer.from('300906072a8648ce3d0401', 'hex'));
      const [tbs] = parsed.subs;
      assert.ok(tbs);
      tbs.subs.splice(2, 1, ecdsaWithSha1);
      const signature = sign('sha1', tbs.toDER(), issuer.privateKey);
      const bits = new ASN1Obj(parsed.subs[2]?.tag ?? tbs.tag, Buffer.concat([Buffer.of(0), signature]), []);
      parsed.subs.splice(1, 2, ecdsaWithSha1, bits);
      certificate.rawBytes = base64(parsed.toDER());
    },
  });
  assertFails(outcome, 'certificate.chain', /does not chain/);
});
