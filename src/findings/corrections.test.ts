import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects, pkg } from '../../test/packages.ts';
import type { Advisory } from '../advisories/advisory.ts';
import { applicationCpe } from '../model/cpe.ts';
import { findVulnerabilities } from './findings.ts';

const product = (fixed: string) =>
  affects('CPE', 'openssl:openssl', fixed, { naming: 'binary', scheme: 'openssl' });
const of = (source: string, fixed: string): Advisory =>
  advisory('CVE-2023-6237', [product(fixed)], { source });

function verdicts(...advisories: readonly Advisory[]): readonly string[] {
  const cpes = [applicationCpe('openssl:openssl', '3.0.13')];
  const { findings } = findVulnerabilities({
    packages: [pkg('generic', 'openssl', '3.0.13', { cpes })],
    distribution: null,
    database: memoryDatabase({ advisories }),
    now: 0,
    staleAfterDays: 1,
  });
  return findings.map(({ verdict, fixedIn }) => `${verdict} ${fixedIn}`);
}

test('an override takes the place of what NVD says of the same flaw, both ways', () => {
  assert.deepEqual(verdicts(of('nvd', '3.0.14')), ['affected 3.0.14']);
  assert.deepEqual(verdicts(of('nvd', '3.0.14'), of('nvd-overrides', '3.0.13')), []);
  assert.deepEqual(verdicts(of('nvd', '3.0.13'), of('nvd-overrides', '3.0.15')), ['affected 3.0.15']);
});

test('an override does not take the place of what others say', () => {
  assert.deepEqual(verdicts(of('openssl', '3.0.14'), of('nvd-overrides', '3.0.13')), ['affected 3.0.14']);
});
