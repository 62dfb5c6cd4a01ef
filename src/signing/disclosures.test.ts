/** What is said to become public: all of it, and as it will be written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toIdentity } from '../../test/trust/services/fulcio-server.ts';
import { workflowClaims } from '../../test/trust/services/oidc-issuer.ts';
import { preAuthenticationEncoding } from '../formats/dsse.ts';
import { digestOf } from '../model/digest.ts';
import { disclosuresOf, expectedSubject } from './disclosures.ts';
import { parseIdentityToken } from './services/identity-token.ts';
import { NO_SERVICES } from './services/signing-config.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (claims: object) =>
  parseIdentityToken(`${part({})}.${part({ sub: 'x', aud: 'sigstore', ...claims })}.c2ln`, 'a test', 0);

const SUBJECT = digestOf('a manifest');
const PAYLOAD = Buffer.from('{}');
const STATEMENT = {
  subject: SUBJECT,
  content: { kind: 'statement', payload: PAYLOAD },
  predicateType: 'https://openvex.dev/ns',
} as const;

const services = (version: 1 | 2) => ({
  authority: new URL('https://ca.example'),
  witnesses: {
    logs: [{ url: new URL('https://log.example'), version }],
    timestampAuthorities: [new URL('https://time.example')],
  },
});

test('of a workflow at GitHub everything is told that an authority writes into its certificate', () => {
  const issuer = 'https://token.actions.githubusercontent.com';
  const claims = { ...workflowClaims('acme/app', 'release.yml', 'refs/tags/v1'), iss: issuer };
  const token = tokenOf(claims);
  const identity = toIdentity(claims);
  assert.equal(expectedSubject(token), identity.subject.value);
  const [first] = disclosuresOf(services(1), { token }, [STATEMENT]);
  assert.ok(first?.service === 'certificate-authority' && first.isPublished);
  const told = new Map(first.facts.map(({ name, value }) => [name, value]));
  assert.equal(told.get('workflow'), identity.subject.value);
  assert.equal(told.get('name of the workflow'), 'release');
  assert.ok(Object.keys(identity.extensions ?? {}).length > 10);
  for (const [name, value] of Object.entries(identity.extensions ?? {}))
    assert.equal(told.get(name), value, name);
});

test('of an issuer that is not known every claim is told, and nothing of how tokens work', () => {
  const token = tokenOf({
    iss: 'https://ci.example',
    exp: 1e10,
    jti: '7',
    project_path: 'acme/app',
    admin: true,
  });
  assert.equal(expectedSubject(token), null);
  const [first] = disclosuresOf(services(2), { token }, [STATEMENT]);
  assert.deepEqual(first?.facts, [
    { name: 'issuer', value: 'https://ci.example' },
    { name: 'claim sub', value: '"x"' },
    { name: 'claim project_path', value: '"acme/app"' },
    { name: 'claim admin', value: 'true' },
  ]);
});

test('a claim that looks like a workflow of GitHub, of another issuer, is not taken for one', () => {
  const token = tokenOf({
    ...workflowClaims('acme/app', 'release.yml', 'refs/tags/v1'),
    iss: 'https://ci.example',
  });
  assert.equal(expectedSubject(token), null);
});

test('logs publish the digest that their version has, and only version 1 is sent the statement', () => {
  const signer = { keyId: digestOf('a key') };
  const encoded = preAuthenticationEncoding('application/vnd.in-toto+json', PAYLOAD);
  for (const [version, digest] of [
    [1, digestOf(PAYLOAD)],
    [2, digestOf(encoded)],
  ] as const) {
    const disclosures = disclosuresOf(services(version), signer, [STATEMENT]);
    assert.ok(disclosures.every(({ service }) => service !== 'certificate-authority'));
    const published = disclosures.filter(({ isPublished }) => isPublished).flatMap(({ facts }) => facts);
    assert.deepEqual(
      published.map(({ value }) => value),
      [signer.keyId, digest, SUBJECT],
    );
    const sent = disclosures.filter(
      ({ service, isPublished }) => service === 'transparency-log' && !isPublished,
    );
    assert.equal(sent.length, version === 1 ? 1 : 0);
  }
  assert.deepEqual(disclosuresOf(NO_SERVICES, signer, [STATEMENT]), []);
});
