import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { publication, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { digestOf } from '../../model/digest.ts';
import { followTagStates, tagStates } from './tag-states.ts';

const published = (tags: readonly string[], content: string) =>
  publication('redis', tags, { digest: digestOf(content) });
const retired = (tags: readonly string[], successor: string | null) => ({
  ...retirement('redis', tags, successor),
  digest: digestOf('old'),
});

suite('what tags mean by the ledger', () => {
  test('the last publication counts, and a retirement leaves the digest', () => {
    const tags = tagStates(
      smallLedger(published(['7', 'latest'], 'old'), published(['8', 'latest'], 'new'), retired(['7'], '8')),
    ).get('redis');
    assert.deepEqual([...(tags?.keys() ?? [])], ['7', 'latest', '8']);
    assert.equal(tags?.get('latest')?.digest, digestOf('new'));
    assert.equal(tags?.get('latest')?.published?.sequence, 2);
    assert.equal(tags?.get('7')?.digest, digestOf('old'));
    assert.equal(tags?.get('7')?.retired?.event.successor, '8');
    assert.equal(tags?.get('7')?.retired?.at, '2026-11-03T12:00:00Z');
  });

  test('a tag that comes back is supported', () => {
    const tags = tagStates(
      smallLedger(published(['7'], 'old'), retired(['7'], null), published(['7'], 'old')),
    );
    assert.equal(tags.get('redis')?.get('7')?.retired, null);
  });

  test('a tag is an alias of all that it was ever published with, the first ones first', () => {
    const tags = tagStates(
      smallLedger(published(['7', 'latest'], 'old'), published(['8', 'latest'], 'new'), retired(['7'], '8')),
    ).get('redis');
    const aliases = [...(tags ?? [])].map(([tag, state]) => [tag, state.aliases]);
    assert.deepEqual(Object.fromEntries(aliases), {
      '7': ['7', 'latest'],
      latest: ['7', 'latest', '8'],
      '8': ['8', 'latest'],
    });
  });

  test('who asks again reads what was added, and comes to the same as who reads everything', () => {
    const ledger = smallLedger(
      published(['7', 'latest'], 'old'),
      published(['8', 'latest'], 'new'),
      retired(['7'], '8'),
      published(['7'], 'back'),
    );
    let length = 0;
    const read: number[] = [];
    const tags = followTagStates((from) => {
      const added = ledger.slice(0, length).filter(({ sequence }) => sequence >= from);
      read.push(...added.map(({ sequence }) => sequence));
      return added;
    });
    for (length of [0, 1, 1, 3, 4]) assert.deepEqual(tags(), tagStates(ledger.slice(0, length)));
    assert.deepEqual(read, [1, 2, 3, 4]);
  });

  test('names that never move are no tags; each tag knows its last one, and what that means', () => {
    const named = {
      ...published(['8', 'latest'], 'old'),
      dated: ['8-20261101', 'latest-20261101', '9-20261101'],
    };
    const again = { ...published(['8', 'latest'], 'new'), dated: ['8-20261102'] };
    const ledger = smallLedger(named, again, published(['8'], 'newer'), retired(['latest'], '8'));
    const tags = tagStates(ledger).get('redis');
    assert.deepEqual(
      [...(tags ?? [])].map(([tag, { dated }]) => [tag, dated]),
      [
        ['8', { name: '8-20261102', digest: digestOf('new') }],
        ['latest', { name: 'latest-20261101', digest: digestOf('old') }],
      ],
    );
  });

  test('a tag may be retired that was never published here', () => {
    const tags = tagStates(smallLedger(retired(['7'], null)));
    assert.equal(tags.get('redis')?.get('7')?.published, null);
  });
});
