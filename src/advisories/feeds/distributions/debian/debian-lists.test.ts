import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readAdvisory, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';
import type { Advisory } from '../../../advisory.ts';

function brief(advisory: Advisory | undefined): readonly string[] | undefined {
  return advisory?.affected.map(({ ecosystem, name, status, statusWord, intervals }) =>
    [ecosystem.replace('Debian:', ''), name, status, statusWord ?? '-', intervals[0]?.fixed ?? '-'].join(' '),
  );
}

test('an advisory covers flaws, and has the version with the fixes for a release', () => {
  const advisories = readAdvisories('debian-lists/DSA/list');
  const apache = advisories.get('DSA-5376-1');
  assert.deepEqual([apache?.source, apache?.published], ['debian-lists', '2023-03-20T00:00:00Z']);
  assert.equal(apache?.url, 'https://security-tracker.debian.org/tracker/DSA-5376-1');
  assert.deepEqual(apache.covers, [
    'CVE-2006-20001',
    'CVE-2022-36760',
    'CVE-2022-37436',
    'CVE-2023-25690',
    'CVE-2023-27522',
  ]);
  assert.deepEqual(brief(apache), ['11 apache2 affected - 2.4.56-1~deb11u1']);
  assert.deepEqual(brief(readAdvisories('debian-lists/DLA/list').get('DLA-3377-1')), [
    '10 systemd affected - 241-7~deb10u9',
  ]);
});

test('regression updates fix no flaw; releases before squeeze are not known', () => {
  const skipped = readFeed('debian-lists/DSA/list').flatMap((item) =>
    item.kind === 'skipped' ? [item.reason] : [],
  );
  assert.deepEqual(skipped.toSorted(), [
    // DSA-945-1, DSA-856-1, DSA-141 of woody and sarge, DSA-2819-1 without a line
    ...Array<string>(4).fill('a record of the Debian tracker about no package of a known release'),
    // DSA-5356-2
    'an erratum that fixes no security flaw',
  ]);
  assert.ok(readFeed('debian-lists/DTSA/list').every(({ kind }) => kind === 'skipped'));
});

test('the list of flaws: unstable, and what is said outright of a release', () => {
  const flaws = readAdvisories('debian-lists/CVE/list');
  for (const [id, expected] of [
    [
      'CVE-2023-5981',
      [
        'sid gnutls28 affected - 3.8.2-1',
        '12 gnutls28 affected - 3.7.9-2+deb12u1',
        '11 gnutls28 affected - 3.7.1-5+deb11u5',
      ],
    ],
    [
      'CVE-2021-33560',
      [
        'sid libgcrypt20 affected - 1.8.7-6',
        '10 libgcrypt20 affected - 1.8.4-5+deb10u1',
        '9 libgcrypt20 deferred no-dsa -',
      ],
    ],
    [
      'CVE-2021-29629',
      ['sid dacs unimportant unimportant -', '9 dacs not_affected - -', '10 dacs will_not_fix ignored -'],
    ],
    [
      'CVE-2021-3450',
      [
        'sid openssl affected - 1.1.1k-1',
        '10 openssl not_affected - -',
        '9 openssl not_affected - -',
        'sid openssl1.0 not_affected - -',
      ],
    ],
  ] as const) {
    assert.deepEqual(brief(flaws.get(id)), expected, id);
    // the advisories of a flaw are no flaws
    assert.deepEqual(flaws.get(id)?.covers, []);
  }
});

test('a record as JSON, in the form of aquasecurity/vuln-list-debian, reads the same', () => {
  assert.deepEqual(
    readAdvisory('debian-lists/CVE-2021-29629.json'),
    readAdvisories('debian-lists/CVE/list').get('CVE-2021-29629'),
  );
});

/** A record of the list of flaws with one line about a package of bookworm. */
function readLine(line: string) {
  const [item] = readFeed('CVE/list', Buffer.from(`CVE-2024-1000 (A flaw)\n\t[bookworm] - ${line}\n`));
  return item?.kind === 'advisory' ? brief(item.advisory)?.[0] : item?.kind;
}

test('every word that may stand for a version', () => {
  for (const [line, expected] of [
    ['x <unfixed> (bug #1; medium)', '12 x affected - -'],
    ['x <removed>', '12 x affected removed -'],
    ['x <postponed> (Minor issue; wait for more)', '12 x deferred postponed -'],
    ['x <no-dsa> (Minor issue)', '12 x deferred no-dsa -'],
    ['x <ignored> (Too intrusive to backport)', '12 x will_not_fix ignored -'],
    ['x <end-of-life> (EOL in bookworm)', '12 x end_of_life end-of-life -'],
    ['x <undetermined>', '12 x under_investigation undetermined -'],
    ['x <not-affected> (Vulnerable code not present)', '12 x not_affected - -'],
    ['x 1:2.0-1~deb12u1 (unimportant; bug #2)', '12 x unimportant unimportant 1:2.0-1~deb12u1'],
    ['x', '12 x affected - -'],
    ['x <itp> (bug #3)', 'skipped'],
    ['x <mended>', 'rejected'],
  ] as const) {
    assert.equal(readLine(line), expected, line);
  }
});

test('fixes that wait for the next point release, and flaws without an identifier', () => {
  const planned = 'CVE-2022-3650\n\t[bullseye] - ceph 14.2.21-1+deb11u1\n';
  assert.throws(() => readFeed('next-point-update.txt', Buffer.from(planned)));
  const list = 'CVE-2024-1000 (A flaw)\n\tRESERVED\nCVE-2023-XXXX [no name yet]\n\t- x 1.0-1\n';
  assert.deepEqual(readFeed('CVE/list', Buffer.from(list)), [
    { kind: 'skipped', reason: 'a record of the Debian tracker about no package of a known release' },
    { kind: 'skipped', reason: 'a flaw of the Debian tracker that has no identifier yet' },
  ]);
});
