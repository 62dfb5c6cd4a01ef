import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AMD64, ARM64, INDEX } from '../../../test/trust/policy/facts.ts';
import { recordedReport } from '../../../test/trust/policy/recorded.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import type { ReportedProvenance, TrustReport } from '../../model/trust-report.ts';
import { summariseReport } from './summarise-report.ts';

const VERIFIER = 'https://acme.example/ingress';
const [FIRST, SECOND, STRANGER] = [digestOf('first'), digestOf('second'), digestOf('stranger')];

function built(about: Digest, build: 0 | 1 | 2 | 3, evidence: Digest = FIRST): ReportedProvenance {
  return {
    evidence,
    about,
    basis: 'verified',
    format: 'https://slsa.dev/provenance/v1',
    buildType: null,
    builder: null,
    source: null,
    level: { build, because: '' },
    startedOn: null,
    finishedOn: null,
    materials: [],
    parameters: [],
    isHermetic: null,
    isReproducible: null,
  };
}

const trusted = (changes: Partial<TrustReport> = {}): TrustReport =>
  recordedReport({
    verdict: 'trusted',
    policy: { policy: 'my policy.yaml', digest: digestOf('policy'), rule: 'one', requirements: [] },
    believed: [FIRST, SECOND],
    ...changes,
  });

test('a summary names who verified what, by which policy and on which evidence', () => {
  assert.deepEqual(summariseReport(trusted(), VERIFIER), {
    verifier: { id: VERIFIER, version: { hallmark: '0.0.0' } },
    timeVerified: '2026-11-01T00:00:00Z',
    resourceUri: 'registry.example.com/team/app',
    policy: { uri: 'my%20policy.yaml', digest: { sha256: digestOf('policy').slice('sha256:'.length) } },
    inputAttestations: [FIRST, SECOND]
      .toSorted()
      .map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } })),
    verificationResult: 'PASSED',
    verifiedLevels: [],
    slsaVersion: '1.1',
  });
});

test('the level is the lowest of all images, by those whom the rule names', () => {
  const cases: readonly (readonly [provenance: readonly ReportedProvenance[], levels: readonly string[]])[] =
    [
      [[built(INDEX, 3)], ['SLSA_BUILD_LEVEL_3']],
      [[built(AMD64, 3), built(ARM64, 2, SECOND)], ['SLSA_BUILD_LEVEL_2']],
      [[built(AMD64, 3)], []],
      [[built(AMD64, 3), built(ARM64, 3, STRANGER)], []],
      [[built(INDEX, 1), built(AMD64, 3), built(ARM64, 2)], ['SLSA_BUILD_LEVEL_2']],
      [[built(INDEX, 0)], []],
    ];
  for (const [provenance, verifiedLevels] of cases) {
    const summary = summariseReport(trusted({ provenance }), VERIFIER);
    assert.ok(typeof summary === 'object' && 'verifiedLevels' in summary);
    assert.deepEqual(summary.verifiedLevels, verifiedLevels);
  }
});

test('nothing is summed up of what is not trusted, has no name, or no rule speaks of', () => {
  for (const [changes, why] of [
    [{ verdict: 'unknown', because: 'nothing' }, /not trusted: nothing/],
    [{ repository: null }, /no name/],
    [{ policy: null }, /no rule/],
  ] as const) {
    const summary = summariseReport(trusted(changes), VERIFIER);
    assert.match(typeof summary === 'string' ? summary : 'it was summed up', why);
  }
});
