import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../model/digest.ts';
import type { Endorsement } from '../../model/trust.ts';
import type { EvidenceGap } from '../../oci/evidence/evidence-manifest.ts';
import type { EvidenceOutcome } from '../evidence/evidence.ts';
import type { RequirementResult } from '../policy/policy.ts';
import { decideVerdict, type VerdictInput } from './verdict.ts';

const SUBJECT = digestOf('image');
const EVIDENCE = digestOf('bundle');

const endorsement: Endorsement = {
  signer: { kind: 'key', name: 'release', keyId: digestOf('key') },
  subject: SUBJECT,
  meaning: 'signature',
  statement: null,
  evidence: EVIDENCE,
  through: [],
  times: [],
  isLogged: false,
  claimedReference: null,
  expires: null,
};

function outcome(result: EvidenceOutcome['result']): EvidenceOutcome {
  return {
    evidence: {
      format: 'sigstore-bundle',
      mediaType: '',
      digest: EVIDENCE,
      manifest: null,
      about: SUBJECT,
      places: ['file'],
      annotations: {},
      content: new Uint8Array(),
    },
    result,
    checks:
      result === 'fails'
        ? [{ id: 'signature.value', outcome: 'failed', evidence: EVIDENCE, reason: 'it does not fit' }]
        : [],
    endorsements: result === 'holds' ? [endorsement] : [],
  };
}

const gap = (code: EvidenceGap['code']): EvidenceGap => ({
  code,
  about: SUBJECT,
  evidence: null,
  message: `gap ${code}`,
});

const requirement = (isMet: boolean): RequirementResult => ({
  requirement: {
    meaning: 'signature',
    by: ['release'],
    threshold: 1,
    predicateTypes: [],
    on: 'either',
    maxAgeSeconds: null,
    provenance: null,
    summary: null,
  },
  isMet,
  by: isMet ? [endorsement] : [],
  reason: isMet ? 'signed by release' : 'signed by nobody of release',
});

const NO_RULE = { rule: null, requirements: [], signedTag: null, fallback: 'unknown' } as const;
const rule = (isMet: boolean, always: 'allow' | 'refuse' | null = null): VerdictInput['decision'] => ({
  rule: { name: 'team', always, expires: null },
  requirements: always === null ? [requirement(isMet)] : [],
  signedTag: null,
  fallback: 'unknown',
});
const ALARM = { id: 'tag.moved', outcome: 'failed', evidence: null, reason: 'the tag moved back' } as const;

const CASES: readonly (readonly [string, Partial<VerdictInput>, string, string])[] = [
  [
    'a rule that is met',
    { decision: rule(true), outcomes: [outcome('holds')] },
    'trusted',
    'REQUIREMENTS_MET',
  ],
  [
    'junk beside what meets the rule',
    { decision: rule(true), outcomes: [outcome('fails'), outcome('holds')], gaps: [gap('EVIDENCE_MISSING')] },
    'trusted',
    'REQUIREMENTS_MET',
  ],
  [
    'sound evidence of others',
    { decision: rule(false), outcomes: [outcome('holds')] },
    'untrusted',
    'REQUIREMENT_NOT_MET',
  ],
  [
    'evidence that does not hold',
    { decision: rule(false), outcomes: [outcome('fails')] },
    'untrusted',
    'EVIDENCE_DOES_NOT_HOLD',
  ],
  [
    'evidence that does not hold, without a rule',
    { outcomes: [outcome('fails')] },
    'untrusted',
    'EVIDENCE_DOES_NOT_HOLD',
  ],
  ['a rule and no evidence', { decision: rule(false) }, 'unknown', 'NO_EVIDENCE'],
  ['neither rule nor evidence', {}, 'unknown', 'NO_EVIDENCE'],
  ['unsigned statements alone', { outcomes: [outcome('unsigned')] }, 'unknown', 'NO_EVIDENCE'],
  ['sound evidence without a rule', { outcomes: [outcome('holds')] }, 'unknown', 'NO_RULE'],
  ['evidence without a key for it', { outcomes: [outcome('undecided')] }, 'unknown', 'NOT_VERIFIABLE'],
  [
    'evidence that could not be read',
    { decision: rule(false), gaps: [gap('EVIDENCE_MISSING')] },
    'error',
    'EVIDENCE_UNREADABLE',
  ],
  [
    'more evidence than is read',
    { decision: rule(false), outcomes: [outcome('fails')], gaps: [gap('EVIDENCE_TOO_MUCH')] },
    'error',
    'EVIDENCE_UNREADABLE',
  ],
  [
    'images of an index that nobody looked at, beside others that are signed',
    { decision: rule(true), outcomes: [outcome('holds')], gaps: [gap('INDEX_INCOMPLETE')] },
    'error',
    'EVIDENCE_UNREADABLE',
  ],
  ["another image's evidence", { gaps: [gap('REFERRER_OF_ANOTHER')] }, 'untrusted', 'EVIDENCE_DOES_NOT_HOLD'],
  ['an alarm', { decision: rule(true), outcomes: [outcome('holds')], alarms: [ALARM] }, 'untrusted', 'ALARM'],
  [
    'an alarm that did not go off',
    { decision: rule(true), alarms: [{ ...ALARM, outcome: 'passed' }] },
    'trusted',
    'REQUIREMENTS_MET',
  ],
  [
    'a rule that asks for nothing',
    { decision: { ...rule(true), requirements: [] }, outcomes: [outcome('holds')] },
    'unknown',
    'NO_RULE',
  ],
  [
    'an alarm where nothing is signed any more',
    { decision: rule(false), alarms: [ALARM] },
    'untrusted',
    'ALARM',
  ],
  [
    'an alarm beside evidence that does not hold',
    { decision: rule(false), outcomes: [outcome('fails')], alarms: [ALARM] },
    'untrusted',
    'EVIDENCE_DOES_NOT_HOLD',
  ],
  [
    'a base image that is untrusted',
    {
      decision: rule(true),
      outcomes: [outcome('holds')],
      bases: [{ reference: 'base:1', verdict: 'untrusted', because: 'it does not hold' }],
    },
    'untrusted',
    'BASE_NOT_TRUSTED',
  ],
  [
    'a base image of which nothing is known',
    {
      decision: rule(true),
      outcomes: [outcome('holds')],
      bases: [{ reference: 'base:1', verdict: 'unknown', because: 'nothing is signed' }],
    },
    'trusted',
    'REQUIREMENTS_MET',
  ],
  [
    'a rule that refuses always',
    { decision: rule(true, 'refuse'), outcomes: [outcome('holds')] },
    'untrusted',
    'REFUSED_BY_RULE',
  ],
  [
    'a rule that allows always',
    { decision: rule(true, 'allow'), outcomes: [outcome('fails')] },
    'trusted',
    'ALLOWED_BY_RULE',
  ],
  [
    'a policy that refuses what has no rule',
    { decision: { ...NO_RULE, fallback: 'refuse' } },
    'untrusted',
    'REFUSED_BY_RULE',
  ],
  [
    'a policy that allows what has no rule',
    { decision: { ...NO_RULE, fallback: 'allow' } },
    'trusted',
    'ALLOWED_BY_RULE',
  ],
];

for (const [name, input, verdict, code] of CASES) {
  test(`${name}: ${verdict}`, () => {
    const found = decideVerdict({
      decision: NO_RULE,
      outcomes: [],
      gaps: [],
      alarms: [],
      bases: [],
      ...input,
    });
    assert.deepEqual([found.verdict, found.code], [verdict, code]);
    assert.notEqual(found.because, '');
  });
}
