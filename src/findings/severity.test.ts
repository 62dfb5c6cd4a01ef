import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';
import type { Advisory, Flaw, SeverityStatement } from '../advisories/advisory.ts';
import type { SeverityChoice } from '../model/finding.ts';
import type { SeverityLevel } from '../model/severity.ts';
import { findVulnerabilities } from './findings.ts';

const V31: SeverityStatement = {
  kind: 'cvss',
  version: '3.1',
  vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N',
};
const V20: SeverityStatement = { kind: 'cvss', version: '2.0', vector: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' };
const V40: SeverityStatement = {
  kind: 'cvss',
  version: '4.0',
  vector: 'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N',
};
const BROKEN: SeverityStatement = { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N' };
const ZERO: SeverityStatement = {
  kind: 'cvss',
  version: '3.1',
  vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N',
};
const word = (level: SeverityLevel): SeverityStatement => ({ kind: 'word', word: level, level });

/** The choice for a Debian or npm package `x` and the flaw CVE-2024-0001. */
function choose(type: 'deb' | 'npm', advisories: readonly Advisory[]): SeverityChoice | undefined {
  const { findings } = findVulnerabilities({
    packages: [pkg(type, 'x', '1.0.0')],
    distribution: distribution('debian', '12'),
    database: memoryDatabase({ advisories }),
    now: 0,
    staleAfterDays: 1,
  });
  return findings.find(({ id }) => id === 'CVE-2024-0001')?.severityChoice;
}

interface Stated {
  readonly ofPackage?: readonly SeverityStatement[];
  readonly ofRecord?: readonly SeverityStatement[];
}

const debian = ({ ofPackage = [], ofRecord = [] }: Stated) =>
  advisory('CVE-2024-0001', [affects('Debian:12', 'x', '2', { severities: ofPackage })], {
    source: 'debian-tracker',
    severities: ofRecord,
  });
const github = ({ ofPackage = [], ofRecord = [] }: Stated, name = 'x') =>
  advisory('GHSA-1', [affects('npm', name, '2.0.0', { severities: ofPackage })], {
    aliases: ['CVE-2024-0001'],
    severities: ofRecord,
  });
const elsewhere = (source: string, severities: readonly SeverityStatement[]) =>
  advisory('CVE-2024-0001', [affects('npm', 'other', '2.0.0')], { source, severities });

type Expected = readonly [SeverityLevel, number | null, string | null];

const CASES: readonly (readonly [string, 'deb' | 'npm', readonly Advisory[], Expected])[] = [
  [
    'Debian’s rating of its package before all others',
    'deb',
    [debian({ ofPackage: [word('low')] }), github({ ofRecord: [V31] })],
    ['low', null, 'debian-tracker'],
  ],
  [
    'the package before the record',
    'deb',
    [debian({ ofPackage: [word('low')], ofRecord: [word('high')] })],
    ['low', null, 'debian-tracker'],
  ],
  [
    'a distribution’s word before its vector, which gives the score',
    'deb',
    [debian({ ofRecord: [V31, word('low')] })],
    ['low', 7.5, 'debian-tracker'],
  ],
  [
    'a vector before a word upstream',
    'npm',
    [github({ ofRecord: [word('critical'), V31] })],
    ['high', 7.5, 'ghsa'],
  ],
  ['the newest CVSS version', 'npm', [github({ ofRecord: [V20, V31, V40] })], ['medium', 6.3, 'ghsa']],
  ['CVSS 2.0 knows no critical', 'npm', [github({ ofRecord: [V20] })], ['high', 10, 'ghsa']],
  ['a broken vector is passed over', 'npm', [github({ ofRecord: [BROKEN, V20] })], ['high', 10, 'ghsa']],
  [
    'a broken vector and a word',
    'npm',
    [github({ ofRecord: [BROKEN, word('medium')] })],
    ['medium', null, 'ghsa'],
  ],
  ['0.0 is a severity', 'npm', [github({ ofRecord: [ZERO] })], ['none', 0, 'ghsa']],
  [
    'nothing of Debian: GitHub’s record of the same flaw',
    'deb',
    [debian({}), github({ ofRecord: [V31] }, 'unrelated')],
    ['high', 7.5, 'ghsa'],
  ],
  [
    'elsewhere GitHub, then NVD',
    'deb',
    [debian({}), elsewhere('aaa', [V20]), elsewhere('nvd', [V31])],
    ['high', 7.5, 'nvd'],
  ],
  [
    'elsewhere a vector before a word',
    'deb',
    [debian({}), elsewhere('almalinux', [word('low')]), elsewhere('zzz', [V31])],
    ['high', 7.5, 'zzz'],
  ],
  [
    '“unknown” states nothing',
    'deb',
    [debian({ ofPackage: [word('unknown')] }), elsewhere('almalinux', [word('medium')])],
    ['medium', null, 'almalinux'],
  ],
  ['nobody says', 'deb', [debian({})], ['unknown', null, null]],
];

for (const [name, type, advisories, expected] of CASES) {
  test(`severity: ${name}`, () => {
    const choice = choose(type, advisories);
    assert.deepEqual([choice?.level, choice?.score, choice?.source], expected);
    assert.ok(choice?.reason);
  });
}

/** Debian's low, GitHub's high and NVD's critical for one flaw of a package. */
function chooseBy(severitySources: readonly string[] | undefined) {
  const { findings } = findVulnerabilities({
    packages: [pkg('deb', 'x', '1.0.0')],
    distribution: distribution('debian', '12'),
    database: memoryDatabase({
      advisories: [debian({ ofPackage: [word('low')] }), github({ ofRecord: [V31] }, 'unrelated')],
      flaws: [
        flaw('cve-list', { severities: [word('medium')], weaknesses: ['CWE-79'] }),
        flaw('nvd', { severities: [V20, word('critical')], weaknesses: ['CWE-20', 'CWE-79'] }),
        flaw('cisa-vulnrichment', { weaknesses: ['CWE-125'] }),
      ],
    }),
    now: 0,
    staleAfterDays: 1,
    severitySources,
  });
  return findings.find(({ id }) => id === 'CVE-2024-0001');
}

const flaw = (source: string, facts: Partial<Flaw>): Flaw => ({
  id: 'CVE-2024-0001',
  source,
  published: null,
  modified: null,
  rejected: null,
  severities: [],
  weaknesses: [],
  report: null,
  ...facts,
});

for (const [preferred, source, reason] of [
  [undefined, 'debian-tracker', 'CVE-2024-0001 rates the flaw in x itself'],
  [['vendor', 'nvd'], 'debian-tracker', 'vendor is preferred: CVE-2024-0001 rates the flaw in x itself'],
  [['nvd', 'vendor'], 'nvd', 'nvd is preferred: nvd rates CVE-2024-0001 as such'],
  [['redhat-csaf', 'ghsa'], 'ghsa', 'ghsa is preferred: ghsa rates CVE-2024-0001 as such'],
  [['redhat-csaf'], 'debian-tracker', 'CVE-2024-0001 rates the flaw in x itself'],
] as const) {
  test(`severity: preferred sources: ${preferred?.join(', ') ?? 'none'}`, () => {
    const { severityChoice } = chooseBy(preferred) ?? {};
    assert.deepEqual([severityChoice?.source, severityChoice?.reason], [source, reason]);
  });
}

test('severity: what all sources say stands side by side, and their weaknesses together', () => {
  const found = chooseBy(undefined);
  assert.deepEqual(
    found?.severities.map(({ source, level, score }) => `${source} ${level} ${score}`),
    ['cve-list medium null', 'debian-tracker low null', 'ghsa high 7.5', 'nvd high 10'],
  );
  assert.deepEqual(found.weaknesses, ['CWE-125', 'CWE-20', 'CWE-79']);
});

test('severity: an erratum rates its flaws together, and says so (ALSA-2023:5869)', () => {
  const { findings } = findVulnerabilities({
    packages: [pkg('rpm', 'nodejs', '1:18.0.0-1.module_el8', { modularityLabel: 'nodejs:18:1:a' })],
    distribution: distribution('almalinux', '8.10'),
    database: memoryDatabase({ advisories: realRecords('almalinux') }),
    now: 0,
    staleAfterDays: 1,
  });
  assert.deepEqual(
    [...new Set(findings.map(({ severityChoice: { level, reason } }) => `${level}: ${reason}`))],
    ['high: ALSA-2023:5869 rates the 4 flaws that it covers together'],
  );
});
