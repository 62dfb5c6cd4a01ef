/** Where scanners are known to misread advisories, one test a trap. Each record is small and of the form that OSV gives. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Advisory, AffectedPackage } from '../src/advisories/advisory.ts';
import { findVulnerabilities } from '../src/findings/findings.ts';
import { memoryDatabase } from './memory-database.ts';
import { advisory, affects, distribution, pkg } from './packages.ts';

function verdictsOf(name: string, version: string, record: Advisory, facts = {}): string[] {
  const { findings } = findVulnerabilities({
    packages: [pkg('npm', name, version, facts)],
    distribution: distribution('debian', '12'),
    database: memoryDatabase({ sources: { ghsa: 'GitHub Advisory Database' }, advisories: [record] }),
    now: Date.parse('2026-11-21T00:00:00Z'),
    staleAfterDays: 3650,
  });
  return findings.map(({ verdict, severity }) => `${verdict} ${severity}`);
}

const about = (facts: Partial<AffectedPackage>): Advisory =>
  advisory('GHSA-test', [affects('npm', 'x', '2.0.0', facts)]);

const isAffected = (version: string, record: Advisory, facts = {}) =>
  verdictsOf('x', version, record, facts).some((verdict) => verdict.startsWith('affected'));

test('a withdrawn or rejected advisory says nothing', () => {
  const record = { ...about({}), withdrawn: '2026-01-01T00:00:00Z' };
  assert.deepEqual(verdictsOf('x', '1.0.0', record), []);
  assert.equal(isAffected('1.0.0', about({})), true);
});

test('an advisory with a list of architectures speaks of these', () => {
  const record = about({ architectures: ['aarch64'] });
  assert.equal(isAffected('1.0.0', record, { architecture: 'x86_64' }), false);
  assert.equal(isAffected('1.0.0', record, { architecture: 'aarch64' }), true);
});

test('last_affected is affected, fixed is not', () => {
  const last = about({ intervals: [{ introduced: null, fixed: null, lastAffected: '1.5.0' }] });
  assert.deepEqual(
    ['1.5.0', '1.5.1'].map((version) => isAffected(version, last)),
    [true, false],
  );
  assert.deepEqual(
    ['1.9.9', '2.0.0'].map((version) => isAffected(version, about({}))),
    [true, false],
  );
});

test('versions that OSV lists count beside its ranges', () => {
  const record = about({
    versions: ['3.0.0-rc.1'],
    intervals: [{ introduced: '1.0.0', fixed: '2.0.0', lastAffected: null }],
  });
  assert.deepEqual(
    ['3.0.0-rc.1', '1.2.0', '3.0.0', '0.9.0'].map((version) => isAffected(version, record)),
    [true, true, false, false],
  );
});

test('several introduced events are several ranges', () => {
  const record = about({
    intervals: [
      { introduced: '1.0.0', fixed: '1.4.2', lastAffected: null },
      { introduced: '2.0.0', fixed: '2.1.0', lastAffected: null },
    ],
  });
  assert.deepEqual(
    ['0.9.0', '1.4.1', '1.4.2', '2.0.0', '2.1.0'].map((version) => isAffected(version, record)),
    [false, true, false, true, false],
  );
});

test('a score of 0.0 is none, not unknown', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N';
  const severities = [{ kind: 'cvss', version: '3.1', vector }] as const;
  const record = { ...about({}), severities };
  assert.deepEqual(verdictsOf('x', '1.0.0', record), ['affected none']);
});
