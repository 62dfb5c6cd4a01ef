import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../../test/advisories/feed-fixtures.ts';

/** What one release's part of an entry says of the package. */
function read(release: Readonly<Record<string, unknown>>, codename = 'bookworm') {
  const tracker = {
    zlib: { 'CVE-2023-45853': { description: 'not kept', releases: { [codename]: release } } },
  };
  const [item] = readFeed('data/json', Buffer.from(JSON.stringify(tracker)));
  assert.ok(item?.kind === 'advisory', JSON.stringify(item));
  return item.advisory.affected[0];
}

const before = (fixed: string) => [{ introduced: null, fixed, lastAffected: null }];

test('each status of the tracker', () => {
  for (const [release, status, statusWord, intervals] of [
    [{ status: 'resolved', fixed_version: '1:1.3-1' }, 'affected', null, before('1:1.3-1')],
    [{ status: 'resolved', fixed_version: '0' }, 'not_affected', null, []],
    [{ status: 'resolved', fixed_version: '0', urgency: 'unimportant' }, 'not_affected', null, []],
    [
      { status: 'resolved', fixed_version: '5', urgency: 'unimportant' },
      'unimportant',
      'unimportant',
      before('5'),
    ],
    [{ status: 'open', urgency: 'not yet assigned' }, 'affected', null, []],
    [{ status: 'open', urgency: 'unimportant' }, 'unimportant', 'unimportant', []],
    [{ status: 'open', urgency: 'end-of-life' }, 'end_of_life', 'end-of-life', []],
    [{ status: 'open', nodsa: 'Minor issue', nodsa_reason: '' }, 'deferred', 'no-dsa', []],
    [{ status: 'open', nodsa: 'Minor issue' }, 'deferred', 'no-dsa', []],
    [{ status: 'open', nodsa: 'Minor issue', nodsa_reason: 'postponed' }, 'deferred', 'postponed', []],
    [{ status: 'open', nodsa: 'Not built', nodsa_reason: 'ignored' }, 'will_not_fix', 'ignored', []],
    [{ status: 'undetermined' }, 'under_investigation', 'undetermined', []],
  ] as const) {
    const affected = read(release);
    const name = JSON.stringify(release);
    assert.equal(affected?.status, status, name);
    assert.equal(affected.statusWord, statusWord, name);
    assert.deepEqual(affected.intervals, intervals, name);
  }
});

test('urgencies are severities, with or without the star of a hand-set one', () => {
  for (const [urgency, level] of [
    ['high**', 'high'],
    ['medium', 'medium'],
    ['low**', 'low'],
    ['not yet assigned', undefined],
  ] as const) {
    const [severity] = read({ status: 'open', urgency })?.severities ?? [];
    assert.equal(severity?.kind === 'word' ? severity.level : undefined, level, urgency);
  }
});

test('codenames become release numbers, and unknown ones are passed over', () => {
  assert.equal(read({ status: 'open' })?.ecosystem, 'Debian:12');
  assert.equal(read({ status: 'open' }, 'sid')?.ecosystem, 'Debian:sid');
  const tracker = { zlib: { 'CVE-1999-1': { releases: { potato: { status: 'open' } } } } };
  const items = readFeed('data/json', Buffer.from(JSON.stringify(tracker)));
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['skipped'],
  );
});

test('samples of the real tracker', () => {
  const [librsync] = readAdvisories('debian/tracker-librsync.json').values();
  assert.deepEqual(
    librsync?.affected.map(({ ecosystem, status, statusWord }) => [ecosystem, status, statusWord]),
    [
      ['Debian:8', 'deferred', 'no-dsa'],
      ['Debian:10', 'deferred', 'no-dsa'],
    ],
  );
  const sample = readAdvisories('debian/tracker-vunnel-sample.json');
  const chromium = sample.get('CVE-2022-0456')?.affected ?? [];
  assert.equal(chromium.find(({ ecosystem }) => ecosystem === 'Debian:10')?.status, 'end_of_life');
  // one entry of the sample is broken on purpose
  const rejected = readFeed('debian/tracker-vunnel-sample.json').filter(({ kind }) => kind === 'rejected');
  assert.equal(rejected.length, 1);
});

test('what comes from changelogs is a source of its own', () => {
  const flaw = readAdvisories('debian/bookworm-from-changelogs.json').get('CVE-2023-39804');
  assert.equal(flaw?.source, 'debian-changelogs');
  assert.equal(flaw.affected[0]?.intervals[0]?.fixed, '1.34+dfsg-1.2+deb12u1');
});

test('names from data are only names', () => {
  const text = '{"__proto__": {"CVE-2023-1": {"releases": {"bookworm": {"status": "open"}}}}}';
  const [item] = readFeed('data/json', Buffer.from(text));
  assert.equal(item?.kind === 'advisory' ? item.advisory.affected[0]?.name : null, '__proto__');
  assert.equal(({} as Record<string, unknown>)['CVE-2023-1'], undefined);
});
