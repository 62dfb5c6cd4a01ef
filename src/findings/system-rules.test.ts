/** The rules of docs/findings.md for distributions' packages, each by upstream's own records. */
import { recordsOf, testRules } from '../../test/finding-rules.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';
import type { Distribution } from '../model/package.ts';

const redHat = realRecords('redhat');
const CURL = recordsOf(redHat, 'CVE-2023-38545');
const BROTLI = recordsOf(redHat, 'CVE-2025-6176');
const OPENSSL = recordsOf(redHat, 'CVE-2024-0727');
const CURL_9 = realRecords('almalinux-9');

const rhel = (versionId: string, facts: Partial<Distribution> = {}) =>
  distribution('rhel', versionId, { cpe: 'cpe:/o:redhat:enterprise_linux:9::baseos', ...facts });
const eus94 = rhel('9.4', { repositories: ['rhel-9-for-x86_64-baseos-eus-rpms'] });
const rpm = (name: string, version: string, facts: Parameters<typeof pkg>[3] = {}) =>
  pkg('rpm', name, version, { architecture: 'x86_64', ...facts });
const alma9 = distribution('almalinux', '9.4');
const alma8 = distribution('almalinux', '8.10');

testRules([
  [
    'Red Hat: a minor release has its fix, although a later one has a greater (CVE-2023-38545)',
    rpm('curl', '7.76.1-23.el9_2.4'),
    rhel('9.2'),
    CURL,
    ['CVE-2023-38545 fixed 7.76.1-23.el9_2.4'],
  ],
  [
    'Red Hat: the fix of an earlier minor release is none for a later build',
    rpm('curl', '7.76.1-26.el9_3'),
    rhel('9.3'),
    CURL,
    ['CVE-2023-38545 affected 7.76.1-26.el9_3.2'],
  ],
  [
    'Red Hat: the build that a minor release began with has not the fix that came in it (RHSA-2023:6745)',
    rpm('curl', '7.76.1-26.el9'),
    rhel('9.3'),
    CURL,
    ['CVE-2023-38545 affected 7.76.1-26.el9_3.2'],
  ],
  [
    'Red Hat: a build of a minor release before all fixes',
    rpm('curl', '7.76.1-19.el9_1.1'),
    rhel('9.1'),
    CURL,
    ['CVE-2023-38545 affected 7.76.1-23.el9_2.4'],
  ],
  [
    'Red Hat: a build of a minor release after all fixes',
    rpm('curl', '7.76.1-29.el9_4'),
    rhel('9.4'),
    CURL,
    ['CVE-2023-38545 fixed 7.76.1-26.el9_3.2'],
  ],
  [
    'Debian: what waited for a fix has it once a notice has (CVE-2021-33560, DLA-2691-1)',
    pkg('deb', 'libgcrypt20', '1.7.6-2+deb9u4'),
    distribution('debian', '9'),
    [
      advisory('CVE-2021-33560', [affects('Debian:9', 'libgcrypt20', null, { status: 'deferred' })], {
        source: 'debian-lists',
      }),
      advisory('DLA-2691-1', [affects('Debian:9', 'libgcrypt20', '1.7.6-2+deb9u4')], {
        source: 'debian-lists',
        covers: ['CVE-2021-33560'],
      }),
    ],
    ['CVE-2021-33560 fixed 1.7.6-2+deb9u4'],
  ],
  [
    'AlmaLinux: errata of two minor releases (ALSA-2023:5763, ALSA-2023:6745)',
    rpm('curl', '7.76.1-23.el9_2.4'),
    alma9,
    CURL_9,
    ['CVE-2023-38545 fixed 7.76.1-23.el9_2.4', 'CVE-2023-38546 fixed 7.76.1-23.el9_2.4'],
  ],
  [
    'Red Hat: the mainline does not get the fix of a stream (CVE-2025-6176)',
    rpm('brotli', '1.0.9-6.el9'),
    rhel('9.4'),
    BROTLI,
    ['CVE-2025-6176 affected 1.0.9-9.el9_7'],
  ],
  [
    'Red Hat: the fix of the stream that the repositories are of (CVE-2025-6176)',
    rpm('brotli', '1.0.9-6.el9'),
    eus94,
    BROTLI,
    ['CVE-2025-6176 affected 1.0.9-6.el9_4.1'],
  ],
  [
    'Red Hat: a build of the stream has its fix (CVE-2025-6176)',
    rpm('brotli', '1.0.9-6.el9_4.1'),
    eus94,
    BROTLI,
    ['CVE-2025-6176 fixed 1.0.9-6.el9_4.1'],
  ],
  [
    'Red Hat: the stream that os-release names (CVE-2025-6176)',
    rpm('brotli', '1.0.9-7.el9_6'),
    rhel('9.6', { cpe: 'cpe:/o:redhat:rhel_eus:9.6' }),
    BROTLI,
    ['CVE-2025-6176 affected 1.0.9-7.el9_6.1'],
  ],
  [
    'Red Hat: a stream that has no fix does not get the mainline’s of a later minor release (CVE-2025-6176)',
    rpm('brotli', '1.0.9-6.el9'),
    rhel('9.2', { repositories: ['rhel-9-for-x86_64-appstream-eus-rpms__9_DOT_2'] }),
    BROTLI,
    ['CVE-2025-6176 affected - Red Hat:1.0.9-9.el9_7'],
  ],
  [
    'Red Hat: content sets name the minor release of the stream (CVE-2025-6176)',
    rpm('brotli', '1.0.6-3.el8', { architecture: 'i686' }),
    rhel('8.6', { repositories: ['rhel-8-for-x86_64-baseos-tus-rpms__8_DOT_8'] }),
    BROTLI,
    ['CVE-2025-6176 affected 1.0.6-4.el8_8'],
  ],
  [
    'Red Hat: another architecture than those of the fix (CVE-2025-6176)',
    rpm('brotli', '1.0.9-6.el9', { architecture: 'riscv64' }),
    rhel('9.4'),
    BROTLI,
    [],
  ],
  [
    'Red Hat: what it says of a product on top is not said of the system (CVE-2025-6176)',
    rpm('python3-brotli-satellite', '1.0.9-2.el8sat', {
      source: { name: 'python-brotli', version: '1.0.9-2.el8sat' },
    }),
    rhel('8.10'),
    BROTLI,
    [],
  ],
  [
    'Red Hat: … unless a repository is of the product (CVE-2025-6176)',
    rpm('python3-brotli-satellite', '1.0.9-2.el8sat', {
      source: { name: 'python-brotli', version: '1.0.9-2.el8sat' },
    }),
    rhel('8.10', { repositories: ['satellite-6.16-for-rhel-8-x86_64-rpms'] }),
    BROTLI,
    ['CVE-2025-6176 affected -'],
    { 'satellite-6.16-for-rhel-8-x86_64-rpms': ['cpe:/a:redhat:satellite:6.16::el8'] },
  ],
  [
    'CentOS Linux: Red Hat’s records are its own (CVE-2024-0727)',
    rpm('openssl-libs', '1:1.1.1k-12.el8_9'),
    distribution('centos', '8', { prettyName: 'CentOS Linux 8' }),
    OPENSSL,
    ['CVE-2024-0727 deferred -'],
  ],
  [
    'CentOS Stream: Red Hat’s records are not its own',
    rpm('openssl-libs', '1:1.1.1k-12.el8_9'),
    distribution('centos', '8', { prettyName: 'CentOS Stream 8' }),
    OPENSSL,
    [],
  ],
  [
    'AlmaLinux: what Red Hat has not fixed is inherited (CVE-2024-0727)',
    rpm('openssl-libs', '1:1.1.1k-12.el8_9'),
    alma8,
    [...OPENSSL, ...realRecords('almalinux')],
    ['CVE-2024-0727 deferred -'],
  ],
  [
    'AlmaLinux: what Red Hat fixed and AlmaLinux has not published (CVE-2023-38545)',
    rpm('curl', '7.76.1-19.el9_1.1'),
    alma9,
    CURL,
    ['CVE-2023-38545 affected - Red Hat:7.76.1-23.el9_2.4'],
  ],
  [
    'AlmaLinux: its own errata decide over Red Hat (ALSA-2023:6745)',
    rpm('curl', '7.76.1-26.el9_3'),
    alma9,
    [...recordsOf(CURL_9, 'ALSA-2023:6745'), ...CURL],
    ['CVE-2023-38545 affected 7.76.1-26.el9_3.2', 'CVE-2023-38546 affected 7.76.1-26.el9_3.2'],
  ],
  [
    'AlmaLinux: Red Hat’s builds of a module have other numbers',
    rpm('nodejs', '1:16.20.2-3.module_el8.8.0+3653+c77a731f', { modularityLabel: 'nodejs:16:1:a' }),
    alma8,
    [
      advisory('CVE-2024-0001', [
        affects('Red Hat:8', 'nodejs', '1:16.20.2-3.module+el8.8.0+19897+b2f9dd5a', {
          scheme: 'rpm',
          naming: 'binary',
          module: 'nodejs:16',
        }),
      ]),
    ],
    [],
  ],
]);

const htop = rpm('htop', '3.2.1-1.el9', { supplier: 'Fedora Project' });

testRules([
  [
    'EPEL: by its own advisories, not by the distribution’s',
    htop,
    alma9,
    [
      advisory(
        'FEDORA-EPEL-2024-0001',
        [affects('EPEL:9', 'htop', '3.3.0-1.el9', { scheme: 'rpm', naming: 'source' })],
        { covers: ['CVE-2024-0001'] },
      ),
      advisory('ALSA-2024:0002', [affects('AlmaLinux:9', 'htop', '3.2.1-4.el9')]),
    ],
    ['CVE-2024-0001 affected 3.3.0-1.el9'],
  ],
  [
    'EPEL: not at all where the database has none of its advisories',
    htop,
    alma9,
    [advisory('ALSA-2024:0002', [affects('AlmaLinux:9', 'htop', '3.2.1-4.el9')])],
    [],
  ],
]);

const ubuntu = (release: string) => distribution('ubuntu', release);
const wayland = (version: string) =>
  pkg('deb', 'libwayland-client0', version, { source: { name: 'wayland', version } });
const WAYLAND = realRecords('ubuntu');
const buster = distribution('debian', '10', { codename: 'buster' });
const curlOf = (version: string) => pkg('deb', 'libcurl4', version, { source: { name: 'curl', version } });
const ELTS = realRecords('debian-elts');
const noDsa = advisory(
  'CVE-2024-7264',
  [affects('Debian:10', 'curl', null, { status: 'end_of_life', statusWord: 'end-of-life' })],
  { source: 'debian-tracker' },
);

testRules([
  [
    'Ubuntu: a fix exists only in Pro (UBUNTU-CVE-2021-3782)',
    wayland('1.12.0-1~ubuntu16.04.3'),
    ubuntu('16.04'),
    WAYLAND,
    ['CVE-2021-3782 affected - esm-infra:1.12.0-1~ubuntu16.04.3+esm1'],
  ],
  [
    'Ubuntu: a package from Pro gets the fixes of Pro (UBUNTU-CVE-2021-3782)',
    wayland('1.12.0-1~ubuntu16.04.3~esm1'),
    ubuntu('16.04'),
    WAYLAND,
    ['CVE-2021-3782 affected 1.12.0-1~ubuntu16.04.3+esm1'],
  ],
  [
    'Ubuntu: the version with the fix of Pro (UBUNTU-CVE-2021-3782)',
    wayland('1.12.0-1~ubuntu16.04.3+esm1'),
    ubuntu('16.04'),
    WAYLAND,
    ['CVE-2021-3782 fixed 1.12.0-1~ubuntu16.04.3+esm1'],
  ],
  [
    'Ubuntu: a fix that everybody gets (UBUNTU-CVE-2021-3782)',
    wayland('1.16.0-1ubuntu1.1~18.04.3'),
    ubuntu('18.04'),
    WAYLAND,
    ['CVE-2021-3782 affected 1.16.0-1ubuntu1.1~18.04.4'],
  ],
  [
    'Ubuntu: what is open in Pro is open for everybody (UBUNTU-CVE-2016-20013)',
    pkg('deb', 'libc6', '2.27-3ubuntu1.6', { source: { name: 'glibc', version: '2.27-3ubuntu1.6' } }),
    ubuntu('18.04'),
    WAYLAND,
    ['CVE-2016-20013 affected -'],
  ],
  [
    'Ubuntu: FIPS modules are other builds',
    pkg('deb', 'openssl', '1.1.1f-1ubuntu2.fips.2.8'),
    ubuntu('20.04'),
    [
      advisory('CVE-2024-0001', [
        affects('Ubuntu:20.04:LTS', 'openssl', '1.1.1f-1ubuntu2.20', { scheme: 'deb' }),
        affects('Ubuntu:20.04:LTS', 'openssl', '1.1.1f-1ubuntu2.fips.2.9', {
          scheme: 'deb',
          channel: 'fips-updates',
        }),
      ]),
    ],
    ['CVE-2024-0001 affected 1.1.1f-1ubuntu2.fips.2.9'],
  ],
  [
    'Debian ELTS: its fix is not for everybody (ELA-1145-1)',
    curlOf('7.64.0-4+deb10u9'),
    buster,
    [noDsa, ...ELTS],
    ['CVE-2024-7264 end_of_life - elts:7.64.0-4+deb10u10'],
  ],
  [
    'Debian ELTS: a version that has it (ELA-1145-1)',
    curlOf('7.64.0-4+deb10u10'),
    buster,
    [noDsa, ...ELTS],
    ['CVE-2024-7264 fixed 7.64.0-4+deb10u10'],
  ],
  [
    'Debian: a binary package that was built again without a change of its source',
    pkg('deb', 'libcurl4', '7.64.0-4+deb10u10+b1', {
      source: { name: 'curl', version: '7.64.0-4+deb10u10' },
    }),
    buster,
    ELTS,
    ['CVE-2024-7264 fixed 7.64.0-4+deb10u10'],
  ],
]);

const alpine = (...repositories: readonly string[]) => distribution('alpine', '3.18.4', { repositories });
const openssl = (version: string) =>
  pkg('apk', 'libcrypto3', version, { source: { name: 'openssl', version: null } });
const BRANCHES = realRecords('alpine-branches');

testRules([
  [
    'Alpine: only the release’s own branch',
    openssl('3.1.4-r4'),
    alpine('v3.18'),
    BRANCHES,
    ['CVE-2023-0466 not_affected -', 'CVE-2024-0727 affected 3.1.4-r5'],
  ],
  [
    'Alpine: of two branches the one that the build is near to has the fix (CVE-2024-0727)',
    openssl('3.0.15-r1'),
    alpine('v3.17', 'v3.18'),
    recordsOf(BRANCHES, 'CVE-2024-0727'),
    ['CVE-2024-0727 fixed 3.0.12-r4'],
  ],
  [
    'Alpine: of two branches the one that the build is near to has no fix in it (CVE-2024-0727)',
    openssl('3.1.4-r4'),
    alpine('v3.17', 'v3.18'),
    recordsOf(BRANCHES, 'CVE-2024-0727'),
    ['CVE-2024-0727 affected 3.1.4-r5'],
  ],
]);
