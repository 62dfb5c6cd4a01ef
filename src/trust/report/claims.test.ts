import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attestation, changed, GITHUB } from '../../../test/trust/provenance-samples.ts';
import { evidenceOf, subject, subjectsOf } from '../../../test/trust/evidence.ts';
import { digestOf } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { TAG_STATE_TYPE } from '../statements/predicate-types.ts';
import { makeClaims } from './claims.ts';
import { findProvenance } from './find-provenance.ts';
import { countImages, spokenFor, type Speakers } from './spoken-for.ts';

const [index, amd64, arm64, statements] = ['index', 'amd64', 'arm64', 'statements'].map((name) =>
  digestOf(name),
);
assert.ok(index && amd64 && arm64 && statements);
const speakers: Speakers = [
  [amd64, index],
  [arm64, index],
];

const provenance = attestation(GITHUB);
const about = (digest: typeof index, further: Partial<Endorsement> = {}): Endorsement => ({
  ...provenance,
  meaning: 'signature',
  statement: null,
  subject: digest,
  ...further,
});
const other = { kind: 'key', name: 'other', keyId: digestOf('other') } as const;

test('who speaks for what', () => {
  const counts = (...endorsements: readonly Endorsement[]) =>
    spokenFor(speakers, endorsements).map(({ images }) => images);
  assert.deepEqual(counts(about(index)), [2]);
  assert.deepEqual(counts(about(amd64)), [1]);
  assert.deepEqual(counts(about(amd64), about(arm64)), [2, 2]);
  // another signer, and another meaning, speak for themselves
  assert.deepEqual(counts(about(amd64), about(arm64, { signer: other })), [1, 1]);
  assert.deepEqual(counts(about(amd64), { ...provenance, subject: arm64 }), [1, 1]);
  // a signed manifest that somebody put beside the images
  assert.deepEqual(counts(about(statements)), []);
  assert.equal(countImages(speakers, new Set([statements])), 0);
});

function claimsOf(...endorsements: readonly Endorsement[]): string[] {
  return claimsBeside([], ...endorsements);
}

/** @param strangers those of the endorsements whose signers the rule does not name */
function claimsBeside(strangers: readonly Endorsement[], ...endorsements: readonly Endorsement[]): string[] {
  const outcome = { evidence: evidenceOf('dsse', ''), result: 'holds', checks: [], endorsements } as const;
  const claims = makeClaims({
    speakers,
    spoken: spokenFor(speakers, endorsements),
    strangers: new Set(strangers),
    provenance: findProvenance([outcome], subjectsOf(subject(Buffer.from('image'))), new Set(strangers))
      .provenance,
    publisher: { class: 'unknown', basis: 'declared', name: null, because: 'nothing', evidence: null },
    signedTag: null,
    freshness: { asOf: '', trustRoots: [], newestEvidence: null, tag: null },
  });
  return claims
    .filter(({ topic }) => ['signed by', 'attested by', 'stated by', 'source', 'retired'].includes(topic))
    .map(({ topic, statement, basis }) => `${topic} ${statement} ${basis}`);
}

test('what is said of some images only is not said of all', () => {
  assert.match(claimsOf(about(amd64)).join(), /^signed by .*, for 1 of 2 images verified$/);
  assert.match(claimsOf(about(index)).join(), /^signed by [^,]* verified$/);
  assert.deepEqual(claimsOf(about(statements)), []);
});

test('the same provenance of several images is told once', () => {
  const [attested, stated, source, ...more] = claimsOf(
    { ...provenance, subject: amd64 },
    { ...provenance, subject: arm64 },
  );
  assert.match(attested ?? '', /^attested by GitHub Actions workflow release.yml of acme\/app/);
  assert.match(stated ?? '', /^stated by GitHub Actions workflow release.yml of acme\/app/);
  assert.match(source ?? '', /^source https:\/\/github.com\/acme\/app .* verified$/);
  assert.deepEqual(more, []);
});

test('provenance that its own certificate contradicts is no more than declared', () => {
  const commit = 'buildDefinition/resolvedDependencies/0/digest/gitCommit';
  const contradicted = attestation(changed(GITHUB, commit, 'f'.repeat(40)));
  assert.match(claimsOf({ ...contradicted, subject: index }).at(-1) ?? '', /^source .* declared$/);
  assert.match(claimsOf({ ...provenance, subject: index }).at(-1) ?? '', /^source .* verified$/);
});

test('what a stranger says is told as such, and is no more than declared', () => {
  const stated = { ...provenance, subject: index };
  const [signed, attested, by, source] = claimsBeside(
    [stated],
    about(index, { signer: other, evidence: digestOf('signature') }),
    stated,
  );
  assert.match(signed ?? '', /^signed by [^,]* verified$/);
  assert.match(attested ?? '', /, whom the rule does not name verified$/);
  assert.match(by ?? '', /, whom the rule does not name declared$/);
  assert.match(source ?? '', /^source https:\/\/github.com\/acme\/app .* declared$/);
});

test('retired tags are told where a signer says so whom the rule names', () => {
  const retired = about(index, {
    meaning: 'attestation',
    signer: other,
    statement: {
      type: 'https://in-toto.io/Statement/v1',
      subjects: [{ name: null, digests: {} }],
      predicateType: TAG_STATE_TYPE,
      predicate: {
        repository: 'registry.example/library/redis',
        tags: ['7.2', '7'],
        state: 'retired',
        since: '2026-11-21T12:00:00Z',
        successor: '8',
      },
    },
  });
  const told =
    /^retired registry\.example\/library\/redis:7\.2, registry\.example\/library\/redis:7 since 2026-11-21T12:00:00Z; 8 takes their place, says key other.* verified$/;
  assert.match(claimsOf(retired).at(-1) ?? '', told);
  assert.equal(claimsBeside([retired], retired).length, 1);
});
