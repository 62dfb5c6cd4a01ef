import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const V4 = 'retire-js/jsrepository-v4.json';

test('a flaw goes by its GitHub identifier, its CVE or the number of retire.js', () => {
  const advisories = readAdvisories(V4);
  assert.deepEqual(advisories.get('GHSA-579v-mp3v-rrw5')?.aliases, ['CVE-2011-4969']);
  assert.ok(advisories.has('CVE-2013-4170'));
  assert.equal(advisories.get('RETIREJS-73')?.affected[0]?.statusWord, 'unmaintained');
});

test('of several CVEs beside a GitHub identifier none is its name (lodash, GHSA-35jh-r3h4-6jhm)', () => {
  const lodash = readAdvisories(V4).get('GHSA-35jh-r3h4-6jhm');
  assert.deepEqual([lodash?.aliases, lodash?.covers], [[], []]);
});

test('a library goes by its npm name, its purl or its own name', () => {
  const names = [...readAdvisories(V4).values()].map(({ affected: [entry] }) => entry?.name);
  assert.deepEqual([...new Set(names)], ['jquery', 'ember', 'backbone', 'lodash']);
});

test('bounds: at or above, below, and versions between that are left out', () => {
  const jquery = readAdvisories(V4).get('GHSA-q4m3-2j7h-f7xw');
  assert.deepEqual(jquery?.affected[0]?.intervals, [
    { introduced: '1.2.1', fixed: '1.9.0', lastAffected: null },
  ]);
  const vulnerability = { below: '3.0.0', excludes: ['2.2.4'], identifiers: { CVE: ['CVE-2015-9251'] } };
  const library = { jquery: { vulnerabilities: [vulnerability], extractors: {} } };
  const [item] = readFeed('a', Buffer.from(JSON.stringify(library)));
  assert.ok(item?.kind === 'advisory');
  assert.deepEqual(
    item.advisory.affected.map(({ status, versions }) => [status, versions]),
    [
      ['affected', []],
      ['not_affected', ['2.2.4']],
    ],
  );
});

test('versions 4 and 5 of the format say the same; what is no package or has no name is passed over', () => {
  const [backbone] = readAdvisories('retire-js/jsrepository-v5.json').values();
  assert.deepEqual(backbone, readAdvisories(V4).get('GHSA-j6p2-cx3w-6jcp'));
  const reasons = readFeed(V4).flatMap((item) => (item.kind === 'skipped' ? [item.reason] : []));
  assert.deepEqual(
    [...new Set(reasons)],
    ['a flaw of a library without an identifier', 'a library that is no package of npm'],
  );
  assert.deepEqual(readFeed('retire-js/jsrepository-backdoored.json'), [
    { kind: 'skipped', reason: 'addresses of sites, not a library' },
  ]);
});
