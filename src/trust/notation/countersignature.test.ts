import assert from 'node:assert/strict';
import { createHash, randomBytes, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  type CertificateRequest,
  DIGITAL_SIGNATURE,
  KEY_CERT_SIGN,
  makeCertificate,
  nameOf,
  p256,
} from '../../../test/trust/certificates/make-certificate.ts';
import { der } from '../../../test/trust/services/der.ts';
import type { CertificateStore } from '../material/material.ts';
import { verifyCountersignature } from './countersignature.ts';

const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const SHA384 = '2.16.840.1.101.3.4.2.2';
const SIGNED_DATA = '1.2.840.113549.1.7.2';
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_CERTIFICATE_V2 = '1.2.840.113549.1.9.16.2.47';
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const rootKeys = p256();
const keys = p256();
const issuer = { name: 'time root', keys: rootKeys };
const root = makeCertificate({
  ...issuer,
  usages: [KEY_CERT_SIGN],
  isUsageCritical: false,
  authority: { longestPath: null },
});
const AUTHORITY: CertificateRequest = {
  name: 'time',
  keys,
  issuer,
  usages: [DIGITAL_SIGNATURE],
  purposes: [TIME_STAMPING],
  isPurposeCritical: true,
};
const authority = makeCertificate(AUTHORITY);
const signature = randomBytes(64);
const STORES: readonly CertificateStore[] = [
  { name: 'tsa:acme', kind: 'timestamp-authority', certificates: [root] },
];

/** What a test makes otherwise; everything is signed after it. */
interface TokenRecipe {
  readonly certificate?: Buffer;
  readonly embedded?: readonly Buffer[];
  readonly about?: Buffer;
  readonly imprintHash?: string;
  readonly time?: string;
  readonly accuracy?: readonly Buffer[];
  readonly digestAlgorithm?: string;
  readonly signatureAlgorithm?: string;
  readonly contentType?: string;
  readonly attributes?: (usual: readonly Buffer[]) => readonly Buffer[];
  readonly signers?: number;
  readonly outerType?: string;
}

const attribute = (id: string, ...values: readonly Buffer[]): Buffer =>
  der.sequence(der.oid(id), der.set(...values));

const certificateIds = (digest: Buffer): Buffer =>
  der.sequence(der.sequence(der.sequence(der.octets(digest))));

function makeToken(recipe: TokenRecipe = {}): Buffer {
  const { certificate = authority, embedded = [certificate], contentType = TST_INFO } = recipe;
  const info = der.sequence(
    der.integer(1),
    der.oid('1.2.3.4'),
    der.sequence(
      der.sequence(der.oid(recipe.imprintHash ?? SHA256)),
      der.octets(sha256(recipe.about ?? signature)),
    ),
    der.integer(7),
    Buffer.concat([
      Buffer.of(0x18, (recipe.time ?? '20260228120000Z').length),
      Buffer.from(recipe.time ?? '20260228120000Z'),
    ]),
    ...(recipe.accuracy === undefined ? [] : [der.sequence(...recipe.accuracy)]),
    der.boolean(true),
  );
  const usual = [
    attribute(CONTENT_TYPE, der.oid(contentType)),
    attribute(MESSAGE_DIGEST, der.octets(sha256(info))),
    attribute(SIGNING_CERTIFICATE_V2, certificateIds(sha256(certificate))),
  ];
  const signed = der.set(...(recipe.attributes?.(usual) ?? usual));
  const digestAlgorithm = der.sequence(der.oid(recipe.digestAlgorithm ?? SHA256));
  const signer = der.sequence(
    der.integer(1),
    der.sequence(nameOf('time root'), der.integer(1)),
    digestAlgorithm,
    Buffer.concat([Buffer.of(0xa0), signed.subarray(1)]),
    der.sequence(der.oid(recipe.signatureAlgorithm ?? ECDSA_SHA256)),
    der.octets(sign('sha256', signed, keys.privateKey)),
  );
  return der.sequence(
    der.oid(recipe.outerType ?? SIGNED_DATA),
    der.explicit(
      0,
      der.sequence(
        der.integer(3),
        der.set(digestAlgorithm),
        der.sequence(der.oid(contentType), der.explicit(0, der.octets(info))),
        ...(embedded.length === 0 ? [] : [der.explicit(0, ...embedded)]),
        der.set(...Array.from({ length: recipe.signers ?? 1 }, () => signer)),
      ),
    ),
  );
}

describe('a token that holds', () => {
  test('says when, exactly', () => {
    const { at, from, to, by } = verifyCountersignature(makeToken(), signature, STORES);
    assert.equal(at.toISOString(), '2026-02-28T12:00:00.000Z');
    assert.deepEqual([from, to], [at, at]);
    assert.equal(by, 'C=US,O=Acme\\, Inc.,CN=time');
  });

  test('says how exactly', () => {
    const accuracy = [der.integer(2), der.implicit(0, Buffer.of(1, 0xf4)), der.implicit(1, Buffer.of(1))];
    const time = '20260228120000.25Z';
    const found = verifyCountersignature(makeToken({ accuracy, time }), signature, STORES);
    assert.equal(found.at.toISOString(), '2026-02-28T12:00:00.250Z');
    assert.equal(found.to.getTime() - found.at.getTime(), 2501);
    assert.equal(found.at.getTime() - found.from.getTime(), 2501);
  });

  test('may bring more certificates than are needed', () => {
    const embedded = [authority, root, makeCertificate({ name: 'other', keys: p256() })];
    assert.ok(verifyCountersignature(makeToken({ embedded }), signature, STORES));
  });
});

const made = (change: Partial<CertificateRequest>): TokenRecipe => ({
  certificate: makeCertificate({ ...AUTHORITY, ...change }),
});

describe('a token that does not', () => {
  const cases: Readonly<Record<string, readonly [recipe: TokenRecipe, reason: RegExp]>> = {
    'is about other bytes': [{ about: randomBytes(64) }, /other bytes than this signature/],
    'is no signed data': [
      { outerType: '1.2.840.113549.1.7.1' },
      /content is of the type 1\.2\.840\.113549\.1\.7\.1/,
    ],
    'is about no time': [{ contentType: '1.2.840.113549.1.7.1' }, /content is of the type/],
    'has no certificate': [{ embedded: [] }, /certificate is not in it/],
    'has two signers': [{ signers: 2 }, /2 have signed it/],
    'has no signer': [{ signers: 0 }, /0 have signed it/],
    'is hashed with SHA-1': [{ imprintHash: SHA1 }, /hash 1\.3\.14\.3\.2\.26/],
    'is digested with SHA-1': [{ digestAlgorithm: SHA1 }, /hash 1\.3\.14\.3\.2\.26/],
    'is digested with another hash than it is signed with': [{ digestAlgorithm: SHA384 }, /was changed/],
    'is signed with ECDSA and SHA-1': [{ signatureAlgorithm: '1.2.840.10045.4.1' }, /is not accepted/],
    'is signed with another hash': [{ signatureAlgorithm: '1.2.840.10045.4.3.3' }, /does not fit sha256/],
    'has another digest of its content': [
      {
        attributes: ([type, , id]) =>
          [type, attribute(MESSAGE_DIGEST, der.octets(sha256(root))), id].filter(isBuffer),
      },
      /was changed/,
    ],
    'has no digest of its content': [
      { attributes: ([type, , id]) => [type, id].filter(isBuffer) },
      /not there once/,
    ],
    'has two digests of its content': [
      { attributes: (usual) => [...usual, attribute(MESSAGE_DIGEST, der.octets(sha256(root)))] },
      /not there once/,
    ],
    'does not name its certificate': [{ attributes: (usual) => usual.slice(0, 2) }, /not there once/],
    'names another certificate': [
      {
        attributes: (usual) => [
          ...usual.slice(0, 2),
          attribute(SIGNING_CERTIFICATE_V2, certificateIds(sha256(root))),
        ],
      },
      /names another certificate/,
    ],
    'has a time with an offset': [{ time: '20260228120000+0100' }, /time cannot be read/],
    'has a time that is none': [{ time: '20261328120000Z' }, /time is none/],
    'has an accuracy of centuries': [{ accuracy: [der.integer(Buffer.alloc(5, 1))] }, /accuracy is none/],
    'is by another key': [made({ keys: p256() }), /is not that of/],
    'is by a signer of code': [made({ purposes: ['1.3.6.1.5.5.7.3.3'] }), /for time only/],
    'is by a signer of time and code': [
      made({ purposes: [TIME_STAMPING, '1.3.6.1.5.5.7.3.3'] }),
      /for time only/,
    ],
    'is by one whose purpose is not critical': [made({ isPurposeCritical: false }), /for time only/],
    'is by one without a purpose': [
      { certificate: makeCertificate({ name: 'time', keys, issuer }) },
      /for time only/,
    ],
    'is by an authority for certificates': [made({ authority: { longestPath: null } }), /is an authority/],
    'was made before its certificate': [made({ from: '20260301000000Z' }), /is valid from/],
    'was made after its certificate': [made({ to: '20260228115959Z' }), /is valid from/],
    'may have been made after its certificate': [
      { ...made({ to: '20260228120000Z' }), accuracy: [der.integer(1)] },
      /is valid from/,
    ],
    'is signed by SHA-1 in its chain': [made({ hash: 'sha1' }), /is not accepted/],
  };
  for (const [name, [recipe, reason]] of Object.entries(cases)) {
    test(name, () => {
      assert.throws(() => verifyCountersignature(makeToken(recipe), signature, STORES), {
        name: 'NotationFault',
        message: reason,
      });
    });
  }

  test('is of an authority that nobody trusts', () => {
    const other = makeCertificate({
      ...issuer,
      keys: p256(),
      usages: [KEY_CERT_SIGN],
      authority: { longestPath: null },
    });
    const stores: readonly CertificateStore[] = [
      { name: 'tsa:b', kind: 'timestamp-authority', certificates: [other] },
    ];
    assert.throws(
      () => verifyCountersignature(makeToken({ embedded: [authority, root] }), signature, stores),
      {
        message: /ends in no certificate of tsa:b/,
      },
    );
  });

  test('was changed in any place', () => {
    const token = makeToken();
    let held = 0;
    for (let at = 0; at < token.length; at += 1) {
      const changed = Buffer.from(token);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x11, at);
      try {
        verifyCountersignature(changed, signature, STORES);
        held += 1;
      } catch (error) {
        assert.equal((error as Error).name, 'NotationFault');
      }
    }
    // nobody signs the outer tags, the versions and the list of digest algorithms of CMS, and nothing depends on them
    assert.ok(held <= 30, `${held} changes were not noticed`);
  });
});

function isBuffer(value: Buffer | undefined): value is Buffer {
  return value !== undefined;
}
