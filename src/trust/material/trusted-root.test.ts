import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { deployment, rootOf } from '../../../test/trust/evidence.ts';
import {
  extension,
  extensions,
  createCertifiedKey,
  spkiOf,
} from '../../../test/trust/services/certificate.ts';
import type {
  AuthorityJson,
  LogInstanceJson,
  TrustedRootJson,
} from '../../../test/trust/services/deployment.ts';
import { builtInTrustedRoot } from './built-in.ts';
import { parseTrustedRoot } from './trusted-root.ts';

const invalid = (message: RegExp) => ({ code: 'TRUSTED_ROOT_INVALID', message });

const certificate = (further: readonly Buffer[]) =>
  createCertifiedKey({
    subject: [['CN', 'authority']],
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2027-01-01T00:00:00Z'),
    extensions: [extensions.certificateAuthority(1), ...further],
  }).certificate.toString('base64');

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;

const eachLog = (change: (log: LogInstanceJson) => void) => (root: TrustedRootJson) =>
  root.tlogs.forEach(change);
const eachAuthority = (change: (authority: AuthorityJson) => void) => (root: TrustedRootJson) =>
  root.certificateAuthorities.forEach(change);

const withoutLogs = (root: TrustedRootJson): void => void Object.assign(root, { tlogs: [], ctlogs: [] });

describe('trust roots', () => {
  test("Sigstore's own can be read, and ask for one of each", () => {
    const { thresholds } = parseTrustedRoot(builtInTrustedRoot(), { name: 'root', origin: 'bundled' });
    assert.deepEqual(thresholds, { logs: 1, timestamps: 1, certificateTransparency: 1 });
  });

  test('ask for no log where they name none, and for what the user says', () => {
    assert.deepEqual(rootOf(deployment(), withoutLogs).thresholds, {
      logs: 0,
      timestamps: 1,
      certificateTransparency: 0,
    });
    assert.equal(rootOf(deployment(), undefined, { logs: 2 }).thresholds.logs, 2);
  });

  const refused: Readonly<
    Record<string, readonly [change: (root: TrustedRootJson) => void, reason: RegExp]>
  > = {
    'another media type': [(root) => void (root.mediaType = 'application/json'), /media type/],
    'trust-root windows (inclusive ends, missing start), of a log': [
      eachLog((log) => delete log.publicKey.validFor.start),
      /no start of its validity/,
    ],
    'trust-root windows (inclusive ends, missing start), of an authority': [
      eachAuthority((authority) => delete authority.validFor.start),
      /no start of its validity/,
    ],
    'a window that ends before it starts': [
      eachLog(({ publicKey }) => void (publicKey.validFor.end = '2000-01-01T00:00:00Z')),
      /ends before it starts/,
    ],
    'a weak key': [
      eachLog(({ publicKey }) => void (publicKey.rawBytes = spkiOf(weak).toString('base64'))),
      /RSA key of 1024 bits/,
    ],
    'no key': [eachLog(({ publicKey }) => void (publicKey.rawBytes = '')), /key that cannot be read/],
    'a key in base64 with white space': [
      eachLog(({ publicKey }) => void (publicKey.rawBytes += '\n')),
      /"tlogs\.0\.publicKey\.rawBytes"/,
    ],
    'no identifier of a log': [eachLog((log) => void (log.logId.keyId = 'AAAA')), /identifier of 32 bytes/],
    'no address of a log': [eachLog((log) => void (log.baseUrl = 'log')), /no address/],
    'no certificates of an authority': [
      eachAuthority((authority) => void (authority.certChain.certificates = [])),
      /no certificates/,
    ],
    'a certificate that is none': [
      eachAuthority((authority) => void (authority.certChain.certificates = [{ rawBytes: 'AAAA' }])),
      /cannot be read/,
    ],
    'a certificate with a critical extension that nobody understands': [
      eachAuthority((authority) => {
        const rawBytes = certificate([extension('2.5.29.30', Buffer.of(0x30, 0), true)]);
        authority.certChain.certificates = [{ rawBytes }];
      }),
      /critical extension 2\.5\.29\.30/,
    ],
    nobody: [
      (root) =>
        void Object.assign(root, {
          tlogs: [],
          ctlogs: [],
          certificateAuthorities: [],
          timestampAuthorities: [],
        }),
      /names nobody/,
    ],
  };
  for (const [name, [change, reason]] of Object.entries(refused)) {
    test(`are refused with ${name}`, () =>
      assert.throws(() => rootOf(deployment(), change), invalid(reason)));
  }

  test('are refused with duplicate JSON keys', () => {
    const text = JSON.stringify(deployment().trustedRoot()).replace('"tlogs"', '"tlogs":[],"tlogs"');
    const parse = () => parseTrustedRoot(Buffer.from(text), { name: 'acme', origin: 'file' });
    assert.throws(parse, invalid(/the trust root acme has the field "tlogs" twice/));
  });
});
