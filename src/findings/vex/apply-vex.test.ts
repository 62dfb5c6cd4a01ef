import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../../test/memory-database.ts';
import { advisory, affects, pkg } from '../../../test/packages.ts';
import type { VexStatement } from '../../advisories/vex/vex-statement.ts';
import { findVulnerabilities } from '../findings.ts';
import { NO_CONFIGURATION, type Configuration, type Exception } from '../triage/configuration.ts';
import { NO_INPUT } from '../triage/triage.ts';
import type { GivenVex } from './apply-vex.ts';

const NOW = Date.UTC(2026, 10, 21);
const minimist = pkg('npm', 'minimist', '1.2.0');
const ADVISORIES = [
  advisory('GHSA-xvch-5gv4-984h', [affects('npm', 'minimist', '1.2.6')], { aliases: ['CVE-2021-44906'] }),
];

const says = (facts: Partial<VexStatement>): VexStatement => ({
  document: 'https://example.com/vex/1',
  source: 'file',
  author: 'Example',
  modified: '2026-01-01T00:00:00Z',
  flaws: ['CVE-2021-44906'],
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
  note: null,
  products: [{ identifiers: ['pkg:npm/minimist'], digests: [], subcomponents: [] }],
  ...facts,
});

function given(statements: readonly VexStatement[], facts: Partial<GivenVex> = {}): GivenVex {
  const document = {
    format: 'OpenVEX',
    id: 'https://example.com/vex/1',
    author: 'Example',
    statements,
    faults: [],
  };
  return { document, origin: 'file', place: 'vex.json', applied: true, ...facts };
}

function decide(
  vex: readonly GivenVex[],
  vendor: readonly VexStatement[] = [],
  configuration: Configuration = NO_CONFIGURATION,
) {
  const { findings, triage } = findVulnerabilities({
    packages: [minimist],
    distribution: null,
    database: memoryDatabase({ advisories: ADVISORIES, vex: { 'pkg:npm/minimist': vendor } }),
    triage: { ...NO_INPUT, configuration, vex, now: NOW },
    now: NOW,
    staleAfterDays: 30,
  });
  const [finding] = findings;
  assert.ok(finding !== undefined && findings.length === 1);
  return { finding, triage };
}

test('not_affected suppresses, and the finding names author, reason and document', () => {
  const { finding, triage } = decide([given([says({ flaws: ['GHSA-xvch-5gv4-984h'], note: 'Removed.' })])]);
  assert.equal(finding.verdict, 'suppressed');
  assert.equal(finding.suppressedBy, 'Example says not affected: vulnerable code not present');
  assert.deepEqual(finding.because.at(-1), {
    step: 'vex',
    message:
      'Example says not affected: vulnerable code not present (Removed.), in VEX https://example.com/vex/1',
    source: 'file',
  });
  assert.equal(triage.vex.documents[0]?.findings, 1);
  assert.deepEqual(triage.vex.unused, []);
});

const CASES: readonly {
  readonly name: string;
  readonly statements: readonly Partial<VexStatement>[];
  readonly verdict: 'affected' | 'suppressed';
  /** Reasons of the statements that decided nothing. */
  readonly unused: readonly string[];
}[] = [
  {
    name: 'fixed suppresses',
    statements: [{ status: 'fixed', justification: null }],
    verdict: 'suppressed',
    unused: [],
  },
  { name: 'affected hides nothing', statements: [{ status: 'affected' }], verdict: 'affected', unused: [] },
  {
    name: 'under_investigation hides nothing',
    statements: [{ status: 'under_investigation' }],
    verdict: 'affected',
    unused: [],
  },
  {
    name: 'not_affected without a reason is not believed',
    statements: [{ justification: null }],
    verdict: 'affected',
    unused: ['unjustified'],
  },
  {
    name: 'words are a reason',
    statements: [{ justification: null, note: 'Never called.' }],
    verdict: 'suppressed',
    unused: [],
  },
  {
    name: 'the later statement of an author decides, in whatever order',
    statements: [{ status: 'affected', modified: '2026-02-01T00:00:00Z' }, {}],
    verdict: 'affected',
    unused: ['superseded'],
  },
  {
    name: 'a statement without date is older than any',
    statements: [{ status: 'affected', modified: null }, {}],
    verdict: 'suppressed',
    unused: ['superseded'],
  },
  {
    name: 'of two with one date the one that hides less',
    statements: [{ status: 'affected' }, {}],
    verdict: 'affected',
    unused: ['superseded'],
  },
  {
    name: 'authors who disagree leave it open',
    statements: [{ status: 'affected', author: 'Somebody' }, { modified: '2026-02-01T00:00:00Z' }],
    verdict: 'affected',
    unused: [],
  },
  {
    name: 'another flaw',
    statements: [{ flaws: ['CVE-2020-7598'] }],
    verdict: 'affected',
    unused: ['flaw-not-found'],
  },
  {
    name: 'another product',
    statements: [{ products: [{ identifiers: ['pkg:npm/yargs'], digests: [], subcomponents: [] }] }],
    verdict: 'affected',
    unused: ['product-not-here'],
  },
];

for (const { name, statements, verdict, unused } of CASES) {
  test(name, () => {
    const { finding, triage } = decide([given(statements.map(says))]);
    assert.equal(finding.verdict, verdict);
    assert.deepEqual(
      triage.vex.unused.map(({ reason }) => reason),
      unused,
    );
  });
}

const EXCEPTION: Exception = {
  vulnerabilities: ['CVE-2021-44906'],
  packages: [],
  paths: [],
  images: [],
  status: 'accepted-risk',
  justification: null,
  reason: 'Behind a proxy.',
  owner: 'team-web',
  expires: null,
  place: '.hallmark.yaml:3',
};

test('exceptions outrank documents of the user, these attestations, and these vendors', () => {
  const affected = says({ status: 'affected', modified: '2026-05-01T00:00:00Z' });
  const attestation = (statement: VexStatement) =>
    given([statement], { origin: 'attestation', place: 'sha256:…' });
  assert.equal(decide([], [says({ source: 'dhi' })]).finding.verdict, 'suppressed');
  assert.equal(decide([attestation(affected)], [says({ source: 'dhi' })]).finding.verdict, 'affected');
  assert.equal(decide([given([says({})]), attestation(affected)]).finding.verdict, 'suppressed');
  const excepted = decide([given([affected])], [], { ...NO_CONFIGURATION, exceptions: [EXCEPTION] }).finding;
  assert.equal(excepted.verdict, 'suppressed');
  assert.equal(excepted.suppressedBy, 'risk accepted by team-web');
  assert.deepEqual(
    excepted.because.slice(-2).map(({ step }) => step),
    ['exception', 'vex'],
  );
});

test('an attestation that was not asked for is listed and decides nothing', () => {
  const { finding, triage } = decide([given([says({})], { origin: 'attestation', applied: false })]);
  assert.equal(finding.verdict, 'affected');
  assert.deepEqual(
    triage.vex.documents.map(({ applied, findings }) => [applied, findings]),
    [[false, 0]],
  );
  assert.deepEqual(triage.vex.unused, []);
});
