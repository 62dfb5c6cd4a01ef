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
  exploitation: null,
  malicious: false,
  fixedIn: '2.0',
  presence: 'installed',
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
  ['the same, only declared', { presence: 'declared', score: 7.5, epss: { score: 0.001 } }, 15.5],
  ['the same with a proof of concept', { exploitation: 'poc', score: 7.5, epss: { score: 0.001 } }, 38],
  ['high 7.5, seen in attacks', { exploitation: 'active', score: 7.5, epss: { score: 0.9 } }, 82],
  ['a malicious package', { malicious: true, severity: 'critical' }, 98],
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
const exploitation = fc.option(fc.constantFrom('none', 'poc', 'active'));
const malicious = fc.boolean();
const presence = fc.constantFrom<RiskFacts['presence']>('installed', 'declared');
const facts = fc.record({
  verdict,
  severity: level,
  score,
  epss,
  kev,
  exploitation,
  malicious,
  fixedIn,
  presence,
});

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
      const [none, poc, active] = (['none', 'poc', 'active'] as const).map((word) =>
        riskOf({ ...some, exploitation: word }),
      );
      assert.equal(none, riskOf({ ...some, exploitation: null }), 'that no exploitation is known');
      assert.ok((poc ?? 0) >= (none ?? 0) && (active ?? 0) >= (poc ?? 0), 'exploitation');
      assert.ok(riskOf({ ...some, malicious: true }) >= risk, 'malice');
      assert.ok(riskOf({ ...some, presence: 'installed' }) >= risk, 'exposure');
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
  const attacks = fc.constantFrom<Partial<RiskFacts>>(
    { kev: { ransomware: false } },
    { kev: { ransomware: true } },
    { exploitation: 'active' },
    { malicious: true },
  );
  const quiet = fc.constantFrom<RiskFacts['exploitation']>(null, 'none', 'poc');
  fc.assert(
    fc.property(facts, facts, open, open, attacks, quiet, (one, other, first, second, attack, word) => {
      const exploited = riskOf({ ...one, verdict: first, ...attack, presence: 'installed' });
      const unexploited = { kev: null, malicious: false, exploitation: word };
      assert.ok(exploited > riskOf({ ...other, ...unexploited, severity: one.severity, verdict: second }));
    }),
    { numRuns: 500 },
  );
});
