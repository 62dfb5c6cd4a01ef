/** What the publisher signs of tags: in time, of the right images, and never because the state says so. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { admit, definedAs, NOW, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import type { Digest } from '../../model/digest.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { endorsementsByKey } from '../../trust/evidence/endorsements-by-key.ts';
import { readTagWord } from '../../trust/tags/signed-tag.ts';
import { attestTags } from './attest-tags.ts';
import { refused } from './confirm-publication.ts';
import { publish } from './publish.ts';
import type { Publisher } from './publisher.ts';
import { renewTags } from './renew-tags.ts';

const DAY = 86_400;
const VALIDITY = 14 * DAY;

/** Two tags of one image, published before anybody signed tags. */
async function setting(t: TestContext) {
  const { registry, scene, publisher, state } = await publishingSetting(t);
  const image = await admit(scene, { architecture: 'amd64', id: 'a' });
  const other = await admit(scene, { architecture: 'amd64', id: 'b' });
  const publishing = (tags: readonly string[], member: typeof image) =>
    publish(scene.settings, state, { ready: [planned('app', tags, [member])], retired: [] }, publisher);
  const digestOf = async (tags: readonly string[], member: typeof image): Promise<Digest> => {
    const { entries } = await publishing(tags, member);
    const digest = entries[0]?.event.digest;
    return digest ?? assert.fail('nothing was published');
  };
  const path = scene.settings.registry.public;
  const at = (days: number): Publisher => ({
    ...publisher,
    now: () => new Date(NOW.getTime() + days * DAY * 1000),
  });
  /** Versions, tags and days until the end of what is signed about an index. */
  const words = async (digest: Digest) => {
    const gathering = await gatherEvidence(publisher.repository('app'), digest, { isAlone: true });
    const { publicKey, id } = scene.publisherKey;
    const said = await endorsementsByKey(gathering, { key: publicKey, id }, 'publisher', NOW);
    return said
      .map(readTagWord)
      .flatMap((word) => (word instanceof ShapeMismatch ? [] : [word]))
      .sort((a, b) => a.version - b.version)
      .map(({ repository, tags, version, expires }) => {
        assert.equal(repository, `${scene.host}/library/app`);
        const [after, days] = [
          version - NOW.getTime() / 1000,
          (Date.parse(expires) - NOW.getTime()) / DAY / 1000,
        ];
        return `${tags.join(' ')} +${after} until ${days}`;
      });
  };
  const settings = {
    ...definedAs(scene, {}).settings,
    rules: { ...definedAs(scene, {}).settings.rules, tagValidity: VALIDITY },
    repositoryRules: {},
  };
  const proven: string[] = [];
  const renew = (days: number, refusal: Error | null = null) =>
    renewTags({
      settings,
      state,
      publisher: at(days),
      async prove({ tags }) {
        proven.push(tags.join(' '));
        if (refusal !== null) throw refusal;
      },
    });
  const { tags } = registry.repository('library/app');
  return { scene, publisher, state, image, other, digestOf, path, at, words, renew, proven, tags };
}

test('tags that nobody has signed are signed once the definitions speak for them, and then in time', async (t) => {
  const { image, digestOf, renew, words, proven } = await setting(t);
  const digest = await digestOf(['1.0', '1'], image);
  assert.deepEqual(await renew(0), []);
  assert.deepEqual([await words(digest), proven], [['1.0 1 +0 until 14'], ['1.0 1']]);
  for (const days of [0, 3, 6.9]) assert.deepEqual(await renew(days), []);
  assert.equal((await words(digest)).length, 1);
  // the publisher's own word is enough while it lasts
  assert.deepEqual(await renew(8), []);
  assert.deepEqual(await words(digest), ['1.0 1 +0 until 14', `1.0 1 +${8 * DAY} until 22`]);
  assert.equal(proven.length, 1);
  // nobody was there for months
  assert.deepEqual(await renew(100), []);
  assert.deepEqual(
    [(await words(digest)).at(-1), proven],
    [`1.0 1 +${100 * DAY} until 114`, ['1.0 1', '1.0 1']],
  );
});

test('what the definitions do not speak for is not signed, is told, and is tried again after an hour', async (t) => {
  const { image, digestOf, renew, words, proven } = await setting(t);
  const digest = await digestOf(['1.0', '1'], image);
  const refusal = refused('app:1.0, 1 is not defined any more', 'app');
  const told = [{ repository: 'app', tags: ['1.0', '1'], because: 'app:1.0, 1 is not defined any more' }];
  assert.deepEqual(await renew(0, refusal), told);
  assert.deepEqual([await renew(0.5 / 24, refusal), proven.length], [[], 1]);
  assert.deepEqual([await renew(1.1 / 24, refusal), proven.length], [told, 2]);
  assert.deepEqual(await words(digest), []);
});

test('a tag that means something else in the registry is told, and nothing is signed of it', async (t) => {
  const { image, other, digestOf, renew, words, tags } = await setting(t);
  const strange = await digestOf(['2'], other);
  const digest = await digestOf(['1.0', '1'], image);
  tags.set('1', strange);
  assert.deepEqual(
    (await renew(0)).map((one) => one.tags),
    [['1']],
  );
  assert.deepEqual([await words(digest), await words(strange)], [['1.0 +0 until 14'], ['2 +0 until 14']]);
});

test('a tag that moves is signed with a higher version than ever, whatever the clock says', async (t) => {
  const { image, other, digestOf, path, at, words, renew } = await setting(t);
  const digest = await digestOf(['1.0', '1'], image);
  await renew(3);
  const meant = { repository: 'app', tags: ['1'], digest: await digestOf(['2'], other) };
  const signing = { validity: VALIDITY, path };
  const until = await attestTags(meant, [digest, `sha256:${'0'.repeat(64)}` as Digest], signing, at(1));
  assert.equal(until, new Date(NOW.getTime() + 15 * DAY * 1000).toISOString());
  assert.deepEqual(await words(meant.digest), [`1 +${3 * DAY + 1} until 15`]);
  // and once is enough
  assert.equal(await attestTags(meant, [digest], signing, at(1.5)), until);
  assert.equal((await words(meant.digest)).length, 1);
});

test('retired tags, and repositories where nothing is to be signed, are left alone', async (t) => {
  const { image, digestOf, state, scene, publisher, renew, words } = await setting(t);
  const digest = await digestOf(['1.0', '1'], image);
  const retired = [{ repository: 'app', tags: ['1'], digest, successor: '1.0' }];
  await publish(scene.settings, state, { ready: [], retired }, publisher);
  await renew(0);
  assert.deepEqual(await words(digest), ['1.0 +0 until 14']);
});

test('what is remembered of signing decides nothing but when it is looked at', async (t) => {
  const { image, other, digestOf, renew, words, state, proven } = await setting(t);
  const digest = await digestOf(['1.0', '1'], image);
  const strange = await digestOf(['2'], other);
  for (const text of ['no JSON', '[]', '{"1":3}', `{"1":{"digest":"${strange}","next":9e99}}`]) {
    state.remember('signed tags app', text);
    assert.deepEqual(await renew(0), []);
  }
  assert.deepEqual([await words(digest), await words(strange)], [['1.0 1 +0 until 14'], ['2 +0 until 14']]);
  assert.deepEqual(proven.toSorted(), ['1.0 1', '2']);
});
