import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('a group covers flaws of the same packages', () => {
  const glibc = readAdvisories('arch-security/all.json').get('AVG-1324');
  assert.deepEqual([glibc?.source, glibc?.covers], ['arch', ['CVE-2023-4911']]);
  assert.equal(glibc?.url, 'https://security.archlinux.org/AVG-1324');
  assert.deepEqual(glibc.severities, [{ kind: 'word', word: 'High', level: 'high' }]);
  assert.deepEqual(
    glibc.affected.map(({ ecosystem, name, naming, scheme, intervals }) => [
      `${ecosystem} ${naming} ${name} ${scheme}`,
      // the version in which it was noticed is no lower bound
      intervals,
    ]),
    ['glibc', 'lib32-glibc'].map((name) => [
      `Arch Linux binary ${name} alpm`,
      [{ introduced: null, fixed: '2.38-2', lastAffected: null }],
    ]),
  );
});

test('each state', () => {
  for (const [status, fixed, expected] of [
    ['Vulnerable', null, ['affected', null, undefined]],
    ['Fixed', '1-2', ['affected', null, '1-2']],
    ['Fixed', null, ['under_investigation', null, undefined]],
    ['Testing', '1-2', ['affected', 'testing', '1-2']],
    ['Unknown', null, ['under_investigation', null, undefined]],
    ['Not affected', null, ['not_affected', null, undefined]],
    ['Not affected', '1-2', ['not_affected', null, undefined]],
  ] as const) {
    const group = { name: 'AVG-1', packages: ['x'], status, severity: 'Unknown', fixed, issues: [] };
    const [item] = readFeed('all.json', Buffer.from(JSON.stringify([group])));
    const [affected] = item?.kind === 'advisory' ? item.advisory.affected : [];
    assert.deepEqual(
      [affected?.status, affected?.statusWord, affected?.intervals[0]?.fixed],
      expected,
      status,
    );
    assert.deepEqual(item?.kind === 'advisory' ? item.advisory.severities : null, []);
  }
});

test('broken groups are rejected, a group without packages says nothing', () => {
  const sound = { name: 'AVG-1', packages: [], status: 'Fixed', severity: 'Low', fixed: '1', issues: [] };
  const groups = [sound, { ...sound, status: 'Mended' }, { ...sound, name: 'XYZ-1' }, 7];
  assert.deepEqual(
    readFeed('all.json', Buffer.from(JSON.stringify(groups))).map(({ kind }) => kind),
    ['skipped', 'rejected', 'rejected', 'rejected'],
  );
});
