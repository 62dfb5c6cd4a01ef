import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brief, findIn, recordsOf } from '../../test/finding-rules.ts';
import { advisory, affects, distribution, pkg, realRecords } from '../../test/packages.ts';
import type { Advisory } from '../advisories/advisory.ts';
import type { Distribution, Package } from '../model/package.ts';

const alma8 = distribution('almalinux', '8.10');
const alma9 = distribution('almalinux', '9.4');
const rpm = (name: string, version: string) => pkg('rpm', name, version, { architecture: 'x86_64' });
const python = realRecords('pypa');

const steps = (installed: Package, on: Distribution | null, records: readonly Advisory[]) =>
  findIn(installed, on, records)[0]?.because.map(({ step, message }) => `${step}: ${message}`) ?? [];

test('what weakens or limits a match is among the reasons', () => {
  assert.deepEqual(
    steps(rpm('openssl-libs', '1:1.1.1k-12.el8_9'), alma8, recordsOf(realRecords('redhat'), 'CVE-2024-0727')),
    [
      'matched-name: redhat-vex: openssl-libs in Red Hat:8 is this package by name',
      'inherited: the distribution is a rebuild of Red Hat:8, and has no statement of its own about the flaw',
      'compared-version: the statement holds for every version, so for 1:1.1.1k-12.el8_9',
      'source-status: according to redhat-vex: affected, and the fix waits (Fix deferred)',
    ],
  );
  const wayland = pkg('deb', 'libwayland-client0', '1.12.0-1~ubuntu16.04.3', {
    source: { name: 'wayland', version: null },
  });
  assert.deepEqual(steps(wayland, distribution('ubuntu', '16.04'), realRecords('ubuntu')).slice(2), [
    'fix-elsewhere: a fix exists only in esm-infra: 1.12.0-1~ubuntu16.04.3+esm1',
  ]);
  const curl = pkg('generic', 'curl', '8.4.0', { cpes: ['cpe:2.3:a:haxx:curl:8.4.0:*:*:*:*:*:*:*'] });
  assert.deepEqual(steps(curl, null, realRecords('nvd-overrides')).slice(0, 2), [
    'matched-name: nvd-overrides: haxx:curl in CPE is the product that curl is, by a curated name',
    'low-confidence: by the name of a product, not of a package: whoever built it may have patched it',
  ]);
});

test('a malicious version is critical, whatever nobody says of its severity (MAL-2026-5276)', () => {
  const [finding] = findIn(pkg('pypi', 'nucbox', '0.1.2'), null, python);
  assert.deepEqual(
    [finding?.malicious, finding?.severity, finding?.aliases, finding?.because.at(-1)?.step],
    [true, 'critical', ['MAL-2026-5276'], 'malicious'],
  );
});

test('own errata that decide over inherited statements leave them among the reasons', () => {
  const records = [
    advisory('ALSA-2024:0001', [affects('AlmaLinux:9', 'curl', '7.76.1-26.el9_3.2')], {
      source: 'almalinux',
      covers: ['CVE-2024-0727'],
    }),
    advisory('CVE-2024-0727', [
      affects('Red Hat:9', 'curl', null, { scheme: 'rpm', naming: 'binary', status: 'deferred' }),
    ]),
  ];
  const [finding] = findIn(rpm('curl', '7.76.1-26.el9_3.2'), alma9, records);
  assert.equal(finding && brief(finding), 'CVE-2024-0727 fixed 7.76.1-26.el9_3.2');
  assert.deepEqual(finding?.because.at(-1), {
    step: 'disagreement',
    message:
      "according to ghsa: affected, and the fix waits; but the distribution's own sources decide over those of the one that it is a rebuild of",
    advisory: 'CVE-2024-0727',
    source: 'ghsa',
  });
});
