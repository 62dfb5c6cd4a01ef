import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { buildRepository, git } from '../../../test/git/build-repository.ts';
import { openTestStore } from '../../../test/git/open-test-store.ts';
import { lockFile } from '../../files/lock-file.ts';

const GIT_REPO = 'https://example.org/a.git';
const NOWHERE = '0123456789'.repeat(4);

function open(context: TestContext, timeoutSeconds?: number) {
  const { folder, store } = openTestStore(context, timeoutSeconds);
  return { folder, store, upstream: join(folder, 'a.git') };
}

test('a commit is fetched by its identifier, without its history, and read', async (context) => {
  const { upstream, store } = open(context);
  const [first = '', second = ''] = buildRepository(upstream, [
    { files: { Dockerfile: 'FROM scratch\n' } },
    {
      files: { Dockerfile: 'FROM debian\n', 'x/run': { mode: '100755', content: '#!/bin/sh\n' } },
      committerTime: 1_700_000_009,
    },
    { files: { Dockerfile: 'FROM later\n' } },
  ]);
  assert.equal(await store.commit(second), null);
  const reported: unknown[] = [];
  const wanted = { gitRepo: GIT_REPO, gitFetch: 'refs/heads/gone', gitCommit: second };
  const failures = await store.fetch([wanted, wanted], (...args) => reported.push(args));
  assert.deepEqual(failures, []);
  assert.deepEqual(reported, [[GIT_REPO, 1]]);

  const commit = await store.commit(second);
  assert.equal(commit?.epoch, 1_700_000_009);
  const entries = await store.tree(commit.tree);
  assert.deepEqual(
    entries.map(({ name, kind }) => [name, kind]),
    [
      ['Dockerfile', 'file'],
      ['x', 'directory'],
    ],
  );
  const id = entries[0]?.id ?? '';
  assert.equal(Buffer.from((await store.blob(id, 100)) ?? '').toString(), 'FROM debian\n');
  assert.equal(await store.blob(id, 5), null);
  assert.equal(await store.commit(first), null);
  assert.equal(await store.commit(commit.tree), null, 'a tree is no commit');
  await assert.rejects(store.tree(second), { code: 'SOURCE_REPOSITORY_FAILED' });
  assert.ok(git(store.folder, ['for-each-ref']).includes(`refs/hallmark/commits/${second}`));
  // what is here is not asked for again
  rmSync(upstream, { recursive: true });
  assert.deepEqual(await store.fetch([wanted]), []);
});

test('what many fetches leave behind is packed, and what killed ones leave goes', async (context) => {
  const { upstream, store } = open(context);
  const commits = buildRepository(upstream, [{ files: { a: '1' } }, { files: { a: '2' } }]);
  const [first, second] = commits.map((gitCommit) => ({
    gitRepo: GIT_REPO,
    gitFetch: 'refs/heads/main',
    gitCommit,
  }));
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(await store.fetch([first]), []);
  const left = join(store.folder, 'objects/pack/tmp_pack_abcdef');
  writeFileSync(left, 'half of a pack');
  // git guesses from the objects of one folder how many there are
  const loose = join(store.folder, 'objects/17');
  mkdirSync(loose, { recursive: true });
  for (let number = 0, count = 0; count < 40; number++) {
    const object = Buffer.from(`blob ${String(number).length}\0${number}`);
    const id = createHash('sha1').update(object).digest('hex');
    if (!id.startsWith('17')) continue;
    const file = join(loose, id.slice(2));
    writeFileSync(file, deflateSync(object));
    utimesSync(file, 1_000_000_000, 1_000_000_000);
    count += 1;
  }
  assert.deepEqual(await store.fetch([second]), []);
  assert.deepEqual([existsSync(left), existsSync(loose)], [false, false]);
  for (const commit of commits) assert.notEqual(await store.commit(commit), null);
});

test('commits that cannot be had are named, each with its reason, and the others are fetched', async (context) => {
  const { upstream, store } = open(context);
  const [there = ''] = buildRepository(upstream, [{ files: { a: 'b' } }]);
  const wanted = (gitCommit: string, gitRepo = GIT_REPO, gitFetch = 'refs/heads/main') => ({
    gitRepo,
    gitFetch,
    gitCommit,
  });
  const failures = await store.fetch([
    wanted(NOWHERE),
    wanted(there),
    wanted('main'),
    wanted(NOWHERE, GIT_REPO, '--upload-pack=touch'),
    wanted(NOWHERE, GIT_REPO, 'refs/heads/*'),
    wanted(NOWHERE, 'https://example.org/none.git'),
    wanted(NOWHERE, '/etc'),
  ]);
  assert.deepEqual(
    failures.map(({ wanted: { gitCommit, gitRepo, gitFetch }, error }) => [
      gitCommit.slice(0, 4),
      gitRepo,
      gitFetch,
      error.code,
    ]),
    [
      ['0123', GIT_REPO, 'refs/heads/main', 'COMMIT_NOT_FOUND'],
      ['main', GIT_REPO, 'refs/heads/main', 'COMMIT_NOT_FOUND'],
      ['0123', GIT_REPO, '--upload-pack=touch', 'SOURCE_REPOSITORY_FAILED'],
      ['0123', GIT_REPO, 'refs/heads/*', 'SOURCE_REPOSITORY_FAILED'],
      ['0123', 'https://example.org/none.git', 'refs/heads/main', 'SOURCE_REPOSITORY_FAILED'],
      ['0123', '/etc', 'refs/heads/main', 'SOURCE_REPOSITORY_FAILED'],
    ],
  );
  assert.notEqual(await store.commit(there), null);
});

test('ancestors are told from others once the history is here', async (context) => {
  const { upstream, store } = open(context);
  const [first = '', aside = '', last = ''] = buildRepository(upstream, [
    { files: { a: '1' } },
    { files: { a: '2' }, branch: 'aside' },
    { files: { a: '3' } },
  ]);
  await store.fetch([{ gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: last }]);
  assert.equal(await store.fetchHistory(GIT_REPO, 'refs/heads/main'), last);
  await store.fetchHistory(GIT_REPO, 'refs/heads/aside');
  assert.equal(await store.isAncestor(first, last), true);
  assert.equal(await store.isAncestor(last, first), false);
  assert.equal(await store.isAncestor(aside, last), false);
  await assert.rejects(store.isAncestor(NOWHERE, last), { code: 'SOURCE_REPOSITORY_FAILED' });
});

test('many objects are read at the same time, and a reader that fails in the middle harms no other', async (context) => {
  const { upstream, store } = open(context);
  const files = Object.fromEntries(
    Array.from({ length: 50 }, (_, index) => [`f${index}`, `${index}`.repeat(index * 2000)]),
  );
  const [id = ''] = buildRepository(upstream, [{ files }]);
  await store.fetch([{ gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: id }]);
  const entries = await store.tree((await store.commit(id))?.tree ?? '');
  const [broken, ...sound] = await Promise.allSettled(
    entries.toReversed().map(async (entry, index) => {
      if (index > 0) return [entry.name, Buffer.from((await store.blob(entry.id, 1e6)) ?? '').toString()];
      return await store.streamBlob(entry.id, {
        chunk() {
          throw new Error('the disk is full');
        },
      });
    }),
  );
  assert.equal(broken?.status === 'rejected' && (broken.reason as Error).message, 'the disk is full');
  for (const result of sound) {
    assert.ok(result.status === 'fulfilled' && Array.isArray(result.value));
    const [name = '', content = ''] = result.value;
    assert.ok(content === files[name], name);
  }
});

test('what a killed git left does not stop the next fetch', async (context) => {
  const { upstream, store } = open(context);
  const [id = ''] = buildRepository(upstream, [{ files: { a: 'b' } }]);
  const wanted = { gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: id };
  await store.fetch([{ ...wanted, gitRepo: 'https://example.org/none.git' }]);
  writeFileSync(join(store.folder, 'shallow.lock'), '');
  assert.deepEqual(await store.fetch([wanted]), []);
});

test('who wants to fetch while another process does waits for it, though not for ever', async (context) => {
  const { upstream, store } = open(context);
  const [id = ''] = buildRepository(upstream, [{ files: { a: 'b' } }]);
  const wanted = [{ gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: id }];
  const lock = lockFile(join(store.folder, 'hallmark.lock'));
  const fetching = store.fetch(wanted);
  // a look at the lock later
  await setImmediate();
  lock?.release();
  assert.deepEqual(await fetching, []);
  assert.notEqual(await store.commit(id), null);

  const impatient = open(context, 0.001).store;
  const held = lockFile(join(impatient.folder, 'hallmark.lock'));
  await assert.rejects(impatient.fetch(wanted), {
    code: 'SOURCE_REPOSITORY_FAILED',
    message: /another process/,
  });
  held?.release();
});

test('a fetch that takes too long ends with an error that says so', async (context) => {
  const { upstream, store } = open(context, 0.001);
  const [id = ''] = buildRepository(upstream, [{ files: { a: 'b' } }]);
  await assert.rejects(store.fetch([{ gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: id }]), {
    code: 'SOURCE_REPOSITORY_FAILED',
    message: /longer than/,
  });
});

test('hooks of a repository are not run', async (context) => {
  const { folder, upstream, store } = open(context);
  const [id = ''] = buildRepository(upstream, [{ files: { a: 'b' } }]);
  git(upstream, ['config', 'uploadpack.packObjectsHook', `touch ${join(folder, 'hooked')};`]);
  await store.fetch([{ gitRepo: GIT_REPO, gitFetch: 'refs/heads/main', gitCommit: id }]);
  assert.notEqual(await store.commit(id), null);
  assert.ok(!readdirSync(folder).includes('hooked'));
});

test('an object that was exchanged is not taken for the one that its identifier names', async (context) => {
  const { store } = open(context);
  const [own = '', other = ''] = buildRepository(store.folder, [
    { files: { Dockerfile: 'FROM debian\n' } },
    { files: { Dockerfile: 'FROM evil\n' } },
  ]);
  const fileOf = (commit: string): string => git(store.folder, ['rev-parse', `${commit}:Dockerfile`]).trim();
  const [commit, file] = [await store.commit(own), fileOf(own)];
  git(store.folder, ['replace', file, fileOf(other)]);
  git(store.folder, ['replace', own, other]);
  await store.close();
  const exchanged = { code: 'SOURCE_REPOSITORY_FAILED', message: /has another content/ };
  await assert.rejects(store.blob(file, 100), exchanged);
  await assert.rejects(store.commit(own), exchanged);
  assert.equal((await store.tree(commit?.tree ?? '')).length, 1);
});

test('nothing that the configuration of the store names is run', async (context) => {
  const { folder, upstream, store } = open(context);
  const [id = '', later = ''] = buildRepository(upstream, [{ files: { a: 'b' } }, { files: { a: 'c' } }]);
  const wanted = { gitRepo: GIT_REPO, gitFetch: 'refs/heads/main' };
  await store.fetch([{ ...wanted, gitCommit: id }]);
  const ran = join(folder, 'ran');
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o700 });
  const signature = '\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n';
  const signed = git(store.folder, ['cat-file', 'commit', id]).replace('\n\n', signature);
  const signedId = git(store.folder, ['hash-object', '-t', 'commit', '-w', '--stdin'], signed).trim();
  for (const [name, value] of [
    ['protocol.ext.allow', 'always'],
    [`url.ext::touch ${ran}.insteadOf`, upstream],
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
    ['remote.evil.url', `ext::touch ${ran}`],
    ['remote.evil.promisor', 'true'],
    ['core.alternateRefsCommand', `touch ${ran}`],
    [`remote.file://${upstream}.uploadpack`, `touch ${ran}; git-upload-pack`],
    ['log.showSignature', 'true'],
    ['gpg.program', program],
    // of git 2.42 and newer
    ['gc.recentObjectsHook', `touch ${ran};`],
  ] as const)
    git(store.folder, ['config', name, value]);
  writeFileSync(join(store.folder, 'objects/info/alternates'), `${upstream}/objects\n`);
  assert.equal(await store.commit(NOWHERE), null);
  await store.fetch([
    { ...wanted, gitCommit: later },
    { ...wanted, gitCommit: NOWHERE },
    { ...wanted, gitCommit: NOWHERE, gitRepo: 'https://files.example/a.git' },
  ]);
  for await (const _chunk of store.output(['log', '--format=%H', signedId]));
  assert.ok(!readdirSync(folder).includes('ran'));
});
