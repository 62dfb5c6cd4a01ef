import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { encode, Tagged } from 'cborg';
import { type Digest, digestOf, parseDigest } from '../../model/digest.ts';
import {
  type CertificateRequest,
  DIGITAL_SIGNATURE,
  KEY_CERT_SIGN,
  makeCertificate,
  p256,
} from '../../../test/trust/certificates/make-certificate.ts';
import type { KeyPair } from '../../../test/trust/services/certificate.ts';
import type { Evidence, EvidenceOutcome, KnownSubject, Subjects } from '../evidence/evidence.ts';
import type { CertificateStore } from '../material/material.ts';
import { verifyNotation } from './verify-notation.ts';

const FIXTURES = new URL('../../../test/fixtures/notation/', import.meta.url);
const fixture = (name: string): Buffer => readFileSync(new URL(name, FIXTURES));

const NOW = new Date('2026-03-01T12:00:00Z');
const MANIFEST = Buffer.from('{"schemaVersion":2}');
const IMAGE = digestOf(MANIFEST);
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

function subjects(digest: Digest, mediaType: string, sizeBytes: number): Subjects {
  const known: KnownSubject = {
    digest,
    mediaType,
    sizeBytes,
    role: 'image',
    platform: null,
    parent: null,
    bytes: null,
  };
  return { get: (wanted) => (wanted === digest ? known : undefined), all: [known] };
}

const OWN_SUBJECT = subjects(IMAGE, MANIFEST_TYPE, MANIFEST.length);

interface Question {
  readonly content: Uint8Array;
  readonly mediaType?: string;
  readonly stores: readonly CertificateStore[];
  readonly subjects?: Subjects;
  readonly now?: Date;
}

function verify({
  content,
  mediaType = 'application/jose+json',
  stores,
  ...rest
}: Question): EvidenceOutcome {
  const evidence: Evidence = {
    format: 'notation',
    mediaType,
    digest: digestOf(content),
    manifest: null,
    about: IMAGE,
    places: ['file'],
    annotations: {},
    content,
  };
  return verifyNotation(evidence, {
    subjects: rest.subjects ?? OWN_SUBJECT,
    material: { sigstore: [], keys: [], stores },
    now: rest.now ?? NOW,
  });
}

const failures = ({ checks }: EvidenceOutcome): readonly string[] =>
  checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);

const outcomeOf = ({ checks }: EvidenceOutcome, id: string): string | undefined =>
  checks.find((check) => check.id === id)?.outcome;

const store = (kind: CertificateStore['kind'], ...certificates: readonly Uint8Array[]): CertificateStore => ({
  name: `${kind}:acme`,
  kind,
  certificates,
});

const rootKeys = p256();
const leafKeys = p256();
const ROOT: CertificateRequest = {
  name: 'root',
  keys: rootKeys,
  usages: [KEY_CERT_SIGN],
  authority: { longestPath: null },
};
const LEAF: CertificateRequest = {
  name: 'release',
  keys: leafKeys,
  issuer: { name: 'root', keys: rootKeys },
  usages: [DIGITAL_SIGNATURE],
  purposes: ['1.3.6.1.5.5.7.3.3'],
};
const root = makeCertificate(ROOT);
const leaf = makeCertificate(LEAF);
const ACME = [store('ca', root)];

const PAYLOAD = {
  targetArtifact: { mediaType: MANIFEST_TYPE, digest: IMAGE as string, size: MANIFEST.length },
};
const PROTECTED = {
  alg: 'ES256',
  crit: ['io.cncf.notary.signingScheme'],
  cty: 'application/vnd.cncf.notary.payload.v1+json',
  'io.cncf.notary.signingScheme': 'notary.x509',
  'io.cncf.notary.signingTime': '2026-02-28T12:00:00Z',
};

interface Recipe {
  readonly payload?: unknown;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly chain?: readonly Buffer[];
  readonly key?: KeyObject;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function makeJws(recipe: Recipe = {}): Record<string, unknown> {
  const { payload = PAYLOAD, header = PROTECTED, chain = [leaf, root], key = leafKeys.privateKey } = recipe;
  const parts = { protected: base64url(header), payload: base64url(payload) };
  const options =
    key.asymmetricKeyType === 'rsa'
      ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : ({ key, dsaEncoding: 'ieee-p1363' } as const);
  const signature = sign('sha256', Buffer.from(`${parts.protected}.${parts.payload}`), options);
  return {
    ...parts,
    signature: signature.toString('base64url'),
    header: { x5c: chain.map((one) => one.toString('base64')), 'io.cncf.notary.signingAgent': 'test' },
  };
}

const jws = (recipe?: Recipe): Buffer => Buffer.from(JSON.stringify(makeJws(recipe)));

function makeCose(change: (header: Map<unknown, unknown>) => void = () => {}, chain: unknown = [leaf, root]) {
  const header = new Map<unknown, unknown>([
    [1, -7],
    [2, ['io.cncf.notary.signingScheme', 'io.cncf.notary.expiry']],
    [3, 'application/vnd.cncf.notary.payload.v1+json'],
    ['io.cncf.notary.signingScheme', 'notary.x509'],
    ['io.cncf.notary.signingTime', new Tagged(1, 1772280000)],
    ['io.cncf.notary.expiry', new Tagged(1, 1803816000)],
  ]);
  change(header);
  const protectedBytes = encode(header);
  const payload = Buffer.from(JSON.stringify(PAYLOAD));
  const signed = encode(['Signature1', protectedBytes, new Uint8Array(0), payload]);
  const signature = sign('sha256', signed, { key: leafKeys.privateKey, dsaEncoding: 'ieee-p1363' });
  const unprotected = new Map<unknown, unknown>([[33, chain]]);
  return Buffer.from(encode(new Tagged(18, [protectedBytes, unprotected, payload, signature])));
}

describe('envelopes that Notation made', () => {
  const tsa = store('timestamp-authority', fixture('globalsign-root-r6.der'));
  const ofJws = (name: string): { chain: readonly Buffer[]; payload: typeof PAYLOAD } => {
    const document = JSON.parse(fixture(name).toString()) as { header: { x5c: string[] }; payload: string };
    return {
      chain: document.header.x5c.map((text) => Buffer.from(text, 'base64')),
      payload: JSON.parse(Buffer.from(document.payload, 'base64url').toString()) as typeof PAYLOAD,
    };
  };
  const lastOf = (name: string): Buffer => ofJws(name).chain.at(-1) ?? Buffer.alloc(0);
  const subjectOf = (name: string): Subjects => {
    const { digest, mediaType, size } = ofJws(name).payload.targetArtifact;
    return subjects(parseDigest(digest), mediaType, size);
  };
  const cases = [
    { name: 'jws.json', like: 'jws.json', kind: 'ca' },
    { name: 'cose.cbor', like: 'jws.json', kind: 'ca' },
    { name: 'jws-chain-of-two.json', like: 'jws-chain-of-two.json', kind: 'ca' },
    { name: 'jws-signing-authority.json', like: 'jws-signing-authority.json', kind: 'signing-authority' },
    { name: 'jws-with-timestamp.json', like: 'jws-with-timestamp.json', kind: 'ca' },
    { name: 'cose-with-timestamp.cbor', like: 'jws-with-timestamp.json', kind: 'ca' },
  ] as const;

  for (const { name, like, kind } of cases) {
    const question = {
      content: fixture(name),
      mediaType: name.endsWith('.cbor') ? 'application/cose' : 'application/jose+json',
      subjects: subjectOf(like),
    };

    test(`${name} holds`, () => {
      const outcome = verify({ ...question, stores: [store(kind, lastOf(like)), tsa] });

      assert.deepEqual(failures(outcome), []);
      assert.equal(outcome.result, 'holds');
      const [endorsement] = outcome.endorsements;
      assert.equal(endorsement?.signer.kind, 'x509');
      const isDated = name.includes('timestamp');
      assert.equal(outcomeOf(outcome, 'notation.timestamp') === 'passed', isDated);
      assert.equal(endorsement?.times.length, isDated ? 1 : 0);
    });

    test(`${name} proves nothing to whoever trusts the other kind of store`, () => {
      const other = kind === 'ca' ? 'signing-authority' : 'ca';
      const outcome = verify({ ...question, stores: [store(other, lastOf(like)), tsa] });

      assert.equal(outcome.result, 'undecided');
      assert.deepEqual(outcome.endorsements, []);
    });
  }

  const dated = {
    content: fixture('jws-with-timestamp.json'),
    subjects: subjectOf('jws-with-timestamp.json'),
    trusted: store('ca', lastOf('jws-with-timestamp.json')),
  };

  test('a timestamp keeps a signature valid after the certificate has expired', () => {
    const later = { ...dated, now: new Date('2034-01-01T00:00:00Z') };

    assert.deepEqual(failures(verify({ ...later, stores: [dated.trusted, tsa] })), []);
    assert.deepEqual(failures(verify({ ...later, stores: [dated.trusted] })), ['notation.validity']);
  });

  test('the time is that of the token', () => {
    const { endorsements } = verify({ ...dated, stores: [dated.trusted, tsa] });

    assert.deepEqual(endorsements[0]?.times, [
      {
        source: 'timestamp-authority',
        at: '2024-06-18T06:29:37.000Z',
        by: 'C=BE,O=GlobalSign nv-sa,CN=Globalsign TSA for Advanced - G4 - 202311',
      },
    ]);
  });

  describe('a timestamp that does not hold', () => {
    const document = JSON.parse(dated.content.toString()) as {
      header: Record<string, unknown>;
    };
    const token = Buffer.from(document.header['io.cncf.notary.timestampSignature'] as string, 'base64');
    const withToken = (changed: Buffer): Buffer =>
      Buffer.from(
        JSON.stringify({
          ...document,
          header: {
            ...document.header,
            'io.cncf.notary.timestampSignature': changed.toString('base64'),
          },
        }),
      );
    const changedAt = (offset: number): Buffer => {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(offset) ^ 1, offset);
      return changed;
    };
    const table: Readonly<Record<string, { readonly token?: Buffer; readonly stores?: CertificateStore }>> = {
      'of another signature': { token: changedAt(60 + 2 + 40) },
      'with another time': { token: changedAt(token.indexOf('20240618062937Z') + 7) },
      'with another signature': { token: changedAt(token.length - 1) },
      'cut short': { token: token.subarray(0, -1) },
      'followed by more': { token: Buffer.concat([token, Buffer.of(5, 0)]) },
      'whose root is not trusted': { stores: store('timestamp-authority', root) },
    };
    for (const [name, { token: changed = token, stores = tsa }] of Object.entries(table)) {
      test(name, () => {
        const outcome = verify({ ...dated, content: withToken(changed), stores: [dated.trusted, stores] });

        assert.deepEqual(failures(outcome), ['notation.timestamp']);
        assert.equal(outcome.result, 'fails');
      });
    }

    test('from the future', () => {
      const outcome = verify({
        ...dated,
        now: new Date('2024-06-18T06:00:00Z'),
        stores: [dated.trusted, tsa],
      });
      assert.deepEqual(failures(outcome), ['notation.timestamp']);
    });
  });
});

const withTarget = (change: object): Recipe => ({
  payload: { targetArtifact: { ...PAYLOAD.targetArtifact, ...change } },
});

const flip = (text: unknown, at: number): string => {
  const bytes = Buffer.from(String(text), 'base64url');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString('base64url');
};

describe('JWS', () => {
  test('a sound signature is an endorsement of the manifest', () => {
    const outcome = verify({ content: jws(), stores: ACME });

    assert.equal(outcome.result, 'holds');
    assert.deepEqual(outcome.endorsements, [
      {
        signer: {
          kind: 'x509',
          subject: 'C=US,O=Acme\\, Inc.,CN=release',
          store: 'ca:acme',
          fingerprint: digestOf(leaf),
        },
        subject: IMAGE,
        meaning: 'signature',
        statement: null,
        evidence: outcome.evidence.digest,
        through: [],
        times: [],
        isLogged: false,
        claimedReference: null,
        expires: null,
      },
    ]);
    assert.equal(outcomeOf(outcome, 'notation.revocation'), 'not-checked');
    assert.equal(outcomeOf(outcome, 'notation.timestamp'), 'not-checked');
  });

  test('one root in two stores is two endorsements', () => {
    const twice = [store('ca', root), { ...store('ca', root), name: 'ca:other' }];
    const { endorsements } = verify({ content: jws(), stores: twice });
    assert.deepEqual(
      endorsements.map(({ signer }) => signer.kind === 'x509' && signer.store),
      ['ca:acme', 'ca:other'],
    );
  });

  test('without any store nothing is decided', () => {
    const outcome = verify({ content: jws(), stores: [] });
    assert.equal(outcome.result, 'undecided');
    assert.equal(outcomeOf(outcome, 'notation.store'), 'not-checked');
  });

  test('RSA keys sign with PSS', () => {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const own = makeCertificate({ name: 'rsa', keys });
    const content = jws({ header: { ...PROTECTED, alg: 'PS256' }, chain: [own], key: keys.privateKey });
    assert.equal(verify({ content, stores: [store('ca', own)] }).result, 'holds');
  });

  const withHeader = (change: object): Recipe => ({ header: { ...PROTECTED, ...change } });
  const EXPIRY = 'io.cncf.notary.expiry';
  const bothCritical = ['io.cncf.notary.signingScheme', EXPIRY];

  /** Each is signed anew by the right key, so only the check that is named can catch it. */
  const resigned: Readonly<Record<string, readonly [recipe: Recipe, check: string]>> = {
    'another digest': [withTarget({ digest: digestOf('another') }), 'subject.digest'],
    'another media type': [
      withTarget({ mediaType: 'application/vnd.oci.image.index.v1+json' }),
      'subject.digest',
    ],
    'another size': [withTarget({ size: MANIFEST.length + 1 }), 'subject.digest'],
    'a size beyond 2^53': [withTarget({ size: 2 ** 53 }), 'payload.form'],
    'no target': [{ payload: {} }, 'payload.form'],
    'another content type': [withHeader({ cty: 'application/json' }), 'notation.attributes'],
    'an algorithm that is none': [withHeader({ alg: 'none' }), 'notation.attributes'],
    'an algorithm that is not the key’s': [withHeader({ alg: 'ES384' }), 'signature.value'],
    'no critical attributes': [withHeader({ crit: [] }), 'notation.attributes'],
    'a critical attribute that is unknown': [
      withHeader({ crit: [...PROTECTED.crit, 'com.example.x'], 'com.example.x': 1 }),
      'notation.attributes',
    ],
    'a critical attribute twice': [
      withHeader({ crit: [...PROTECTED.crit, ...PROTECTED.crit] }),
      'notation.attributes',
    ],
    'a critical attribute of a plugin': [
      withHeader({
        crit: [...PROTECTED.crit, 'io.cncf.notary.verificationPlugin'],
        'io.cncf.notary.verificationPlugin': 'x',
      }),
      'notation.attributes',
    ],
    'another scheme': [withHeader({ 'io.cncf.notary.signingScheme': 'notary.x510' }), 'notation.attributes'],
    'a scheme named as a property of objects': [
      withHeader({ 'io.cncf.notary.signingScheme': 'constructor' }),
      'notation.attributes',
    ],
    'two times of signing': [
      withHeader({ 'io.cncf.notary.authenticSigningTime': '2026-02-28T12:00:00Z' }),
      'notation.attributes',
    ],
    'no time of signing': [withHeader({ 'io.cncf.notary.signingTime': undefined }), 'notation.attributes'],
    'an expiry that is not critical': [
      withHeader({ [EXPIRY]: '2027-01-01T00:00:00Z' }),
      'notation.attributes',
    ],
    'an expiry before the signing': [
      withHeader({ [EXPIRY]: '2026-02-27T12:00:00Z', crit: bothCritical }),
      'notation.attributes',
    ],
    'an expiry that has passed': [
      withHeader({ [EXPIRY]: '2026-03-01T12:00:00Z', crit: bothCritical }),
      'notation.expiry',
    ],
  };
  for (const [name, [recipe, check]] of Object.entries(resigned)) {
    test(`${name} is refused`, () => {
      const outcome = verify({ content: jws(recipe), stores: ACME });

      assert.equal(outcome.result, 'fails');
      assert.deepEqual(failures(outcome), [check]);
      assert.deepEqual(outcome.endorsements, []);
    });
  }

  test('what a signing authority says of the time counts', () => {
    const time = 'io.cncf.notary.authenticSigningTime';
    const header = {
      ...PROTECTED,
      crit: ['io.cncf.notary.signingScheme', time],
      'io.cncf.notary.signingScheme': 'notary.x509.signingAuthority',
      'io.cncf.notary.signingTime': undefined,
      [time]: '2026-02-28T12:00:00Z',
    };
    const short = makeCertificate({ ...LEAF, to: '20260228130000Z' });
    const question = { stores: [store('signing-authority', root)] };

    assert.equal(verify({ ...question, content: jws({ header, chain: [short, root] }) }).result, 'holds');
    const future = jws({ header: { ...header, [time]: '2026-03-02T12:00:00Z' } });
    assert.deepEqual(failures(verify({ ...question, content: future })), ['notation.validity']);
    const early = jws({ header: { ...header, [time]: '2019-03-02T12:00:00Z' } });
    assert.deepEqual(failures(verify({ ...question, content: early })), ['notation.validity']);
  });

  /** One field of a sound envelope is changed, and nothing is signed anew. */
  const sound = makeJws();
  const header = sound['header'] as { readonly x5c: readonly string[] };
  const changed: Readonly<Record<string, readonly [change: object | string, check: string]>> = {
    'the signature': [{ signature: flip(sound['signature'], 5) }, 'signature.value'],
    'the payload': [{ payload: flip(sound['payload'], 30) }, 'signature.value'],
    'the protected header, by a space': [
      { protected: Buffer.from(`${JSON.stringify(PROTECTED)} `).toString('base64url') },
      'signature.value',
    ],
    'an empty signature': [{ signature: '' }, 'signature.value'],
    'padding after the signature': [{ signature: `${String(sound['signature'])}=` }, 'evidence.readable'],
    'white space in the payload': [{ payload: `${String(sound['payload'])}\n` }, 'evidence.readable'],
    'no chain': [{ header: { x5c: [] } }, 'evidence.readable'],
    'a certificate with a line break': [{ header: { x5c: [`${header.x5c[0]}\n`] } }, 'evidence.readable'],
    'a certificate followed by more': [
      { header: { x5c: [Buffer.concat([leaf, Buffer.of(5, 0)]).toString('base64')] } },
      'evidence.readable',
    ],
    'several signatures beside the one': [{ signatures: [] }, 'evidence.readable'],
    'a field twice': [`{"payload":"",${JSON.stringify(sound).slice(1)}`, 'evidence.readable'],
    'no JSON': ['jws', 'evidence.readable'],
  };
  for (const [name, [change, check]] of Object.entries(changed)) {
    test(`changed: ${name}`, () => {
      const text = typeof change === 'string' ? change : JSON.stringify({ ...sound, ...change });
      const outcome = verify({ content: Buffer.from(text), stores: ACME });

      assert.equal(outcome.result, 'fails');
      assert.deepEqual(failures(outcome), [check]);
    });
  }

  test('what was not asked after a failure is said', () => {
    const outcome = verify({ content: Buffer.from('{}'), stores: ACME });
    assert.equal(outcomeOf(outcome, 'signature.value'), 'not-checked');
    assert.equal(outcomeOf(outcome, 'notation.store'), 'not-checked');
    assert.ok(outcome.checks.every((check) => check.outcome !== 'passed'));
  });

  test('an envelope of another type is not read', () => {
    const outcome = verify({ content: jws(), mediaType: 'application/json', stores: ACME });
    assert.deepEqual(failures(outcome), ['evidence.readable']);
  });
});

describe('chains', () => {
  const middleKeys = p256();
  const middle = (change: Partial<CertificateRequest> = {}): Buffer =>
    makeCertificate({
      ...ROOT,
      name: 'middle',
      keys: middleKeys,
      issuer: { name: 'root', keys: rootKeys },
      ...change,
    });
  const lowLeaf = makeCertificate({ ...LEAF, issuer: { name: 'middle', keys: middleKeys } });
  const changedLeaf = (change: Partial<CertificateRequest>): readonly Buffer[] => [
    makeCertificate({ ...LEAF, ...change }),
    root,
  ];
  const changedRoot = (change: Partial<CertificateRequest>): readonly Buffer[] => [
    leaf,
    makeCertificate({ ...ROOT, ...change }),
  ];
  const weak: KeyPair = generateKeyPairSync('rsa', { modulusLength: 1024 });

  test('an authority between leaf and root', () => {
    const outcome = verify({ content: jws({ chain: [lowLeaf, middle(), root] }), stores: ACME });
    assert.equal(outcome.result, 'holds');
  });

  test('a leaf that signed itself', () => {
    const own = makeCertificate({ ...LEAF, issuer: { name: 'release', keys: leafKeys } });
    const content = jws({ chain: [own] });
    assert.equal(verify({ content, stores: [store('ca', own)] }).result, 'holds');
    assert.deepEqual(failures(verify({ content, stores: ACME })), ['notation.store']);
  });

  test('a root of the same name with another key', () => {
    const other = makeCertificate({ ...ROOT, keys: p256() });
    const outcome = verify({ content: jws(), stores: [store('ca', other)] });
    assert.deepEqual(failures(outcome), ['notation.store']);
  });

  const table: Readonly<Record<string, readonly [chain: readonly Buffer[], check: string]>> = {
    'the root is missing': [[leaf], 'notation.chain'],
    'an authority is missing': [[lowLeaf, root], 'notation.chain'],
    'the order is another': [[root, leaf], 'notation.chain'],
    'a certificate too many': [[leaf, root, makeCertificate({ ...ROOT, name: 'x' })], 'notation.chain'],
    'the root twice': [[leaf, root, root], 'notation.chain'],
    'the leaf is an authority': [changedLeaf({ authority: { longestPath: null } }), 'notation.chain'],
    'the key of the leaf is for more': [
      changedLeaf({ usages: [DIGITAL_SIGNATURE, KEY_CERT_SIGN] }),
      'notation.chain',
    ],
    'the key of the leaf is for something else': [changedLeaf({ usages: [1] }), 'notation.chain'],
    'the leaf does not say what its key is for': [changedLeaf({ usages: null }), 'notation.chain'],
    'what its key is for is not critical': [changedLeaf({ isUsageCritical: false }), 'notation.chain'],
    'the leaf is for servers': [changedLeaf({ purposes: ['1.3.6.1.5.5.7.3.1'] }), 'notation.chain'],
    'the leaf is for timestamps too': [
      changedLeaf({ purposes: ['1.3.6.1.5.5.7.3.3', '1.3.6.1.5.5.7.3.8'] }),
      'notation.chain',
    ],
    'SHA-1 signed the leaf': [changedLeaf({ hash: 'sha1' }), 'notation.chain'],
    'the root is no authority': [
      [leaf, makeCertificate({ ...LEAF, name: 'root', keys: rootKeys, issuer: ROOT })],
      'notation.chain',
    ],
    'the root may not sign certificates': [changedRoot({ usages: [DIGITAL_SIGNATURE] }), 'notation.chain'],
    'the path is longer than allowed': [
      [lowLeaf, middle(), makeCertificate({ ...ROOT, authority: { longestPath: 0 } })],
      'notation.chain',
    ],
    'the leaf ends in the thirteenth month': [changedLeaf({ to: '20401301000000Z' }), 'evidence.readable'],
    'the leaf has expired': [changedLeaf({ to: '20260101000000Z' }), 'notation.validity'],
    'the leaf is not valid yet': [changedLeaf({ from: '20270101000000Z' }), 'notation.validity'],
    'eleven certificates': [Array.from({ length: 11 }, () => leaf), 'evidence.readable'],
  };
  for (const [name, [chain, check]] of Object.entries(table)) {
    test(`${name}: refused`, () => {
      const trusted = [store('ca', root, ...chain)];
      assert.deepEqual(failures(verify({ content: jws({ chain }), stores: trusted })), [check]);
    });
  }

  test('a short RSA key', () => {
    const own = makeCertificate({ name: 'weak', keys: weak });
    const content = jws({ header: { ...PROTECTED, alg: 'PS256' }, chain: [own], key: weak.privateKey });
    assert.deepEqual(failures(verify({ content, stores: [store('ca', own)] })), ['notation.chain']);
  });
});

describe('COSE', () => {
  const question = { mediaType: 'application/cose', stores: ACME };

  test('a sound envelope holds and says when it expires', () => {
    const { result, endorsements } = verify({ ...question, content: makeCose() });
    assert.equal(result, 'holds');
    assert.equal(endorsements[0]?.expires, '2027-02-28T12:00:00.000Z');
  });

  const EXPIRY = 'io.cncf.notary.expiry';
  const sound = makeCose();
  const table: Readonly<Record<string, readonly [content: Buffer, check: string]>> = {
    'a time without its tag': [makeCose((header) => header.set(EXPIRY, 1803816000)), 'notation.attributes'],
    'a time with a fraction': [
      makeCose((header) => header.set(EXPIRY, new Tagged(1, 1803816000.5))),
      'evidence.readable',
    ],
    'an algorithm of another key': [makeCose((header) => header.set(1, -37)), 'signature.value'],
    'an unknown critical label': [
      makeCose((header) => header.set(2, ['io.cncf.notary.signingScheme', EXPIRY, 4])),
      'notation.attributes',
    ],
    'no certificates': [makeCose(undefined, []), 'evidence.readable'],
    'an expired envelope': [
      makeCose((header) => header.set(EXPIRY, new Tagged(1, 1772280001))),
      'notation.expiry',
    ],
    'no tag': [sound.subarray(1), 'evidence.readable'],
    'another tag': [Buffer.concat([Buffer.of(0xd1), sound.subarray(1)]), 'evidence.readable'],
    'more after it': [Buffer.concat([sound, Buffer.of(0)]), 'evidence.readable'],
    'another signature': [
      Buffer.concat([sound.subarray(0, -1), Buffer.of((sound.at(-1) ?? 0) ^ 1)]),
      'signature.value',
    ],
    'ten thousand levels': [Buffer.alloc(10_000, 0x81), 'evidence.readable'],
    'a list of endless length': [Buffer.of(0xd2, 0x9f, 0xff), 'evidence.readable'],
  };
  for (const [name, [content, check]] of Object.entries(table)) {
    test(`${name}: refused`, () => {
      assert.deepEqual(failures(verify({ ...question, content })), [check]);
    });
  }

  test('a chain of one may stand alone', () => {
    const own = makeCertificate({ ...LEAF, issuer: { name: 'release', keys: leafKeys } });
    const outcome = verify({ ...question, content: makeCose(undefined, own), stores: [store('ca', own)] });
    assert.equal(outcome.result, 'holds');
  });
});

test('no change of a byte makes an exception, or another endorsement', () => {
  const samples = [
    { content: jws(), mediaType: 'application/jose+json' },
    { content: makeCose(), mediaType: 'application/cose' },
    { content: fixture('cose-with-timestamp.cbor'), mediaType: 'application/cose' },
  ];
  const stores = [...ACME, store('timestamp-authority', fixture('globalsign-root-r6.der'))];
  for (const { content, mediaType } of samples) {
    for (let at = 0; at < content.length; at += 7) {
      const changed = Buffer.from(content);
      const noise = createHash('sha256').update(`${mediaType}${at}`).digest();
      changed.writeUInt8(noise.readUInt8(0), at);
      const outcome = verify({ content: changed, mediaType, stores });
      for (const { subject } of outcome.endorsements) assert.equal(subject, IMAGE);
    }
  }
});
