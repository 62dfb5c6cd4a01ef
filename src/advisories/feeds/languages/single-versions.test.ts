/** Feeds that list single versions: project-kb, RetireNet. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisory, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('project-kb: examined versions, affected or not (CVE-2015-1831)', () => {
  const advisory = readAdvisory('project-kb/CVE-2015-1831/statement.yaml');
  assert.deepEqual(
    advisory.affected.map(({ name, status, versions }) => [name, status, versions.length]),
    [
      ['org.apache.struts:struts2-core', 'affected', 4],
      ['org.apache.struts:struts2-core', 'not_affected', 3],
      ['org.apache.struts.xwork:xwork-core', 'affected', 1],
    ],
  );
});

test('project-kb: a statement about commits only is passed over, a broken artifact rejected', () => {
  assert.deepEqual(readFeed('project-kb/CVE-2018-20222/statement.yaml'), [
    { kind: 'skipped', reason: 'a statement about commits, not about artifacts' },
  ]);
  const yaml = 'vulnerability_id: CVE-2020-1000\nartifacts:\n- id: pkg:maven/a@1\n  affected: true\n';
  assert.equal(readFeed('a.yaml', Buffer.from(yaml))[0]?.kind, 'rejected');
});

test('RetireNet: from an affected version up to the release that fixes it (CVE-2019-1302)', () => {
  const advisory = readAdvisory('retire-net/17.json');
  assert.equal(advisory.id, 'CVE-2019-1302');
  assert.equal(advisory.affected[0]?.name, 'microsoft.aspnetcore.spaservices');
  assert.deepEqual(advisory.affected[0].intervals, [
    { introduced: '2.1.0', fixed: '2.1.2', lastAffected: null },
    { introduced: '2.2.0', fixed: '2.2.1', lastAffected: null },
  ]);
});

test("RetireNet: without a CVE the flaw goes by Microsoft's name of the advisory", () => {
  assert.equal(readAdvisory('retire-net/4.json').id, 'Microsoft-Security-Advisory-ASPNETCore-Mar18');
});
