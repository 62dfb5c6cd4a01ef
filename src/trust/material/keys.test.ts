import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { describe, test } from 'node:test';
import { ed25519ph } from '@noble/curves/ed25519.js';
import { digestOf } from '../../model/digest.ts';
import { parsePublicKey, verifySignature } from './keys.ts';

const DATA = Buffer.from('data');
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });

const pem = ({ publicKey }: KeyPairKeyObjectResult) =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();

const p256 = ec('P-256');
const rsa2048 = rsa(2048);
const ed25519 = generateKeyPairSync('ed25519');

describe('public keys', () => {
  test('in PEM and DER are the same key, by the digest of its information', () => {
    const der = p256.publicKey.export({ type: 'spki', format: 'der' });
    assert.equal(parsePublicKey(pem(p256), 'key').id, digestOf(der));
    assert.equal(parsePublicKey(der, 'key').id, digestOf(der));
  });

  const refused: Readonly<Record<string, readonly [content: string | Uint8Array, reason: RegExp]>> = {
    'RSA of 1024 bits': [pem(rsa(1024)), /1024 bits/],
    secp256k1: [pem(ec('secp256k1')), /curve secp256k1/],
    DSA: [pem(generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 })), /kind dsa/],
    'RSA-PSS': [pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })), /kind rsa-pss/],
    X25519: [pem(generateKeyPairSync('x25519')), /kind x25519/],
    'a private key': [p256.privateKey.export({ type: 'pkcs8', format: 'pem' }), /not one public key/],
    'two keys': [pem(p256) + pem(p256), /not one public key/],
    'no key': ['', /not one public key/],
    'broken DER': [Uint8Array.of(0x30, 0x03, 1, 2, 3), /not a public key/],
    'something large': ['x'.repeat(20_000), /at most/],
  };
  for (const [name, [content, message]] of Object.entries(refused)) {
    test(`trap, certificates: broken algorithms, ${name}`, () => {
      assert.throws(() => parsePublicKey(content, 'key'), { code: 'KEY_INVALID', message });
    });
  }
});

describe('signatures', () => {
  const cases: Readonly<Record<string, readonly [keys: KeyPairKeyObjectResult, digest: string | null]>> = {
    'P-256': [p256, 'sha256'],
    'P-384, as cosign signs': [ec('P-384'), 'sha256'],
    'P-384, with its own digest': [ec('P-384'), 'sha384'],
    'P-521, with its own digest': [ec('P-521'), 'sha512'],
    'RSA 2048': [rsa2048, 'sha256'],
    Ed25519: [ed25519, null],
  };
  for (const [name, [{ publicKey, privateKey }, digest]] of Object.entries(cases)) {
    test(`${name}: verify, and only what was signed`, () => {
      const signature = sign(digest, DATA, privateKey);
      assert.equal(verifySignature(publicKey, DATA, signature), true);
      assert.equal(verifySignature(publicKey, Buffer.from('Data'), signature), false);
      assert.equal(verifySignature(publicKey, DATA, signature.subarray(1)), false);
      assert.equal(verifySignature(publicKey, DATA, Buffer.alloc(0)), false);
    });
  }

  test('Ed25519ph, as cosign signs', () => {
    const secret = ed25519.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32);
    const signature = ed25519ph.sign(DATA, secret);
    assert.equal(verifySignature(ed25519.publicKey, DATA, signature), true);
    assert.equal(verifySignature(ed25519.publicKey, Buffer.from('Data'), signature), false);
    // one of the digest is not one of the data
    const ofDigest = sign(null, createHash('sha512').update(DATA).digest(), ed25519.privateKey);
    assert.equal(verifySignature(ed25519.publicKey, DATA, ofDigest), false);
  });

  for (const digest of ['sha1', 'sha224', 'sha512']) {
    test(`trap, certificates: broken algorithms, ${digest} for P-256 and RSA`, () => {
      for (const { publicKey, privateKey } of [p256, rsa2048]) {
        assert.equal(verifySignature(publicKey, DATA, sign(digest, DATA, privateKey)), false);
      }
    });
  }
});
