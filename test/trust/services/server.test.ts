import assert from 'node:assert/strict';
import { sign, verify, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { RFC3161Timestamp } from '@sigstore/core';
import { request, type Dispatcher } from 'undici';
import { der } from './der.ts';
import { ecKeyPair, spkiOf } from './certificate.ts';
import { startSigstore, type SigstoreServer } from './server.ts';
import { sha256 } from './sha256.ts';
import { workflowClaims } from './oidc-issuer.ts';

const now = (): Date => new Date('2026-06-01T12:00:00Z');
const keys = ecKeyPair();
const pem = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const ann = { sub: '7', email: 'ann@example.com' };

async function post(url: string, body: string | Buffer, type = 'application/json') {
  const answer: Dispatcher.ResponseData = await request(url, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

function askCertificate(sigstore: SigstoreServer, oidcIdentityToken: string, challenge: string) {
  const proofOfPossession = sign('sha256', Buffer.from(challenge), keys.privateKey).toString('base64');
  const publicKeyRequest = { publicKey: { algorithm: 'ECDSA', content: pem }, proofOfPossession };
  const body = JSON.stringify({ credentials: { oidcIdentityToken }, publicKeyRequest });
  return post(`${sigstore.fulcioUrl}/api/v2/signingCert`, body);
}

describe('the authority', () => {
  test('certifies a key for whom a token names', async () => {
    await using sigstore = await startSigstore({ now });
    const claims = workflowClaims('acme/app', 'release.yml', 'refs/tags/v1');
    const { status, bytes } = await askCertificate(sigstore, sigstore.token(claims), claims.sub);
    assert.equal(status, 200);
    const answer = JSON.parse(bytes.toString()) as {
      signedCertificateEmbeddedSct: { chain: { certificates: string[] } };
    };
    const [leaf = '', issuer = ''] = answer.signedCertificateEmbeddedSct.chain.certificates;
    const certificate = new X509Certificate(leaf);
    assert.ok(certificate.verify(new X509Certificate(issuer).publicKey));
    assert.deepEqual(spkiOf(certificate.publicKey), spkiOf(keys.publicKey));
    const workflow = 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1';
    assert.equal(certificate.subjectAltName, `URI:${workflow}`);
  });

  const refusals = {
    'a token of somebody else': (other: SigstoreServer) => [other.token(ann), ann.email],
    'a key that its sender does not hold': (own: SigstoreServer) => [own.token(ann), 'bob@example.com'],
    'a token that has expired': (own: SigstoreServer) => [own.token({ ...ann, exp: 1 }), ann.email],
    'a token for another audience': (own: SigstoreServer) => [own.token({ ...ann, aud: 'x' }), ann.email],
  } satisfies Record<string, (sigstore: SigstoreServer) => string[]>;
  for (const [name, ask] of Object.entries(refusals))
    test(`refuses ${name}`, async () => {
      await using sigstore = await startSigstore({ now });
      await using other = await startSigstore({ now });
      const [token = '', challenge = ''] = ask(name.includes('somebody') ? other : sigstore);
      const { status } = await askCertificate(sigstore, token, challenge);
      assert.equal(status, name.includes('key') ? 400 : 401);
    });
});

describe('the log', () => {
  const hash = sha256('content');
  const entry = (signed: string): string => {
    const content = sign('sha256', Buffer.from(signed), keys.privateKey).toString('base64');
    return JSON.stringify({
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: hash.toString('hex') } },
        signature: { content, publicKey: { content: Buffer.from(pem).toString('base64') } },
      },
    });
  };

  test('keeps a signature once, and gives it back by its name', async () => {
    await using sigstore = await startSigstore({ now });
    const entries = `${sigstore.rekorV1Url}/api/v1/log/entries`;
    const body = entry('content');
    const made = await post(entries, body);
    const again = await post(entries, body);
    assert.deepEqual([made.status, again.status], [201, 409]);
    assert.equal(again.headers['location'], made.headers['location']);
    const found = await request(new URL(String(made.headers['location']), entries));
    assert.equal(await found.body.text(), made.bytes.toString());
    assert.match(made.bytes.toString(), /"signedEntryTimestamp":"[^"]+"/);
  });

  test('refuses a signature over something else', async () => {
    await using sigstore = await startSigstore({ now });
    const { status } = await post(`${sigstore.rekorV1Url}/api/v1/log/entries`, entry('other content'));
    assert.equal(status, 400);
  });

  test('of version 2 answers with an entry of bundles', async () => {
    await using sigstore = await startSigstore({ now });
    const content = sign('sha256', Buffer.from('content'), keys.privateKey).toString('base64');
    const rawBytes = spkiOf(keys.publicKey).toString('base64');
    const verifier = { publicKey: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' };
    const asked = { digest: hash.toString('base64'), signature: { content, verifier } };
    const body = JSON.stringify({ hashedRekordRequestV002: asked });
    const { status, bytes } = await post(`${sigstore.rekorV2Url}/api/v2/log/entries`, body);
    assert.equal(status, 201);
    const { inclusionProof } = JSON.parse(bytes.toString()) as {
      inclusionProof: { checkpoint: { envelope: string } };
    };
    const [note = '', signature = ''] = inclusionProof.checkpoint.envelope.split('\n\n— log2.hallmark.test ');
    const { publicKey } = sigstore.logs[2];
    assert.ok(
      verify(null, Buffer.from(`${note}\n`), publicKey, Buffer.from(signature, 'base64').subarray(4)),
    );
  });
});

test('the timestamp authority answers about the hash that it is asked about', async () => {
  await using sigstore = await startSigstore({ now });
  const algorithm = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.null());
  const imprint = der.sequence(algorithm, der.octets(sha256('signature')));
  const query = der.sequence(der.integer(1), imprint, der.integer(42), der.boolean(true));
  const { status, headers, bytes } = await post(sigstore.tsaUrl, query, 'application/timestamp-query');
  assert.deepEqual([status, headers['content-type']], [201, 'application/timestamp-reply']);
  const timestamp = RFC3161Timestamp.parse(bytes);
  assert.equal(timestamp.signingTime.toISOString(), '2026-06-01T12:00:00.000Z');
  const { publicKey } = new X509Certificate(sigstore.timestamps.chain[0]?.certificate ?? '');
  timestamp.verify(Buffer.from('signature'), publicKey);
  assert.throws(() => timestamp.verify(Buffer.from('another'), publicKey));
});
