import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchCommits, type FetchTarget } from './fetch-commits.ts';
import { gitFailed } from './git-failure.ts';

const GIT_REPO = 'https://example.org/a.git';
const commit = (digit: string) => digit.repeat(40);
const wanted = (digit: string, gitFetch = 'refs/heads/main') => ({
  gitRepo: GIT_REPO,
  gitFetch,
  gitCommit: commit(digit),
});

/** A server as git sees it: what it refuses, and which commits come with which argument. */
function server(answers: {
  readonly refuses: (what: string) => boolean;
  readonly brings: Readonly<Record<string, readonly string[]>>;
}): { readonly target: FetchTarget; readonly calls: readonly string[] } {
  const here = new Set<string>();
  const calls: string[] = [];
  const target: FetchTarget = {
    settings: { rewrites: [], timeoutSeconds: 60 },
    has: (id) => Promise.resolve(here.has(id)),
    run(args) {
      const [command = ''] = args;
      const sources = args.slice(args.indexOf('--') + 2).map((ref) => ref.replace(/^\+|:.*$/g, ''));
      const what = [command, ...sources.map((source) => source.slice(0, 15))].join(' ');
      calls.push(what);
      if (answers.refuses(what)) return Promise.reject(gitFailed(GIT_REPO, `refused: ${what}`));
      for (const source of sources) for (const id of answers.brings[source] ?? []) here.add(id);
      return Promise.resolve();
    },
  };
  return { target, calls };
}

test('where a server gives no single commits, each ref is fetched until the commit is here', async () => {
  const { target, calls } = server({
    refuses: (what) => what.startsWith('fetch 1') || what.startsWith('fetch 2'),
    brings: { 'refs/heads/main': [commit('1'), commit('2')] },
  });
  assert.deepEqual(await fetchCommits([wanted('1'), wanted('2')], target, () => {}), []);
  assert.deepEqual(calls, [
    'fetch 111111111111111 222222222222222',
    'ls-remote HEAD',
    'fetch 111111111111111',
    'fetch 222222222222222',
    'fetch refs/heads/main',
    'update-ref 111111111111111',
  ]);
});

test('a repository that cannot be reached is asked twice, however many commits it should have', async () => {
  const { target, calls } = server({ refuses: () => true, brings: {} });
  const failures = await fetchCommits(
    ['1', '2', '3'].map((digit) => wanted(digit)),
    target,
    () => {},
  );
  assert.equal(calls.length, 2);
  assert.deepEqual(
    failures.map(({ error }) => error.message),
    Array.from({ length: 3 }, () => `${GIT_REPO}: refused: ls-remote HEAD`),
  );
});

test('a commit that its ref does not reach is not taken from another', async () => {
  const { target } = server({ refuses: (what) => what.startsWith('fetch 1'), brings: {} });
  const [failure] = await fetchCommits([wanted('1')], target, () => {});
  assert.equal(failure?.error.code, 'COMMIT_NOT_FOUND');
  assert.match(failure?.error.message ?? '', /1{40} is neither in .* nor reached by its refs\/heads\/main/);
});
