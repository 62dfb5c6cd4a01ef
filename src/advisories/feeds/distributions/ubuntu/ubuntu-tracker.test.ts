import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';

/** `release/channel package status word fix`, with `-` for none. */
function brief(path: string): readonly string[] {
  return readAdvisory(path).affected.map(({ ecosystem, channel, name, status, statusWord, intervals }) =>
    [
      ecosystem.replace('Ubuntu:', ''),
      channel ?? '-',
      name,
      status,
      statusWord ?? '-',
      intervals[0]?.fixed ?? '-',
    ].join(' '),
  );
}

test('CVE-2016-0728: fixes, not affected, and releases that do not have the package or are not Ubuntu’s own', () => {
  assert.deepEqual(brief('ubuntu-tracker/retired/CVE-2016-0728'), [
    '12.04:LTS - linux not_affected - -',
    '14.04:LTS - linux affected - 3.13.0-76.120',
    '14.04:LTS esm-infra linux affected - 3.13.0-76.120',
    '15.04 - linux affected - 3.19.0-47.53',
    '15.10 - linux affected - 4.2.0-25.30',
    '16.04:LTS - linux not_affected - -',
    '16.10 - linux not_affected - -',
    '12.04:LTS - linux-ti-omap4 not_affected - -',
  ]);
  const { id, source, published, modified, severities, url } = readAdvisory(
    'ubuntu-tracker/retired/CVE-2016-0728',
  );
  assert.deepEqual(
    [id, source, published, modified],
    ['CVE-2016-0728', 'ubuntu-tracker', '2016-02-08T03:59:00Z', null],
  );
  assert.equal(url, 'https://ubuntu.com/security/CVE-2016-0728');
  assert.deepEqual(severities, [
    { kind: 'word', word: 'high', level: 'high' },
    { kind: 'cvss', version: '3.0', vector: 'CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' },
  ]);
});

test('CVE-2019-12213: what is deferred is not what has lost support', () => {
  assert.deepEqual(brief('ubuntu-tracker/active/CVE-2019-12213'), [
    '14.04:LTS - freeimage end_of_life ignored -',
    '14.04:LTS esm-infra freeimage deferred deferred -',
    '16.04:LTS - freeimage deferred deferred -',
    '18.04:LTS - freeimage deferred deferred -',
    '18.10 - freeimage end_of_life ignored -',
    '19.04 - freeimage end_of_life ignored -',
    '19.10 - freeimage deferred deferred -',
  ]);
});

test('CVE-2020-8648: pending fixes cannot be had yet; ignored for other reasons than the end of support', () => {
  assert.deepEqual(brief('ubuntu-tracker/active/CVE-2020-8648'), [
    '12.04:LTS esm-infra linux will_not_fix ignored -',
    '14.04:LTS - linux end_of_life ignored -',
    '14.04:LTS esm-infra linux will_not_fix ignored -',
    '16.04:LTS - linux affected pending -',
    '18.04:LTS - linux affected pending -',
    '19.10 - linux affected pending -',
    '16.04:LTS - linux-hwe affected - -',
    '18.04:LTS - linux-hwe affected - -',
    '16.04:LTS - linux-hwe-edge end_of_life ignored -',
    '18.04:LTS - linux-hwe-edge end_of_life ignored -',
  ]);
});

test('CVE-2020-6819: a package may have a priority of its own', () => {
  const { affected, severities } = readAdvisory('ubuntu-tracker/active/CVE-2020-6819');
  assert.deepEqual(severities, [{ kind: 'word', word: 'high', level: 'high' }]);
  const thunderbird = affected.find(({ name }) => name === 'thunderbird');
  assert.deepEqual(thunderbird?.severities, [{ kind: 'word', word: 'low', level: 'low' }]);
  assert.equal(affected.find(({ name }) => name === 'mozjs52')?.status, 'under_investigation');
});

test('CVE-2020-11501: a status with a bracket too few is rejected, the others are kept', () => {
  const items = readFeed('ubuntu-tracker/active/CVE-2020-11501');
  assert.deepEqual(
    items.map((item) => (item.kind === 'rejected' ? item.reason : item.kind)),
    ['"gnutls28: not-affected 3.5.18-1ubuntu1.3)" is no status of the tracker', 'advisory'],
  );
});

test('CVE-2001-1535: no date is known; needed, but support has ended', () => {
  assert.equal(readAdvisory('ubuntu-tracker/retired/CVE-2001-1535').published, null);
  assert.deepEqual(brief('ubuntu-tracker/retired/CVE-2001-1535'), [
    '6.06:LTS - slash end_of_life ignored -',
    '6.10 - slash end_of_life - -',
    '7.04 - slash affected - 2.2.6-8',
  ]);
});

function statusOf(status: string, label = 'xenial') {
  const text = `Candidate: CVE-2020-1\nPublicDate: 2020-01-01\n${label}_x: ${status}\n`;
  const [item] = readFeed('active/CVE-2020-1', Buffer.from(text));
  const [affected] = item?.kind === 'advisory' ? item.advisory.affected : [];
  return affected === undefined ? (item?.kind ?? 'nothing') : [affected.status, affected.statusWord];
}

test('every status, with the remarks that change it', () => {
  for (const [status, expected] of [
    ['needed', ['affected', null]],
    ['needs-triage', ['under_investigation', 'needs-triage']],
    ['in-progress', ['affected', 'in-progress']],
    ['pending (1.2-3ubuntu1)', ['affected', 'pending']],
    ['deferred (2022-06-01)', ['deferred', 'deferred']],
    ['ignored', ['will_not_fix', 'ignored']],
    ['ignored (end of standard support, was needed)', ['end_of_life', 'ignored']],
    ['ignored (end of ESM support, was needed)', ['end_of_life', 'ignored']],
    ['ignored (end of life)', ['end_of_life', 'ignored']],
    ['ignored (out of standard support)', ['end_of_life', 'ignored']],
    ['ignored (no update available)', ['will_not_fix', 'ignored']],
    ['needs-triage (reached end-of-life)', ['end_of_life', 'needs-triage']],
    ['released (3.6.9+build1+nobinonly-0ubuntu1 )', ['affected', null]],
    ['released [2.6.3-1~ubuntu14.04.1]', ['affected', null]],
    // a fix that is in no stated version
    ['released', ['under_investigation', 'released']],
    ['released (5.1.1 LMY48T)', ['under_investigation', 'released']],
    ['not-affected (code not present)', ['not_affected', null]],
    ['DNE', 'skipped'],
    ['DNE (trusty was released [1.2-3])', 'skipped'],
    ['', 'rejected'],
    ['mended', 'rejected'],
  ] as const) {
    assert.deepEqual(statusOf(status), expected, status);
  }
});

test('a template and a file that is none of the tracker’s', () => {
  assert.deepEqual(readFeed('ubuntu-tracker/active/00boilerplate.zlib'), [
    { kind: 'skipped', reason: 'a template of the Ubuntu CVE tracker' },
  ]);
  assert.throws(() => readFeed('Makefile', Buffer.from('all:\n\tcheck\n')));
});
