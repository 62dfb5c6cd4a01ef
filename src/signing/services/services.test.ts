/** The clients of authority, logs and timestamps, against services with real cryptography and against services that lie. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { RFC3161Timestamp } from '@sigstore/core';
import { temporaryDirectory } from '../../../test/images/temporary-directory.ts';
import { readBody, startLoopbackServer } from '../../../test/loopback.ts';
import { workflowClaims } from '../../../test/trust/services/oidc-issuer.ts';
import { startSigstore } from '../../../test/trust/services/server.ts';
import { OciError } from '../../oci/errors.ts';
import { createTransport } from '../../oci/registry/transport.ts';
import { SigningError } from '../errors.ts';
import { parsePrivateKey } from '../keys/private-key.ts';
import { signContent } from '../sign-content.ts';
import { requestCertificate } from './certificate-authority.ts';
import { findIdentityToken, type IdentityToken, parseIdentityToken } from './identity-token.ts';
import type { ServiceOptions } from './service-client.ts';
import { chooseServices } from './signing-config.ts';
import { requestTimestamp, timestampQuery } from './timestamp-authority.ts';
import { logSignature, type LoggableSignature } from './transparency-log.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const now = () => NOW;

function code(expected: string, message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof SigningError, String(error));
    assert.equal(error.code, expected);
    assert.match(error.message, message);
    return true;
  };
}

function options(t: TestContext, offline = false): ServiceOptions {
  const transport = createTransport({ timeoutMs: 2_000, offline, environment: {} });
  t.after(() => transport.close());
  const policy = { attempts: 3, sleep: async () => {}, random: () => 0, now: () => NOW.getTime() };
  return { transport, policy, signal: new AbortController().signal };
}

async function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return parsePrivateKey(
    privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'key',
    async () => null,
  );
}

const tokenOf = (text: string): IdentityToken => parseIdentityToken(text, 'a test', NOW.getTime());

test('an authority gives a certificate for the key and whom the token names', async (t) => {
  await using sigstore = await startSigstore({ now });
  const key = await newKey();
  const token = tokenOf(sigstore.token({ sub: '7', email: 'ann@example.com' }));
  const { leaf, chain } = await requestCertificate(new URL(sigstore.fulcioUrl), key, token, options(t));
  assert.ok(leaf.publicKey.equals(key.publicKey));
  assert.match(leaf.subjectAltName ?? '', /ann@example\.com/);
  assert.ok(chain.length > 0 && leaf.verify(chain[0]?.publicKey ?? key.publicKey));
});

test('an authority that refuses says why, and the token is not repeated', async (t) => {
  await using sigstore = await startSigstore({ now });
  const token = {
    ...tokenOf(sigstore.token({ sub: '7', email: 'ann@example.com' })),
    subject: 'eve@example.com',
  };
  await assert.rejects(
    requestCertificate(new URL(sigstore.fulcioUrl), await newKey(), token, options(t)),
    code('SIGNING_SERVICE_UNAVAILABLE', /answered 400: The signature supplied/),
  );
  await using echo = await startLoopbackServer(async (request, response) => {
    response.writeHead(401).end(JSON.stringify({ message: request.headers.authorization }));
  });
  await assert.rejects(
    requestCertificate(new URL(`http://${echo.host}`), await newKey(), token, options(t)),
    (error: unknown) => error instanceof SigningError && !error.message.includes(token.text.slice(0, 20)),
  );
});

test('a token is not sent over plain HTTP to another machine', async (t) => {
  await using sigstore = await startSigstore({ now });
  const token = tokenOf(sigstore.token({ sub: '7', email: 'ann@example.com' }));
  await assert.rejects(
    requestCertificate(new URL('http://ca.example/'), await newKey(), token, options(t)),
    code('SIGNING_SERVICE_UNAVAILABLE', /plain HTTP/),
  );
});

test('a certificate for another key is refused, as is what is no certificate', async (t) => {
  await using sigstore = await startSigstore({ now });
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const leaf = sigstore.authority.issue(other.publicKey, {
    issuer: sigstore.issuerUrl,
    subject: { kind: 'email', value: 'ann@example.com' },
  });
  const pem = new X509Certificate(leaf).toString();
  const token = tokenOf(sigstore.token({ sub: '7', email: 'ann@example.com' }));
  const cases: readonly (readonly [answer: string, message: RegExp])[] = [
    [chainOf([pem]), /for another key/],
    [chainOf([]), /no certificate/],
    [chainOf(['nothing']), /not a certificate/],
    [chainOf(Array.from({ length: 100 }, () => pem)), /100 entries/],
    ['{}', /signedCertificateEmbeddedSct/],
    ['{"a":1,"a":2}', /twice/],
    ['<html>', /not JSON/],
    [`"${'x'.repeat(2 ** 20)}"`, /more than 1048576 bytes/],
  ];
  for (const [answer, message] of cases) {
    await using liar = await startLoopbackServer(async (_, response) => void response.end(answer));
    await assert.rejects(
      requestCertificate(new URL(`http://${liar.host}`), await newKey(), token, options(t)),
      (error: unknown) => error instanceof SigningError && message.test(error.message),
      String(message),
    );
  }
});

const chainOf = (certificates: readonly string[]) =>
  JSON.stringify({ signedCertificateEmbeddedSct: { chain: { certificates } } });

test('a passing failure of a service is tried again, a lasting one is not', async (t) => {
  await using sigstore = await startSigstore({ now });
  let requests = 0;
  await using flaky = await startLoopbackServer(async (request, response) => {
    requests += 1;
    if (requests < 3) response.writeHead(503).end();
    else await timestampAnswer((query) => sigstore.timestamps.answer(query), request, response);
  });
  const bytes = Buffer.from('a signature');
  const url = new URL(`http://${flaky.host}`);
  assert.ok((await requestTimestamp(url, bytes, randomBytes(8), options(t))).length > 0);
  assert.equal(requests, 3);
  await using broken = await startLoopbackServer(async (_, response) => {
    requests += 1;
    response.writeHead(500).end();
  });
  await assert.rejects(
    requestTimestamp(new URL(`http://${broken.host}`), bytes, randomBytes(8), options(t)),
    code('SIGNING_SERVICE_UNAVAILABLE', /answered 500/),
  );
  assert.equal(requests, 4);
  await assert.rejects(
    requestTimestamp(new URL('https://timestamps.example/'), bytes, randomBytes(8), options(t, true)),
    (error: unknown) => error instanceof OciError && error.code === 'OFFLINE',
  );
});

async function timestampAnswer(
  answer: (query: Buffer) => Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(201).end(answer(await readBody(request)));
}

test('a query is DER as RFC 3161 writes it', () => {
  const digest = Buffer.alloc(32, 7);
  const header = '30390201013031300d060960864801650304020105000420';
  const start = `${header}${digest.toString('hex')}`;
  const cases = [
    ['0102030405060708', '02080102030405060708', 0x43],
    // a leading bit would make it negative, leading zeros are not written
    ['ff02030405060708', '020900ff02030405060708', 0x44],
    ['0000000000000001', '020101', 0x3c],
    ['0000000000000080', '02020080', 0x3d],
  ] as const;
  for (const [nonce, integer, length] of cases) {
    const expected = start.replace('3039', `30${length.toString(16)}`) + integer + '0101ff';
    assert.equal(timestampQuery(digest, Buffer.from(nonce, 'hex')).toString('hex'), expected);
  }
});

test('a timestamp is taken only when it is about the signature and answers this query', async (t) => {
  await using sigstore = await startSigstore({ now });
  const bytes = Buffer.from('a signature');
  const good = await requestTimestamp(new URL(sigstore.tsaUrl), bytes, randomBytes(8), options(t));
  assert.equal(RFC3161Timestamp.parse(Buffer.from(good)).signingTime.getTime(), NOW.getTime());
  const nonce = randomBytes(8);
  const lies: readonly (readonly [answer: (query: Buffer) => Buffer, message: RegExp])[] = [
    [
      () => sigstore.timestamps.answer(timestampQuery(Buffer.alloc(32), nonce)),
      /not a timestamp of the signature/,
    ],
    [() => good, /another query/],
    [() => Buffer.from('junk'), /not a timestamp/],
    [() => Buffer.alloc(0), /not a timestamp/],
    [() => good.subarray(0, 100), /not a timestamp/],
  ];
  for (const [answer, message] of lies) {
    await using liar = await startLoopbackServer((request, response) =>
      timestampAnswer(answer, request, response),
    );
    await assert.rejects(
      requestTimestamp(new URL(`http://${liar.host}`), bytes, nonce, options(t)),
      code('SIGNING_SERVICE_ANSWER', message),
    );
  }
});

async function loggable(): Promise<LoggableSignature> {
  const key = await newKey();
  const services = {
    transport: unused,
    policy: unused,
    signal: new AbortController().signal,
  } as never as ServiceOptions;
  const witnesses = { logs: [], timestampAuthorities: [] };
  const content = { kind: 'statement', payload: Buffer.from('{}') } as const;
  const signed = await signContent(
    content,
    { key, certificate: null },
    { witnesses, timestamped: 'signature', services, random: randomBytes },
  );
  const der = key.publicKey.export({ type: 'spki', format: 'der' });
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    signature: signed.signature,
    signed: Buffer.from('DSSEv1 28 application/vnd.in-toto+json 2 {}'),
    envelope: JSON.stringify(signed.envelope),
    verifier: { kind: 'publicKey', pem, der, keyDetails: key.scheme.keyDetails },
  };
}
const unused = new Proxy({}, { get: () => assert.fail('no service is asked') });

test('logs of both versions take a signature, and their entries come as bundles keep them', async (t) => {
  await using sigstore = await startSigstore({ now });
  const what = await loggable();
  const one = await logSignature({ url: new URL(sigstore.rekorV1Url), version: 1 }, what, options(t));
  assert.deepEqual(one.kindVersion, { kind: 'dsse', version: '0.0.1' });
  assert.equal(one.integratedTime, String(NOW.getTime() / 1000));
  assert.ok(one.inclusionPromise !== undefined);
  const [kept] = [...sigstore.logs[1].entries.values()].slice(-1);
  assert.deepEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(kept)));

  const two = await logSignature({ url: new URL(sigstore.rekorV2Url), version: 2 }, what, options(t));
  assert.deepEqual(two.kindVersion, { kind: 'hashedrekord', version: '0.0.2' });
  assert.equal(two.integratedTime, undefined);
});

test('an entry that a log has already is read from where it says, at the log itself only', async (t) => {
  await using sigstore = await startSigstore({ now });
  const what = await loggable();
  const log = { url: new URL(sigstore.rekorV1Url), version: 1 } as const;
  const first = await logSignature(log, what, options(t));
  assert.deepEqual(await logSignature(log, what, options(t)), first);
  for (const location of ['http://127.0.0.1:1/entry', undefined]) {
    await using liar = await startLoopbackServer(async (_, response) => {
      response.writeHead(409, location === undefined ? {} : { location }).end('{}');
    });
    await assert.rejects(
      logSignature({ url: new URL(`http://${liar.host}`), version: 1 }, what, options(t)),
      code('SIGNING_SERVICE_ANSWER', /does not say where/),
    );
  }
});

test('answers of a log that are no entry are refused', async (t) => {
  const what = await loggable();
  const cases: readonly (readonly [version: 1 | 2, answer: string, message: RegExp])[] = [
    [1, '{}', /not one entry/],
    [1, '{"a":{},"b":{}}', /body/],
    [1, '[]', /expected an object/],
    [2, '{}', /logId|kindVersion|inclusionProof/],
    [2, '{"logIndex":"1.5"}', /whole number/],
  ];
  for (const [version, answer, message] of cases) {
    await using liar = await startLoopbackServer(
      async (_, response) => void response.writeHead(201).end(answer),
    );
    await assert.rejects(
      logSignature({ url: new URL(`http://${liar.host}`), version }, what, options(t)),
      code('SIGNING_SERVICE_ANSWER', message),
    );
  }
});

const jwt = (claims: unknown) =>
  `${Buffer.from('{}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const GOOD = {
  iss: 'https://issuer.example',
  sub: 'somebody',
  aud: 'sigstore',
  exp: NOW.getTime() / 1000 + 60,
};

test('tokens are read, and those that cannot be used are refused before anything is sent', () => {
  const federated = { ...GOOD, federated_claims: { connector_id: 'https://github.com/login/oauth' } };
  assert.deepEqual(tokenOf(jwt(federated)).issuers, [GOOD.iss, 'https://github.com/login/oauth']);
  assert.equal(
    tokenOf(jwt({ ...GOOD, email: 'ann@example.com', email_verified: true })).subject,
    'ann@example.com',
  );
  assert.equal(tokenOf(` ${jwt({ ...GOOD, aud: ['x', 'sigstore'] })}\n`).subject, 'somebody');
  const cases: readonly (readonly [token: string, message: RegExp])[] = [
    ['', /not a JSON Web Token/],
    ['a.b', /not a JSON Web Token/],
    [`${jwt(GOOD)}.d`, /not a JSON Web Token/],
    ['a.!!.c', /not a JSON Web Token/],
    [jwt([]), /not a JSON Web Token/],
    [jwt({ ...GOOD, exp: NOW.getTime() / 1000 }), /has expired, at 2026-11-21T12:00:00/],
    [jwt({ ...GOOD, aud: 'api' }), /is for "api"/],
    [jwt({ ...GOOD, iss: undefined }), /does not say/],
    [jwt({ ...GOOD, sub: undefined }), /does not say/],
    [jwt({ ...GOOD, email: 'ann@example.com', email_verified: false }), /nobody verified/],
  ];
  for (const [token, message] of cases)
    assert.throws(() => tokenOf(token), code('IDENTITY_TOKEN_INVALID', message));
});

test('a token comes from the file, then the environment, then GitHub', async (t) => {
  const file = join(temporaryDirectory(t), 'token');
  writeFileSync(file, jwt({ ...GOOD, sub: 'file' }));
  await using github = await startLoopbackServer(async (request, response) => {
    assert.equal(request.headers.authorization, 'bearer secret');
    assert.equal(request.url, '/token?x=1&audience=sigstore');
    response.end(
      JSON.stringify({
        value: jwt({ ...GOOD, ...workflowClaims('acme/app', 'release.yml', 'refs/tags/v1') }),
      }),
    );
  });
  const environment = {
    SIGSTORE_ID_TOKEN: jwt({ ...GOOD, sub: 'environment' }),
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://${github.host}/token?x=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret',
  };
  const { SIGSTORE_ID_TOKEN: _, ...inActions } = environment;
  const find = (from: string | null, variables: Record<string, string>) =>
    findIdentityToken({ file: from, environment: variables, now: NOW.getTime() }, options(t));
  assert.equal((await find(file, environment)).subject, 'file');
  assert.equal((await find(null, environment)).subject, 'environment');
  assert.equal((await find(null, inActions)).subject, 'repo:acme/app:ref:refs/tags/v1');
  await assert.rejects(find(null, {}), code('IDENTITY_TOKEN_MISSING', /neither a key nor/));
  await assert.rejects(find('/no/such/file', environment), code('IDENTITY_TOKEN_MISSING', /ENOENT/));
});

const service = (url: string, more: object = {}) => ({
  url,
  majorApiVersion: 1,
  validFor: { start: '2026-01-01T00:00:00Z' },
  operator: 'one',
  ...more,
});

test('services are those of the config that are valid now, of the best version, one of each operator', () => {
  const config = (more: object) => ({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service('https://ca.example')],
    rekorTlogUrls: [],
    tsaUrls: [],
    ...more,
  });
  const choose = (more: object) =>
    chooseServices(Buffer.from(JSON.stringify(config(more))), 'sc.json', NOW.getTime());
  const logs = (more: object) =>
    choose(more).witnesses.logs.map(({ url, version }) => `${url.host} ${version}`);
  const any = { rekorTlogConfig: { selector: 'ANY' } };
  const all = { rekorTlogConfig: { selector: 'ALL' } };
  const two = [
    service('https://old.example'),
    service('https://new.example', { majorApiVersion: 2 }),
    service('https://newer.example', { majorApiVersion: 2, validFor: { start: '2026-06-01T00:00:00Z' } }),
    service('https://future.example', { majorApiVersion: 2, validFor: { start: '2027-01-01T00:00:00Z' } }),
    service('https://ended.example', {
      majorApiVersion: 2,
      validFor: { start: '2026-01-01T00:00:00Z', end: '2026-02-01T00:00:00Z' },
    }),
    service('https://unknown.example', { majorApiVersion: 3 }),
    service('https://other.example', { operator: 'two' }),
  ];
  assert.equal(choose({}).authority?.href, 'https://ca.example/');
  assert.equal(choose({ caUrls: [] }).authority, null);
  assert.deepEqual(logs({ rekorTlogUrls: two, ...any }), ['newer.example 2']);
  assert.deepEqual(logs({ rekorTlogUrls: two, ...all }), ['newer.example 2', 'other.example 1']);
  assert.deepEqual(logs({ rekorTlogUrls: two, rekorTlogConfig: { selector: 'EXACT', count: 2 } }).length, 2);
  assert.deepEqual(logs({}), []);
  const invalid: readonly (readonly [more: object, message: RegExp])[] = [
    [{ rekorTlogUrls: two, rekorTlogConfig: { selector: 'EXACT', count: 3 } }, /asks for 3 logs/],
    [{ rekorTlogUrls: two }, /how many logs/],
    [{ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' }, /media type/],
    [{ caUrls: [service('file:///etc/passwd')] }, /address/],
    [{ caUrls: [service('https://user:pw@ca.example')] }, /address/],
  ];
  for (const [more, message] of invalid)
    assert.throws(() => choose(more), code('SIGNING_CONFIG_INVALID', message));
});
