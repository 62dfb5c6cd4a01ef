import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  AMD64,
  APP,
  ARM64,
  endorsement,
  facts,
  GITHUB,
  INDEX,
  NOW,
  policyOf,
  signedBy,
  statement,
  WORKFLOW_IDENTITY,
} from '../../../test/trust/policy/facts.ts';
import { digestOf } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import { evaluatePolicy } from './evaluate.ts';
import type { PolicyFacts } from './policy-facts.ts';

const CI = `
  ci:
    certificate:
      issuer: ${GITHUB}
      repository: ${APP}
      workflow: .github/workflows/release.yml`;

const policyAsking = (requirement: string, more = '') =>
  policyOf(`
authorities:${CI}
  owner: { certificate: { issuer: '${GITHUB}', ownerId: '42' } }
  lead: { certificate: { issuer: https://accounts.example.com, san: lead@example.com } }
rules:
  - repositories: ['registry.example.com/team/**']
    require: [${requirement}]
${more}`);

const SIGNED = policyAsking('{ signature: { by: ci } }');

function outcomeOf(policy = SIGNED, changes: Partial<PolicyFacts> = {}) {
  const [result] = evaluatePolicy(policy, facts(changes)).requirements;
  assert.ok(result);
  return result;
}

test('what the authority signed is accepted, and the reason names the signer', () => {
  const { isMet, reason, by } = outcomeOf();
  assert.equal(isMet, true);
  assert.equal(by.length, 1);
  assert.match(
    reason,
    /^given by GitHub Actions workflow release\.yml of acme\/app at refs\/tags\/v1\.2\.3$/,
  );
});

test('one changed field of a sound signature is refused, with the nearest miss', () => {
  const { extensions } = WORKFLOW_IDENTITY;
  const cases: readonly (readonly [name: string, changed: Partial<Endorsement>, reason: RegExp])[] = [
    [
      'another repository that begins alike',
      { signer: signedBy({ extensions: { ...extensions, sourceRepositoryUri: `${APP}-evil` } }) },
      /expected sourceRepositoryUri "https:\/\/github\.com\/acme\/app", got "https:\/\/github\.com\/acme\/app-evil"/,
    ],
    ['another issuer', { signer: signedBy({ issuer: `${GITHUB}.example` }) }, /expected issuer/],
    ['no issuer', { signer: signedBy({ issuer: null }) }, /expected issuer .* got none/],
    [
      'another workflow of the repository',
      {
        signer: signedBy({
          subject: { kind: 'uri', value: `${APP}/.github/workflows/release.yml.yml@refs/heads/main` },
        }),
      },
      /expected subject/,
    ],
    ['a key', { signer: { kind: 'key', name: 'ci', keyId: digestOf('key') } }, /expected a certificate/],
    [
      'an attestation',
      { meaning: 'attestation', statement: statement('https://slsa.dev/provenance/v1') },
      /expected a signature/,
    ],
    ['another image', { subject: digestOf('other') }, /asks for a signature of ci, and there is none/],
    ['the image beside the one in question', { subject: AMD64 }, new RegExp(`there is none for ${ARM64}`)],
    [
      'another repository named',
      { claimedReference: 'registry.example.com/team/other' },
      /expected it to name/,
    ],
    [
      'a repository that begins alike',
      { claimedReference: 'registry.example.com/team/app-evil:v1.2.3' },
      /expected it to name/,
    ],
    ['what is no reference', { claimedReference: 'https://evil.example' }, /which is no repository/],
    ['expired', { expires: '2026-10-31T12:00:00Z' }, /it expired at/],
    ['no time at which it expires', { expires: 'never' }, /it expired at never/],
    [
      'no time at which it was signed',
      { times: [{ source: 'log', at: 'once', by: 'rekor' }] },
      /cannot be read/,
    ],
  ];
  for (const [name, changed, reason] of cases) {
    const result = outcomeOf(SIGNED, { endorsements: [endorsement(changed)] });
    assert.equal(result.isMet, false, name);
    assert.match(result.reason, reason, name);
  }
});

test('an index speaks for its images, every image for all of them, and no child for its index', () => {
  const single = { subjects: [{ digest: AMD64, role: 'image' as const, parent: null }], images: [AMD64] };
  const nested = digestOf('nested');
  const within: Partial<PolicyFacts> = {
    subjects: [
      { digest: INDEX, role: 'index', parent: null },
      { digest: nested, role: 'index', parent: INDEX },
      { digest: AMD64, role: 'image', parent: nested },
      { digest: ARM64, role: 'image', parent: INDEX },
    ],
  };
  const cases: readonly (readonly [
    on: string,
    signed: readonly string[],
    changes: Partial<PolicyFacts>,
    isMet: boolean,
  ])[] = [
    ['either', [INDEX], {}, true],
    ['either', [AMD64], {}, false],
    ['either', [AMD64, ARM64], {}, true],
    ['either', [AMD64], { images: [AMD64] }, true],
    ['either', [INDEX], { images: [AMD64] }, true],
    ['either', [ARM64], { images: [AMD64] }, false],
    ['either', [AMD64], single, true],
    ['either', [INDEX], { images: [] }, true],
    ['either', [AMD64], { images: [] }, false],
    ['index', [INDEX], {}, true],
    ['index', [AMD64, ARM64], {}, false],
    ['index', [AMD64], single, false],
    ['image', [INDEX], {}, false],
    ['image', [AMD64, ARM64], {}, true],
    ['image', [AMD64], single, true],
    ['either', [nested], within, false],
    ['either', [nested, ARM64], within, true],
    ['either', [nested], { ...within, images: [AMD64] }, true],
  ];
  for (const [on, signed, changes, isMet] of cases) {
    const policy = policyAsking(`{ signature: { by: ci, on: ${on} } }`);
    const endorsements = signed.map((digest) => endorsement({ subject: digest as typeof INDEX }));
    const name = `${on}: ${signed.join(' ')} ${JSON.stringify(changes)}`;
    assert.equal(outcomeOf(policy, { ...changes, endorsements }).isMet, isMet, name);
  }
});

test('a threshold counts people, not names', () => {
  const two = policyAsking('{ signature: { by: [ci, owner, lead], threshold: 2 } }');
  const lead = signedBy({
    issuer: 'https://accounts.example.com',
    subject: { kind: 'email', value: 'lead@example.com' },
    extensions: {},
  });
  const again = endorsement({ evidence: digestOf('second bundle') });
  assert.equal(outcomeOf(two, { endorsements: [endorsement(), endorsement({ signer: lead })] }).isMet, true);
  // ci and owner are the same workflow here
  const alone = outcomeOf(two, { endorsements: [endorsement(), again] });
  assert.equal(alone.isMet, false);
  assert.match(alone.reason, /only 1 of 2 agree/);
});

test('one key under two names counts once', () => {
  const pem = `|
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOc6HkISHzVdUbtUsdjYtPuyPYBeg
      4FCemyVurIM4KEORQk4OAu8ZNwxvGSoY3eAabYaFIPPQ8ROAjrbdPwNdJw==
      -----END PUBLIC KEY-----`;
  const policy = policyOf(`
authorities:
  alice: { from: 2020-01-01T00:00:00Z, key: ${pem.replace('|', '"').replaceAll(/\n {6}/g, '\\n')}" }
  bob:
    key: ${pem}
rules:
  - repositories: [registry.example.com/team/app]
    require: [{ signature: { by: [alice, bob], threshold: 2 } }]`);
  const { alice } = policy.authorities;
  assert.ok(alice?.kind === 'key');
  const signer = { kind: 'key' as const, name: 'alice', keyId: alice.keyId };
  const endorsements = [endorsement({ signer }), endorsement({ signer: { ...signer, name: 'bob' } })];
  assert.equal(outcomeOf(policy, { endorsements }).isMet, false);
});

test('attestations count by their type only', () => {
  const policy = policyAsking('{ attestation: { type: [spdx, cyclonedx], by: ci } }');
  const cases: readonly (readonly [type: string | null, isMet: boolean])[] = [
    ['https://spdx.dev/Document', true],
    ['https://cyclonedx.org/bom/v1.6', true],
    ['https://spdx.dev/Document/evil', false],
    ['https://spdx.dev/document', false],
    ['https://slsa.dev/provenance/v1', false],
    [null, false],
  ];
  for (const [type, isMet] of cases) {
    const attested = endorsement({
      meaning: 'attestation',
      statement: type === null ? null : statement(type),
    });
    assert.equal(outcomeOf(policy, { endorsements: [attested] }).isMet, isMet, String(type));
  }
  assert.equal(outcomeOf(policy).isMet, false, 'a signature is no attestation');
});

const at = (...times: string[]) => ({
  times: times.map((at) => ({ source: 'log' as const, at, by: 'rekor' })),
});

test('ages count from the earliest time that others vouch for', () => {
  const policy = policyAsking('{ signature: { by: ci, maxAge: 30d } }');
  const cases: readonly (readonly [changed: Partial<Endorsement>, isMet: boolean])[] = [
    [at('2026-10-02T00:00:00Z'), true],
    [at('2026-10-01T23:59:59Z'), false],
    // an old signature that was stamped again is still old
    [at('2026-01-01T00:00:00Z', '2026-10-31T00:00:00Z'), false],
    [at(), false],
    [at('2026-11-01T00:04:00Z'), true],
    [at('2026-11-01T00:06:00Z'), false],
  ];
  for (const [changed, isMet] of cases) {
    assert.equal(
      outcomeOf(policy, { endorsements: [endorsement(changed)] }).isMet,
      isMet,
      JSON.stringify(changed),
    );
  }
});

const signedOn = (...times: string[]) =>
  endorsement({ times: times.map((at) => ({ source: 'timestamp-authority', at, by: 'tsa' })) });

test('an authority counts within its time, and after a compromise only what is provably older', () => {
  const cases: readonly (readonly [window: string, signed: Endorsement, isMet: boolean])[] = [
    ['from: 2026-10-01T00:00:00Z', signedOn('2026-10-01T00:00:00Z'), true],
    ['from: 2026-10-01T00:00:00Z', signedOn('2026-09-30T23:59:59Z'), false],
    ['to: 2026-10-01T00:00:00Z', signedOn('2026-10-01T00:00:00Z'), true],
    ['to: 2026-10-01T00:00:00Z', signedOn('2026-10-01T00:00:01Z'), false],
    ['to: 2026-10-01T00:00:00Z', signedOn(), false],
    ['distrust: 2026-10-01T00:00:00Z', signedOn('2026-09-30T23:59:59Z'), true],
    ['distrust: 2026-10-01T00:00:00Z', signedOn('2026-10-01T00:00:00Z'), false],
    ['distrust: 2026-10-01T00:00:00Z', signedOn(), false],
    ['distrust: 2027-10-01T00:00:00Z', signedOn(), false],
    ['log: required', signedOn('2026-10-01T00:00:00Z'), true],
    ['log: required', { ...signedOn('2026-10-01T00:00:00Z'), isLogged: false }, false],
  ];
  for (const [window, signed, isMet] of cases) {
    const policy = policyOf(`
authorities:${CI}
    ${window}
rules:
  - repositories: ['registry.example.com/team/**']
    require: [{ signature: { by: ci } }]`);
    assert.equal(
      outcomeOf(policy, { endorsements: [signed] }).isMet,
      isMet,
      `${window} ${JSON.stringify(signed.times)}`,
    );
  }
});

test('what signed bytes name must be the repository, or what it mirrors', () => {
  const cases: readonly (readonly [rule: string, claimed: string | null, isMet: boolean])[] = [
    ['references: agrees', null, true],
    ['references: agrees', 'registry.example.com/team/app', true],
    ['references: agrees', 'registry.example.com/team/app:v9', true],
    ['references: agrees', 'REGISTRY.example.com/team/app', true],
    ['references: agrees', 'registry.example.com/team', false],
    ['references: required', null, false],
    ['references: required', 'registry.example.com/team/app', true],
    ['references: exact', 'registry.example.com/team/app:v1.2.3', true],
    ['references: exact', 'registry.example.com/team/app:v1.2.4', false],
    ['references: ignored', 'docker.io/library/debian', true],
    ["signedAs: 'docker.io/acme/**'", 'acme/app:v1.2.3', true],
    ["signedAs: 'docker.io/acme/**'", 'docker.io/acme/other', false],
    ["signedAs: 'docker.io/acme/**'", 'registry.example.com/team/app', false],
    ["signedAs: 'docker.io/acme/**'", 'docker.io/acme-evil/app', false],
  ];
  for (const [rule, claimed, isMet] of cases) {
    const policy = policyAsking('{ signature: { by: ci } }', `    ${rule}`);
    const endorsements = [endorsement({ claimedReference: claimed })];
    assert.equal(outcomeOf(policy, { endorsements }).isMet, isMet, `${rule} ${claimed}`);
  }
});

const from = (sourceRepositoryRef: string) =>
  endorsement({ signer: signedBy({ extensions: { ...WORKFLOW_IDENTITY.extensions, sourceRepositoryRef } }) });

test('a tag must come from its git ref', () => {
  const tags = `    tags: [{ tag: { glob: 'v*' }, ref: 'refs/tags/{tag}' }, { tag: nightly, ref: refs/heads/main }]`;
  const policy = policyAsking('{ signature: { by: owner } }', tags);
  const cases: readonly (readonly [tag: string | null, ref: string, isMet: boolean])[] = [
    ['v1.2.3', 'refs/tags/v1.2.3', true],
    ['v1.2.3', 'refs/tags/v1.2.4', false],
    ['v1.2.3', 'refs/heads/main', false],
    ['nightly', 'refs/heads/main', true],
    ['nightly', 'refs/tags/v1.2.3', false],
    ['edge', 'refs/heads/feature', true],
    [null, 'refs/heads/feature', true],
    ['v$&', 'refs/tags/v$&', true],
  ];
  for (const [tag, ref, isMet] of cases) {
    assert.equal(outcomeOf(policy, { tag, endorsements: [from(ref)] }).isMet, isMet, `${tag} from ${ref}`);
  }
});

test('a tag whose movement alone is said may come from anywhere', () => {
  const tags = `    tags: [{ tag: { glob: 'v*' }, movement: immutable }]`;
  const policy = policyAsking('{ signature: { by: owner } }', tags);
  assert.equal(outcomeOf(policy, { endorsements: [from('refs/heads/main')] }).isMet, true);
});

test('rules that always allow or refuse, and rules that have expired', () => {
  const policy = policyOf(`
default: allow
rules:
  - { name: open, repositories: [registry.example.com/team/app], always: allow, reason: a trial, expires: 2026-12-01T00:00:00Z }
  - { name: shut, repositories: ['registry.example.com/team/**'], always: refuse }`);
  const ruleFor = (repository: string | null, now = NOW) =>
    evaluatePolicy(policy, facts({ repository, now })).rule;
  assert.equal(ruleFor('registry.example.com/team/app')?.always, 'allow');
  assert.equal(
    ruleFor('registry.example.com/team/app', Date.parse('2026-12-01T00:00:00Z'))?.always,
    'refuse',
  );
  assert.equal(ruleFor('registry.example.com/team/else')?.name, 'shut');
  assert.equal(ruleFor('registry.example.com/team-evil/app'), null);
  assert.equal(ruleFor(null), null);
  assert.equal(evaluatePolicy(policy, facts({ repository: null })).fallback, 'allow');
});

test('no evidence is said to be none', () => {
  assert.match(outcomeOf(SIGNED, { endorsements: [] }).reason, /nothing speaks for the image/);
});

const expecting = (provenance: string) =>
  policyAsking(`{ attestation: { type: slsa-provenance, by: ci, provenance: ${provenance} } }`);

const attested = (predicate: object) =>
  endorsement({
    meaning: 'attestation',
    statement: { ...statement('https://slsa.dev/provenance/v1'), predicate },
  });

const isExpected = (expected: string, predicate: object) =>
  outcomeOf(expecting(expected), { endorsements: [attested(predicate)] }).isMet;

test('provenance counts only when it says what is expected and what its certificate says', () => {
  const predicate = {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: { ref: 'refs/tags/v1.2.3', repository: APP, path: '.github/workflows/release.yml' },
      },
      resolvedDependencies: [],
    },
    runDetails: { builder: { id: `${APP}/.github/workflows/release.yml@refs/tags/v1.2.3` } },
  };
  assert.equal(isExpected(`{ source: ${APP} }`, predicate), true);
  assert.equal(isExpected(`{ source: ${APP}-evil }`, predicate), false);
  assert.equal(isExpected(`{ source: ${APP}, builder: https://evil.example }`, predicate), false);
  assert.equal(isExpected('{ ref: refs/tags/v1.2.3 }', predicate), true);
  assert.equal(isExpected('{ ref: refs/heads/main }', predicate), false);
  assert.equal(isExpected(`{ source: ${APP} }`, {}), false);
  const { builder } = predicate.runDetails;
  const elsewhere = { builder: { id: builder.id.replace('acme', 'evil') } };
  assert.equal(isExpected('{}', predicate), true);
  assert.equal(
    isExpected('{}', { ...predicate, runDetails: elsewhere }),
    false,
    'another builder than signed',
  );
});

test('provenance that a key signed can be what is expected, and what it was not compared with is said', () => {
  const keyId = digestOf('key');
  const predicate = {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: { workflow: { ref: 'refs/heads/main', repository: APP, path: 'a.yml' } },
    },
    runDetails: { builder: { id: 'https://ci.example.com' } },
  };
  const outcome = (expected: string) => {
    const policy = expecting(expected);
    const window = { from: null, to: null, distrustedFrom: null, needsLog: false };
    const byKey = { ...policy, authorities: { ci: { kind: 'key', keyId, ...window } as const } };
    const signer = { kind: 'key', name: 'release', keyId } as const;
    return outcomeOf(byKey, { endorsements: [{ ...attested(predicate), signer }] });
  };
  const met = outcome(`{ source: ${APP}, ref: refs/heads/main }`);
  assert.equal(met.isMet, true, met.reason);
  assert.match(met.reason, /^given by .*release.*; not compared with a certificate/);
  const unmet = outcome(`{ source: ${APP}-evil }`);
  assert.equal(unmet.isMet, false);
  assert.match(unmet.reason, /expected source .*app-evil, got .*app$/);
});

test('a verification summary counts only when it passed, for this repository, by this verifier', () => {
  const policy = policyAsking(
    '{ attestation: { type: vsa, by: ci, summary: { verifier: https://verifier.example, levels: [SLSA_BUILD_LEVEL_2] } } }',
  );
  const predicate = {
    verifier: { id: 'https://verifier.example' },
    timeVerified: '2026-10-31T00:00:00Z',
    resourceUri: 'registry.example.com/team/app',
    policy: { uri: 'https://verifier.example/policy' },
    verificationResult: 'PASSED',
    verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
  };
  const cases: readonly (readonly [changed: object, isMet: boolean])[] = [
    [{}, true],
    [{ verificationResult: 'FAILED' }, false],
    [{ resourceUri: 'registry.example.com/team/other' }, false],
    [{ verifier: { id: 'https://verifier.example.evil' } }, false],
    [{ verifiedLevels: ['SLSA_BUILD_LEVEL_1'] }, false],
  ];
  for (const [changed, isMet] of cases) {
    const summary = {
      ...statement('https://slsa.dev/verification_summary/v1'),
      predicate: { ...predicate, ...changed },
    };
    const endorsements = [endorsement({ meaning: 'attestation', statement: summary })];
    assert.equal(outcomeOf(policy, { endorsements }).isMet, isMet, JSON.stringify(changed));
  }
});

/** Endorsements of which some count: the good one and its neighbours in every field. */
const anyEndorsement: fc.Arbitrary<Endorsement> = fc
  .record({
    subject: fc.constantFrom(INDEX, AMD64, ARM64, digestOf('other')),
    meaning: fc.constantFrom('signature' as const, 'attestation' as const),
    signer: fc.constantFrom(
      signedBy({}),
      signedBy({ issuer: 'https://evil.example' }),
      signedBy({
        issuer: 'https://accounts.example.com',
        subject: { kind: 'email', value: 'lead@example.com' },
      }),
    ),
    claimedReference: fc.constantFrom(null, 'evil.example/app', 'registry.example.com/team/app'),
    expires: fc.constantFrom(null, '2020-01-01T00:00:00Z'),
  })
  .map(endorsement);

test('more evidence never takes trust away, and less never gives it', () => {
  const policies = [
    SIGNED,
    policyAsking('{ signature: { by: [ci, lead], threshold: 2 } }'),
    policyAsking('{ signature: { by: [ci, lead, owner], threshold: 2, on: image } }'),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...policies),
      fc.array(anyEndorsement, { maxLength: 8 }),
      fc.nat(8),
      (policy, all, at) => {
        const fewer = all.toSpliced(at, 1);
        const isMet = (endorsements: readonly Endorsement[]) => outcomeOf(policy, { endorsements }).isMet;
        assert.ok(!isMet(fewer) || isMet(all));
        assert.equal(isMet(all), isMet(all.toReversed()), 'the order does not matter');
      },
    ),
  );
});
