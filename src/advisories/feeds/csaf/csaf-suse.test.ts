import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';
import { suseProduct } from '../../vocabulary/suse-products.ts';

const statements = (path: string) =>
  readAdvisory(path).affected.map(
    ({ ecosystem, channel, naming, name, status, intervals, architectures }) => [
      ecosystem.replace('SUSE:Linux Enterprise ', ''),
      channel,
      naming,
      name,
      status,
      intervals[0]?.fixed ?? null,
      architectures.join(' '),
    ],
  );

test('CVE-2023-47627 of aiohttp: recommended builds are fixes, and some products get none', () => {
  const aiohttp = readAdvisory('csaf-suse/cve-2023-47627.json');
  assert.equal(aiohttp.id, 'CVE-2023-47627');
  assert.equal(aiohttp.source, 'suse-vex');
  assert.deepEqual(aiohttp.severities, [
    { kind: 'cvss', version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N' },
    { kind: 'word', word: 'moderate', level: 'medium' },
  ]);
  const fix = '3.9.3-150400.10.14.1';
  assert.deepEqual(statements('csaf-suse/cve-2023-47627.json'), [
    ['Server 15 SP4', 'ltss', 'binary', 'python311-aiohttp', 'affected', fix, ''],
    ['Server 15 SP5', null, 'binary', 'python311-aiohttp', 'affected', fix, ''],
    ['Server 15 SP6', null, 'binary', 'python311-aiohttp', 'affected', fix, ''],
    ['Server 15 SP7', null, 'binary', 'python311-aiohttp', 'affected', fix, ''],
    // without a source package beside it the name may be one
    ['Server 15 SP4', null, 'binary', 'python-aiohttp', 'will_not_fix', null, ''],
    ['Server 15 SP4', null, 'source', 'python-aiohttp', 'will_not_fix', null, ''],
    ['Server 15 SP4', null, 'binary', 'python311-aiohttp', 'will_not_fix', null, ''],
  ]);
});

test('CVE-2022-24735 of Redis: affected without a fix, in general support and beyond', () => {
  assert.deepEqual(statements('csaf-suse/cve-2022-24735.json').slice(3), [
    ['Server 15 SP2', 'ltss', 'binary', 'redis', 'affected', null, ''],
    ['Server 15 SP2', null, 'binary', 'redis', 'affected', null, ''],
  ]);
});

test('SUSE-SU-2026:0005-1 of rsync: an update names architectures and epochs', () => {
  const rsync = readAdvisory('csaf-suse/suse-su-2026_0005-1.json');
  assert.equal(rsync.source, 'suse');
  assert.deepEqual(rsync.covers, ['CVE-2025-10158']);
  assert.deepEqual(statements('csaf-suse/suse-su-2026_0005-1.json'), [
    ['High Performance Computing 12 SP5', null, 'binary', 'rsync', 'affected', '3.1.3-3.34.1', 'x86_64'],
    ['Server 12 SP5', null, 'binary', 'rsync', 'affected', '3.1.3-3.34.1', 'x86_64'],
    ['Server 12 SP5', 'ltss-extended-security', 'binary', 'rsync', 'affected', '3.1.3-3.34.1', 'x86_64'],
    ['Server for SAP Applications 12 SP5', null, 'binary', 'rsync', 'affected', '3.1.3-3.34.1', 'x86_64'],
  ]);
});

test('modules of SUSE Linux Enterprise 15 are the Server’s, but for those with builds of their own', () => {
  for (const [name, ecosystem, channel] of [
    ['SUSE Linux Enterprise Module for Basesystem 15 SP5', 'SUSE:Linux Enterprise Server 15 SP5', null],
    ['SUSE Linux Enterprise Module for Python 3 15 SP6', 'SUSE:Linux Enterprise Server 15 SP6', null],
    ['SUSE Linux Enterprise Module for Legacy 15', 'SUSE:Linux Enterprise Server 15', null],
    [
      'SUSE Linux Enterprise Module for Certifications 15 SP7',
      'SUSE:Linux Enterprise Module for Certifications 15 SP7',
      null,
    ],
    [
      'SUSE Linux Enterprise Module for Containers 12',
      'SUSE:Linux Enterprise Module for Containers 12',
      null,
    ],
    ['SUSE Linux Enterprise Server 15-LTSS', 'SUSE:Linux Enterprise Server 15', 'ltss'],
    ['SUSE Linux Enterprise Server 16.0', 'SUSE:Linux Enterprise Server 16.0', null],
    ['openSUSE Leap 15.6', 'openSUSE:Leap 15.6', null],
  ] as const) {
    assert.deepEqual(suseProduct(name), { ecosystem, channel }, name);
  }
});

/** A document without a tree: what is said stands in the identifiers. */
function document(productStatus: object): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        publisher: { category: 'vendor', name: 'SUSE', namespace: 'https://www.suse.com/' },
        tracking: { id: 'CVE-2024-0001', status: 'final', current_release_date: '2026-01-01T00:00:00Z' },
      },
      vulnerabilities: [{ cve: 'CVE-2024-0001', product_status: productStatus }],
    }),
  );
}

test('identifiers are taken apart where the tree does not describe them', () => {
  const items = readFeed(
    'x.json',
    document({
      recommended: [
        'SUSE Linux Enterprise Server 15 SP5:libopenssl-1_1-devel-1:1.1.1l-150500.17.1.x86_64',
        'SUSE Linux Enterprise Server 15 SP5:libopenssl-1_1-devel-1:1.1.1l-150500.17.1.aarch64',
        'SUSE Linux Enterprise Server 15 SP5:libopenssl-1_1-doc-1:1.1.1l-150500.17.1.noarch',
      ],
      known_not_affected: ['SUSE Linux Enterprise Server 15 SP5:java-1_7_0-openjdk'],
    }),
  );
  const [item] = items;
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(
    item.advisory.affected.map(({ naming, name, status, intervals, architectures }) => [
      naming,
      name,
      status,
      intervals[0]?.fixed ?? null,
      architectures,
    ]),
    [
      ['binary', 'libopenssl-1_1-devel', 'affected', '1:1.1.1l-150500.17.1', ['aarch64', 'x86_64']],
      ['binary', 'libopenssl-1_1-doc', 'affected', '1:1.1.1l-150500.17.1', []],
      ['binary', 'java-1_7_0-openjdk', 'not_affected', null, []],
      ['source', 'java-1_7_0-openjdk', 'not_affected', null, []],
    ],
  );
});

test('images and unreadable builds are left out, each with its reason', () => {
  const items = readFeed(
    'x.json',
    document({
      recommended: [
        'Container suse/sle15:15.5.1:curl-8.0-1.1',
        'SUSE Linux Enterprise Server 15 SP5',
        'SUSE Linux Enterprise Server 15 SP5:nonsense',
      ],
    }),
  );
  assert.deepEqual(
    items.map((item) => ('reason' in item ? `${item.kind}: ${item.reason}` : item.kind)),
    [
      'skipped: a component of a product that is no release of SUSE',
      'skipped: a product as a whole',
      'rejected: the name of "SUSE Linux Enterprise Server 15 SP5:nonsense" cannot be read',
    ],
  );
});
