/** Keys in files and in the environment: what opens, what is refused and with which code. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { SigningError } from '../errors.ts';
import { encryptKey } from './encrypted-key.ts';
import { generateKey } from './generate-key.ts';
import { openKey } from './open-key.ts';
import { parsePrivateKey } from './private-key.ts';

const DATA = Buffer.from('what is signed');
const nobody = async () => null;
const notAsked = async () => assert.fail('nobody is to be asked');
const answering = (password: string) => async () => password;

function code(expected: string, message?: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof SigningError, String(error));
    assert.equal(error.code, expected);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  };
}

const p256 = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const pkcs8 = (key = p256.privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

test('a generated pair is encrypted, private to its owner, and signs', async (t) => {
  const folder = temporaryDirectory(t);
  const made = generateKey(join(folder, 'release'), 'secret');
  assert.equal(statSync(made.privateFile).mode & 0o777, 0o600);
  assert.match(readFileSync(made.privateFile, 'utf8'), /^-----BEGIN ENCRYPTED COSIGN PRIVATE KEY-----\n/);
  const key = await openKey(made.privateFile, { environment: {}, ask: answering('secret') });
  assert.equal(key.id, made.id);
  const publicKey = createPublicKey(readFileSync(made.publicFile));
  assert.ok(verify('sha256', DATA, publicKey, await key.sign(DATA)));
});

test('no file is overwritten by a new key, a dangling link neither; half a pair is not left behind', (t) => {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'a.key'), 'mine');
  assert.throws(() => generateKey(join(folder, 'a'), ''), code('SIGNING_KEY_EXISTS'));
  assert.equal(readFileSync(join(folder, 'a.key'), 'utf8'), 'mine');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'b.key'));
  assert.throws(() => generateKey(join(folder, 'b'), ''), code('SIGNING_KEY_EXISTS'));
  writeFileSync(join(folder, 'c.pub'), 'mine');
  assert.throws(() => generateKey(join(folder, 'c'), ''), code('SIGNING_KEY_EXISTS'));
  assert.ok(!existsSync(join(folder, 'c.key')));
  assert.throws(() => generateKey(join(folder, 'no', 'folder'), ''), code('SIGNING_KEY_NOT_WRITTEN'));
});

test('the password comes from the environment first, and an empty one is one', async () => {
  const pem = encryptKey(p256.privateKey.export({ type: 'pkcs8', format: 'der' }), '', randomBytes);
  for (const environment of [
    { KEY: pem, COSIGN_PASSWORD: '' },
    { KEY: pem, HALLMARK_KEY_PASSWORD: '', COSIGN_PASSWORD: 'of another key' },
  ]) {
    const key = await openKey('env://KEY', { environment, ask: notAsked });
    assert.ok(verify('sha256', DATA, p256.publicKey, await key.sign(DATA)));
  }
});

test('every form of key that OpenSSL writes is read, and signs as verifiers expect', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const p521 = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
  const encrypted = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
  const legacy = { type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'secret' } as const;
  const parameters = execFileSync('openssl', ['ecparam', '-name', 'prime256v1'], { encoding: 'utf8' });
  const sec1 = p256.privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  const cases = [
    [pkcs8(), p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [sec1, p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [parameters + sec1, p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [pkcs8().replaceAll('\n', '\r\n'), p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [p256.privateKey.export(encrypted), p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [p256.privateKey.export(legacy), p256.publicKey, 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
    [pkcs8(p384.privateKey), p384.publicKey, 'sha256', 'PKIX_ECDSA_P384_SHA_256'],
    [pkcs8(p521.privateKey), p521.publicKey, 'sha256', 'PKIX_ECDSA_P521_SHA_256'],
    [
      rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }),
      rsa.publicKey,
      'sha256',
      'PKIX_RSA_PKCS1V15_2048_SHA256',
    ],
  ] as const;
  for (const [pem, publicKey, hash, details] of cases) {
    const key = await parsePrivateKey(pem.toString(), 'key', answering('secret'));
    assert.equal(key.scheme.keyDetails, details);
    assert.ok(verify(hash, DATA, publicKey, await key.sign(DATA)), details);
  }
});

test('Ed25519 signs as it is, which is what cosign verifies a key in a file with', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const key = await parsePrivateKey(pkcs8(privateKey), 'key', nobody);
  assert.equal(key.scheme.keyDetails, 'PKIX_ED25519');
  assert.ok(verify(null, DATA, publicKey, await key.sign(DATA)));
});

test('keys that verifiers do not accept are refused before anything is signed', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const bitcoin = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  const exchange = generateKeyPairSync('x25519').privateKey;
  const publicPem = p256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const cases: readonly (readonly [pem: string, message: RegExp])[] = [
    [pkcs8(weak), /RSA key of 1024 bits/],
    [pkcs8(bitcoin), /curve secp256k1/],
    [pkcs8(exchange), /kind x25519/],
    [publicPem, /is a public key/],
    ['', /not a private key in PEM/],
    [`${pkcs8()}${pkcs8()}`, /more than one private key/],
    [pkcs8().replace('MI', 'XX'), /does not hold a private key/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n', /OPENSSH PRIVATE KEY/],
    ['x'.repeat(70_000), /longer than/],
  ];
  for (const [pem, message] of cases)
    await assert.rejects(parsePrivateKey(pem, 'the key', nobody), code('SIGNING_KEY_INVALID', message));
});

const kdf = (params: unknown, more = {}) => ({
  kdf: { name: 'scrypt', params, salt: Buffer.alloc(32).toString('base64'), ...more },
});

/** One field of a good key is changed. */
async function openChanged(change: (document: Record<string, unknown>) => unknown, password = 'secret') {
  const pem = encryptKey(p256.privateKey.export({ type: 'pkcs8', format: 'der' }), 'secret', randomBytes);
  const body = pem.split('\n').slice(1, -2).join('');
  const document = change(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  const changed = `-----BEGIN ${label}-----\n${Buffer.from(text).toString('base64')}\n-----END ${label}-----\n`;
  return parsePrivateKey(changed, 'the key', answering(password));
}

test('an encrypted key with one field changed is refused, whatever it asks for', async () => {
  const good = { N: 65_536, r: 8, p: 1 };
  assert.ok(await openChanged((document) => document));
  const invalid: readonly (readonly [
    change: (document: Record<string, unknown>) => unknown,
    message: RegExp,
  ])[] = [
    [(it) => ({ ...it, ...kdf({ ...good, N: 2 ** 30 }) }), /more than 256 MiB/],
    [(it) => ({ ...it, ...kdf({ ...good, r: 2 ** 20 }) }), /more than 256 MiB/],
    [(it) => ({ ...it, ...kdf({ ...good, p: 1000 }) }), /4 passes/],
    [(it) => ({ ...it, ...kdf({ ...good, N: 65_535 }) }), /cannot have/],
    [(it) => ({ ...it, ...kdf({ ...good, N: 1 }) }), /cannot have/],
    [(it) => ({ ...it, ...kdf({ ...good, N: -65_536 }) }), /kdf\.params\.N/],
    [(it) => ({ ...it, ...kdf({ ...good, N: '65536' }) }), /kdf\.params\.N/],
    [(it) => ({ ...it, ...kdf(good, { name: 'none' }) }), /kdf\.name/],
    [(it) => ({ ...it, ...kdf(good, { salt: 'A A=' }) }), /base64/],
    [(it) => ({ ...it, cipher: { name: 'none', nonce: '' } }), /cipher\.name/],
    [(it) => ({ ...it, cipher: { name: 'nacl/secretbox', nonce: 'AAAA' } }), /length/],
    [() => '{}', /kdf/],
    [() => 'nothing', /is not JSON/],
    [(it) => JSON.stringify(it).replace('{', '{"ciphertext":"",'), /twice/],
  ];
  for (const [change, message] of invalid)
    await assert.rejects(openChanged(change), code('SIGNING_KEY_INVALID', message));
  const wrong = code('SIGNING_KEY_PASSWORD', /wrong/);
  await assert.rejects(
    openChanged((document) => document, 'other'),
    wrong,
  );
  await assert.rejects(
    openChanged((it) => ({ ...it, ...kdf(good) })),
    wrong,
  );
  await assert.rejects(
    openChanged((it) => ({ ...it, ciphertext: 'AAAA' })),
    wrong,
  );
});

const open = (reference: string, environment: Record<string, string> = {}, ask: typeof nobody = nobody) =>
  openKey(reference, { environment, ask });

test('what opens no key says so', async (t) => {
  const folder = temporaryDirectory(t);
  const encrypted = p256.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
    .toString();
  await assert.rejects(open(join(folder, 'none.key')), code('SIGNING_KEY_NOT_FOUND', /ENOENT/));
  await assert.rejects(open(folder), code('SIGNING_KEY_NOT_FOUND', /EISDIR/));
  await assert.rejects(open('env://KEY'), code('SIGNING_KEY_NOT_FOUND', /"KEY" holds no key/));
  await assert.rejects(open('env://toString'), code('SIGNING_KEY_NOT_FOUND'));
  await assert.rejects(open('env://KEY', { KEY: encrypted }), code('SIGNING_KEY_PASSWORD', /no password/));
  await assert.rejects(
    open('env://KEY', { KEY: encrypted, HALLMARK_KEY_PASSWORD: 'wrong' }),
    code('SIGNING_KEY_PASSWORD', /wrong, or the key is damaged/),
  );
});
