import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestHex, parseDigest } from '../../model/digest.ts';
import type { Check, Endorsement } from '../../model/trust.ts';
import { attestation, changed, KEY } from '../../../test/trust/provenance-samples.ts';
import { checkVsa, makeVsa, readVsa, VSA_TYPE, type VsaExpectation } from './vsa.ts';

const POLICY = parseDigest(`sha256:${'1'.repeat(64)}`);
const INPUT = parseDigest(`sha256:${'2'.repeat(64)}`);
const NOW = new Date('2026-11-21T12:00:00Z');
const REPOSITORY = 'docker.io/library/debian';
const VERIFIER = 'https://verifier.example.com';

const SUMMARY = makeVsa({
  verifierId: VERIFIER,
  verifierVersion: '0.1.0',
  timeVerified: new Date('2026-11-21T11:00:00.5Z'),
  resourceUri: REPOSITORY,
  policy: { uri: 'https://example.com/policy', digest: POLICY },
  inputs: [INPUT, INPUT],
  isPassed: true,
  verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'SLSA_SOURCE_LEVEL_UNEVALUATED', 'ACME_SCANNED'],
});

const ALWAYS = { from: null, to: null, distrustedFrom: null, needsLog: false } as const;
const EXPECTED: VsaExpectation = {
  verifiers: [
    {
      verifierId: VERIFIER,
      authority: { ...ALWAYS, kind: 'key', keyId: parseDigest(`sha256:${'c'.repeat(64)}`) },
    },
  ],
  resourceUri: REPOSITORY,
  levels: ['SLSA_BUILD_LEVEL_2', 'ACME_SCANNED'],
  policyDigest: POLICY,
  maxAgeSeconds: 7200,
  now: NOW,
};

const summary = (predicate: unknown): Endorsement =>
  attestation(predicate, { predicateType: VSA_TYPE, signer: KEY });

const failed = (checks: readonly Check[]) =>
  checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);

test('what is made is read again, and is what is expected', () => {
  assert.deepEqual(SUMMARY, {
    verifier: { id: VERIFIER, version: { hallmark: '0.1.0' } },
    timeVerified: '2026-11-21T11:00:00Z',
    resourceUri: REPOSITORY,
    policy: { uri: 'https://example.com/policy', digest: { sha256: digestHex(POLICY) } },
    inputAttestations: [{ digest: { sha256: digestHex(INPUT) } }],
    verificationResult: 'PASSED',
    verifiedLevels: ['SLSA_BUILD_LEVEL_3', 'SLSA_SOURCE_LEVEL_UNEVALUATED', 'ACME_SCANNED'],
    slsaVersion: '1.1',
  });
  const read = readVsa({ predicateType: VSA_TYPE, predicate: SUMMARY });
  assert.ok('inputs' in read);
  assert.deepEqual([read.policy.digest, read.inputs], [POLICY, [INPUT]]);
  const checks = checkVsa(summary(SUMMARY), EXPECTED);
  assert.deepEqual(
    checks.map(({ id, outcome }) => `${id} ${outcome}`),
    [
      'vsa.readable passed',
      'vsa.verifier passed',
      'vsa.resource passed',
      'vsa.result passed',
      'vsa.levels passed',
      'vsa.levels passed',
      'vsa.age passed',
      'vsa.policy passed',
    ],
  );
});

test('a verification that failed verified no level', () => {
  const made = makeVsa({
    verifierId: VERIFIER,
    verifierVersion: '0.1.0',
    timeVerified: NOW,
    resourceUri: REPOSITORY,
    policy: { uri: 'x', digest: POLICY },
    inputs: [],
    isPassed: false,
    verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
  });
  assert.deepEqual(failed(checkVsa(summary(made), { ...EXPECTED, levels: ['SLSA_BUILD_LEVEL_1'] })), [
    'vsa.result',
    'vsa.levels',
  ]);
});

const LEVELS = 'verifiedLevels';
const broken: readonly (readonly [what: string, endorsement: Endorsement, ids: readonly string[]])[] = [
  [
    'another signer for that verifier',
    { ...summary(SUMMARY), signer: { ...KEY, kind: 'key', name: 'x', keyId: POLICY } },
    ['vsa.verifier'],
  ],
  [
    'another verifier for that signer',
    summary(changed(SUMMARY, 'verifier/id', `${VERIFIER}.evil.example`)),
    ['vsa.verifier'],
  ],
  [
    'another repository with the same digest (Docker’s policy accepted any)',
    summary(changed(SUMMARY, 'resourceUri', 'docker.io/evil/debian')),
    ['vsa.resource'],
  ],
  [
    'a repository that only begins like it',
    summary(changed(SUMMARY, 'resourceUri', `${REPOSITORY}-evil`)),
    ['vsa.resource'],
  ],
  ['failed', summary(changed(SUMMARY, 'verificationResult', 'FAILED')), ['vsa.result']],
  ['passed in small letters', summary(changed(SUMMARY, 'verificationResult', 'passed')), ['vsa.result']],
  [
    'a lower level',
    summary(changed(SUMMARY, LEVELS, ['SLSA_BUILD_LEVEL_1', 'ACME_SCANNED'])),
    ['vsa.levels'],
  ],
  [
    'a level of another track',
    summary(changed(SUMMARY, LEVELS, ['SLSA_SOURCE_LEVEL_3', 'ACME_SCANNED'])),
    ['vsa.levels'],
  ],
  [
    'an unevaluated level',
    summary(changed(SUMMARY, LEVELS, ['SLSA_BUILD_LEVEL_UNEVALUATED', 'ACME_SCANNED'])),
    ['vsa.levels'],
  ],
  ['no level of its own', summary(changed(SUMMARY, LEVELS, ['SLSA_BUILD_LEVEL_3'])), ['vsa.levels']],
  [
    'two levels of one track',
    summary(changed(SUMMARY, LEVELS, ['SLSA_BUILD_LEVEL_1', 'SLSA_BUILD_LEVEL_3', 'ACME_SCANNED'])),
    ['vsa.levels'],
  ],
  [
    'a name that looks like SLSA’s',
    summary(changed(SUMMARY, LEVELS, ['SLSA_BUILD_LEVEL_3', 'SLSA_SUPER', 'ACME_SCANNED'])),
    ['vsa.levels'],
  ],
  ['too old', summary(changed(SUMMARY, 'timeVerified', '2026-11-21T09:59:59Z')), ['vsa.age']],
  ['of the future', summary(changed(SUMMARY, 'timeVerified', '2026-11-21T12:06:00Z')), ['vsa.age']],
  ['another policy', summary(changed(SUMMARY, 'policy/digest/sha256', '3'.repeat(64))), ['vsa.policy']],
  ['no policy', summary(changed(SUMMARY, 'policy', undefined)), ['vsa.policy']],
  ['a time that is none', summary(changed(SUMMARY, 'timeVerified', 'yesterday')), ['vsa.readable']],
  ['no verifier', summary(changed(SUMMARY, 'verifier', undefined)), ['vsa.readable']],
  ['another kind of statement', attestation(SUMMARY, { signer: KEY }), ['vsa.readable']],
  ['a bare signature', { ...summary(SUMMARY), statement: null }, ['vsa.readable']],
];
for (const [what, endorsement, ids] of broken) {
  test(`not as expected: ${what}`, () => {
    assert.deepEqual(failed(checkVsa(endorsement, EXPECTED)), ids);
  });
}
