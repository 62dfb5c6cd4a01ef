/** What the publisher says of tags that are retired, and of those that come back. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { admit, NOW, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { digestOf } from '../../model/digest.ts';
import { gatherEvidence } from '../../oci/evidence/gather-evidence.ts';
import { endorsementsByKey } from '../../trust/evidence/endorsements-by-key.ts';
import { readTagState, retiredTags, type TagStatePredicate } from '../../trust/tags/tag-state.ts';
import { publish } from './publish.ts';

/** An image with three tags, of which two are to be retired. */
async function publishedScene(t: TestContext) {
  const rules = { isFull: false };
  const { registry, scene, publisher, state } = await publishingSetting(t, {
    intercept({ method }, response) {
      if (method !== 'POST' || !rules.isFull) return false;
      response.writeHead(403, { 'content-length': 0 }).end();
      return true;
    },
  });
  const image = await admit(scene, { architecture: 'amd64', id: 'a' });
  const publishing = (plan: Partial<Parameters<typeof publish>[2]>) =>
    publish(scene.settings, state, { ready: [], retired: [], ...plan }, publisher);
  const { entries } = await publishing({ ready: [planned('app', ['1.0', '1.1', '1'], [image])] });
  const digest = entries[0]?.event.digest;
  assert.ok(digest !== undefined);
  const retired: TagStatePredicate = {
    repository: `${scene.host}/library/app`,
    tags: ['1.0', '1.1'],
    state: 'retired',
    since: NOW.toISOString(),
    successor: '1',
  };
  /** What the publisher's key has signed about the image. */
  const signed = async () => {
    const gathering = await gatherEvidence(publisher.repository('app'), digest, {});
    const { publicKey, id } = scene.publisherKey;
    return endorsementsByKey(gathering, { key: publicKey, id }, 'publisher', NOW);
  };
  return {
    rules,
    state,
    image,
    admitOther: () => admit(scene, { architecture: 'amd64', id: 'b' }),
    publishing,
    tags: registry.repository('library/app').tags,
    retirement: { repository: 'app', tags: retired.tags, digest, successor: '1' },
    retired,
    /** Tags that who verifies the image is told to be retired. */
    standing: async (): Promise<readonly string[]> => retiredTags(await signed()).flatMap(({ tags }) => tags),
    /** What is signed of the states of tags, by the publisher's key. */
    said: async (): Promise<readonly TagStatePredicate[]> => {
      return (await signed())
        .flatMap(({ statement }) => (statement === null ? [] : (readTagState(statement) ?? [])))
        .sort((a, b) => (a.state < b.state ? -1 : 1));
    },
  };
}

test('the publisher signs that tags are retired, once', async (t) => {
  const { publishing, retirement, retired, said } = await publishedScene(t);
  for (let time = 0; time < 2; time += 1) {
    assert.deepEqual((await publishing({ retired: [retirement] })).problems, []);
    assert.deepEqual(await said(), [retired]);
  }
});

test('nothing is said of an image that a tag does not mean', async (t) => {
  const { publishing, retirement, retired, said, tags } = await publishedScene(t);
  tags.set('1.0', digestOf('another'));
  await publishing({ retired: [retirement] });
  assert.deepEqual(await said(), [{ ...retired, tags: ['1.1'] }]);
  tags.delete('1.1');
  const { entries, problems } = await publishing({ retired: [{ ...retirement, tags: ['1.1'] }] });
  assert.deepEqual([(await said()).length, entries.length, problems], [1, 1, []]);
});

test('a tag that comes back to the same image is said to be supported again', async (t) => {
  const { image, publishing, retirement, retired, said } = await publishedScene(t);
  await publishing({ retired: [retirement] });
  const { problems } = await publishing({ ready: [planned('app', ['1.1', '1'], [image])] });
  assert.deepEqual(problems, []);
  // later than what it takes back, whatever the clock says
  const since = new Date(NOW.getTime() + 1).toISOString();
  const supported = { ...retired, tags: ['1.1'], state: 'supported', since, successor: null };
  assert.deepEqual(await said(), [retired, supported]);
});

test('a tag that comes back to an image where it was retired before others is supported there', async (t) => {
  const { image, admitOther, publishing, retirement, standing } = await publishedScene(t);
  await publishing({ retired: [retirement] });
  const other = await admitOther();
  await publishing({ ready: [planned('app', ['1.1', '1'], [other])] });
  assert.deepEqual(await standing(), ['1.0', '1.1']);
  await publishing({ ready: [planned('app', ['1.1', '1'], [image])] });
  assert.deepEqual(await standing(), ['1.0']);
});

test('a tag whose return cannot be signed is retired still, and comes back with the next run', async (t) => {
  const { image, publishing, retirement, rules, standing, state } = await publishedScene(t);
  await publishing({ retired: [retirement] });
  const before = [...state.ledger()].length;
  rules.isFull = true;
  const ready = [planned('app', ['1.1'], [image])];
  const refused = await publishing({ ready });
  assert.deepEqual(
    refused.problems.map(({ tags, error }) => [tags, error.code]),
    [[['1.1'], 'PUBLICATION_REFUSED']],
  );
  assert.deepEqual([[...state.ledger()].length, await standing()], [before, ['1.0', '1.1']]);
  rules.isFull = false;
  assert.deepEqual((await publishing({ ready })).problems, []);
  assert.deepEqual(await standing(), ['1.0']);
});
