import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { VERDICTS, type Verdict } from '../model/finding.ts';
import { SEVERITY_RANK, type SeverityLevel } from '../model/severity.ts';
import { riskOf, type RiskFacts } from './risk.ts';

const base: RiskFacts = {
  verdict: 'affected',
  severity: 'high',
  score: null,
  epss: null,
  kev: null,
  fixedIn: '2.0',
};

// docs/risk.md tells these examples
const EXAMPLES: readonly (readonly [string, Partial<RiskFacts>, number])[] = [
  [
    'critical 9.8, EPSS 0.94, known exploited by ransomware, fix there',
    { severity: 'critical', score: 9.8, epss: { score: 0.94 }, kev: { ransomware: true } },
    99.2,
  ],
  ['high 7.5, known exploited', { score: 7.5, epss: { score: 0.9 }, kev: { ransomware: false } }, 85],
  ['high 7.5, EPSS 0.9', { score: 7.5, epss: { score: 0.9 } }, 58.5],
  ['critical 9.8, EPSS 0.001', { severity: 'critical', score: 9.8, epss: { score: 0.001 } }, 40.1],
  ['high 7.5, EPSS 0.001', { score: 7.5, epss: { score: 0.001 } }, 30.9],
  ['the same, no fix yet', { score: 7.5, epss: { score: 0.001 }, fixedIn: null }, 27.9],
  [
    'the same, will not be fixed',
    { verdict: 'will_not_fix', score: 7.5, epss: { score: 0.001 }, fixedIn: null },
    27.9,
  ],
  [
    'the same, unimportant as built',
    { verdict: 'unimportant', score: 7.5, epss: { score: 0.001 }, fixedIn: null },
    6.2,
  ],
  ['unknown severity, no EPSS', { severity: 'unknown' }, 16],
  ['low, no score', { severity: 'low' }, 10],
  ['fixed', { verdict: 'fixed', kev: { ransomware: true } }, 0],
  ['suppressed', { verdict: 'suppressed', kev: { ransomware: true } }, 0],
];

for (const [name, facts, expected] of EXAMPLES) {
  test(`risk: ${name}`, () => assert.equal(riskOf({ ...base, ...facts }), expected));
}

const LEVELS = Object.keys(SEVERITY_RANK) as SeverityLevel[];
const verdict = fc.constantFrom<Verdict>(...VERDICTS);
const level = fc.constantFrom(...LEVELS);
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const epss = fc.option(fc.record({ score: probability }));
const kev = fc.option(fc.record({ ransomware: fc.boolean() }));
const score = fc.option(fc.double({ min: 0, max: 10, noNaN: true }));
const fixedIn = fc.option(fc.constant('1'));
const facts = fc.record({ verdict, severity: level, score, epss, kev, fixedIn });

test('risk lies between 0 and 100', () => {
  fc.assert(fc.property(facts, (some) => riskOf(some) >= 0 && riskOf(some) <= 100));
});

test('risk never falls as one fact gets worse', () => {
  fc.assert(
    fc.property(facts, level, probability, score, (some, otherLevel, otherEpss, otherScore) => {
      const risk = riskOf(some);
      const unscored = { ...some, score: null };
      if (SEVERITY_RANK[otherLevel] > SEVERITY_RANK[some.severity]) {
        assert.ok(riskOf({ ...unscored, severity: otherLevel }) >= riskOf(unscored), 'severity');
      }
      if (some.score !== null && otherScore !== null && otherScore > some.score) {
        assert.ok(riskOf({ ...some, score: otherScore }) >= risk, 'score');
      }
      if (otherEpss > (some.epss?.score ?? 0)) {
        assert.ok(riskOf({ ...some, epss: { score: otherEpss } }) >= risk, 'EPSS');
      }
      assert.ok(riskOf({ ...some, kev: { ransomware: some.kev?.ransomware ?? false } }) >= risk, 'KEV');
      assert.ok(riskOf({ ...some, kev: { ransomware: true } }) >= risk, 'ransomware');
      assert.ok(riskOf({ ...some, fixedIn: '1' }) >= risk, 'fix');
    }),
  );
});

test('what is known to be exploited stands above everything else of its severity', () => {
  const open = fc.constantFrom<Verdict>(
    'affected',
    'will_not_fix',
    'deferred',
    'under_investigation',
    'end_of_life',
  );
  fc.assert(
    fc.property(facts, facts, open, open, fc.boolean(), (one, other, first, second, ransomware) => {
      const exploited = riskOf({ ...one, verdict: first, kev: { ransomware } });
      assert.ok(exploited > riskOf({ ...other, severity: one.severity, verdict: second, kev: null }));
    }),
    { numRuns: 500 },
  );
});
