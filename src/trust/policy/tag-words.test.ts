/** What a policy makes of statements about tags. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AMD64,
  APP,
  endorsement,
  facts,
  GITHUB,
  INDEX,
  policyOf,
  signedBy,
  WORKFLOW_IDENTITY,
} from '../../../test/trust/policy/facts.ts';
import { recordedReport } from '../../../test/trust/policy/recorded.ts';
import type { Endorsement } from '../../model/trust.ts';
import type { TrustReport } from '../../model/trust-report.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';
import { evaluatePolicy } from './evaluate.ts';
import { testCase } from './simulate.ts';
import type { PolicyFacts } from './policy-facts.ts';

const PREDICATE = {
  repository: 'registry.example.com/team/app',
  tags: ['v1.2.3'],
  version: 5,
  issued: '2026-10-15T00:00:00Z',
  expires: '2026-11-15T00:00:00Z',
};

function word(change: Partial<typeof PREDICATE> = {}, further: Partial<Endorsement> = {}): Endorsement {
  return endorsement({
    meaning: 'attestation',
    statement: {
      type: 'https://in-toto.io/Statement/v1',
      subjects: [{ name: null, digests: {} }],
      predicateType: TAG_TYPE,
      predicate: { ...PREDICATE, ...change },
    },
    ...further,
  });
}

/** @param window of the authority, @param more fields of the rule */
const policyWith = (window = '', more = '', require = '{ attestation: { type: tag, by: ci } }') =>
  policyOf(`
authorities:
  ci: { certificate: { issuer: ${GITHUB}, repository: ${APP} }${window} }
rules:
  - repositories: ['registry.example.com/team/**']
    require: [{ signature: { by: ci } }, ${require}]
${more}`);

const POLICY = policyWith();

/** The requirement of a statement about the tag, and what is said of the tag. */
function outcomeOf(words: readonly Endorsement[], policy = POLICY, changes: Partial<PolicyFacts> = {}) {
  const { requirements, signedTag } = evaluatePolicy(
    policy,
    facts({ endorsements: [endorsement(), ...words], ...changes }),
  );
  const asked = requirements.find(({ requirement }) => requirement.predicateTypes.includes(TAG_TYPE));
  const check = signedTag?.checks.find(({ id }) => id === 'tag.signed');
  return `${asked === undefined ? 'not asked' : asked.isMet ? 'met' : 'unmet'}, ${check?.outcome ?? 'none'}`;
}

const elsewhere = (ref: string) =>
  signedBy({ extensions: { ...WORKFLOW_IDENTITY.extensions, sourceRepositoryRef: ref } });
const TAGS = `    tags: [{ tag: { glob: 'v*' }, ref: 'refs/tags/{tag}' }]`;

const CASES: readonly (readonly [what: string, outcome: string, expected: string])[] = [
  ['none', outcomeOf([]), 'unmet, not-checked'],
  ['one that holds', outcomeOf([word()]), 'met, passed'],
  ['of another tag', outcomeOf([word({ tags: ['v1.2.4'] })]), 'unmet, not-checked'],
  [
    'of another repository',
    outcomeOf([word({ repository: 'registry.example.com/team/other' })]),
    'unmet, not-checked',
  ],
  [
    'of another repository, where evidence may name any',
    outcomeOf(
      [word({ repository: 'registry.example.com/team/other' })],
      policyWith('', '    references: ignored'),
    ),
    'unmet, not-checked',
  ],
  [
    'of this image, where evidence must name repository and tag',
    outcomeOf([word()], policyWith('', '    references: exact')),
    'met, passed',
  ],
  ['expired', outcomeOf([word({ expires: '2026-10-31T00:00:00Z' })]), 'unmet, failed'],
  ['of an image of the index', outcomeOf([word({}, { subject: AMD64 })]), 'unmet, failed'],
  [
    'by a stranger',
    outcomeOf([word({}, { signer: signedBy({ issuer: 'https://evil.example' }) })]),
    'unmet, not-checked',
  ],
  ['a signature in its place', outcomeOf([word({}, { meaning: 'signature' })]), 'unmet, not-checked'],
  [
    'of the time after a compromise',
    outcomeOf([word()], policyWith(', distrust: 2026-10-30T00:00:00Z')),
    'unmet, not-checked',
  ],
  [
    'without the log that its signer needs',
    outcomeOf([word({}, { isLogged: false })], policyWith(', log: required')),
    'unmet, not-checked',
  ],
  [
    'signed from a branch, where the tag is tied to a git ref',
    outcomeOf([word({}, { signer: elsewhere('refs/heads/main') })], policyWith('', TAGS)),
    'met, passed',
  ],
  [
    'for a tag beside a digest',
    outcomeOf([word({ expires: '2026-10-31T00:00:00Z' })], POLICY, { isPinned: true }),
    'not asked, none',
  ],
  ['for a digest', outcomeOf([word()], POLICY, { tag: null, isPinned: true }), 'not asked, none'],
  [
    'for a digest, in place of a bill of materials',
    outcomeOf([word()], policyWith('', '', '{ attestation: { type: [tag, spdx], by: ci } }'), {
      isPinned: true,
    }),
    'unmet, none',
  ],
];
for (const [what, outcome, expected] of CASES) {
  test(`statement about a tag: ${what}`, () => assert.equal(outcome, expected));
}

test('why a statement does not count is the nearest reason', () => {
  const stale = word({ expires: '2026-10-31T00:00:00Z' });
  const { requirements } = evaluatePolicy(POLICY, facts({ endorsements: [endorsement(), stale] }));
  assert.match(requirements[1]?.reason ?? '', /nearest: version 5 .* expired at 2026-10-31T00:00:00Z/);
});

test('a tag counts for what it led to, and a mirror by the name that it mirrors', () => {
  const policy = policyOf(`
authorities: { ci: { certificate: { issuer: ${GITHUB}, repository: ${APP} } } }
rules:
  - repositories: ['mirror.example.com/team/**']
    signedAs: registry.example.com/team/**
    require: [{ signature: { by: ci } }]
`);
  const at = (repository: string) =>
    evaluatePolicy(policy, facts({ repository, endorsements: [endorsement({ subject: INDEX }), word()] }))
      .signedTag;
  assert.equal(at('mirror.example.com/team/app')?.newest?.version, 5);
  assert.equal(at('mirror.example.com/team/other')?.newest, null);
});

test('in a recording what is signed of a tag is judged anew, by the policy and the day of the recording', () => {
  const policy = policyWith('', '', '{ signature: { by: ci } }');
  const said = (change: Partial<typeof PREDICATE>, further: Partial<TrustReport> = {}) => {
    const report = recordedReport({ endorsements: [endorsement(), word(change)], ...further });
    return testCase(policy, { name: 'case', verdict: 'trusted', rule: null, report }).got.verdict;
  };
  assert.equal(said({}), 'trusted');
  assert.equal(said({ expires: '2026-10-31T00:00:00Z' }), 'untrusted');
  const reference = `${PREDICATE.repository}:v1.2.3@${INDEX}`;
  assert.equal(said({ expires: '2026-10-31T00:00:00Z' }, { reference }), 'trusted');
});
