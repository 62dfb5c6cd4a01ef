import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { publication, publishedImage, retirement } from '../../../test/library/small-ledger.ts';
import { digestOf } from '../../model/digest.ts';
import { canonicalPurl } from '../../model/purl.ts';
import { describeEvent, describePackages, entryTitle } from './describe-entry.ts';

const deb = (name: string, version: string) => canonicalPurl(`pkg:deb/debian/${name}@${version}`);
const NOTHING = { added: [], removed: [], changed: [] };

suite('entries in words', () => {
  test('a first publication', () => {
    const event = publication('redis', ['8.0.1', '8', 'latest']);
    assert.equal(entryTitle(event), 'redis 8.0.1, 8, latest: published');
    assert.deepEqual(describeEvent(event), [
      `redis:8.0.1, 8, latest mean ${event.digest}.`,
      'amd64: it is new.',
    ]);
  });

  test('names that never move', () => {
    const dated = ['8.0.1-20261121', '8-20261121'];
    const event = publication('redis', ['8.0.1', '8'], { dated });
    assert.equal(describeEvent(event)[1], 'redis:8.0.1-20261121, 8-20261121 mean it for good.');
    const [, one] = describeEvent({ ...event, dated: dated.slice(0, 1) });
    assert.equal(one, 'redis:8.0.1-20261121 means it for good.');
  });

  test('what is said of several architectures is said once', () => {
    const changed = {
      changed: [{ from: deb('zlib1g', '1.2'), to: deb('zlib1g', '1.3') }],
      added: [],
      removed: [],
    };
    const reasons = [{ kind: 'parent-changed', parents: ['debian:12'] }] as const;
    const images = (['amd64', 'arm64v8'] as const).map((architecture) =>
      publishedImage(architecture, { reasons, packages: changed }),
    );
    const late = publishedImage('s390x', { reasons, packages: NOTHING });
    const event = publication('redis', ['8'], {
      images: [...images, late],
      previous: { '8': digestOf('before') },
      missing: ['riscv64'],
    });
    assert.deepEqual(describeEvent(event), [
      `redis:8 means ${event.digest}, before ${digestOf('before')}.`,
      'amd64, arm64v8, s390x: its parent debian:12 changed.',
      'amd64, arm64v8: 1 package changed (zlib1g 1.2 → 1.3).',
      's390x: the same packages as before.',
      'Still to come: riscv64.',
    ]);
  });

  test('retired tags, with and without a successor', () => {
    const one = retirement('redis', ['6'], '7');
    assert.deepEqual(describeEvent(one), [
      `redis:6 is not supported any more, and stays at ${one.digest}. redis:7 takes the place.`,
    ]);
    const two = retirement('redis', ['6', '6.2']);
    assert.deepEqual(describeEvent(two), [
      `redis:6, 6.2 are not supported any more, and stay at ${two.digest}.`,
    ]);
    assert.equal(entryTitle(two), 'redis 6, 6.2: retired');
  });

  test('long lists are cut short', () => {
    const tags = ['1', '2', '3', '4', '5', '6'];
    assert.equal(entryTitle(publication('redis', tags)), 'redis 1, 2, 3, 4 and 2 more: published');
    const added = Array.from({ length: 12 }, (_, index) => deb(`lib${index}`, '1'));
    assert.match(
      describePackages({ ...NOTHING, added, removed: [deb('old', '1')] }),
      /^12 packages added \(lib0 1, .*lib9 1 and 2 more\); 1 package removed \(old 1\)$/,
    );
  });
});
