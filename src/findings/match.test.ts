import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../test/memory-database.ts';
import { advisory, affects, pkg, realRecords } from '../../test/packages.ts';
import type { Advisory } from '../advisories/advisory.ts';
import type { Package } from '../model/package.ts';
import { statementsAbout } from './match.ts';

import { describeInstallation } from './installation.ts';
import { comparedNames } from './lookups.ts';

/** What each record says: `id: outcome verdict fix`, or `id: reason` for one that does not speak of the package. */
function said(installed: Package, ecosystem: string, records: readonly Advisory[]): string[] {
  const database = memoryDatabase({ advisories: records });
  const { statements, dismissals } = statementsAbout(
    installed,
    [{ ecosystem, standing: 'own', names: comparedNames(installed) }],
    describeInstallation(null, database),
    database,
  );
  return [
    ...statements.map(({ candidate, outcome, verdict, fixedIn }) =>
      [`${candidate.advisory.id}:`, outcome.kind, verdict, fixedIn ?? ''].join(' ').trim(),
    ),
    ...dismissals.map(({ candidate, reason }) => `${candidate.advisory.id}: ${reason}`),
  ];
}

const one = (records: readonly Advisory[], id: string) => records.filter((record) => record.id === id);

const debian = realRecords('debian-changelogs');
const tracker = realRecords('debian-tracker');
const alpine = realRecords('alpine');
const alma = realRecords('almalinux');
const ghsa = realRecords('ghsa');

const libssl3 = (version: string) => pkg('deb', 'libssl3', version, { source: { name: 'openssl', version } });
const nodejs = (version: string, modularityLabel: string | null) =>
  pkg('rpm', 'nodejs', version, { modularityLabel });
const BUILD_16 = '1:16.20.2-3.module_el8.8.0+3653+c77a731f';

type Case = readonly [string, Package, string, readonly Advisory[], readonly string[]];

const CASES: readonly Case[] = [
  [
    'Debian: a binary package by its source, before the fix',
    libssl3('3.0.14-1~deb12u1'),
    'Debian:12',
    one(debian, 'CVE-2024-5535'),
    ['CVE-2024-5535: inside affected 3.0.15-1~deb12u1'],
  ],
  [
    'Debian: the version with the fix',
    libssl3('3.0.15-1~deb12u1'),
    'Debian:12',
    one(debian, 'CVE-2024-5535'),
    ['CVE-2024-5535: outside fixed 3.0.15-1~deb12u1'],
  ],
  [
    'Debian: a package that is its own source',
    pkg('deb', 'openssl', '3.0.14-1~deb12u1'),
    'Debian:12',
    one(debian, 'CVE-2024-5535'),
    ['CVE-2024-5535: inside affected 3.0.15-1~deb12u1'],
  ],
  [
    'Debian: another source that built a package of the name (openssl is not libssl3)',
    pkg('deb', 'openssl', '1', { source: { name: 'other', version: '1' } }),
    'Debian:12',
    one(debian, 'CVE-2024-5535'),
    [],
  ],
  [
    'Debian: the source has a version of its own (binNMU)',
    pkg('deb', 'libssl3', '3.0.15-1~deb12u1+b9', {
      source: { name: 'openssl', version: '3.0.14-1~deb12u1' },
    }),
    'Debian:12',
    one(debian, 'CVE-2024-5535'),
    ['CVE-2024-5535: inside affected 3.0.15-1~deb12u1'],
  ],
  [
    'Debian: fixed_version 0 is never affected',
    pkg('deb', 'libjs-prototype', '1.7.1-3', { source: { name: 'prototypejs', version: '1.7.1-3' } }),
    'Debian:10',
    one(tracker, 'CVE-2007-2383'),
    ['CVE-2007-2383: every-version not_affected'],
  ],
  [
    'Debian: end of life needs no comparison',
    pkg('deb', 'chromium', '90.0.4430.212-1~deb10u1'),
    'Debian:10',
    one(tracker, 'CVE-2022-0456'),
    ['CVE-2022-0456: every-version end_of_life'],
  ],
  [
    'Debian: a rebuild of the version with the fix for the release',
    pkg('deb', 'libxml2', '2.9.14+dfsg-1.3~deb12u6'),
    'Debian:12',
    one(debian, 'CVE-2022-2309'),
    ['CVE-2022-2309: rebuilt fixed 2.9.14+dfsg-1.3'],
  ],
  [
    'Debian: a rebuild of another version',
    pkg('deb', 'libxml2', '2.9.14+dfsg-1.2~deb12u6'),
    'Debian:12',
    one(debian, 'CVE-2022-2309'),
    ['CVE-2022-2309: inside affected 2.9.14+dfsg-1.3'],
  ],
  [
    'Debian: a rebuild before the fix of the release',
    pkg('deb', 'libxml2', '2.9.14+dfsg-1.3~deb12u1'),
    'Debian:12',
    [advisory('CVE-2024-25062', [affects('Debian:12', 'libxml2', '2.9.14+dfsg-1.3~deb12u2')])],
    ['CVE-2024-25062: inside affected 2.9.14+dfsg-1.3~deb12u2'],
  ],
  ['Debian: another release', libssl3('3.0.14-1~deb12u1'), 'Debian:11', debian, []],
  [
    'Alpine: version 0 is never affected',
    pkg('apk', 'libcrypto3', '3.0.0-r0', { source: { name: 'openssl', version: null } }),
    'Alpine:v3.18',
    one(alpine, 'CVE-2022-1292'),
    ['CVE-2022-1292: every-version not_affected'],
  ],
  [
    'Alpine: revisions count',
    pkg('apk', 'busybox-binsh', '1.36.1-r5', { source: { name: 'busybox', version: null } }),
    'Alpine:v3.18',
    one(alpine, 'CVE-2023-42366'),
    ['CVE-2023-42366: inside affected 1.36.1-r6'],
  ],
  [
    'AlmaLinux: epochs count on binary names',
    pkg('rpm', 'vim-minimal', '8.0.1763-19.el8_6.4'),
    'AlmaLinux:8',
    one(alma, 'ALSA-2021:4517'),
    ['ALSA-2021:4517: inside affected 2:8.0.1763-16.el8_5.13'],
  ],
  [
    'AlmaLinux: the same with its epoch',
    pkg('rpm', 'vim-minimal', '2:8.0.1763-19.el8_6.4'),
    'AlmaLinux:8',
    one(alma, 'ALSA-2021:4517'),
    ['ALSA-2021:4517: outside fixed 2:8.0.1763-16.el8_5.13'],
  ],
  [
    'AlmaLinux: only the package’s own module stream',
    nodejs(BUILD_16, 'nodejs:16:8080020231011:4a3ff7c8'),
    'AlmaLinux:8',
    [...one(alma, 'ALSA-2023:5850'), ...one(alma, 'ALSA-2023:5869')],
    [`ALSA-2023:5850: outside fixed ${BUILD_16}`, 'ALSA-2023:5869: other-module'],
  ],
  [
    'AlmaLinux: a modular build whose stream nobody recorded, below a fix',
    nodejs('1:16.14.0-1.module_el8.6.0+1', null),
    'AlmaLinux:8',
    one(alma, 'ALSA-2023:5850'),
    ['ALSA-2023:5850: unreadable under_investigation'],
  ],
  [
    'AlmaLinux: a modular build whose stream nobody recorded, above a fix',
    nodejs('1:20.0.0-1.module_el8.6.0+1', null),
    'AlmaLinux:8',
    one(alma, 'ALSA-2023:5850'),
    ['ALSA-2023:5850: other-module'],
  ],
  [
    'AlmaLinux: a package outside of modules',
    nodejs('1:16.0.0-1.el8', null),
    'AlmaLinux:8',
    one(alma, 'ALSA-2023:5850'),
    ['ALSA-2023:5850: other-module'],
  ],
  [
    'AlmaLinux: a modular package and an advisory outside of modules',
    pkg('rpm', 'python3-libs', '3.6.8-1.module_el8', { modularityLabel: 'python36:3.6:1:a' }),
    'AlmaLinux:8',
    one(alma, 'ALSA-2021:4399'),
    [],
  ],
  [
    'npm: entries of one record are judged one by one',
    pkg('npm', 'minimist', '1.2.5'),
    'npm',
    one(ghsa, 'GHSA-xvch-5gv4-984h'),
    ['GHSA-xvch-5gv4-984h: inside affected 1.2.6', 'GHSA-xvch-5gv4-984h: outside fixed 0.2.4'],
  ],
  [
    'npm: no fix is known',
    pkg('npm', 'formidable', '2.1.2'),
    'npm',
    one(ghsa, 'GHSA-75v8-2h7p-7m2m'),
    ['GHSA-75v8-2h7p-7m2m: outside not_affected', 'GHSA-75v8-2h7p-7m2m: inside affected'],
  ],
  [
    'npm: before the flaw came',
    pkg('npm', 'undici', '4.4.7'),
    'npm',
    one(ghsa, 'GHSA-c76h-2ccp-4975'),
    Array(3).fill('GHSA-c76h-2ccp-4975: outside not_affected') as string[],
  ],
  [
    'npm: a version that is none',
    pkg('npm', 'lodash', 'git+https://x'),
    'npm',
    one(ghsa, 'GHSA-35jh-r3h4-6jhm'),
    ['GHSA-35jh-r3h4-6jhm: unreadable under_investigation'],
  ],
  [
    'npm: no version',
    pkg('npm', 'lodash', ''),
    'npm',
    one(ghsa, 'GHSA-35jh-r3h4-6jhm'),
    ['GHSA-35jh-r3h4-6jhm: unreadable under_investigation'],
  ],
];

for (const [name, installed, ecosystem, records, expected] of CASES) {
  test(`match: ${name}`, () => assert.deepEqual(said(installed, ecosystem, records), expected));
}

const interval = { introduced: null, fixed: null, lastAffected: null };
const single = (facts: Partial<Parameters<typeof affects>[3]>, record: Partial<Advisory> = {}) => [
  advisory('A', [affects('npm', 'x', null, facts)], record),
];
const x = (version: string, facts: Partial<Package> = {}) => pkg('npm', 'x', version, facts);

const RULES: readonly Case[] = [
  ['every version', x('1.0.0'), 'npm', single({}), ['A: every-version affected']],
  ['every version, even none', x(''), 'npm', single({}), ['A: every-version affected']],
  [
    'last_affected is inclusive',
    x('2.0.0'),
    'npm',
    single({ intervals: [{ ...interval, lastAffected: '2.0.0' }] }),
    ['A: inside affected'],
  ],
  [
    'beyond last_affected',
    x('2.0.1'),
    'npm',
    single({ intervals: [{ ...interval, lastAffected: '2.0.0' }] }),
    ['A: outside not_affected'],
  ],
  [
    'several introduced',
    x('3.5.0'),
    'npm',
    single({
      intervals: [
        { ...interval, fixed: '2.0.0' },
        { ...interval, introduced: '3.0.0', fixed: '3.6.0' },
      ],
    }),
    ['A: inside affected 3.6.0'],
  ],
  [
    'between two intervals, the passed fix',
    x('2.5.0'),
    'npm',
    single({
      intervals: [
        { ...interval, fixed: '2.0.0' },
        { ...interval, introduced: '3.0.0', fixed: '3.6.0' },
      ],
    }),
    ['A: outside fixed 2.0.0'],
  ],
  [
    'above several intervals, the greatest fix',
    x('4.0.0'),
    'npm',
    single({
      intervals: [
        { ...interval, introduced: '3.0.0', fixed: '3.6.0' },
        { ...interval, fixed: '2.0.0' },
      ],
    }),
    ['A: outside fixed 3.6.0'],
  ],
  [
    'listed versions count beside ranges',
    x('9.0.0'),
    'npm',
    single({ intervals: [{ ...interval, fixed: '2.0.0' }], versions: ['9.0.0'] }),
    ['A: listed affected'],
  ],
  [
    'listed versions compare equal',
    x('9.0.0+build'),
    'npm',
    single({ versions: ['9.0.0'] }),
    ['A: listed affected'],
  ],
  [
    'a list without the version',
    x('1.0.0'),
    'npm',
    single({ versions: ['9.0.0'] }),
    ['A: outside not_affected'],
  ],
  [
    'a range that cannot be read',
    x('1.0.0'),
    'npm',
    single({ intervals: [{ ...interval, fixed: 'soon' }] }),
    ['A: unreadable under_investigation'],
  ],
  [
    'a scheme that is not known',
    x('1.0.0'),
    'npm',
    single({ scheme: 'unknown', intervals: [{ ...interval, fixed: '2' }] }),
    ['A: unreadable under_investigation'],
  ],
  [
    'a withdrawn record',
    x('1.0.0'),
    'npm',
    single({}, { withdrawn: '2024-01-01T00:00:00Z' }),
    ['A: withdrawn'],
  ],
  [
    'another architecture',
    x('1.0.0', { architecture: 'aarch64' }),
    'npm',
    single({ architectures: ['x86_64', 's390x'] }),
    ['A: other-architecture'],
  ],
  [
    'its architecture',
    x('1.0.0', { architecture: 's390x' }),
    'npm',
    single({ architectures: ['x86_64', 's390x'] }),
    ['A: every-version affected'],
  ],
  [
    'no architecture fits all',
    x('1.0.0', { architecture: 'noarch' }),
    'npm',
    single({ architectures: ['x86_64'] }),
    ['A: every-version affected'],
  ],
  [
    'cleared versions',
    x('1.0.0'),
    'npm',
    single({ status: 'not_affected', intervals: [{ ...interval, fixed: '2.0.0' }] }),
    ['A: inside not_affected 2.0.0'],
  ],
  [
    'other versions are cleared',
    x('3.0.0'),
    'npm',
    single({ status: 'not_affected', intervals: [{ ...interval, fixed: '2.0.0' }] }),
    ['A: other-version'],
  ],
];

for (const [name, installed, ecosystem, records, expected] of RULES) {
  test(`match: ${name}`, () => assert.deepEqual(said(installed, ecosystem, records), expected));
}

const errno = (version: string) =>
  pkg('rpm', 'perl-Errno', '0:1.28-419.el8', { source: { name: 'perl', version } });

const glibc = (naming: 'binary' | 'source') => [
  advisory('A', [affects('AlmaLinux:9', 'glibc', '2.42-1.hum1', { naming })]),
];

test('match: a record that names a binary package is not about others of its source (glibc-minimal-langpack)', () => {
  const langpack = pkg('rpm', 'glibc-minimal-langpack', '2.41-1.hum1', {
    source: { name: 'glibc', version: '2.41-1.hum1' },
  });
  assert.deepEqual(said(langpack, 'AlmaLinux:9', glibc('binary')), []);
  assert.deepEqual(said(langpack, 'AlmaLinux:9', glibc('source')), ['A: inside affected 2.42-1.hum1']);
});

test('match: a source that nobody noted is the package, without its epoch (openSUSE’s records)', () => {
  const records = [advisory('A', [affects('openSUSE:Leap 15.5', 'vim', '9.1.0330-150500.20.12.1')])];
  const vim = (version: string) => said(pkg('rpm', 'vim', version), 'openSUSE:Leap 15.5', records);
  assert.deepEqual(vim('2:9.0.1443-150500.20.3.1'), ['A: inside affected 9.1.0330-150500.20.12.1']);
});

test('match: an rpm’s source has no epoch (perl-Errno 1.28 is built from perl 4:5.26.3)', () => {
  const records = [advisory('A', [affects('openSUSE:Leap 15.5', 'perl', '4:5.26.3-419.el8')])];
  assert.deepEqual(said(errno('5.26.3-419.el8'), 'openSUSE:Leap 15.5', records), [
    'A: outside fixed 5.26.3-419.el8',
  ]);
  assert.deepEqual(said(errno('5.26.3-416.el8'), 'openSUSE:Leap 15.5', records), [
    'A: inside affected 5.26.3-419.el8',
  ]);
});
