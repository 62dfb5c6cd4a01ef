import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('the bulk form, by package', () => {
  const advisories = readAdvisories('npm-audit/bulk.json');
  assert.equal(advisories.size, 9);
  const handlebars = advisories.get('NPM-755');
  assert.deepEqual(handlebars?.affected[0]?.intervals, [
    { introduced: null, fixed: null, lastAffected: '4.0.13' },
    { introduced: '4.1.0', fixed: '4.1.2', lastAffected: null },
  ]);
  assert.equal(handlebars.url, 'https://npmjs.com/advisories/755');
});

test('the quick form, by number', () => {
  const advisory = readAdvisory('npm-audit/quick.json');
  assert.equal(advisory.id, 'NPM-1179');
  assert.equal(advisory.affected[0]?.name, 'minimist');
  assert.equal(advisory.modified, '2020-03-18T19:41:45Z');
});

test("where npm refers to GitHub's advisory, that is the record", () => {
  const advisory = {
    id: 1096353,
    url: 'https://github.com/advisories/GHSA-35jh-r3h4-6jhm',
    title: '',
    severity: 'high',
    cvss: { score: 7.2, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' },
    vulnerable_versions: '<4.17.21',
  };
  const [item] = readFeed('answer', Buffer.from(JSON.stringify({ lodash: [advisory] })));
  assert.ok(item?.kind === 'advisory');
  assert.equal(item.advisory.id, 'GHSA-35jh-r3h4-6jhm');
  assert.equal(item.advisory.severities[0]?.kind, 'cvss');
});
