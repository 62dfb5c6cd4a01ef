import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('Node.js itself: lines of releases without what is patched (NSWG-COR-140)', () => {
  const advisory = readAdvisory('node-security-wg/core/140.json');
  assert.equal(advisory.id, 'NSWG-COR-140');
  assert.deepEqual(advisory.aliases, ['CVE-2024-27982']);
  const [entry] = advisory.affected;
  assert.deepEqual([entry?.ecosystem, entry?.name], ['CPE', 'nodejs:node.js']);
  assert.deepEqual(
    entry?.intervals.map(({ introduced, fixed }) => [introduced, fixed]),
    [
      ['18.0.0-0', '18.20.1'],
      ['20.0.0-0', '20.12.1'],
      ['21.0.0-0', '21.7.2'],
    ],
  );
});

test('a record about several CVEs is a name of none of them (NSWG-COR-62)', () => {
  const advisory = readAdvisory('node-security-wg/core/62.json');
  assert.deepEqual(advisory.aliases, []);
  assert.equal(advisory.covers.length, 8);
});

test('flaws of a library inside that Node.js does not have', () => {
  const advisory = readAdvisory('node-security-wg/deps/1.json');
  assert.equal(advisory.id, 'CVE-2023-45853');
  const [entry] = advisory.affected;
  assert.deepEqual([entry?.status, entry?.statusWord], ['not_affected', 'vulnerable_code_not_present']);
});

test('packages of npm, and an index of all records', () => {
  const advisory = readAdvisory('node-security-wg/npm/186.json');
  assert.equal(advisory.id, 'NSWG-ECO-186');
  assert.deepEqual(advisory.affected[0]?.intervals, [
    { introduced: null, fixed: null, lastAffected: '99.999.99999' },
  ]);
  assert.deepEqual(
    [...readAdvisories('node-security-wg/core/index.json').keys()],
    ['NSWG-COR-1', 'NSWG-COR-33'],
  );
});

test('a range that is none, or a file without a number, is a rejected record', () => {
  const record = { cve: [], vulnerable: '6.x', patched: '^6.7.0', severity: 'low' };
  for (const [path, changed] of [
    ['core/17.json', { ...record, patched: 'soon' }],
    ['core/seventeen.json', record],
  ] as const) {
    assert.equal(readFeed(path, Buffer.from(JSON.stringify(changed)))[0]?.kind, 'rejected', path);
  }
});
