import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createCvssScorer } from './cvss.ts';

type Version = '2.0' | '3.0' | '3.1' | '4.0';

// scores as NVD and GitHub publish them for the CVE named
const VECTORS: readonly (readonly [string, Version, string, number, string])[] = [
  ['CVE-2021-44228', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10, 'critical'],
  ['CVE-2021-23337', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', 7.2, 'high'],
  ['CVE-2014-0160', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 7.5, 'high'],
  ['CVE-2014-0160', '2.0', 'AV:N/AC:L/Au:N/C:P/I:N/A:N', 5, 'medium'],
  ['CVE-2014-6271', '2.0', 'AV:N/AC:L/Au:N/C:C/I:C/A:C', 10, 'high'],
  ['CVE-2026-21860', '4.0', 'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N', 6.3, 'medium'],
  [
    'temporal metrics do not count',
    '3.1',
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:U/RL:O',
    7.5,
    'high',
  ],
  [
    'threat metrics do not count',
    '4.0',
    'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N/E:U',
    6.3,
    'medium',
  ],
  ['0.0 is a score', '3.1', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0, 'none'],
];

for (const [name, version, vector, score, level] of VECTORS) {
  test(`CVSS ${version}: ${name}`, () => {
    assert.deepEqual(createCvssScorer()({ kind: 'cvss', version, vector }), { score, level });
  });
}

const INVALID = [
  '',
  'CVSS:3.1/',
  'CVSS:3.1/AV:N',
  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:Z',
  'CVSS:3.1/AV:N/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
  'AV:N/AC:L/Au:N/C:C/I:C/A:C',
  `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H${'/X:X'.repeat(200)}`,
];

for (const vector of INVALID) {
  test(`CVSS 3.1: not a vector: ${vector.slice(0, 60)}`, () => {
    assert.equal(createCvssScorer()({ kind: 'cvss', version: '3.1', vector }), null);
  });
}

test('any text gives a score from 0 to 10, or none', () => {
  const scorer = createCvssScorer();
  const metric = fc.constantFrom(
    'AV:N',
    'AC:L',
    'PR:N',
    'UI:N',
    'S:U',
    'C:H',
    'I:H',
    'A:H',
    'Au:N',
    'E:',
    ':',
    '',
    'VC:H',
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(metric).map((metrics) => `CVSS:3.1/${metrics.join('/')}`),
  );
  fc.assert(
    fc.property(fc.constantFrom<Version>('2.0', '3.0', '3.1', '4.0'), text, (version, vector) => {
      const rating = scorer({ kind: 'cvss', version, vector });
      assert.ok(rating === null || (rating.score >= 0 && rating.score <= 10));
    }),
  );
});
