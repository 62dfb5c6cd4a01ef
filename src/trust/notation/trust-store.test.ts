import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { KEY_CERT_SIGN, makeCertificate, p256 } from '../../../test/trust/certificates/make-certificate.ts';
import { readTrustStore } from './read-trust-store.ts';
import { toCertificateStores } from './trust-store.ts';

const authority = (name: string): Buffer =>
  makeCertificate({ name, keys: p256(), usages: [KEY_CERT_SIGN], authority: { longestPath: null } });
const pem = (...certificates: readonly Buffer[]): Buffer =>
  Buffer.from(
    certificates
      .map((der) => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`)
      .join(''),
  );

const issuer = { name: 'issuer', keys: p256() };
const leaf = makeCertificate({ name: 'leaf', keys: p256(), issuer });
const ownLeaf = makeCertificate({ name: 'own', keys: p256() });
const one = authority('one');
const two = authority('two');
const globalsign = readFileSync(
  new URL('../../../test/fixtures/notation/globalsign-root-r6.der', import.meta.url),
);

describe('files of a trust store', () => {
  test('become stores by folder', () => {
    const stores = toCertificateStores([
      { path: 'x509/tsa/world/root.der', content: globalsign },
      { path: 'x509/ca/acme/both.pem', content: pem(one, two) },
      { path: 'x509/ca/acme/own.crt', content: ownLeaf },
      { path: 'x509/signingAuthority/acme/one.cer', content: one },
    ]);

    assert.deepEqual(
      stores.map(({ name, kind, certificates }) => [name, kind, certificates.length]),
      [
        ['ca:acme', 'ca', 3],
        ['signingAuthority:acme', 'signing-authority', 1],
        ['tsa:world', 'timestamp-authority', 1],
      ],
    );
  });

  const refused: Readonly<Record<string, readonly [path: string, content: Buffer]>> = {
    'a leaf of somebody’s authority': ['x509/ca/acme/leaf.pem', pem(leaf)],
    'a leaf behind an authority in one file': ['x509/ca/acme/two.pem', pem(one, leaf)],
    'a timestamp root that is no authority': ['x509/tsa/acme/own.der', ownLeaf],
    'a key': [
      'x509/ca/acme/key.pem',
      Buffer.from('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n'),
    ],
    'a text': ['x509/ca/acme/README', Buffer.from('roots')],
    'an empty file': ['x509/ca/acme/root.pem', Buffer.alloc(0)],
    'a certificate with more behind it': ['x509/ca/acme/root.der', Buffer.concat([one, Buffer.of(0)])],
    'another type': ['x509/root/acme/root.der', one],
    'a type named as a property of objects': ['x509/constructor/acme/root.der', one],
    'a file too high': ['x509/ca/root.der', one],
    'a file too low': ['x509/ca/acme/more/root.der', one],
    'a name that is a path': ['x509/ca/ac me/root.der', one],
  };
  for (const [name, [path, content]] of Object.entries(refused)) {
    test(`${name}: refused`, () => {
      assert.throws(() => toCertificateStores([{ path, content }]), { code: 'TRUST_STORE_INVALID' });
    });
  }
});

describe('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-store-'));
  after(() => rmSync(folder, { recursive: true }));
  const write = (path: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, one);
    return file;
  };

  test('is read', () => {
    write('good/x509/ca/acme/one.der');
    assert.deepEqual(
      readTrustStore(join(folder, 'good')).map(({ name }) => name),
      ['ca:acme'],
    );
  });

  test('with a symbolic link in it is refused', () => {
    const file = write('linked/x509/ca/acme/one.der');
    symlinkSync(file, join(folder, 'linked/x509/ca/acme/two.der'));
    assert.throws(() => readTrustStore(join(folder, 'linked')), {
      code: 'TRUST_STORE_INVALID',
      message: /symbolic/,
    });
  });

  test('with a linked store in it is refused', () => {
    write('linked-store/x509/ca/acme/one.der');
    symlinkSync(join(folder, 'linked-store/x509/ca/acme'), join(folder, 'linked-store/x509/ca/other'));
    assert.throws(() => readTrustStore(join(folder, 'linked-store')), { code: 'TRUST_STORE_INVALID' });
  });

  test('that is not there, or empty, is refused', () => {
    mkdirSync(join(folder, 'empty'));
    for (const name of ['empty', 'absent']) {
      assert.throws(() => readTrustStore(join(folder, name)), { code: 'TRUST_STORE_INVALID' });
    }
  });
});
