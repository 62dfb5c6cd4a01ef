/** Keys that other programs hold: KMS plugins that behave and misbehave, and SoftHSM as a hardware module. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, verify } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { SigningError } from '../errors.ts';
import { openKey } from './open-key.ts';
import { parsePkcs11Uri } from './pkcs11-uri.ts';

const DATA = Buffer.from('what is signed');
const nobody = async () => null;

function code(expected: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof SigningError, String(error));
    assert.equal(error.code, expected);
    assert.match(error.message, message);
    return true;
  };
}

const PAIRS = {
  p256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }),
  p384: generateKeyPairSync('ec', { namedCurve: 'secp384r1' }),
} as const;

/** The environment of a plugin `sigstore-kms-test` whose program is this text. */
function plugin(t: TestContext, program: string): Record<string, string> {
  const folder = temporaryDirectory(t);
  writeFileSync(join(folder, 'sigstore-kms-test'), program, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin`, ANSWERS: join(folder, 'answers') };
}

/** A plugin that does what the protocol says with a key of its own, and writes down how it was called. */
function honestPlugin(
  t: TestContext,
  pair: (typeof PAIRS)[keyof typeof PAIRS],
  signsWith = pair,
): Record<string, string> {
  const environment = plugin(
    t,
    `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const { buffer } = require('node:stream/consumers');
const { sign } = require('node:crypto');
const [version, json] = process.argv.slice(2);
const call = JSON.parse(json);
appendFileSync(process.env.ANSWERS, JSON.stringify({ version, ...call }) + '\\n');
const hash = { 5: 'sha256', 6: 'sha384', 7: 'sha512' }[call.initOptions.hashFunc];
const answers = {
  publicKey: () => ({ publicKey: { publicKeyPEM: ${JSON.stringify(
    Buffer.from(pair.publicKey.export({ type: 'spki', format: 'pem' })).toString('base64'),
  )} } }),
  signMessage: async () => ({ signMessage: { signature: sign(hash, await buffer(process.stdin), ${JSON.stringify(
    signsWith.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  )}).toString('base64') } }),
};
Promise.resolve(answers[call.methodName]()).then((answer) => process.stdout.write(JSON.stringify(answer)));
process.exitCode = 7; // which means nothing
`,
  );
  return environment;
}

test('a KMS plugin is asked in the protocol of sigstore, and its signature verified', async (t) => {
  for (const name of ['p256', 'p384'] as const) {
    const environment = honestPlugin(t, PAIRS[name]);
    const key = await openKey('test://ring/1', { environment, ask: nobody });
    assert.ok(verify('sha256', DATA, PAIRS[name].publicKey, await key.sign(DATA)));
    const calls = readFileSync(environment['ANSWERS'] ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const rpcOptions = {};
    const init = { protocolVersion: '1', keyResourceID: 'test://ring/1', rpcOptions };
    assert.deepEqual(calls, [
      {
        version: '1',
        initOptions: { ...init, hashFunc: 5 },
        methodName: 'publicKey',
        publicKey: { publicKeyOptions: { rpcOptions } },
      },
      {
        version: '1',
        initOptions: { ...init, hashFunc: 5 },
        methodName: 'signMessage',
        signMessage: { signOptions: { rpcOptions, messageOptions: { hashFunc: 5 } } },
      },
    ]);
  }
});

test('a plugin that signs with another key than the one that it shows is found out', async (t) => {
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const environment = honestPlugin(t, PAIRS.p256, other);
  const key = await openKey('test://1', { environment, ask: nobody });
  await assert.rejects(key.sign(DATA), code('SIGNING_PROGRAM_FAILED', /no signature by the public key/));
});

const PEM_OF_NOTHING = Buffer.from('nothing').toString('base64');

test('a plugin that misbehaves ends with its name and what is wrong', async (t) => {
  // only those that never answer are timed: a busy machine is slow with the others too
  const cases: readonly (readonly [program: string, message: RegExp, timeoutMs?: number])[] = [
    [`#!/bin/sh\nsleep 100`, /no answer within 0\.3 seconds/, 300],
    // nobody waits for what it leaves running
    [`#!/bin/sh\nsleep 100 &`, /did not answer publicKey/],
    [
      `#!/bin/sh\nwhile :; do echo 0123456789012345678901234567890123456789; done`,
      /wrote more than 10000 bytes/,
    ],
    [
      `#!/bin/sh\nwhile :; do echo 0123456789012345678901234567890123456789 >&2; done`,
      /wrote more than 10000/,
    ],
    [`#!/bin/sh\necho junk`, /did not answer publicKey/],
    [`#!/bin/sh\necho '{}'\necho "the ring is locked" >&2`, /it said: the ring is locked/],
    [`#!/bin/sh\necho '{"errorMessage":"no such key"}'`, /refused: no such key/],
    [`#!/bin/sh\necho '{"publicKey":{"publicKeyPEM":"${PEM_OF_NOTHING}"}}'`, /public key that is not one/],
    [`#!/bin/sh\necho '{"publicKey":{"publicKeyPEM":7}}'`, /did not answer publicKey/],
    [
      `#!/bin/sh\necho '{"publicKey":{"publicKeyPEM":"x"},"publicKey":{"publicKeyPEM":"y"}}'`,
      /did not answer/,
    ],
    [`#!/no/such/interpreter\n`, /not installed|cannot be run/],
  ];
  await Promise.all(
    cases.map(async ([program, message, timeoutMs = 60_000]) => {
      const environment = plugin(t, program);
      const limits = { timeoutMs, outputBytes: 10_000 };
      await assert.rejects(openKey('test://1', { environment, ask: nobody, limits }), (error: unknown) => {
        assert.ok(error instanceof SigningError, String(error));
        assert.match(error.code, /^SIGNING_PROGRAM_(?:FAILED|MISSING)$/);
        assert.match(error.message, message);
        return true;
      });
    }),
  );
  await assert.rejects(
    openKey('nobody://1', { environment: { PATH: '/usr/bin' }, ask: nobody }),
    code('SIGNING_PROGRAM_MISSING', /^sigstore-kms-nobody is not installed/),
  );
});

test('a plugin is ended when the command is', async (t) => {
  const cancel = new AbortController();
  const environment = plugin(t, `#!/bin/sh\nsleep 100`);
  const opening = openKey('test://1', { environment, ask: nobody, signal: cancel.signal });
  cancel.abort(new Error('interrupted'));
  await assert.rejects(opening, /interrupted/);
});

test('pkcs11: URIs are read as RFC 7512 writes them, and nothing in them is passed over', () => {
  const uri =
    'pkcs11:token=My%20token;object=release;id=%01%ff;type=private?module-path=/lib/m.so&pin-value=12%3B4';
  assert.deepEqual(parsePkcs11Uri(uri), {
    token: 'My token',
    slotId: null,
    object: 'release',
    id: Buffer.from([1, 255]),
    modulePath: '/lib/m.so',
    pinValue: '12;4',
    pinSource: null,
  });
  const invalid: readonly (readonly [uri: string, message: RegExp])[] = [
    ['pkcs11:', /neither object nor id/],
    ['pkcs11:token=a', /neither object nor id/],
    ['pkcs11:object=a;serial=1', /"serial" is not supported/],
    ['pkcs11:object=a;object=b', /object twice/],
    ['pkcs11:object=%zz', /not percent-encoded/],
    ['pkcs11:object=a b', /not percent-encoded/],
    ['pkcs11:object=a;type=cert', /only a private key/],
    ['pkcs11:object=a;slot-id=x', /slot-id/],
    ['pkcs11:object=a?module-path=m.so', /not absolute/],
    ['pkcs11:object=a?x?y', /two question marks/],
    ['pkcs11:object', /"" is not supported/],
  ];
  for (const [text, message] of invalid)
    assert.throws(() => parsePkcs11Uri(text), code('SIGNING_KEY_INVALID', message));
  // a PIN is never repeated
  assert.throws(
    () => parsePkcs11Uri('pkcs11:serial=1?pin-value=9876'),
    (error: unknown) => error instanceof SigningError && !error.message.includes('9876'),
  );
});

const MODULE = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm.so'].find((file) =>
  existsSync(file),
);
const token = (path: string, query: string) =>
  `pkcs11:token=A%20token;${path}?module-path=${MODULE}&${query}`;
const hasTool = spawnSync('pkcs11-tool', ['--version']).error === undefined;
const skip = MODULE === undefined || !hasTool ? 'softhsm2 and opensc are not installed' : false;

test('a token signs through pkcs11-tool, and its PIN is in no argument', { skip }, async (t) => {
  const folder = temporaryDirectory(t);
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(configuration, `directories.tokendir = ${folder}\nlog.level = ERROR\n`);
  const environment = { PATH: process.env['PATH'] ?? '', SOFTHSM2_CONF: configuration };
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  run('softhsm2-util', '--init-token', '--free', '--label', 'A token', '--pin', '1234', '--so-pin', '5678');
  const pairs = [
    ['EC:prime256v1', 'one', '01'],
    ['rsa:2048', '--two', '02'],
    ['EC:prime256v1', 'twice', '03'],
    ['EC:prime256v1', 'twice', '04'],
  ] as const;
  for (const [type, label, id] of pairs) {
    const args = [
      '--login',
      '--pin=1234',
      '--keypairgen',
      `--key-type=${type}`,
      `--label=${label}`,
      `--id=${id}`,
    ];
    run('pkcs11-tool', `--module=${MODULE}`, '--token-label=A token', ...args);
  }
  const pinFile = join(folder, 'pin');
  writeFileSync(pinFile, '1234\n');
  const open = (uri: string, more: Record<string, string> = {}, ask: () => Promise<string | null> = nobody) =>
    openKey(uri, { environment: { ...environment, ...more }, ask });

  for (const key of await Promise.all([
    open(token('object=one', 'pin-value=1234')),
    open(token('id=%01', `pin-source=${pinFile}`)),
    open(token('object=one', `pin-source=file://${pinFile}`)),
    open(token('object=one', ''), { COSIGN_PKCS11_PIN: '1234' }),
    open(token('object=--two', ''), {}, async () => '1234'),
  ])) {
    assert.ok(verify('sha256', DATA, key.publicKey, await key.sign(DATA)));
    assert.ok(!key.name.includes('1234'));
  }

  const wrong = await open(token('object=one', 'pin-value=9999'));
  await assert.rejects(wrong.sign(DATA), code('SIGNING_KEY_PASSWORD', /CKR_PIN_INCORRECT/));
  const silent = await open(token('object=one', ''));
  await assert.rejects(silent.sign(DATA), code('SIGNING_KEY_PASSWORD', /no PIN/));
  await assert.rejects(open(token('object=none', '')), code('SIGNING_KEY_NOT_FOUND', /no key/));
  await assert.rejects(open(token('object=twice', '')), code('SIGNING_KEY_NOT_FOUND', /more than one/));
  await assert.rejects(open(token('object=one;id=%02', '')), code('SIGNING_KEY_NOT_FOUND', /no key/));
  assert.equal((await open(token('object=twice;id=%04', ''))).scheme.kind, 'ecdsa');
  await assert.rejects(open('pkcs11:object=one'), code('SIGNING_KEY_INVALID', /which module/));
  await assert.rejects(
    openKey(token('object=one', ''), { environment: { PATH: folder }, ask: nobody }),
    code('SIGNING_PROGRAM_MISSING', /pkcs11-tool is not installed/),
  );
});

test('a private key in PEM that a plugin names is not mistaken for its public one', async (t) => {
  const pem = PAIRS.p256.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.ok(createPrivateKey(pem));
  const answer = JSON.stringify({ publicKey: { publicKeyPEM: Buffer.from(pem).toString('base64') } });
  const environment = plugin(t, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\n`);
  await assert.rejects(
    openKey('test://1', { environment, ask: nobody }),
    code('SIGNING_PROGRAM_FAILED', /public key that is not one/),
  );
});
