import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAdvisories, readFeed } from '../../../../test/advisories/feed-fixtures.ts';

const PATH = 'almalinux-errata/errata.json';

test('the records of AlmaLinux under the identifiers of its OSV database (ALSA-2021:3253)', () => {
  const libsndfile = readAdvisories(PATH).get('ALSA-2021:3253');
  assert.equal(libsndfile?.source, 'almalinux');
  assert.deepEqual(libsndfile.covers, ['CVE-2021-3246']);
  assert.equal(libsndfile.published, '2021-08-24T07:29:56Z');
  assert.deepEqual(libsndfile.severities, [{ kind: 'word', word: 'Important', level: 'high' }]);
  assert.deepEqual(
    libsndfile.affected.map(({ ecosystem, name, architectures, intervals }) => [
      ecosystem,
      name,
      architectures,
      intervals,
    ]),
    [
      [
        'AlmaLinux:8',
        'libsndfile',
        ['i686', 'x86_64'],
        [{ introduced: null, fixed: '1.0.28-10.el8_4.1', lastAffected: null }],
      ],
    ],
  );
});

test('the stream of a module is stated (ALSA-2020:0279)', () => {
  const virt = readAdvisories(PATH).get('ALSA-2020:0279');
  assert.ok(virt !== undefined && virt.affected.length > 0);
  for (const { module } of virt.affected) assert.equal(module, 'virt:rhel');
});

test('errata without a flaw are passed over, and a bad one is rejected by itself', () => {
  const others = readFeed(PATH).filter(({ kind }) => kind !== 'advisory');
  assert.deepEqual(others, [{ kind: 'skipped', reason: 'an erratum that fixes no security flaw' }]);
  const bad = [{ updateinfo_id: 'ALSA-2021:1', pkglist: {} }];
  const [item] = readFeed('errata.json', Buffer.from(JSON.stringify(bad)));
  assert.ok(item?.kind === 'rejected');
  assert.match(item.record, /ALSA-2021:1/);
});
