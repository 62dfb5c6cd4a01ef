import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const PATH = 'photon-cve/cve_data_photon4.0.json';

test('a row is a flaw in a package, named by its source or by what is built of it', () => {
  const items = readFeed(PATH).flatMap((item) => (item.kind === 'advisory' ? [item.advisory] : []));
  const libs = items.find(({ affected }) => affected[0]?.name === 'curl-libs');
  assert.equal(libs?.id, 'CVE-2023-38546');
  assert.equal(libs.source, 'photon');
  assert.deepEqual(
    libs.affected.map(({ ecosystem, naming, status, intervals }) => [ecosystem, naming, status, intervals]),
    ['binary', 'source'].map((naming) => [
      'Photon OS:4.0',
      naming,
      'affected',
      [{ introduced: null, fixed: '7.88.1-4.ph4', lastAffected: null }],
    ]),
  );
  assert.deepEqual(libs.severities, [{ kind: 'word', word: 'score 3.7', level: 'low' }]);
  const httpd = items.find(({ affected }) => affected[0]?.name === 'httpd');
  assert.deepEqual(
    httpd?.affected.map(({ status, intervals }) => [status, intervals.length]),
    [
      ['not_affected', 0],
      ['not_affected', 0],
    ],
  );
  assert.ok(items.some(({ id }) => id === 'BDSA-2025-0719'));
});

test('"Fixed" without a version says nothing (CVE-2023-50447 of python3)', () => {
  assert.deepEqual(
    readFeed(PATH).filter(({ kind }) => kind !== 'advisory'),
    [{ kind: 'skipped', reason: 'a row of Photon OS states no versions' }],
  );
});

function read(rows: readonly unknown[], path = 'data.json') {
  return readFeed(path, Buffer.from(JSON.stringify(rows)));
}

test('older files have no status; the release may stand in the versions alone', () => {
  const row = { cve_id: 'CVE-2016-1238', pkg: 'perl', cve_score: 7.8 };
  const fixed = {
    ...row,
    aff_ver: 'all versions before 5.22.1-4.ph1 are vulnerable',
    res_ver: '5.22.1-4.ph1',
  };
  const [first, second] = read([fixed, { ...row, aff_ver: 'all versions', res_ver: 'NA' }]);
  assert.ok(first?.kind === 'advisory' && second?.kind === 'advisory');
  assert.equal(first.advisory.affected[0]?.ecosystem, 'Photon OS:1.0');
  assert.equal(first.advisory.affected[0].intervals[0]?.fixed, '5.22.1-4.ph1');
  assert.deepEqual(second.advisory.affected[0]?.intervals, []);
  assert.equal(second.advisory.affected[0]?.status, 'affected');
});

test('a bad row is rejected by itself, and a file that names no release as a whole', () => {
  const row = { cve_id: 'CVE-2016-1238', pkg: 'perl', res_ver: '5.22.1-4.ph1', status: 'Fixed' };
  assert.deepEqual(
    read([row, { ...row, pkg: '' }, 7]).map(({ kind }) => kind),
    ['advisory', 'rejected', 'rejected'],
  );
  assert.deepEqual(
    read([{ ...row, res_ver: 'NA' }]).map(({ kind }) => kind),
    ['rejected'],
  );
});
