import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';
import type { Advisory } from '../advisories/advisory.ts';
import type { Distribution, Package } from '../model/package.ts';
import { explainVulnerability } from './explain.ts';

function explain(
  id: string,
  packages: readonly Package[],
  on: Distribution | null,
  advisories: readonly Advisory[],
) {
  const { findings, unmatched, coverage } = explainVulnerability({
    packages,
    distribution: on,
    database: memoryDatabase({ advisories }),
    id,
    now: Date.parse('2026-11-20T00:00:00Z'),
  });
  return {
    findings: findings.map((finding) => `${finding.package.name} ${finding.id} ${finding.verdict}`),
    unmatched: unmatched.map(({ reason, message }) => `${reason}: ${message}`),
    coverage: coverage.map(({ code }) => code),
  };
}

const alma8 = distribution('almalinux', '8.10');
const nothing = { findings: [], unmatched: [], coverage: [] };

test('explain: a finding, by its CVE and by its alias', () => {
  for (const id of ['CVE-2021-23337', 'GHSA-35jh-r3h4-6jhm']) {
    assert.deepEqual(explain(id, [pkg('npm', 'lodash', '4.17.20')], null, realRecords('ghsa')), {
      ...nothing,
      findings: ['lodash CVE-2021-23337 affected'],
    });
  }
});

test('explain: an erratum shows the flaws that it covers, a flaw shows no other of the same erratum', () => {
  const node = [pkg('rpm', 'nodejs', '1:18.0.0-1.module_el8', { modularityLabel: 'nodejs:18:1:a' })];
  assert.equal(explain('ALSA-2023:5869', node, alma8, realRecords('almalinux')).findings.length, 4);
  assert.equal(explain('CVE-2023-45143', node, alma8, realRecords('almalinux')).findings.length, 1);
});

test('explain: a version outside of the range', () => {
  assert.deepEqual(explain('CVE-2021-23337', [pkg('npm', 'lodash', '4.17.21')], null, realRecords('ghsa')), {
    ...nothing,
    unmatched: ['outside-range: lodash 4.17.21 has the fix 4.17.21 of GHSA-35jh-r3h4-6jhm'],
  });
  assert.deepEqual(
    explain('CVE-2025-22150', [pkg('npm', 'undici', '4.4.0')], null, realRecords('ghsa')).unmatched[0],
    'outside-range: undici 4.4.0 is not among the affected versions of GHSA-c76h-2ccp-4975',
  );
});

test('explain: another module stream', () => {
  const node = pkg('rpm', 'nodejs', '1:20.0.0-1.module_el8', { modularityLabel: 'nodejs:20:1:a' });
  assert.deepEqual(explain('CVE-2023-45143', [node], alma8, realRecords('almalinux')).unmatched, [
    'other-module: ALSA-2023:5869 speaks of module stream nodejs:18; nodejs is from module stream nodejs:20',
  ]);
});

const entry = (facts: Parameters<typeof affects>[3]) => affects('npm', 'x', '2.0.0', facts);

test('explain: withdrawn, other architectures and versions', () => {
  const x = [pkg('npm', 'x', '3.0.0', { architecture: 'amd64' })];
  const about = { aliases: ['CVE-2024-0001'] };
  const records = [
    advisory('A', [entry({})], { ...about, withdrawn: '2024-03-04T05:06:07Z' }),
    advisory('B', [entry({ architectures: ['arm64'] })], about),
    advisory('C', [entry({ status: 'not_affected' })], about),
  ];
  assert.deepEqual(explain('CVE-2024-0001', x, null, records).unmatched, [
    'withdrawn: A names x, but its source withdrew it on 2024-03-04',
    'other-architecture: B speaks of arm64; x is built for amd64',
    'other-version: C clears other versions of x than 3.0.0',
  ]);
});

test('explain: nobody knows the identifier, and what was not seen', () => {
  assert.deepEqual(explain('CVE-2024-9999', [pkg('npm', 'x', '1.0.0')], null, realRecords('ghsa')), nothing);
  assert.deepEqual(explain('CVE-2024-9999', [pkg('deb', 'x', '1')], null, realRecords('ghsa')).coverage, [
    'DISTRIBUTION_UNKNOWN',
  ]);
});
