import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { memoryDatabase, type MemoryDatabaseContent } from '../../test/memory-database.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';
import type { Advisory } from '../advisories/advisory.ts';
import type { Finding } from '../model/finding.ts';
import type { Distribution, Package } from '../model/package.ts';
import { findVulnerabilities } from './findings.ts';

const bookworm = distribution('debian', '12', { codename: 'bookworm' });
const alma8 = distribution('almalinux', '8.10');
const alpine318 = distribution('alpine', '3.18.4');
const now = Date.parse('2024-12-01T00:00:00Z');

const sources = {
  'debian-tracker': 'Debian security tracker',
  'debian-changelogs': 'Debian package changelogs',
  ghsa: 'GitHub Advisory Database',
};

function find(
  packages: readonly Package[],
  on: Distribution | null,
  content: MemoryDatabaseContent,
): { readonly findings: readonly Finding[]; readonly coverage: readonly string[] } {
  const database = memoryDatabase({ sources, ...content });
  const { findings, coverage } = findVulnerabilities({
    packages,
    distribution: on,
    database,
    now,
    staleAfterDays: 3650,
  });
  return { findings, coverage: coverage.map(({ code, subject }) => `${code} ${subject}`) };
}

const brief = ({ id, verdict, fixedIn }: Finding) => `${id} ${verdict} ${fixedIn ?? '-'}`;
const steps = ({ because }: Finding) => because.map(({ step }) => step);

function only(findings: readonly Finding[]): Finding {
  const [finding, ...others] = findings;
  assert.deepEqual(others, []);
  assert.ok(finding);
  return finding;
}

const libssl3 = pkg('deb', 'libssl3', '3.0.14-1~deb12u1', {
  source: { name: 'openssl', version: '3.0.14-1~deb12u1' },
});
const BUILD_3 = '1:16.20.2-3.module_el8.8.0+3653+c77a731f';
const BUILD_4 = '1:16.20.2-4.module_el8.9.0+3747+ead8229c';

test('a Debian package explains its verdict', () => {
  const { findings } = find([libssl3], bookworm, { advisories: realRecords('debian-changelogs') });
  assert.deepEqual(findings.map(brief).sort(), [
    'CVE-2019-1547 fixed 1.1.1d-1',
    'CVE-2024-13176 affected 3.0.16-1~deb12u1',
    'CVE-2024-5535 affected 3.0.15-1~deb12u1',
  ]);
  const finding = findings.find(({ id }) => id === 'CVE-2024-5535');
  assert.deepEqual(finding?.because, [
    {
      step: 'matched-name',
      message:
        'Debian package changelogs: openssl in Debian:12 is the source package that libssl3 is built from',
      advisory: 'CVE-2024-5535',
      source: 'debian-changelogs',
    },
    {
      step: 'compared-version',
      message: '3.0.14-1~deb12u1 is older than the fix 3.0.15-1~deb12u1 (deb order)',
      advisory: 'CVE-2024-5535',
      source: 'debian-changelogs',
    },
  ]);
});

const node = (version: string) => pkg('rpm', 'nodejs', version, { modularityLabel: 'nodejs:16:1:a' });

test('errata of several dates: the greatest fix counts (ALSA-2023:5850 and ALSA-2024:1444)', () => {
  const packages = [node(BUILD_3), node(BUILD_4)];
  const { findings } = find(packages, alma8, { advisories: realRecords('almalinux') });
  assert.deepEqual(
    findings
      .filter(({ id }) => id === 'CVE-2023-44487')
      .map((finding) => [finding.package.version, brief(finding)]),
    [
      [BUILD_3, `CVE-2023-44487 affected ${BUILD_4}`],
      [BUILD_4, `CVE-2023-44487 fixed ${BUILD_4}`],
    ],
  );
});

test('one rpm erratum with several builds: having one of them is enough (ALSA-2021:4399)', () => {
  const python = pkg('rpm', 'platform-python', '3.6.8-41.el8');
  const { findings } = find([python], alma8, { advisories: realRecords('almalinux') });
  assert.deepEqual(
    [...new Set(findings.map(({ verdict, fixedIn }) => `${verdict} ${fixedIn}`))],
    ['fixed 3.6.8-41.el8'],
  );
});

test('an rpm record that also names every version is no list of builds', () => {
  const record = advisory(
    'X-1',
    [affects('AlmaLinux:8', 'x', '1-2'), affects('AlmaLinux:8', 'x', null, { status: 'will_not_fix' })],
    { source: 'almalinux', covers: ['CVE-2024-0001'] },
  );
  const { findings } = find([pkg('rpm', 'x', '1-3')], alma8, { advisories: [record] });
  assert.deepEqual(findings.map(brief), ['CVE-2024-0001 will_not_fix -']);
});

test('an Alpine flaw that was fixed twice counts as fixed by the last', () => {
  const twice = advisory(
    'CVE-2024-0001',
    [affects('Alpine:v3.18', 'x', '1.0-r1'), affects('Alpine:v3.18', 'x', '1.0-r3')],
    { source: 'alpine-secdb' },
  );
  const { findings } = find([pkg('apk', 'x', '1.0-r2')], alpine318, { advisories: [twice] });
  assert.deepEqual(findings.map(brief), ['CVE-2024-0001 affected 1.0-r3']);
});

test('several entries of a GHSA are one range with holes (GHSA-xvch-5gv4-984h)', () => {
  const { findings } = find([pkg('npm', 'minimist', '1.2.5'), pkg('npm', 'minimist', '0.2.4')], null, {
    advisories: realRecords('ghsa'),
  });
  assert.deepEqual(
    findings.map((finding) => `${finding.package.version} ${brief(finding)}`),
    ['1.2.5 CVE-2021-44906 affected 1.2.6'],
  );
});

test('umbrella identifiers do not merge flaws (XSA-201)', () => {
  const xen = pkg('apk', 'xen-libs', '4.7.1-r0', { source: { name: 'xen', version: null } });
  const { findings } = find([xen], alpine318, { advisories: realRecords('alpine') });
  assert.deepEqual(
    findings.map(({ id, aliases, advisories }) => [id, aliases, advisories.map((some) => some.id)]),
    ['CVE-2016-9815', 'CVE-2016-9816', 'CVE-2016-9817', 'CVE-2016-9818'].map((id) => [
      id,
      [],
      id < 'CVE-2016-9817' ? [id, 'XSA-201'] : ['XSA-201'],
    ]),
  );
});

const DISAGREEMENTS: readonly (readonly [string, readonly Advisory[], string, string])[] = [
  [
    'the own tracker decides against newer and derived records',
    [
      advisory(
        'CVE-2024-0001',
        [affects('Debian:12', 'x', null, { status: 'deferred', statusWord: 'no-dsa' })],
        { source: 'debian-tracker' },
      ),
      advisory('CVE-2024-0001', [affects('Debian:12', 'x', '1.0-1')], { source: 'debian-changelogs' }),
      advisory('DSA-1-1', [affects('Debian:12', 'x', '1.5-1')], {
        source: 'debian-osv',
        covers: ['CVE-2024-0001'],
        modified: '2026-01-01T00:00:00Z',
      }),
    ],
    'CVE-2024-0001 deferred -',
    "the distribution's own tracker decides",
  ],
  [
    'derived records stand back',
    [
      advisory('CVE-2024-0001', [affects('Debian:12', 'x', '1.5-1')], {
        source: 'debian-changelogs',
        modified: '2026-01-01T00:00:00Z',
      }),
      advisory('DSA-1-1', [affects('Debian:12', 'x', '2.0-1')], {
        source: 'debian-osv',
        covers: ['CVE-2024-0001'],
      }),
    ],
    'CVE-2024-0001 affected 2.0-1',
    'a source that was derived from others stands back',
  ],
];

for (const [name, advisories, expected, reason] of DISAGREEMENTS) {
  test(`disagreement: ${name}`, () => {
    const finding = only(find([pkg('deb', 'x', '1.7-1')], bookworm, { advisories }).findings);
    assert.equal(brief(finding), expected);
    const lost = finding.because.filter(({ step }) => step === 'disagreement');
    assert.equal(lost.length, advisories.length - 1);
    assert.ok(lost.every(({ message }) => message.endsWith(`; but ${reason}`)));
    assert.equal(finding.advisories[0]?.source, finding.because[0]?.source);
    assert.equal(finding.advisories.length, advisories.length);
  });
}

const erratum = (source: string, modified: string | null, fixed: string) =>
  advisory(`${source}-1`, [affects('Debian:12', 'x', fixed)], {
    source,
    covers: ['CVE-2024-0001'],
    modified,
  });

test('disagreement: of equal sources the newest record decides', () => {
  const { findings } = find([pkg('deb', 'x', '1.5-1')], bookworm, {
    advisories: [
      erratum('one', '2024-01-01T00:00:00Z', '1.0-1'),
      erratum('two', '2025-01-01T00:00:00Z', '2.0-1'),
      erratum('three', null, '1.0-1'),
    ],
  });
  assert.equal(brief(only(findings)), 'CVE-2024-0001 affected 2.0-1');
  assert.deepEqual(steps(only(findings)).filter((step) => step === 'disagreement').length, 2);
});

test('disagreement: one upstream source that affirms a flaw is enough', () => {
  const { findings } = find([pkg('npm', 'x', '1.9.7')], null, {
    advisories: [
      advisory('GHSA-1', [affects('npm', 'x', '2.0.0')], { aliases: ['CVE-2024-0001'] }),
      advisory('OTHER-1', [affects('npm', 'x', '1.9.5')], { aliases: ['CVE-2024-0001'], source: 'osv' }),
    ],
  });
  const finding = only(findings);
  assert.equal(brief(finding), 'CVE-2024-0001 affected 2.0.0');
  assert.deepEqual(finding.aliases, ['GHSA-1', 'OTHER-1']);
  assert.match(finding.because.at(-1)?.message ?? '', /^according to osv: fixed in 1\.9\.5; but one source/);
});

test('an upstream package outside of every range has no finding', () => {
  assert.deepEqual(
    find([pkg('npm', 'lodash', '4.17.21')], null, { advisories: realRecords('ghsa') }).findings,
    [],
  );
});

for (const [name, source] of [
  ['linux-libc-dev', 'linux'],
  ['linux-kbuild-6.1', 'linux'],
  ['linux-headers-6.1.0-28-amd64', 'linux'],
  ['linux-headers-amd64', 'linux-signed-amd64'],
] as const) {
  test(`kernel headers: ${name}`, () => {
    const headers = pkg('deb', name, '6.1.55-1', { source: { name: source, version: '6.1.55-1' } });
    const records = [
      advisory('CVE-2024-1086', [affects('Debian:12', source, '6.1.76-1')], { source: 'debian-tracker' }),
    ];
    const finding = only(find([headers], bookworm, { advisories: records }).findings);
    assert.equal(finding.verdict, 'suppressed');
    assert.equal(
      finding.suppressedBy,
      `${name} holds the kernel's headers only, not the code that has the flaw`,
    );
    assert.equal(finding.because.at(-1)?.step, 'outranked');
    assert.equal(finding.risk, 0);
  });
}

test('kernel headers: listed by their own name in errata (ALSA-2024:10281), and the kernel beside them', () => {
  const version = '4.18.0-500.el8';
  const { findings } = find([pkg('rpm', 'kernel-headers', version), pkg('rpm', 'kernel', version)], alma8, {
    advisories: realRecords('almalinux'),
  });
  const verdicts = new Set(findings.map(({ package: { name }, verdict }) => `${name} ${verdict}`));
  assert.deepEqual(verdicts, new Set(['kernel affected', 'kernel-headers suppressed']));
});

const owner = pkg('deb', 'node-lodash', '4.17.21+dfsg+~cs8.31.198.20210220-9');
const owned = pkg('npm', 'lodash', '4.17.20', { ownedBy: owner.id });
const debianSays = (status: 'not_affected' | 'affected', id = 'CVE-2021-23337') =>
  advisory(
    id,
    [affects('Debian:12', 'node-lodash', status === 'affected' ? '4.17.21+dfsg-1' : null, { status })],
    { source: 'debian-tracker' },
  );

test('ownership: the distribution outranks an upstream advisory, for the flaws it speaks about', () => {
  const { findings } = find([owner, owned], bookworm, {
    advisories: [...realRecords('ghsa'), debianSays('affected')],
  });
  assert.deepEqual(findings.map((finding) => `${finding.package.type} ${brief(finding)}`).sort(), [
    'deb CVE-2021-23337 fixed 4.17.21+dfsg-1',
    'npm CVE-2021-23337 suppressed 4.17.21',
  ]);
  const upstream = findings.find(({ package: { type } }) => type === 'npm');
  assert.equal(
    upstream?.suppressedBy,
    'the files belong to the package node-lodash 4.17.21+dfsg+~cs8.31.198.20210220-9; according to Debian security tracker: fixed in 4.17.21+dfsg-1',
  );
  assert.equal(upstream?.because.at(-1)?.step, 'outranked');
});

test('ownership: a package of conda has no verdicts that outrank any', () => {
  const conda = pkg('conda', 'lodash', '4.17.20');
  const linked = pkg('npm', 'lodash', '4.17.20', { ownedBy: conda.id });
  const { findings } = find([conda, linked], bookworm, { advisories: realRecords('ghsa') });
  assert.deepEqual(findings.map(brief), ['CVE-2021-23337 affected 4.17.21']);
});

test('ownership: a flaw of which the distribution says nothing stays', () => {
  const { findings } = find([owner, owned], bookworm, {
    advisories: [...realRecords('ghsa'), debianSays('not_affected', 'CVE-2024-0001')],
  });
  assert.deepEqual(findings.map(brief).sort(), [
    'CVE-2021-23337 affected 4.17.21',
    'CVE-2024-0001 not_affected -',
  ]);
});

test('ownership: a distribution that knows the flaw by another name', () => {
  const { findings } = find([owner, owned], bookworm, {
    advisories: [...realRecords('ghsa'), debianSays('not_affected', 'GHSA-35jh-r3h4-6jhm')],
  });
  assert.deepEqual(findings.map(({ package: { type }, verdict }) => `${type} ${verdict}`).sort(), [
    'deb not_affected',
    'npm suppressed',
  ]);
});

test('third parties: the distribution’s advisories are not applied', () => {
  const packaged = { ...libssl3, supplier: 'Docker <support@docker.com>' };
  const { findings, coverage } = find([packaged], bookworm, { advisories: realRecords('debian-changelogs') });
  assert.deepEqual([findings, coverage], [[], [`PACKAGE_THIRD_PARTY ${packaged.purl}`]]);
});

test('EPSS and KEV are joined by CVE, and order the findings', () => {
  const { findings } = find([pkg('npm', 'lodash', '4.17.10')], null, {
    advisories: realRecords('ghsa'),
    epss: { 'CVE-2020-8203': { score: 0.9, percentile: 0.99, date: '2026-08-16' } },
    kev: { 'CVE-2021-23337': { dateAdded: '2026-01-01', dueDate: null, ransomware: false } },
  });
  assert.deepEqual(
    findings.map(({ id, severity, kev, epss }) => [id, severity, kev !== null, epss?.score ?? null]),
    [
      ['CVE-2021-23337', 'high', true, null],
      ['CVE-2020-8203', 'high', false, 0.9],
      ['CVE-2019-10744', 'critical', false, null],
    ],
  );
  assert.deepEqual(
    findings.map(({ published }) => published?.slice(0, 10)),
    ['2021-05-06', '2020-07-15', '2019-07-10'],
  );
});

const everything = [
  ...realRecords('debian-changelogs'),
  ...realRecords('debian-tracker'),
  ...realRecords('ghsa'),
  debianSays('affected'),
];
const inventory: readonly Package[] = [
  libssl3,
  owner,
  owned,
  pkg('deb', 'linux-libc-dev', '6.1.50-1', { source: { name: 'linux', version: '6.1.50-1' } }),
  pkg('deb', 'libxml2', '2.9.14+dfsg-1.3~deb12u1'),
  pkg('deb', 'nothing', ''),
  pkg('npm', 'minimist', '1.2.5'),
  pkg('npm', 'debug', '4.4.2'),
  pkg('npm', 'acorn', 'not a version'),
];

const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length });

test('the order of packages and records does not matter', () => {
  const expected = find(inventory, bookworm, { advisories: everything });
  assert.ok(expected.findings.length > 10);
  fc.assert(
    fc.property(shuffled(inventory), shuffled(everything), (packages, advisories) => {
      assert.deepEqual(find(packages, bookworm, { advisories }), expected);
    }),
    { numRuns: 50 },
  );
});

test('a withdrawn record changes nothing', () => {
  const expected = find(inventory, bookworm, { advisories: everything });
  fc.assert(
    fc.property(
      fc.nat(everything.length - 1),
      fc.constantFrom('GHSA-xxxx', 'CVE-2021-23337', 'CVE-2024-5535'),
      (at, alias) => {
        const { affected } = everything[at] ?? { affected: [] };
        const withdrawn = advisory('X-1', affected, {
          aliases: [alias, 'CVE-2024-13176'],
          withdrawn: '2026-01-01T00:00:00Z',
        });
        assert.deepEqual(find(inventory, bookworm, { advisories: [...everything, withdrawn] }), expected);
      },
    ),
    { numRuns: 50 },
  );
});
