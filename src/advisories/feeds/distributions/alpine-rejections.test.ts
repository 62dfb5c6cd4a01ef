import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

test('each flaw of a package is stated not to concern it, in every branch', () => {
  const advisories = readAdvisories('alpine-rejections/main.yaml');
  assert.deepEqual([...advisories.keys()], ['CVE-2022-30065', 'CVE-2007-5536', 'CVE-2018-0735']);
  const [affected] = advisories.get('CVE-2018-0735')?.affected ?? [];
  assert.deepEqual(
    [affected?.ecosystem, affected?.name, affected?.naming, affected?.status, affected?.intervals],
    ['Alpine', 'openssl', 'source', 'not_affected', []],
  );
});

test('what is no package with a list of flaws is rejected', () => {
  const text = 'zlib:\n  - CVE-2018-25032\n  - two words\nbusybox: none\n';
  assert.deepEqual(
    readFeed('community.yaml', Buffer.from(text)).map(({ kind }) => kind),
    ['advisory', 'rejected', 'rejected'],
  );
  assert.throws(() => readFeed('other.yaml', Buffer.from(text)));
});
