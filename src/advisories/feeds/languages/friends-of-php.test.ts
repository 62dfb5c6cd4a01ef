import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('every branch is an interval; without a CVE the path is the name (cakephp/2015-08-06)', () => {
  const advisory = readAdvisory('friends-of-php/cakephp/cakephp/2015-08-06.yaml');
  assert.equal(advisory.id, 'FriendsOfPHP:cakephp/cakephp/2015-08-06');
  assert.equal(advisory.published, '2015-08-06T00:00:00Z');
  const [affected] = advisory.affected;
  assert.equal(affected?.ecosystem, 'Packagist');
  assert.equal(affected.name, 'cakephp/cakephp');
  assert.equal(affected.intervals.length, 8);
  assert.deepEqual(affected.intervals[5], { introduced: '2.5.0', fixed: '2.5.9', lastAffected: null });
});

test('comparators of a branch hold together, and a bound may be left out (CVE-2016-5385)', () => {
  const advisory = readAdvisory('friends-of-php/amphp/artax/CVE-2016-5385.yaml');
  assert.equal(advisory.id, 'CVE-2016-5385');
  assert.deepEqual(advisory.affected[0]?.intervals, [
    { introduced: '2', fixed: '2.0.4', lastAffected: null },
    { introduced: '0.7.1', fixed: '1.0.4', lastAffected: null, afterIntroduced: true },
  ]);
});

test("a link to GitHub's advisory is another name of the flaw (socialiteproviders/steam)", () => {
  const advisory = readAdvisory('friends-of-php/socialiteproviders/steam/2021-01-29.yaml');
  assert.deepEqual(advisory.aliases, ['GHSA-hhw9-35p2-q2c5']);
});

test('a branch whose versions are no range makes the record a rejected one', () => {
  const yaml = "reference: composer://a/b\nbranches:\n  1.x:\n    versions: ['~1.2']\n";
  const [item, ...others] = readFeed('a/b/c.yaml', Buffer.from(yaml));
  assert.equal(item?.kind, 'rejected');
  assert.equal(others.length, 0);
});
