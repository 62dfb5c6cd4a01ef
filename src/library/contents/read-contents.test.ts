import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { buildRepository, type RepositoryFile } from '../../../test/git/build-repository.ts';
import { openTestStore } from '../../../test/git/open-test-store.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { openGitStore } from '../git/git-store.ts';
import { contentUses } from './content-uses.ts';
import type { ContentUse } from './contents.ts';
import { describeProblems, readContents } from './read-contents.ts';

const COMMIT = 'c'.repeat(40);

function use(
  inputs: Partial<ContentUse['inputs']>,
  architecture: ContentUse['architecture'] = 'amd64',
): ContentUse {
  return {
    repository: 'app',
    entry: '1.0',
    architecture,
    inputs: {
      gitRepo: 'https://example.org/a.git',
      gitFetch: 'refs/heads/main',
      gitCommit: COMMIT,
      directory: '.',
      file: 'Dockerfile',
      builder: '',
      ...inputs,
    },
  };
}

function storeWith(context: TestContext, files: Readonly<Record<string, RepositoryFile>>) {
  const { store } = openTestStore(context);
  const [gitCommit = ''] = buildRepository(store.folder, [{ files }]);
  return { store, gitCommit };
}

test('facts are read once for each directory and file, and then on record', async (context) => {
  const { store, gitCommit } = storeWith(context, {
    'a/Dockerfile': 'FROM debian AS build\nFROM scratch\nCOPY --from=build / /\n',
    'a/other/Dockerfile': { mode: '120000', content: '../Dockerfile' },
    'layout/index.json': '{}',
  });
  const uses = [
    use({ gitCommit, directory: 'a' }),
    use({ gitCommit, directory: 'a' }, 'i386'),
    use({ gitCommit, directory: 'a', file: 'other/Dockerfile' }),
    use({ gitCommit, directory: 'layout', file: 'index.json', builder: 'oci-import' }),
  ];
  const first = await readContents(uses, store, new Map());
  assert.deepEqual(first.problems, []);
  assert.equal(first.read, 3);
  const [facts, again, linked, layout] = uses.map(({ inputs }) => first.contents.factsOf(inputs));
  assert.deepEqual(
    [facts?.froms, facts?.lastStageFrom],
    [['debian:latest', 'scratch', 'debian:latest'], 'scratch'],
  );
  assert.equal(facts?.epoch, 1_700_000_000);
  assert.equal(again, facts);
  assert.deepEqual([linked?.froms, linked?.checksum], [facts.froms, facts.checksum]);
  assert.deepEqual([layout?.froms, layout?.lastStageFrom], [['scratch'], 'scratch']);

  const nowhere = openGitStore({
    folder: join(store.folder, 'none'),
    settings: { rewrites: [], timeoutSeconds: 1 },
    environment: {},
    signal: new AbortController().signal,
  });
  const second = await readContents(uses, nowhere, first.recorded);
  assert.deepEqual([second.read, second.problems.length], [0, 0]);
  assert.deepEqual(second.contents.factsOf(uses[0]?.inputs ?? assert.fail()), facts);
});

for (const [what, files, inputs, code, message] of [
  [
    'a commit that is not here',
    {},
    { gitCommit: COMMIT },
    'COMMIT_NOT_FOUND',
    /commit c{40} of https:\/\/example\.org\/a\.git/,
  ],
  ['a commit that is none', {}, { gitCommit: 'HEAD' }, 'COMMIT_NOT_FOUND', /HEAD/],
  ['a directory that is not there', {}, { directory: 'none' }, 'CONTEXT_INVALID', /there is no none/],
  ['a file that is not there', {}, { file: 'none' }, 'CONTEXT_INVALID', /there is no none/],
  ['a file that is a directory', { 'd/x': '' }, { file: 'd' }, 'CONTEXT_INVALID', /d is a directory/],
  [
    'a file outside of the directory',
    { 'd/x': '' },
    { directory: 'd', file: '../Dockerfile' },
    'CONTEXT_INVALID',
    /leads out/,
  ],
  [
    'a link out of the directory',
    { 'd/x': { mode: '120000', content: '../Dockerfile' } },
    { directory: 'd', file: 'x' },
    'CONTEXT_INVALID',
    /leads out/,
  ],
  ['a Dockerfile without an image', { bad: 'RUN true\n' }, { file: 'bad' }, 'DOCKERFILE_INVALID', /no FROM/],
  [
    'a Dockerfile whose image cannot be told',
    { bad: '\nFROM $A\n' },
    { file: 'bad' },
    'DOCKERFILE_INVALID',
    /line 2/,
  ],
  [
    'a Dockerfile that is too large',
    { bad: '#'.repeat(4 * 1024 * 1024 + 1) },
    { file: 'bad' },
    'CONTEXT_INVALID',
    /more than/,
  ],
  [
    'a layout without its index',
    {},
    { file: 'index.json', builder: 'oci-import' },
    'CONTEXT_INVALID',
    /index\.json/,
  ],
] as const) {
  test(`${what} is a problem of each place that needs it, and the others go on`, async (context) => {
    const { store, gitCommit } = storeWith(context, {
      Dockerfile: 'FROM scratch\n',
      ...(files as Readonly<Record<string, RepositoryFile>>),
    });
    const bad = use({ gitCommit, ...inputs });
    const badToo = { ...bad, architecture: 'i386' as const };
    const good = use({ gitCommit });
    const { contents, problems, read } = await readContents([bad, good, badToo], store, new Map());
    assert.equal(read, 1);
    assert.notEqual(contents.factsOf(good.inputs), null);
    assert.equal(contents.factsOf(bad.inputs), null);
    assert.deepEqual(
      problems.map((problem) => [problem.use, problem.error.code]),
      [
        [bad, code],
        [badToo, code],
      ],
    );
    assert.match(problems[0]?.error.message ?? '', message);
    const [line = '', ...others] = describeProblems(problems);
    assert.ok(line.startsWith(`${code}: app:1.0 on amd64, i386: `), line);
    assert.equal(others.length, 0);
  });
}

test('without git nothing can be read, and that is said once', async (context) => {
  const { store } = storeWith(context, {});
  const withoutGit = openGitStore({
    folder: store.folder,
    settings: { rewrites: [], timeoutSeconds: 1 },
    environment: { PATH: '/nonexistent' },
    signal: new AbortController().signal,
  });
  await assert.rejects(readContents([use({})], withoutGit, new Map()), { code: 'GIT_MISSING' });
});

test('every architecture of every entry needs facts, with its own inputs', () => {
  const text = [
    `Maintainers: A (@a)\nGitRepo: https://example.org/a.git\nGitCommit: ${COMMIT}\n`,
    'Tags: 2.0, 2\nArchitectures: i386, amd64\ni386-Directory: x\n',
    'Tags: 1.0\n',
  ].join('\n');
  const repository = { name: 'app', file: 'app', definition: parseDefinition(text, { name: 'app' }) };
  assert.deepEqual(
    contentUses([repository]).map(({ entry, architecture, inputs }) => [
      entry,
      architecture,
      inputs.directory,
    ]),
    [
      ['2.0', 'amd64', '.'],
      ['2.0', 'i386', 'x'],
      ['1.0', 'amd64', '.'],
    ],
  );
});
