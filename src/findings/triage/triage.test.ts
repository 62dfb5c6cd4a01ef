import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryDatabase } from '../../../test/memory-database.ts';
import { advisory, affects, distribution, pkg } from '../../../test/packages.ts';
import type { Advisory } from '../../advisories/advisory.ts';
import type { Package } from '../../model/package.ts';
import { findVulnerabilities } from '../findings.ts';
import { identifyImage } from '../vex/image-identity.ts';
import { readConfiguration } from './read-configuration.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const DEBIAN = distribution('debian', '12');

const minimist = pkg('npm', 'minimist', '1.2.0', {
  evidence: [{ path: 'app/node_modules/minimist/package.json', layer: null, step: null }],
});
const GHSA = advisory('GHSA-xvch-5gv4-984h', [affects('npm', 'minimist', '1.2.6')], {
  aliases: ['CVE-2021-44906'],
});
const libssl = pkg('deb', 'libssl3', '3.0.11-1', {
  purl: 'pkg:deb/debian/libssl3@3.0.11-1' as Package['purl'],
  source: { name: 'openssl', version: '3.0.11-1' },
});
const TRACKER = advisory('CVE-2023-5678', [affects('Debian:12', 'openssl', '3.0.13-1~deb12u1')], {
  source: 'debian-tracker',
});

/** Decides about the packages with one entry of a configuration, as its lines state it. */
function decide(
  section: 'exceptions' | 'overrides',
  lines: string,
  advisories: readonly Advisory[] = [GHSA, TRACKER],
) {
  const entry = `  - ${lines.trim().replaceAll('\n', '\n    ')}`;
  const text = `schema: hallmark.configuration/1\n${section}:\n${entry}\n`;
  const reference = 'ghcr.io/acme/app:1.4';
  const { findings, triage } = findVulnerabilities({
    packages: [minimist, libssl],
    distribution: DEBIAN,
    database: memoryDatabase({ advisories }),
    triage: {
      image: identifyImage(
        { reference, digest: null, indexDigest: null, configDigest: null, platform: null },
        DEBIAN,
      ),
      configuration: readConfiguration(text, 'c.yaml'),
      vex: [],
      now: NOW,
    },
    now: NOW,
    staleAfterDays: 30,
  });
  const [use] = triage[section];
  assert.ok(use !== undefined);
  const verdicts = Object.fromEntries(findings.map((finding) => [finding.id, finding.verdict]));
  return { findings, use, verdicts };
}

const exception = (lines: string) => `
vulnerability: CVE-2021-44906
status: false-positive
reason: Not called.
owner: team-web
${lines}`;

const SCOPES: readonly (readonly [lines: string, state: 'applied' | 'unused' | 'elsewhere'])[] = [
  ['', 'applied'],
  ['packages: [pkg:npm/minimist]', 'applied'],
  ['packages: ["pkg:npm/minimist@1.2.0"]', 'applied'],
  ['packages: ["pkg:npm/minimist@1.2.1"]', 'unused'],
  ['packages: ["pkg:npm/mini*@1.*"]', 'applied'],
  ['packages: ["pkg:npm/mini*@2.*"]', 'unused'],
  ['packages: ["pkg:pypi/*"]', 'unused'],
  ['packages: [{ purl: pkg:npm/minimist, versions: "vers:npm/<1.2.6" }]', 'applied'],
  ['packages: [{ purl: pkg:npm/minimist, versions: "vers:npm/>=1.2.6" }]', 'unused'],
  [
    'packages: [{ purl: pkg:npm/minimist, versions: [{ introduced: 1.0.0, lastAffected: 1.2.0 }] }]',
    'applied',
  ],
  ['paths: [/app/**]', 'applied'],
  ['paths: [app/*/package.json]', 'unused'],
  ['images: [ghcr.io/acme/*]', 'applied'],
  ['images: ["ghcr.io/acme/app:1.*"]', 'applied'],
  ['images: ["ghcr.io/acme/app:2.*"]', 'elsewhere'],
  ['images: [ghcr.io/other/app, ghcr.io/acme/app]', 'applied'],
  ['images: [acme/app]', 'elsewhere'],
];

for (const [lines, state] of SCOPES) {
  test(`an exception with ${lines === '' ? 'no limits' : lines} is ${state}`, () => {
    const { use, verdicts } = decide('exceptions', exception(`${lines}\nexpires: never`));
    assert.equal(use.state, state);
    assert.equal(verdicts['CVE-2021-44906'], state === 'applied' ? 'suppressed' : 'affected');
    assert.equal(verdicts['CVE-2023-5678'], 'affected', 'other flaws stay');
  });
}

test('an exception holds until the end of its last day, then the finding is open and says why', () => {
  assert.equal(decide('exceptions', exception('expires: 2026-11-21')).use.state, 'applied');
  const { use, findings } = decide('exceptions', exception('expires: 2026-11-20'));
  assert.deepEqual([use.state, use.findings, use.place], ['expired', 1, 'c.yaml:3']);
  const finding = findings.find(({ id }) => id === 'CVE-2021-44906');
  assert.equal(finding?.verdict, 'affected');
  assert.equal(
    finding?.because.at(-1)?.message,
    'the exception of team-web expired on 2026-11-20 (c.yaml:3)',
  );
});

const override = (lines: string) => `
reason: Backported by us.
owner: team-os
expires: never
${lines}`;

test('an override puts its range in the place of the advisory, by the source package too, and says so', () => {
  const { use, findings } = decide(
    'overrides',
    override('vulnerability: CVE-2023-5678\npackage: pkg:deb/debian/openssl\naffected: "vers:deb/<3.0.11-1"'),
  );
  const finding = findings.find(({ id }) => id === 'CVE-2023-5678');
  assert.equal(finding?.verdict, 'fixed');
  assert.equal(finding?.fixedIn, '3.0.11-1');
  assert.equal(finding?.because.at(-1)?.step, 'overridden');
  assert.match(finding?.because.at(-1)?.message ?? '', /an override by team-os.*Backported by us/);
  assert.deepEqual([use.state, use.decides], ['applied', 'affected']);
});

test('an override may also say that more versions are affected', () => {
  const { verdicts } = decide(
    'overrides',
    override(
      'vulnerability: GHSA-xvch-5gv4-984h\npackage: pkg:npm/minimist\naffected: [{ lastAffected: 9.9.9 }]',
    ),
    [advisory('GHSA-xvch-5gv4-984h', [affects('npm', 'minimist', '1.0.0')])],
  );
  assert.deepEqual(verdicts, { 'GHSA-xvch-5gv4-984h': 'affected' });
});

test('an override of one flaw leaves the others that an erratum covers', () => {
  const erratum = advisory('DSA-1', [affects('Debian:12', 'openssl', '9')], {
    source: 'debian-tracker',
    covers: ['CVE-2023-5678', 'CVE-2023-9999'],
  });
  const { verdicts } = decide(
    'overrides',
    override(
      'vulnerability: CVE-2023-5678\npackage: { ecosystem: Debian, name: openssl }\naffected: [{ fixed: "1" }]',
    ),
    [erratum],
  );
  assert.deepEqual(verdicts, { 'CVE-2023-5678': 'fixed', 'CVE-2023-9999': 'affected' });
});

test('an advisory that is taken back suppresses, only for the package that is named', () => {
  const { use, verdicts, findings } = decide(
    'overrides',
    override('vulnerability: CVE-2021-44906\npackage: pkg:npm/minimist\nwithdrawn: true'),
  );
  assert.equal(verdicts['CVE-2021-44906'], 'suppressed');
  assert.deepEqual([use.state, use.findings, use.decides], ['applied', 1, 'withdrawn']);
  assert.equal(
    findings.find(({ id }) => id === 'CVE-2021-44906')?.suppressedBy,
    'CVE-2021-44906 is withdrawn here by team-os',
  );
  const elsewhere = decide(
    'overrides',
    override('vulnerability: CVE-2021-44906\npackage: pkg:npm/yargs\nwithdrawn: true'),
  );
  assert.equal(elsewhere.verdicts['CVE-2021-44906'], 'affected');
  assert.equal(elsewhere.use.state, 'unused');
});
