/** Whoever can write into a programme's state: what they can make verifier and publisher sign. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { suite, test, type TestContext } from 'node:test';
import type { ContextChecksum } from '../../src/library/contents/contents.ts';
import {
  contentKey,
  readRecordedContents,
  type RecordedFacts,
  writeRecordedContents,
} from '../../src/library/contents/recorded-contents.ts';
import { requestBuilds } from '../../src/library/running/request-builds.ts';
import type { RunEvent } from '../../src/library/running/run-event.ts';
import { buildRepository, type RepositoryFile } from '../git/build-repository.ts';
import { buildIndex } from '../images/image-builder.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../registry/memory-registry.ts';
import { addImage } from '../registry/memory-repository.ts';
import { imageWith } from './verifying.ts';
import {
  definition,
  entry,
  IMPORTED,
  ROOT,
  runTinyProgramme,
  tinyEngine,
  writeTinyProgramme,
  writeTinySettings,
} from './tiny-programme.ts';

const IMAGES: Readonly<Record<string, RepositoryFile>> = {
  'base/rootfs.tar': ROOT,
  'nginx/Dockerfile': 'FROM base:1\nLABEL of=nginx\n',
  'redis/7/Dockerfile': 'FROM base:1\nLABEL of=redis version=7\n',
  'redis/8/Dockerfile': 'FROM base:1\nLABEL of=redis version=8\n',
};

interface Scene {
  readonly folder: string;
  readonly registry: MemoryRegistry;
  /** The commit that everything was built from. */
  readonly old: string;
  /** A commit with other files. @returns its identifier */
  readonly commit: (changes: Readonly<Record<string, RepositoryFile>>) => string;
  readonly define: (repository: string, commit: string, text: string) => void;
  /** Writes into the record of commits that a directory of one holds what one of another does. */
  readonly forge: (
    place: readonly [string, string],
    as: readonly [string, string],
    changes?: Partial<RecordedFacts>,
  ) => void;
  readonly tag: (name: string) => string | undefined;
}

/** Three repositories, built and published. */
async function publishedScene(t: TestContext): Promise<Scene> {
  const registry = await startMemoryRegistry();
  t.after(() => registry[Symbol.asyncDispose]());
  const folder = temporaryDirectory(t);
  const old = writeTinyProgramme(folder, registry.host, {
    images: IMAGES,
    definitions: {
      base: entry('1', 'base', IMPORTED),
      nginx: entry('1', 'nginx'),
      redis: entry('7', 'redis/7'),
    },
  });
  const { events } = await runTinyProgramme(folder);
  assert.deepEqual(complaints(events), []);
  const file = join(folder, 'state/contents.jsonl');
  return {
    folder,
    registry,
    old,
    commit(changes) {
      const files = { ...IMAGES, ...changes };
      const commits = [{ files, branch: `branch-${Object.keys(changes).join('-').replaceAll('/', '-')}` }];
      return buildRepository(join(folder, 'git/images.git'), commits)[0] ?? '';
    },
    define: (name, gitCommit, text) =>
      writeFileSync(join(folder, 'library', name), definition(gitCommit, text)),
    forge(place, as, changes = {}) {
      const recorded = new Map(readRecordedContents(file));
      const facts: RecordedFacts | undefined = recorded.get(contentKey(key(as)));
      assert.ok(facts !== undefined);
      recorded.set(contentKey(key(place)), { ...facts, ...key(place), ...changes });
      writeRecordedContents(file, recorded);
    },
    tag(name) {
      const [repository = '', tag = ''] = name.split(':');
      return registry.repository(`library/${repository}`).tags.get(tag);
    },
  };
}

const key = ([gitCommit, directory]: readonly [string, string]) => ({
  gitCommit,
  directory,
  file: 'Dockerfile',
  builder: '',
});

/** Whatever went wrong, in words. */
function complaints(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.kind === 'problem') return [event.message];
    if (event.kind === 'rejected') return event.because;
    if (event.kind === 'not-published') return [`${event.tags.join()}: ${event.because}`];
    return event.kind === 'build-failed' || event.kind === 'not-examined' ? [event.because] : [];
  });
}

suite('a forged record of commits', () => {
  test('an admitted image is not published as another repository', async (t) => {
    const { folder, commit, define, forge, old, tag } = await publishedScene(t);
    const now = commit({ 'redis/7/Dockerfile': 'FROM base:1\nLABEL of=redis version=7.1\n' });
    define('redis', now, entry('7', 'redis/7'));
    forge([now, 'redis/7'], [old, 'nginx']);
    const before = tag('redis:7');
    const { events } = await runTinyProgramme(folder);
    const said = complaints(events).join('\n');
    // the publisher reads the commit itself
    assert.match(said, /^7: ADMISSION_UNPROVEN: .* it was examined as nginx/);
    assert.equal(tag('redis:7'), before);
  });

  test('an older version is not published as a newer one', async (t) => {
    const { folder, define, forge, old, tag } = await publishedScene(t);
    define('redis', old, `${entry('7', 'redis/7')}\n${entry('8, latest', 'redis/8')}`);
    forge([old, 'redis/8'], [old, 'redis/7']);
    const { events } = await runTinyProgramme(folder);
    assert.match(
      complaints(events).join('\n'),
      /^8,latest: ADMISSION_UNPROVEN: sha256:\w+ is not admitted for redis:8, latest: it was examined as redis, built from Dockerfile in redis\/7 of \w+, and the definition names Dockerfile in redis\/8 of/,
    );
    assert.deepEqual([tag('redis:8'), tag('redis:latest')], [undefined, undefined]);
  });

  test('what is built from something else than its commit holds is not signed for', async (t) => {
    const { folder, define, forge, old, tag } = await publishedScene(t);
    define('redis', old, `${entry('7', 'redis/7')}\n${entry('8', 'redis/8')}`);
    forge([old, 'redis/8'], [old, 'redis/7'], { checksum: 'f'.repeat(64) as ContextChecksum });
    const { events } = await runTinyProgramme(folder);
    assert.match(complaints(events).join('\n'), /^source: it is \w{64}, expected \w{64}$/m);
    assert.equal(tag('redis:8'), undefined);
  });
});

test('what is built on an image that was not admitted is not signed for, whatever the state says', async (t) => {
  const { folder, registry, commit, define, tag } = await publishedScene(t);
  const evil = imageWith([]);
  addImage(registry.repository('evil/base'), evil, '1');
  const state = new DatabaseSync(join(folder, 'state/programme.sqlite'));
  const forged = state
    .prepare(
      `UPDATE admissions SET admission = json_set(admission, '$.reference', ?, '$.digest', ?)
       WHERE attempt IN (SELECT id FROM attempts WHERE tags LIKE '%base:1%')`,
    )
    .run(`${registry.host}/evil/base:1`, evil.digest);
  state.close();
  assert.equal(forged.changes, 1);
  const before = tag('redis:7');
  define(
    'redis',
    commit({ 'redis/7/Dockerfile': 'FROM base:1\nLABEL version=7.1\n' }),
    entry('7', 'redis/7'),
  );
  const { events } = await runTinyProgramme(folder);
  assert.match(
    complaints(events).join('\n'),
    /^parents: base:1 \(sha256:\w+\) is not admitted: .* does not have sha256/m,
  );
  assert.equal(tag('redis:7'), before);
});

test('what is built on another image than is pinned is not signed for, whatever is remembered of the pin', async (t) => {
  const { folder, registry, commit, define, tag } = await publishedScene(t);
  const outside = registry.repository('outside/base');
  const [good, evil] = [imageWith([]), imageWith([{ path: 'evil', content: 'evil' }])];
  const index = buildIndex([good]);
  for (const image of [evil, index]) addImage(outside, image, '1');
  const name = `${registry.host}/outside/base`;
  const from = `${name}:1@${index.digest}`;
  const remembered = { reference: `${name}@${evil.digest}`, digest: evil.digest, since: 1, checkedAt: 1 };
  const state = new DatabaseSync(join(folder, 'state/programme.sqlite'));
  const remember = state.prepare('INSERT INTO memory (name, value) VALUES (?, ?)');
  remember.run(`outside ${from}/amd64`, JSON.stringify(remembered));
  const before = tag('redis:7');
  const changed = commit({ 'redis/7/Dockerfile': `FROM ${from}\nLABEL version=7.1\n` });
  define('redis', changed, entry('7', 'redis/7'));
  const refused = await runTinyProgramme(folder);
  assert.match(
    complaints(refused.events).join('\n'),
    /^pins: .*outside\/base:1@sha256:\w+ is pinned to sha256:\w+, which is sha256:\w+ for amd64, and it is built on/m,
  );
  assert.equal(tag('redis:7'), before);
  state.exec("DELETE FROM memory WHERE name LIKE 'outside %'");
  state.close();
  await runTinyProgramme(folder);
  assert.notEqual(tag('redis:7'), before);
});

test('an earlier generation of an image does not come back, whatever the state says of the later one', async (t) => {
  const { folder, registry, tag } = await publishedScene(t);
  const before = tag('nginx:1');
  writeTinySettings(folder, registry.host, { engines: `{ amd64: ${tinyEngine('another')} }` });
  const { stock } = await runTinyProgramme(folder);
  const at = Math.floor(Date.now() / 1000) + 1;
  assert.equal(requestBuilds(stock.defined, ['nginx'], { by: 'ann', note: '', at }), 1);
  await runTinyProgramme(folder, { roles: new Set(['build']) });
  await runTinyProgramme(folder, { roles: new Set(['verify', 'publish']) });
  writeTinySettings(folder, registry.host);
  const now = tag('nginx:1');
  assert.notEqual(now, before);
  const state = new DatabaseSync(join(folder, 'state/programme.sqlite'));
  const later = "(SELECT id FROM attempts WHERE generation = 2 AND tags LIKE '%nginx:1%')";
  state.exec('DELETE FROM requests');
  state.exec(`DELETE FROM newest WHERE attempt IN ${later}`);
  state.exec(`DELETE FROM admissions WHERE attempt IN ${later}`);
  const { changes } = state
    .prepare(`UPDATE attempts SET outcome = '{"kind":"failed","code":"X","because":""}' WHERE id IN ${later}`)
    .run();
  state.close();
  assert.equal(changes, 1);
  const { events } = await runTinyProgramme(folder);
  assert.match(
    complaints(events).join('\n'),
    /^1: PUBLICATION_OLDER: nginx:1 would go back on amd64 from sha256:\w+ \(examined on \S+\) to sha256/m,
  );
  assert.equal(tag('nginx:1'), now);
});

suite('nothing is held up', () => {
  test('commits that are on record, and not at hand any more, are fetched again', async (t) => {
    const { folder } = await publishedScene(t);
    const { stock } = await runTinyProgramme(folder);
    rmSync(join(folder, 'state/git'), { recursive: true });
    const at = Math.floor(Date.now() / 1000);
    assert.equal(requestBuilds(stock.defined, ['nginx'], { by: 'ann', note: '', at }), 1);
    const { events } = await runTinyProgramme(folder);
    assert.deepEqual(complaints(events), []);
    assert.equal(events.filter(({ kind }) => kind === 'admitted').length, 1);
  });

  test('a commit that moved without a change of content, with a tag more', async (t) => {
    const { folder, commit, define, tag } = await publishedScene(t);
    const now = commit({ 'nginx/Dockerfile': 'FROM base:1\nLABEL of=nginx version=2\n' });
    define('redis', now, entry('7, 7.0, latest', 'redis/7'));
    const { events } = await runTinyProgramme(folder);
    assert.deepEqual(complaints(events), []);
    assert.equal(events.filter(({ kind }) => kind === 'built').length, 0);
    assert.equal(tag('redis:7.0'), tag('redis:7'));
    assert.equal(tag('redis:latest'), tag('redis:7'));
  });

  test('the same source in a second repository, from another commit and directory', async (t) => {
    const { folder, commit, define, tag } = await publishedScene(t);
    const now = commit({ 'valkey/Dockerfile': IMAGES['redis/7/Dockerfile'] ?? '' });
    define('valkey', now, entry('1', 'valkey'));
    const { events } = await runTinyProgramme(folder);
    assert.deepEqual(complaints(events), []);
    assert.equal(events.filter(({ kind }) => kind === 'built').length, 0);
    assert.equal(tag('valkey:1'), tag('redis:7'));
  });
});
