/** What keeps a tag from going back: not the state, but what the registry has and the verifier signed. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { type AdmittedRecipe, admit, keyOf, newPem, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import { examined } from '../../../test/library/examined.ts';
import type { SourceId } from '../sources/source.ts';
import { publish } from './publish.ts';

const EARLIER = '2026-11-20T00:00:00Z';
const LATER = '2026-11-21T00:00:00Z';

/** Publishes one image after the other behind one tag. @param by who puts the second back; null for nobody */
async function publishBoth(
  t: TestContext,
  first: Partial<AdmittedRecipe>,
  second: Partial<AdmittedRecipe>,
  by: string | null = null,
) {
  const { scene, state, publisher, registry } = await publishingSetting(t);
  const images = [];
  for (const recipe of [first, second])
    images.push(await admit(scene, { architecture: 'amd64', id: 'a', ...recipe }));
  const results = [];
  for (const [at, image] of images.entries()) {
    const plan = { ready: [planned('app', ['1', 'latest'], [image])], retired: [] };
    results.push(await publish(scene.settings, state, plan, publisher, at === 1 ? by : null));
  }
  const { entries, problems } = results.at(-1) ?? { entries: [], problems: [] };
  const index = registry.repository('library/app').tags.get('latest') ?? '';
  const text = String(registry.repository('library/app').manifests.get(index)?.bytes);
  return {
    codes: problems.map(({ error }) => error.code),
    messages: problems.map(({ error }) => error.message).join(),
    /** Which of both the tag means. */
    meant: images.findIndex(({ digest }) => text.includes(digest)),
    reasons: entries
      .flatMap(({ event }) => (event.kind === 'published' ? event.images : []))
      .flatMap((one) => one.reasons),
    pending: state.pendingPublications().length,
  };
}

const at = (time: string) => ({ claims: { at: time } });

suite('a tag does not go back', () => {
  const table: readonly (readonly [string, Partial<AdmittedRecipe>, Partial<AdmittedRecipe>, boolean])[] = [
    ['to an image on earlier parents', { id: 'b', ...at(LATER) }, { id: 'a', ...at(EARLIER) }, false],
    ['to an earlier generation', { generation: 2, ...at(EARLIER) }, { generation: 1, ...at(LATER) }, false],
    ['but on to one that was examined later', { id: 'b', ...at(EARLIER) }, { id: 'a', ...at(LATER) }, true],
    [
      'but on to the next generation',
      { generation: 1, ...at(LATER) },
      { generation: 2, ...at(EARLIER) },
      true,
    ],
    ['but to another source', { id: 'b', ...at(LATER) }, otherSource(EARLIER), true],
    [
      'but to an image for another architecture',
      { id: 'b', ...at(LATER) },
      { id: 'a', architecture: 'arm64v8', ...at(EARLIER) },
      true,
    ],
  ];
  for (const [name, first, second, isAllowed] of table) {
    test(name, async (t) => {
      const { codes, meant, pending, messages } = await publishBoth(t, first, second);
      assert.deepEqual([codes, meant, pending], isAllowed ? [[], 1, 0] : [['PUBLICATION_OLDER'], 0, 0]);
      if (!isAllowed) assert.match(messages, /^app:1, latest would go back on amd64 from sha256:/);
    });
  }

  test('but where somebody asks for it, whom the ledger names', async (t) => {
    const { codes, meant, reasons } = await publishBoth(
      t,
      { id: 'b', ...at(LATER) },
      { id: 'a', ...at(EARLIER) },
      'ann',
    );
    assert.deepEqual([codes, meant], [[], 1]);
    assert.deepEqual(reasons, [
      { kind: 'new' },
      { kind: 'put-back', by: 'ann', at: '2026-11-21T12:00:00.000Z' },
    ]);
  });

  test('but from what this verifier has not signed for', async (t) => {
    const { scene, state, publisher, registry } = await publishingSetting(t);
    const old = await admit(scene, { architecture: 'amd64', id: 'a', ...at(EARLIER) });
    const key = await keyOf(newPem());
    const strange = await admit(scene, { architecture: 'amd64', id: 'b', ...at(LATER), signedBy: key });
    const other = {
      ...publisher,
      verifier: { ...publisher.verifier, key: { key: key.publicKey, id: key.id } },
    };
    await publish(scene.settings, state, { ready: [planned('app', ['1'], [strange])], retired: [] }, other);
    const before = registry.repository('library/app').tags.get('1');
    const { problems } = await publish(
      scene.settings,
      state,
      { ready: [planned('app', ['1'], [old])], retired: [] },
      publisher,
    );
    assert.deepEqual(problems, []);
    assert.notEqual(registry.repository('library/app').tags.get('1'), before);
  });
});

function otherSource(time: string): Partial<AdmittedRecipe> {
  const source = { ...examined(), sourceId: '3'.repeat(64) as SourceId };
  return { id: 'a', claims: { at: time, source } };
}
