/** Notes that an earlier run has left: finished, withdrawn, or left for later; and nothing that stands in them is believed. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { INPUTS } from '../../../test/library/examined.ts';
import { admit, definedAs, planned, publisherOf } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import type { Intercept } from '../../../test/registry/fake-registry.ts';
import { startMemoryRegistry } from '../../../test/registry/memory-registry.ts';
import { digestOf } from '../../model/digest.ts';
import type { Publication } from '../ledger/entry.ts';
import type { SourceId } from '../sources/source.ts';
import type { PublicationMember } from './publication-plan.ts';
import { toIntent } from './publication-intent.ts';
import { makeIndex } from './publication-index.ts';
import { publish, resumePublications } from './publish.ts';

async function setting(t: TestContext) {
  const rules: { intercept: Intercept } = { intercept: () => false };
  const { registry, scene, publisher, state } = await publishingSetting(t, {
    intercept: (...asked) => rules.intercept(...asked),
    // every other commit holds something else
    readSource: async () => 'f'.repeat(64) as SourceId,
  });
  const image = await admit(scene, { architecture: 'amd64', id: 'a' });
  const { tags, manifests } = registry.repository('library/app');
  const defined = definedAs(scene, { app: ['1, latest, 2, 3'], other: ['1'] });
  const resumeAs = (changed: typeof defined) => resumePublications(changed, state, publisher);
  const resume = () => resumeAs(defined);
  const publishing = (...ready: readonly ReturnType<typeof planned>[]) =>
    publish(scene.settings, state, { ready, retired: [] }, publisher);
  return {
    rules,
    registry,
    scene,
    defined,
    resumeAs,
    publisher,
    state,
    image,
    tags,
    manifests,
    resume,
    publishing,
  };
}

const BEGUN = '2026-11-21T11:00:00Z';

/** The note of a publication of one image. */
function noteOf(image: PublicationMember, changes: Partial<Publication> = {}, at = BEGUN) {
  const { admission: _admission, ...published } = image;
  const event: Publication = {
    kind: 'published',
    repository: 'app',
    tags: ['1', 'latest'],
    digest: digestOf('index'),
    images: [{ ...published, packages: null }],
    previous: { latest: digestOf('before') },
    missing: [],
    ...changes,
  };
  return toIntent(event, Buffer.from('index'), at);
}

/** Answers what is asked of some paths itself. */
const refusing =
  (path: RegExp, method = 'PUT'): Intercept =>
  (request, response) => {
    if (request.method !== method || !path.test(request.url)) return false;
    response.writeHead(403, { 'content-length': 0 }).end();
    return true;
  };

suite('what was written down is not believed', () => {
  test('an index that would be another one now is withdrawn', async (t) => {
    const { state, image, tags, resume } = await setting(t);
    state.beginPublication(noteOf(image));
    const { entries, problems } = await resume();
    assert.deepEqual([entries.length, tags.size, state.pendingPublications().length], [0, 0, 0]);
    assert.match(problems[0]?.error.message ?? '', /would be sha256:.* now, and was to be/);
  });

  test('an image that nobody admitted is not published', async (t) => {
    const { state, scene, image, tags, manifests, resume } = await setting(t);
    const other = await admit(scene, { architecture: 'amd64', id: 'b', claims: { generation: 3 } });
    state.beginPublication(noteOf({ ...image, digest: other.digest, buildId: other.buildId }));
    const { problems } = await resume();
    assert.deepEqual(
      problems.map(({ error }) => error.code),
      ['ADMISSION_UNPROVEN'],
    );
    assert.deepEqual([tags.size, manifests.size, state.pendingPublications().length], [0, 0, 0]);
  });

  const forged: readonly (readonly [string, Partial<Publication>, RegExp])[] = [
    ['tags that are not defined', { tags: ['1', 'evil'] }, /app:1, evil was begun, and is not defined/],
    ['a repository that is not defined', { repository: 'gone' }, /gone:1, latest was begun, and is not/],
    ['an image of another repository', { repository: 'nginx', tags: ['1'] }, /examined as app/],
    ['without a required architecture', { repository: 'both', tags: ['1'] }, /begun without arm64v8/],
  ];
  for (const [name, changes, message] of forged) {
    test(`a forged note: ${name}`, async (t) => {
      const { state, scene, image, registry, defined, resumeAs } = await setting(t);
      const nginx = { ...INPUTS, gitCommit: '2'.repeat(40) };
      state.beginPublication(noteOf(image, changes));
      const { problems } = await resumeAs({
        ...defined,
        settings: {
          ...defined.settings,
          repositoryRules: {
            both: { ...defined.settings.rules, requiredArchitectures: ['arm64v8', 's390x'] },
          },
        },
        repositories: new Map([
          ...defined.repositories,
          ...definedAs(scene, { nginx: ['1'] }, nginx).repositories,
          ...definedAs(scene, { both: ['1'] }).repositories,
        ]),
      });
      assert.match(problems.map(({ error }) => error.message).join(), message);
      assert.deepEqual([problems.length, state.pendingPublications().length], [1, 0]);
      for (const repository of ['app', 'nginx', 'gone', 'both'])
        assert.equal(registry.repository(`library/${repository}`).manifests.size, 0);
    });
  }

  test('a forged note of two images for one architecture', async (t) => {
    const { state, scene, image, tags, resume } = await setting(t);
    const other = await admit(scene, { architecture: 'amd64', id: 'b' });
    const images = [image, other].map((one) => ({ ...one, packages: null }));
    state.beginPublication(noteOf(image, { images }));
    const { problems } = await resume();
    assert.match(problems[0]?.error.message ?? '', /begun with two images for amd64/);
    assert.equal(tags.size, 0);
  });

  test('a forged note without a single image', async (t) => {
    const { state, image, tags, publisher, resume } = await setting(t);
    const { digest } = await makeIndex([], false, publisher);
    state.beginPublication(noteOf(image, { images: [], digest }));
    const { problems } = await resume();
    assert.match(problems[0]?.error.message ?? '', /app:1, latest was begun without an image/);
    assert.equal(tags.size, 0);
  });

  for (const at of ['2026-11-21T12:00:01Z', 'never']) {
    test(`a forged note of a time that has not been: ${at}`, async (t) => {
      const { state, image, tags, resume } = await setting(t);
      state.beginPublication(noteOf(image, {}, at));
      const { problems } = await resume();
      assert.match(problems[0]?.error.message ?? '', /which is no time that has been/);
      assert.equal(tags.size, 0);
    });
  }

  test('a forged note retires nothing that is defined, or may be', async (t) => {
    const { state, image, registry, publishing, defined, resumeAs } = await setting(t);
    const { entries } = await publishing(planned('app', ['1'], [image]));
    const digest = entries[0]?.event.digest ?? digestOf('nothing');
    const before = registry.repository('library/app').manifests.size;
    const note = (tags: readonly string[], successor: string | null = null) =>
      toIntent({ kind: 'retired', repository: 'app', tags, digest, successor }, Buffer.alloc(0), BEGUN);
    const broken = [{ name: 'app', file: 'app', problems: [] }];
    state.beginPublication(note(['1']));
    const refusedFirst = await resumeAs(defined);
    state.beginPublication(note(['0']));
    const refusedThen = await resumeAs({ ...defined, broken });
    state.beginPublication(note(['0'], 'evil'));
    const refusedLast = await resumeAs(defined);
    const results = [refusedFirst, refusedThen, refusedLast];
    const said = results.flatMap(({ problems }) => problems).map(({ error }) => error.message);
    assert.match(said[0] ?? '', /app:1 was to be retired, and is defined/);
    assert.match(said[1] ?? '', /app:0 was to be retired, and its definition cannot be read/);
    assert.match(said[2] ?? '', /app:0 was to be retired for evil, which is not defined/);
    assert.equal(registry.repository('library/app').manifests.size, before);
    assert.equal([...state.ledger()].length, 1);
  });

  test('a tag that moved before the end came is told, though the image is not in quarantine any more', async (t) => {
    const { state, scene, defined, image, tags, publishing, resume } = await setting(t);
    const { entries } = await publishing(planned('app', ['1', 'latest'], [image]));
    const event = entries[0]?.event;
    assert.ok(event?.kind === 'published');
    // the same once more, as if it had been killed after the first of two tags
    state.beginPublication(toIntent({ ...event, tags: ['2', '3'], previous: {} }, Buffer.alloc(0), BEGUN));
    tags.set('2', event.digest);
    await using empty = await startMemoryRegistry();
    const moved = {
      ...scene.settings,
      registry: { ...scene.settings.registry, quarantine: `${empty.host}/q` },
    };
    const other = publisherOf({ ...scene, settings: moved });
    t.after(() => other.close());
    const resumed = await resumePublications(
      { ...defined, settings: { ...defined.settings, ...moved } },
      state,
      other,
    );
    assert.deepEqual(
      resumed.entries.map((entry) => entry.event.tags),
      [['2']],
    );
    assert.deepEqual(
      resumed.problems.map(({ tags: left, error }) => [left, error.code]),
      [[['3'], 'ADMISSION_UNPROVEN']],
    );
    assert.equal(tags.has('3'), false);
    assert.deepEqual((await resume()).entries, []);
  });
});

suite('registries that fail in the middle', () => {
  test('tags that moved are told, the others are not', async (t) => {
    const { rules, image, tags, state, publishing } = await setting(t);
    rules.intercept = refusing(/\/library\/app\/manifests\/latest$/);
    const { entries, problems } = await publishing(planned('app', ['1', 'latest', '2'], [image]));
    assert.deepEqual(
      entries.map(({ event }) => event.tags),
      [['1']],
    );
    assert.deepEqual(
      problems.map(({ tags: left, error }) => [left, error.code]),
      [[['latest', '2'], 'PUBLICATION_REFUSED']],
    );
    assert.deepEqual([...tags.keys()], ['1']);
    assert.deepEqual(state.pendingPublications(), []);
  });

  test('a registry that cannot be asked any more leaves the note, and nobody else touches its tags', async (t) => {
    const { rules, image, state, tags, publishing, resume } = await setting(t);
    let isDown = false;
    rules.intercept = (request, response) => {
      isDown ||= request.method === 'PUT' && request.url.endsWith('/library/app/manifests/1');
      if (!isDown || !request.url.startsWith('/v2/library/app/')) return false;
      response.writeHead(403, { 'content-length': 0 }).end();
      return true;
    };
    const wanted = planned('app', ['1', 'latest'], [image]);
    const { problems } = await publishing(wanted);
    assert.deepEqual([problems.length, state.pendingPublications().length], [1, 1]);
    const again = await publishing(planned('app', ['latest'], [image]), planned('other', ['1'], [image]));
    assert.match(
      again.problems[0]?.error.message ?? '',
      /an earlier publication of app:latest is not finished/,
    );
    assert.deepEqual(
      again.entries.map(({ event }) => event.repository),
      ['other'],
    );
    rules.intercept = () => false;
    const { entries } = await resume();
    assert.deepEqual(
      entries.map(({ event }) => event.tags),
      [['1', 'latest']],
    );
    assert.deepEqual([tags.size, state.pendingPublications().length], [2, 0]);
  });

  test('a registry that lost a blob in the meantime is not believed', async (t) => {
    const { rules, image, state, tags, publishing } = await setting(t);
    // every blob is said to have been taken over, and none is there
    rules.intercept = (request, response) => {
      if (!request.url.startsWith('/v2/library/app/blobs/uploads/')) return false;
      const digest = new URL(request.url, 'http://r').searchParams.get('mount');
      if (digest === null) return false;
      response.writeHead(201, { 'content-length': 0, 'docker-content-digest': digest }).end();
      return true;
    };
    const { problems } = await publishing(planned('app', ['1'], [image]));
    assert.deepEqual(
      problems.map(({ error }) => error.code),
      ['PUBLICATION_REFUSED'],
    );
    assert.deepEqual([tags.size, state.pendingPublications().length], [0, 0]);
  });

  test('an interruption is no refusal: the note stays', async (t) => {
    const { scene, image, state, resume } = await setting(t);
    const cancel = new AbortController();
    const publisher = publisherOf(scene);
    t.after(() => publisher.close());
    const interrupted = {
      ...publisher,
      signal: cancel.signal,
      repository(name: string) {
        if (state.pendingPublications().length > 0) cancel.abort(new Error('interrupted'));
        return publisher.repository(name);
      },
    };
    const plan = { ready: [planned('app', ['1'], [image])], retired: [] };
    await assert.rejects(publish(scene.settings, state, plan, interrupted), /interrupted/);
    assert.equal(state.pendingPublications().length, 1);
    assert.equal((await resume()).entries.length, 1);
  });
});
