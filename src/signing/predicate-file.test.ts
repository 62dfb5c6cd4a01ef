/** Which files pass for which type of predicate, and the statement that is made of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest } from '../model/digest.ts';
import { parseStatement } from '../trust/statements/statement.ts';
import { SigningError } from './errors.ts';
import { PREDICATE_KINDS, readPredicate } from './predicate-file.ts';
import { writeStatement } from './statement.ts';

const read = (value: unknown, type: string) =>
  readPredicate(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), type, 'file.json');

const GOOD: Readonly<Record<string, readonly [value: object, type: string]>> = {
  spdx: [{ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT' }, 'https://spdx.dev/Document'],
  cyclonedx: [{ bomFormat: 'CycloneDX', specVersion: '1.6' }, 'https://cyclonedx.org/bom'],
  slsaprovenance1: [
    {
      buildDefinition: { buildType: 'https://example.com/build', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    },
    'https://slsa.dev/provenance/v1',
  ],
  slsaprovenance02: [
    { builder: { id: 'https://example.com/builder' }, buildType: 'https://example.com/build' },
    'https://slsa.dev/provenance/v0.2',
  ],
  vuln: [{ scanner: { uri: 'pkg:x/y' }, metadata: {} }, 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  openvex: [{ '@context': 'https://openvex.dev/ns/v0.2.0', statements: [] }, 'https://openvex.dev/ns'],
  vsa: [
    {
      verifier: { id: 'https://example.com/verifier' },
      timeVerified: '2026-11-21T12:00:00Z',
      resourceUri: 'pkg:docker/app',
      verificationResult: 'PASSED',
    },
    'https://slsa.dev/verification_summary/v1',
  ],
  tag: [
    {
      repository: 'docker.io/library/debian',
      tags: ['12'],
      version: 1,
      issued: '2026-11-21T00:00:00Z',
      expires: '2026-12-21T00:00:00Z',
    },
    'urn:hallmark:tag:v1',
  ],
  'tag-state': [
    {
      repository: 'docker.io/library/debian',
      tags: ['11'],
      state: 'retired',
      since: '2026-11-21T00:00:00Z',
      successor: '12',
    },
    'urn:hallmark:tag-state:v1',
  ],
};

test('a predicate of each type is taken, and the statement about it reads back', () => {
  assert.deepEqual(Object.keys(GOOD), PREDICATE_KINDS);
  const digest = parseDigest(`sha256:${'0'.repeat(64)}`);
  for (const [name, [value, type]] of Object.entries(GOOD)) {
    const predicate = read(value, name);
    assert.deepEqual(predicate, { type, value });
    const statement = parseStatement(writeStatement(digest, predicate));
    assert.ok(typeof statement !== 'string');
    assert.equal(statement.type, 'https://in-toto.io/Statement/v1');
    assert.equal(statement.predicateType, type);
    assert.deepEqual(statement.predicate, value);
    assert.deepEqual(
      JSON.stringify(statement.subjects),
      `[{"name":null,"digests":{"sha256":"${'0'.repeat(64)}"}}]`,
    );
  }
  const spdx3 = { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] };
  assert.equal(read(spdx3, 'spdx').type, 'https://spdx.dev/Document');
  assert.equal(read({ any: 'thing' }, 'https://example.com/review/v1').type, 'https://example.com/review/v1');
  assert.equal(
    read({ result: 'PASSED' }, 'test-result').type,
    'https://in-toto.io/attestation/test-result/v0.1',
  );
});

test('what is of another type, wrapped, or read differently by others is refused', () => {
  const [vsa = {}] = GOOD['vsa'] ?? [];
  const cases: readonly (readonly [value: unknown, type: string, message: RegExp])[] = [
    ...PREDICATE_KINDS.map((name) => [{}, name, /found nothing|expected/] as const),
    [GOOD['spdx']?.[0], 'cyclonedx', /bomFormat/],
    [GOOD['cyclonedx']?.[0], 'spdx', /spdxVersion/],
    // the address is not a way around the shape
    [{}, 'https://cyclonedx.org/bom', /bomFormat/],
    [{ ...vsa, verificationResult: 'MAYBE' }, 'vsa', /PASSED or FAILED/],
    [{ spdxVersion: 'SPDX-2.3' }, 'spdx', /SPDXID/],
    [{ _type: 'x', predicateType: 'y', predicate: {} }, 'https://example.com/x', /whole statement/],
    [{ payloadType: 'x', payload: 'y', signatures: [] }, 'https://example.com/x', /signed envelope/],
    ['[]', 'https://example.com/x', /not an object/],
    ['{"a":1,"a":2}', 'https://example.com/x', /twice/],
    ['{"a":9007199254740993}', 'https://example.com/x', /beyond 2\^53/],
    ['', 'https://example.com/x', /not JSON/],
    [{}, 'sbom', /"sbom" is not a type/],
    [{}, '__proto__', /is not a type/],
    [{}, 'javascript:alert(1)', /is not a type/],
  ];
  for (const [value, type, message] of cases) {
    assert.throws(
      () => read(value, type),
      (error: unknown) => {
        assert.ok(error instanceof SigningError && error.code === 'PREDICATE_INVALID', String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
