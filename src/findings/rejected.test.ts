import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects, distribution, pkg } from '../../test/packages.ts';
import type { Advisory, Flaw } from '../advisories/advisory.ts';
import { findVulnerabilities } from './findings.ts';

const ID = 'CVE-2024-3514';

/** A rejected duplicate as the CVE list states it: use CVE-2024-1846. */
const state = (source: string, rejected: string | null): Flaw => ({
  id: ID,
  source,
  published: '2024-04-09T18:58:35Z',
  modified: '2024-04-24T16:13:48Z',
  rejected,
  severities: [],
  weaknesses: [],
  report: null,
});
const REJECTED = '2024-04-24T16:13:48Z';

function judge(advisories: readonly Advisory[], flaws: readonly Flaw[], version = '1.0') {
  const { findings } = findVulnerabilities({
    packages: [pkg('deb', 'x', version), pkg('npm', 'x', '1.0.0')],
    distribution: distribution('debian', '12'),
    database: memoryDatabase({ advisories, flaws, sources: { 'cve-list': 'CVE List' } }),
    now: 0,
    staleAfterDays: 1,
  });
  return findings.map(({ id, verdict }) => `${id} ${verdict}`);
}

const debian = advisory(ID, [affects('Debian:12', 'x', '2')], { source: 'debian-tracker' });
const erratum = advisory('DSA-1-1', [affects('Debian:12', 'x', '2')], { source: 'dsa', covers: [ID] });
const github = advisory('GHSA-aaaa-bbbb-cccc', [affects('npm', 'x', '2.0.0')], { aliases: [ID] });

const CASES: readonly (readonly [string, readonly Advisory[], readonly Flaw[], readonly string[]])[] = [
  ['a record that goes by the CVE', [debian], [state('cve-list', REJECTED)], [`${ID} suppressed`]],
  ['an erratum for the CVE', [erratum], [state('nvd', REJECTED)], [`${ID} suppressed`]],
  ['a record with a name of its own stands', [github], [state('cve-list', REJECTED)], [`${ID} affected`]],
  [
    'the CVE list decides before NVD',
    [debian],
    [state('nvd', REJECTED), state('cve-list', null)],
    [`${ID} affected`],
  ],
  ['nobody else rejects', [debian], [state('cisa-vulnrichment', REJECTED)], [`${ID} affected`]],
  ['nothing is known of the identifier', [debian], [], [`${ID} affected`]],
];

for (const [name, advisories, flaws, expected] of CASES) {
  test(`rejected identifiers: ${name}`, () => assert.deepEqual(judge(advisories, flaws), expected));
}

test('rejected identifiers: what is fixed stays fixed', () => {
  assert.deepEqual(judge([debian], [state('cve-list', REJECTED)], '3'), [`${ID} fixed`]);
});

test('rejected identifiers: the finding says who rejected it and when', () => {
  const { findings } = findVulnerabilities({
    packages: [pkg('deb', 'x', '1.0')],
    distribution: distribution('debian', '12'),
    database: memoryDatabase({
      advisories: [debian],
      flaws: [state('cve-list', REJECTED)],
      sources: { 'cve-list': 'CVE List' },
    }),
    now: 0,
    staleAfterDays: 1,
  });
  const [finding] = findings;
  assert.equal(
    finding?.suppressedBy,
    'according to CVE List: CVE-2024-3514 was rejected on 2024-04-24: there is no flaw of this name',
  );
  assert.deepEqual(finding.because.at(-1), {
    step: 'outranked',
    message: finding.suppressedBy,
    source: 'cve-list',
  });
  assert.equal(finding.risk, 0);
});
